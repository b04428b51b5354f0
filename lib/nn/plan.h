#ifndef SRS_PLAN_H
#define SRS_PLAN_H

/*
 * plan.h -- where everything of a graph lies in memory, decided once.
 *
 * One block for a worker holds the values, the gradients of values and what
 * operations keep between forward and backward, for the greatest batch.
 * Things that are never alive at the same time share memory: a training plan
 * runs nodes 0 .. N - 1 forward at times 0 .. N - 1 and backward at times
 * N .. 2N - 1, and each thing has a first and a last time.
 *
 * What a worker must leave behind for the optimiser lies in a shard instead
 * (work.h): the gradients of rows that were looked up.
 */

#include <stddef.h>

#include "nn/graph.h"

/* Where the gradient for an input of a node goes. */
#define PLAN_NONE SIZE_MAX		/* it has none */
#define PLAN_DIRECT (SIZE_MAX - 1)	/* to its place */

struct plan_node {
	int used;		/* the target depends on it */
	int has_dx;
	int dx_in_shard;	/* dx is an offset into the shard's rows */
	size_t x, dx, keep;	/* offsets in floats */
	size_t leave;		/* an offset into the shard's rows */
	/* (n_in) an input that has several users gets its gradient from the
	 * last of them directly; others write to a place of their own, which
	 * is then added */
	size_t *in_dx;
};

struct plan {
	const struct graph *graph;
	const struct params *params;
	const struct node *target;
	int training;
	struct plan_node *node;	/* (graph_size) */
	size_t floats;		/* of a worker's block */
	size_t shard_floats;	/* rows of gradients in a shard */
	size_t *touches;	/* (params->n_sparse) rows looked up at most */
};

/*
 * The plan for computing `target`; for training it is the loss (rows, 1), and
 * the gradient of the sum of its rows is computed.  graph and params must
 * stay.
 */
struct plan *plan_new(const struct graph *, const struct params *,
    const struct node *target, int training);
void plan_free(struct plan *);

/* Memory of a worker, and of a shard with its gradient of dense params. */
size_t plan_worker_bytes(const struct plan *);
size_t plan_shard_bytes(const struct plan *);

#endif
