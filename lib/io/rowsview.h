#ifndef SRS_ROWSVIEW_H
#define SRS_ROWSVIEW_H

/* rowsview.h -- what struct rows is made of: for lib/io/rows*.c only. */

#include <stddef.h>

#include "base/hold.h"
#include "io/blocks.h"
#include "io/csv.h"
#include "io/header.h"
#include "io/jsonl.h"
#include "io/marks.h"
#include "io/record.h"
#include "io/rows.h"

enum { ROWS_TIME_PARTS = 1000 };	/* of a time's unit */

/* A table, which several readers of blocks share. */
struct rows_table {
	struct in *in;
	struct blocks *blocks;
	size_t max_record;
	enum rows_kind kind;
	char separator;
	struct header header;
	struct jsonl *json;	/* NULL: not JSON Lines */
	int keeps_bad;
};

/* The rows that rows_many() read: each has as many marks as the table has
 * columns. */
struct many {
	uint32_t *from, *to;	/* (columns, ROWS_MANY) */
	size_t from_cap, to_cap;
	size_t first_mark;
	size_t row;		/* one of them, */
	struct lines lines;	/* and where that begins */
};

/* A reader of blocks, one after the other. */
struct rows {
	struct rows_table *table;
	struct block block;
	struct lines lines;	/* in it */
	struct marks marks;
	struct many many;
	struct record record;
	struct csv_reader *csv;	/* NULL: not CSV */
	struct jsonl_reader *json;	/* NULL: not JSON Lines */
	struct hold *held;	/* texts that are not in the block */
	int is_part;		/* its block is all it reads; */
	int is_entered;		/* and rows_enter() was called for it */
};

/* Freed by rows_view_free(), which leaves the table alone. */
struct rows *rows_view(struct rows_table *);
void rows_view_free(struct rows *);

/* The reader has a new block: begins to read it. */
void rows_enter(struct rows *);

/* Frees what rows_many() made. */
void rows_many_release(struct many *);

/* The next record of the stream (of the block, if is_part): as record.h says,
 * 0 at its end. */
int rows_record(struct rows *) SRS_MUST_CHECK;

#endif
