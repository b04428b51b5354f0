#ifndef SRS_BLOCKS_H
#define SRS_BLOCKS_H

/*
 * blocks.h -- a stream cut into blocks of whole records, for readers that
 * work side by side.
 *
 * A block is text in which records begin before `stop`; what they are can be
 * said without anything behind the text.  Of the last record before `stop`, of
 * a quote that is not closed say, some may be behind it: the next block begins
 * at `stop` all the same, as reading would go on there.
 *
 *	struct blocks *b = blocks_new(in, 0, max_record);
 *	struct block block = BLOCK_EMPTY;
 *	while ((got = blocks_next(b, &block)) == 1)
 *		use(block.text, block.stop);
 */

#include <stddef.h>

#include "base/err.h"
#include "io/in.h"
#include "io/lines.h"

struct blocks;

struct block {
	char *text;		/* (n of cap), owned; LF or more follow */
	size_t n, cap;
	size_t stop;
	size_t line;		/* number of its first line, from 1 */
	int at_end;		/* the stream ends with the text */
};

#define BLOCK_EMPTY ((struct block){ .text = NULL })

void block_release(struct block *);

/* The block's text as lines. */
struct lines block_lines(const struct block *, size_t max_record);

/* Blocks of about `size` bytes (0: as is best) from a stream, which must be
 * there as long as they. */
struct blocks *blocks_new(struct in *, size_t size, size_t max_record);
void blocks_free(struct blocks *);

/* Records are CSV from now on, and not lines. */
void blocks_set_csv(struct blocks *, char separator);

/* Begins a block with what is left of the one before; blocks_cut() ends it. */
int blocks_begin(struct blocks *, struct block *) SRS_MUST_CHECK;

/* Reads about as much as there is, if the stream has more. */
int blocks_more(struct blocks *, struct block *) SRS_MUST_CHECK;
int blocks_cut(struct blocks *, struct block *) SRS_MUST_CHECK;

/* Both.  1; 0 at the end of the stream; -1 after a message. */
int blocks_next(struct blocks *, struct block *) SRS_MUST_CHECK;

#endif
