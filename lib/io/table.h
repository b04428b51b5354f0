#ifndef SRS_TABLE_H
#define SRS_TABLE_H

/*
 * table.h -- a table's rows in memory, as the lines of TSV that they are
 * written as: for tools that have to see all rows before they know where one
 * goes.
 *
 *	table_begin(t, rows);			for each file
 *	while (rows_next(rows) > 0)
 *		table_add(t, rows);
 *	put_rows(put, table_row(t, i));
 */

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "io/rows.h"

struct table;

struct table *table_new(void);
void table_free(struct table *);

/*
 * A file's rows follow.  The first one's columns are those of the table; later
 * ones must have the same, by name and in that order.  0, or -1 after a
 * message.
 */
int table_begin(struct table *, const struct rows *) SRS_MUST_CHECK;

/* Adds the row last read.  A field with a TAB or a line end (from CSV) is an
 * error: -1 after a message. */
int table_add(struct table *, const struct rows *) SRS_MUST_CHECK;

size_t table_count(const struct table *);

int table_has_column(const struct table *, const char *name);

/* The row with its LF; valid until the next table_add(). */
struct span table_row(const struct table *, size_t i);

/* Did a file have a header?  "name:type TAB name:type ...", without LF. */
int table_has_header(const struct table *);
const char *table_header(const struct table *);

#endif
