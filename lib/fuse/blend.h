#ifndef SRS_BLEND_H
#define SRS_BLEND_H

/*
 * blend.h -- one prediction of ratings of several systems'.
 *
 *	weighted	b + sum_s w_s x_s: blendlinear.h
 *	boost		the same, and boosted trees of what it lacks:
 *			blendtrees.h
 *	fwls		b + sum_s w_s x_s with weights that are linear in what
 *			is known of user and item: blendfwls.h
 *
 * All are measured on pairs that they were not fitted to: users are dealt into
 * folds, and each fold is predicted from the others.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/scored.h"
#include "fuse/fuse.h"
#include "fuse/fusepairs.h"

struct blend {
	size_t n_folds;		/* >= 2 */
	uint64_t seed;
	/* set by blend_fit() */
	size_t n_fitted;	/* pairs with a known rating */
	size_t n_unknown;	/* pairs without */
};

/*
 * Sets what the method learns and the summary of the fusion: RMSE, and how
 * much less it is than the best system's, with an interval over users.
 * `truth`: ratings by the numbers of p's maps, after scored_unique().  0, or
 * -1 after a message.
 */
int blend_fit(struct fusion *, const struct fusepairs *,
    const struct scored *truth, struct blend *) SRS_MUST_CHECK;

/* out (n) <- the fused predictions. */
void blend_predict(const struct fusion *, const struct fusepairs *,
    float *out);

/* What a method learns from. */
struct blendrows {
	const struct fusepairs *pairs;
	double *y;		/* (pairs) ratings; NaN: none */
	uint32_t *fold;		/* (users) below n_folds */
	size_t n_folds;
	uint64_t seed;
};

/* Is pair i one with a rating, of this fold? */
static inline int
blendrows_has(const struct blendrows *r, size_t i, size_t fold)
{
	return r->y[i] == r->y[i] && r->fold[r->pairs->user[i]] == fold;
}

#endif
