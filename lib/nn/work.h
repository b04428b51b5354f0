#ifndef SRS_WORK_H
#define SRS_WORK_H

/*
 * work.h -- a graph at work: one worker's memory, and what it leaves behind.
 *
 *	struct work *w = work_new(plan);
 *	work_begin(w, &(struct work_place){ .shard = shard, .seed = 1 });
 *	work_rows(w, 0, n);
 *	fill work_ids(w, ids), work_floats(w, x);
 *	work_forward(w);
 *	work_backward(w, 1.0f / batch);
 *
 * A batch is cut into shards of a fixed size, whoever runs them; the worker's
 * memory is used again for its next shard.  The gradients of the shards are
 * then combined in the order of the shards, so that results do not depend on
 * the number of threads.
 */

#include <stddef.h>
#include <stdint.h>

#include "nn/plan.h"

/* What a piece of a batch leaves for the optimiser. */
struct shard {
	double loss;			/* sum over its rows, times scale */
	size_t examples;
	float *grad;			/* (params->dense) */
	float *rows;			/* (plan->shard_floats) */
	struct touches *touches;	/* (params->n_sparse) */
	size_t n_sparse;
};

struct shard *shard_new(const struct plan *);
void shard_free(struct shard *);

struct work;
struct work *work_new(const struct plan *);
void work_free(struct work *);

struct work_place {
	struct shard *shard;	/* NULL when the plan is not for training */
	uint64_t seed, step;	/* for dropout: the number of the batch */
	size_t first;		/* the batch's example that is row 0 here */
};

/* Starts a piece: what was there before is gone. */
void work_begin(struct work *, const struct work_place *);

/* The number of rows of an axis in this piece; at most what the graph was
 * made for. */
void work_rows(struct work *, size_t axis, size_t n);

/* Memory of an input, to be filled before work_forward(): its rows so far. */
float *work_floats(struct work *, const struct node *input);
uint32_t *work_ids(struct work *, const struct node *input);

/* Computes the target; its value (rows, cols) lasts until the next piece. */
const float *work_forward(struct work *);

/* Weights (rows of the target) of this piece, which stay until the end of
 * work_backward(); NULL, and without a call: each is 1. */
void work_weigh(struct work *, const float *weight);

/*
 * Gradients of scale times the weighted sum of the target's rows: those of
 * dense params in shard->grad, of sparse ones in shard->touches.  Sets
 * shard->loss to that sum.
 */
void work_backward(struct work *, float scale);

#endif
