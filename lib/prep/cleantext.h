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

/* Without the spaces and TABs around it. */
struct span cleantext_trim(struct span);

#endif
