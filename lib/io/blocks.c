#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/blocks.h"
#include "io/csv.h"
#include "io/marks.h"
#include "io/record.h"

enum {
	SIZE = 1 << 18,		/* bytes of a block: text, marks and result
				 * of two stay in a core's cache */
	SLACK = MARKS_SLACK	/* bytes behind the text */
};

struct blocks {
	struct in *in;
	size_t size, max;
	struct buf rest;	/* behind the stop of the last block */
	size_t line;		/* that it begins with */
	int at_end;		/* it is all that is left */
	int drops;		/* up to its first LF it is to be dropped */
	/* CSV only */
	char separator;
	struct csv_reader *csv;	/* or NULL */
	struct record record;
};

struct blocks *
blocks_new(struct in *in, size_t size, size_t max_record)
{
	struct blocks *b = mem_array("reader", 1, sizeof *b);

	b->in = in;
	b->size = size != 0 ? size : SIZE;
	b->max = max_record;
	b->line = 1;
	return b;
}

void
blocks_free(struct blocks *b)
{
	if (b == NULL)
		return;
	buf_release(&b->rest);
	record_release(&b->record);
	csv_reader_free(b->csv);
	free(b);
}

void
blocks_set_csv(struct blocks *b, char separator)
{
	b->separator = separator;
	b->csv = csv_reader_new(separator);
}

void
block_release(struct block *block)
{
	free(block->text);
	*block = BLOCK_EMPTY;
}

struct lines
block_lines(const struct block *block, size_t max_record)
{
	return (struct lines){ .p = block->text, .to = block->n,
	    .stop = block->stop, .line = block->line, .max = max_record,
	    .at_end = block->at_end, .has_nul = 1 };
}

/* Reads n bytes, if the stream has as many. */
static int
read_bytes(struct blocks *b, struct block *to, size_t n)
{
	to->text = mem_grow("a block", to->text, &to->cap, to->n + n + SLACK,
	    1);
	while (n > 0 && !to->at_end) {
		const ptrdiff_t got = in_read(b->in, to->text + to->n, n);

		if (got < 0)
			return -1;
		to->at_end = got == 0;
		to->n += (size_t)got;
		n -= (size_t)got;
	}
	return 0;
}

/* Drops the end of a line that is too long. */
static int
drop(struct blocks *b, struct block *block)
{
	for (;;) {
		char *lf = block->n == 0 ? NULL
		    : memchr(block->text, '\n', block->n);
		const size_t n = lf == NULL ? block->n
		    : (size_t)(lf - block->text) + 1;

		memmove(block->text, block->text + n, block->n - n);
		block->n -= n;
		if (lf != NULL || block->at_end)
			break;
		if (read_bytes(b, block, b->size) != 0)
			return -1;
	}
	b->drops = 0;
	return 0;
}

int
blocks_begin(struct blocks *b, struct block *block)
{
	block->n = block->stop = 0;
	block->at_end = b->at_end;
	block->line = b->line;
	block->text = mem_grow("a block", block->text, &block->cap,
	    b->rest.n + SLACK, 1);
	if (b->rest.n > 0)
		memcpy(block->text, b->rest.p, b->rest.n);
	block->n = b->rest.n;
	b->rest.n = 0;
	if (read_bytes(b, block, b->size) != 0)
		return -1;
	return b->drops ? drop(b, block) : 0;
}

int
blocks_more(struct blocks *b, struct block *block)
{
	return read_bytes(b, block, block->n > b->size ? block->n : b->size);
}

/* Where the records end that are lines; 0: not clear yet. */
static size_t
last_line(struct blocks *b, const struct block *block)
{
	const char *lf = block->n == 0 ? NULL
	    : memrchr(block->text, '\n', block->n);

	if (lf != NULL)
		return (size_t)(lf - block->text) + 1;
	b->drops = block->n > b->max;
	return b->drops ? block->n : 0;
}

/* Where the records of CSV end; 0: not clear yet. */
static size_t
last_row(struct blocks *b, const struct block *block)
{
	struct lines lines = block_lines(block, b->max);
	size_t stop = MARKS_ODD;

	/* a row that is too long could end within a quoted field of it */
	if (block->n <= b->max)
		stop = marks_last_row(block->text, block->n, b->separator);
	if (stop != MARKS_ODD)
		return stop;
	lines.stop = block->n;
	do
		stop = lines.from;
	while (csv_record(b->csv, &lines, NULL, &b->record) != 3);
	b->drops = lines.drops;
	return stop;
}

int
blocks_cut(struct blocks *b, struct block *block)
{
	for (;;) {
		if (block->at_end)
			block->stop = block->n;
		else
			block->stop = b->csv != NULL ? last_row(b, block)
			    : last_line(b, block);
		if (block->stop > 0 || block->at_end)
			break;
		if (blocks_more(b, block) != 0)
			return -1;
	}
	b->at_end = block->at_end;
	b->line += marks_lines(block->text, block->stop) + (b->drops != 0);
	buf_add(&b->rest, block->text + block->stop, block->n - block->stop);
	return 0;
}

int
blocks_next(struct blocks *b, struct block *block)
{
	if (blocks_begin(b, block) != 0 || blocks_cut(b, block) != 0)
		return -1;
	return block->n > 0;
}
