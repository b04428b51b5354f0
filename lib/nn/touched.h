#ifndef SRS_TOUCHED_H
#define SRS_TOUCHED_H

/*
 * touched.h -- the rows of embedding tables that a batch touched, and the
 * gradient of each.
 *
 *	struct touched *t = touched_new(plan, params, n_shards);
 *	touched_find(t, shards, n);
 *	for (i = 0; i < touched_pieces(t); i++) {	in parallel
 *		struct touched_rows r = touched_rows(t, i);
 *		touched_gradient(&r, 1, g);
 *		row r.row[k] of r.p: g + k * r.p->cols
 *	}
 *
 * A row's gradients are added in the order of the shards and of their rows.
 * The rows of a table are parted by a hash, and the parts are searched in
 * parallel: what comes of it does not depend on the threads, and a batch costs
 * what it touched, whatever the size of the tables.
 */

#include <stddef.h>
#include <stdint.h>

#include "nn/work.h"

struct touched;

/* For at most n_shards shards of this plan; its sparse params that learn. */
struct touched *touched_new(const struct plan *, const struct params *,
    size_t n_shards);
void touched_free(struct touched *);
size_t touched_bytes(const struct touched *);
size_t touched_floats(const struct touched *);

/* The shards must stay as long as the gradients are asked for. */
void touched_find(struct touched *, struct shard *const *shards, size_t n);

/* Some of the rows, in an order that depends on the data only. */
struct touched_rows {
	const struct param *p;
	const uint32_t *row;	/* (n) */
	size_t n;
	size_t at;		/* where they begin, (n, p->cols), if all that
				 * can be touched stood in touched_floats() */
	/* touched.c's own */
	const struct touched_table *table;
	size_t part_from, first;
};

size_t touched_pieces(const struct touched *);
struct touched_rows touched_rows(const struct touched *, size_t piece);

/* g (n, p->cols) <- factor times the rows' gradients; the shards are as they
 * were.  touched_most() floats are room for any piece. */
void touched_gradient(const struct touched_rows *, float factor, float *g);

/* times (n) <- factor times how often the batch looked each row up; of tables
 * of more than one column. */
void touched_times(const struct touched_rows *, float factor, float *times);
size_t touched_most(const struct touched *);

#endif
