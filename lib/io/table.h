#ifndef SRS_TABLE_H
#define SRS_TABLE_H

/*
 * table.h -- a table's rows in memory, as the lines of TSV that they are
 * written as: for tools that have to see all rows before they know where one
 * goes.  Rows come and stay in blocks, so that several threads can make them
 * (rows_scan() in io/rows.h) and look at them.
 *
 *	table_begin(t, rows);				for each file
 *	table_block_add(&slot->block, rows, ...)	in work()
 *	table_take(t, &slot->block);			in drain()
 *
 * A row takes its text and 4 bytes.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "io/rows.h"

struct table;

/* Rows that stand together: ROW\n ROW\n ... */
struct table_block {
	struct buf text;
	uint32_t *end;		/* (n of cap) of each row in text */
	size_t n, cap;
};

struct table *table_new(void);
void table_free(struct table *);

/*
 * A file's rows follow.  The first one's columns are those of the table; later
 * ones must have the same, by name and in that order.  0, or -1 after a
 * message.
 */
int table_begin(struct table *, const struct rows *) SRS_MUST_CHECK;

/* Adds the row last read to a block.  A field with a TAB or a line end (from
 * CSV) is an error: -1 after a message. */
int table_block_add(struct table_block *, const struct rows *) SRS_MUST_CHECK;

/* Adds n rows of TSV, each from its first field to its last.  -1 after a
 * message of the row last read. */
int table_block_add_lines(struct table_block *, const struct rows *,
    const struct spans *line, size_t n) SRS_MUST_CHECK;
void table_block_release(struct table_block *);

/* Copies a block, which is empty afterwards, behind the others. */
void table_take(struct table *, struct table_block *);

size_t table_count(const struct table *);	/* rows */
size_t table_blocks(const struct table *);
const struct table_block *table_block(const struct table *, size_t i);
size_t table_block_first(const struct table *, size_t i);	/* its row */

/* Row i of a block, with its LF. */
static inline struct span
table_block_row(const struct table_block *b, size_t i)
{
	const size_t from = i == 0 ? 0 : b->end[i - 1];

	return (struct span){ b->text.p + from, b->end[i] - from };
}

int table_has_column(const struct table *, const char *name);

/* Did a file have a header?  "name:type TAB name:type ...", without LF. */
int table_has_header(const struct table *);
const char *table_header(const struct table *);

#endif
