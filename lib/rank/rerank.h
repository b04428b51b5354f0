#ifndef SRS_RERANK_H
#define SRS_RERANK_H

/*
 * rerank.h -- a user's best items in another order than that of their scores:
 * more diverse, nearer to the user's history, with less popular or untried
 * ones.
 *
 * A list is made of a pool, the best items by score.  Methods go over it one
 * after the other.  Each sees the pool in the order that the one before left,
 * with a value for each place, which stays with the place: the scores of the
 * whole pool brought to [0, 1], the best 1 and the last 0.  An item is moved
 * to the end of the list that gains most by it, again and again, until there
 * are k; the others follow in the order that they had.
 *
 *	r = rerank_new(&(struct rerank_plan){ .step = step, .n_steps = 1, ...});
 *	n = rerank_list(r, worker, user, pool, n, k, ranks);
 *
 * A list's scores must fall, since srs-eval, srs-fuse and trec_eval read lists
 * by score: the scores of the k chosen items are given out anew, the highest to
 * the first place.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/span.h"
#include "data/idmap.h"
#include "linalg/csr.h"
#include "rank/likeness.h"
#include "rank/quota.h"
#include "rank/topk.h"

enum rerank_need {
	RERANK_LIKENESS = 1,	/* of items */
	RERANK_KINDS = 2,	/* of items */
	RERANK_HISTORY = 4,	/* of users */
	RERANK_POPULARITY = 8	/* of items */
};

struct rerank_ops;

/* A line of the table of methods. */
struct rerank_method {
	struct choice what;		/* its default: "lambda=0.7" */
	double min, max;		/* of its number */
	int needs;			/* RERANK_... */
	const struct rerank_ops *ops;	/* see reranker.h */
};

const struct choice *rerank_choice(size_t i);
const struct rerank_method *rerank_method(const struct choice *);

/* What a method's number is called; *usual <- its default. */
struct span rerank_number(const struct rerank_method *, double *usual);

/* A method and what it is to work with: what it does not need is not read. */
struct rerank_step {
	const struct rerank_method *method;
	double x;			/* its number */
	const struct likeness *likeness;
	const struct csr *kinds;	/* (n_items, kinds) a row's values are
					 * shares that sum to 1 */
	const float *popularity;	/* (n_items) in [0, 1] */
};

struct rerank_plan {
	const struct rerank_step *step;	/* (n_steps) */
	size_t n_steps;			/* 0: by score */
	const struct quota *quota;	/* (n_quotas) all hold in the list */
	size_t n_quotas;
	const struct csr *history;	/* (users, items'); users past its rows
					 * have none; NULL: nobody has */
	const struct idmap *users, *items;	/* random numbers go by name */
	uint64_t seed;
};

struct rerank;

/* With memory for par_threads() workers.  What the plan points to must stay,
 * the plan itself need not. */
struct rerank *rerank_new(const struct rerank_plan *);
void rerank_free(struct rerank *);

/*
 * pool (n) best first: its first items become the list of the user, of which
 * the length is returned: k, or less where the quotas allow no more of the
 * pool.  ranks (n_items) are those that order equal scores.  O(k n) and the
 * methods' costs.
 */
size_t rerank_list(struct rerank *, size_t worker, uint32_t user,
    struct topk_item *pool, size_t n, size_t k, const uint32_t *ranks);

/* Is enough known of the user's history?  If not, a method that needs it
 * leaves the list as it is. */
int rerank_knows_user(const struct rerank *, uint32_t user);

#endif
