#ifndef SRS_BLEND_H
#define SRS_BLEND_H

/*
 * blend.h -- weights of a fusion of rating predictions, by least squares.
 *
 *	minimise over w, b:  sum_i (r_i - b - sum_s w_s x_is)^2
 *	                     + ridge c n sum_s (w_s - 1/S)^2
 *
 * with c the mean variance of the systems' predictions: shrinkage is towards
 * their plain average, and its strength is chosen by cross-validation over
 * folds of users (stacked regressions, Breiman 1996; linear blending of the
 * Netflix prize, Toescher et al. 2009, section 4).
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
 * Sets weights, bias and summary (RMSE) of the fusion.  `truth`: ratings by
 * the numbers of p's maps, after scored_unique().  0, or -1 after a message.
 * O(pairs (systems^2 + log ratings)).
 */
int blend_fit(struct fusion *, const struct fusepairs *,
    const struct scored *truth, struct blend *) SRS_MUST_CHECK;

/* out (n) <- the fused predictions. */
void blend_predict(const struct fusion *, const struct fusepairs *,
    float *out);

#endif
