#ifndef SRS_CLEANCHUNK_H
#define SRS_CLEANCHUNK_H

/*
 * cleanchunk.h -- the rows of a cleanstore: columns in chunks, which are in
 * memory or, all but the last, in a temporary file.
 *
 * A chunk is one piece of memory in which each column has room for the same
 * number of rows; all chunks but the last are full.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/scratch.h"
#include "prep/cleanstore.h"

/* The user and the item, which rows of a subject have in common, come first. */
enum cleanchunk_column {
	CLEANCHUNK_USER, CLEANCHUNK_ITEM, CLEANCHUNK_EVENT, CLEANCHUNK_RATING,
	CLEANCHUNK_WEIGHT, CLEANCHUNK_TIME, CLEANCHUNK_AT,
	CLEANCHUNK_ROW,		/* where the row was in another store */
	CLEANCHUNK_COLUMNS
};

struct cleanchunks {
	size_t width[CLEANCHUNK_COLUMNS];	/* bytes; 0: not there */
	size_t start[CLEANCHUNK_COLUMNS];	/* of the column in a chunk */
	unsigned shift;		/* a chunk has room for 1 << shift rows */
	size_t bytes;		/* of a chunk */
	uint64_t n;		/* rows */
	char **chunk;		/* (n_chunks); NULL: in the file */
	size_t n_chunks, cap;
	struct scratch *file;	/* NULL: all are in memory */
};

/* For these columns, and CLEANCHUNK_ROW with has_row. */
struct cleanchunks *cleanchunk_new(const struct cleanstore_columns *,
    int has_row, unsigned shift);
void cleanchunk_free(struct cleanchunks *);

/* Bytes of a row. */
size_t cleanchunk_width(const struct cleanchunks *);

/* The memory of all chunks that are there. */
uint64_t cleanchunk_memory(const struct cleanchunks *);

/* Rows in chunk i. */
static inline size_t
cleanchunk_rows(const struct cleanchunks *c, size_t i)
{
	const uint64_t left = c->n - ((uint64_t)i << c->shift);

	return left >> c->shift ? (size_t)1 << c->shift : (size_t)left;
}

/* Where row i of a chunk's memory is. */
static inline void *
cleanchunk_in(const struct cleanchunks *c, enum cleanchunk_column column,
    char *chunk, size_t i)
{
	return chunk + c->start[column] + i * c->width[column];
}

/* Where row i of all is, if it is in memory. */
static inline void *
cleanchunk_at(const struct cleanchunks *c, enum cleanchunk_column column,
    uint64_t i)
{
	return cleanchunk_in(c, column, c->chunk[i >> c->shift],
	    (size_t)(i & (((uint64_t)1 << c->shift) - 1)));
}

/* A chunk's memory as a block of n rows, without `gone`. */
struct cleanblock cleanchunk_block(const struct cleanchunks *, char *chunk,
    size_t n);

/* Chunk i in memory; if it is in the file, it is read into *memory, which is
 * made when it is NULL.  NULL after a message. */
char *cleanchunk_load(const struct cleanchunks *, size_t i, void **memory)
    SRS_MUST_CHECK;

/* Chunk i of the file becomes what is in memory. */
int cleanchunk_save(struct cleanchunks *, size_t i, const void *memory)
    SRS_MUST_CHECK;

/* Makes room for a row at the end, which the caller fills and adds to n. */
int cleanchunk_room(struct cleanchunks *) SRS_MUST_CHECK;

/* Moves all chunks but the last to a new file, and back. */
int cleanchunk_spill(struct cleanchunks *) SRS_MUST_CHECK;
int cleanchunk_unspill(struct cleanchunks *) SRS_MUST_CHECK;

/* Copies the rows keep[0..n), ascending, of a chunk's memory to the rows from
 * to_i on of another or the same, to_i <= keep[0]. */
void cleanchunk_copy(const struct cleanchunks *, char *from,
    const uint32_t *keep, size_t n, char *to, size_t to_i);

/* Copies rows row[0..n) of a store in memory to a chunk with the same columns,
 * and back. */
void cleanchunk_gather(const struct cleanchunks *from, const uint64_t *row,
    size_t n, const struct cleanchunks *to, char *chunk);
void cleanchunk_scatter(const struct cleanchunks *from, char *chunk, size_t n,
    struct cleanchunks *to, const uint64_t *row);

/* Only the first n rows are left, all of which are in memory (or those of the
 * last chunk, if there is a file). */
void cleanchunk_cut(struct cleanchunks *, uint64_t n);

#endif
