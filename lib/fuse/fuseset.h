#ifndef SRS_FUSESET_H
#define SRS_FUSESET_H

/*
 * fuseset.h -- the unions of lists of the users whose truth is known, kept in
 * memory so that many weights can be tried on them.
 */

#include <stddef.h>
#include <stdint.h>

#include "fuse/fuselists.h"
#include "fuse/objective.h"

struct fuseset {
	const struct objective *objective;
	size_t n_systems, n_users, n_folds;
	uint32_t *user;		/* (n_users) */
	uint32_t *fold;		/* (n_users) below n_folds */
	double *fixed;		/* (n_users) the value whatever the weights, of
				 * those without a judged item in any list */
	size_t *start;		/* (n_users + 1) rows; none if it is fixed */
	uint32_t *item, *rank;	/* (rows) */
	float *x;		/* (rows, n_systems) */
	double *spread;		/* (n_systems) for a method whose x are raw, the
				 * standard deviation of x within users' lists;
				 * else 1 */
	size_t n_unlisted;	/* users of the truth without any list */
	size_t n_left_out;	/* more than max_users */
	size_t cap_item, cap_rank, cap_x;
};

/*
 * Users that have both truth and lists, at most max_users, taken and put into
 * folds by the hash of their names: neither depends on the order of rows.  0,
 * or -1 after a message (they are fewer than two).
 */
int fuseset_make(struct fuseset *, const struct fusion *,
    const struct fuselists *, const struct objective *, size_t n_folds,
    size_t max_users, uint64_t seed) SRS_MUST_CHECK;
void fuseset_release(struct fuseset *);

#define FUSESET_NO_FOLD UINT32_MAX

/* Memory for one list at a time; starts as all zero. */
struct fuseset_scratch {
	float *scores;
	struct topk_item *best;
	uint32_t *items;
	size_t cap_scores, cap_best, cap_items;
	size_t worker;		/* for the objective */
};

void fuseset_scratch_release(struct fuseset_scratch *);

/*
 * value (n_users) <- the objective of each user under these factors
 * (n_systems), except of the users in `fold` (or, with `only`, just of
 * those).  The rest of value is left alone.  O(rows n_systems).
 */
void fuseset_values(const struct fuseset *, const double *factor,
    uint32_t fold, int only, struct fuseset_scratch *, double *value);

/* The mean over the same users; 0 if there are none. */
double fuseset_mean(const struct fuseset *, const double *value, uint32_t fold,
    int only);

#endif
