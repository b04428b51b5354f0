#ifndef SRS_CLEANTEXT_H
#define SRS_CLEANTEXT_H

/*
 * cleantext.h -- text fields that can stand in a table.
 *
 * A field of text that is not UTF-8 is taken for Latin-1 as the Web
 * understands it (Windows-1252; its five unused bytes become U+FFFD), all of
 * it, since mixtures within a field are rare.  Control characters, TAB and
 * line ends among them, become spaces: they would cut the row.
 */

#include "base/buf.h"
#include "base/span.h"

enum { CLEANTEXT_CONTROL = 1, CLEANTEXT_ENCODING = 2 };

/* Adds `text` to *out, repaired.  Returns what had to be: 0, or a sum of the
 * above. */
unsigned cleantext_repair(struct span text, struct buf *out);

/* Well-formed as in RFC 3629: no overlong forms, no surrogates. */
int cleantext_is_utf8(struct span);

/* Only ASCII without control characters: neither of these two is needed then.
 * Eight bytes at a time. */
int cleantext_is_plain(struct span);

/* Any byte below 0x20, or 0x7f? */
int cleantext_has_control(struct span);

/* Without the spaces and TABs around it. */
struct span cleantext_trim(struct span);

#endif
