#ifndef SRS_FACTS_H
#define SRS_FACTS_H

/*
 * facts.h -- what is known of a file: keys with values, then tables, laid out
 * for people or as KEY TAB VALUE lines.
 *
 *	facts_add(f, "rows", "%zu", n);
 *	facts_table(f, "column", "type", "missing", NULL);
 *	facts_row(f, span_of("user_id"));
 *	facts_cell(f, "token"); facts_cell(f, "%zu", 0);
 *
 *	rows    100                         rows<TAB>100
 *                                          column.user_id.type<TAB>token
 *	column   type   missing             column.user_id.missing<TAB>0
 *	user_id  token  0
 *
 * A control character in a value is written as \xNN, an empty cell as "-".
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct facts;

struct facts *facts_new(void);
void facts_free(struct facts *);

void facts_add(struct facts *, const char *key, const char *fmt, ...)
    SRS_PRINTF(3, 4);

/* Begins a table of things called `kind`; its columns, ended by NULL. */
void facts_table(struct facts *, const char *kind, ...)
    __attribute__((sentinel));

/* Begins a row; its cells follow in the order of the columns. */
void facts_row(struct facts *, struct span name);
void facts_cell(struct facts *, const char *fmt, ...) SRS_PRINTF(2, 3);

/* Adds all of it to b. */
void facts_put(const struct facts *, int tsv, struct buf *b);

#endif
