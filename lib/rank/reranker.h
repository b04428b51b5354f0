#ifndef SRS_RERANKER_H
#define SRS_RERANKER_H

/*
 * reranker.h -- what a method of re-ranking is (rerank.h is for those who use
 * it): a file with a struct rerank_ops, a line in the table of rerank.c, a
 * test.
 */

#include <stddef.h>
#include <stdint.h>

#include "rank/rerank.h"

/* A user's pool, while items are taken from it. */
struct rerank_pool {
	uint32_t user;
	const uint32_t *item;	/* (n) in the order before this step */
	const double *value;	/* (n) in [0, 1], falling */
	double *gain;		/* (n) what each would add to the list */
	size_t n;
	size_t k;		/* items that will be taken at most */
	size_t n_taken;
};

/*
 * state is memory of one step and worker, `size` bytes, all zero at first: it
 * is for the method to grow what it keeps there, and to release() it.
 */
struct rerank_ops {
	size_t size;
	/* gain <- that of each item for an empty list. */
	void (*begin)(const struct rerank_plan *, const struct rerank_step *,
	    struct rerank_pool *, void *state);
	/* The item at `place` was taken: gain <- for the list with it; what
	 * those have that were taken is not read.  NULL: as before. */
	void (*took)(const struct rerank_plan *, const struct rerank_step *,
	    struct rerank_pool *, void *state, size_t place);
	void (*release)(void *state);		/* NULL: nothing is owned */
	/* Does the method know enough of a user?  NULL: yes. */
	int (*knows)(const struct rerank_plan *, const struct rerank_step *,
	    uint32_t user);
};

extern const struct rerank_ops mmr_ops, dpp_ops, calibrate_ops, discount_ops,
    noise_ops, explore_ops;

/* gain <- value: what methods do that find nothing to go by. */
static inline void
reranker_by_value(struct rerank_pool *p)
{
	for (size_t i = 0; i < p->n; i++)
		p->gain[i] = p->value[i];
}

#endif
