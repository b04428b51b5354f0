#ifndef SRS_BLENDLINEAR_H
#define SRS_BLENDLINEAR_H

/*
 * blendlinear.h -- weights of rating predictions by least squares.
 *
 *	minimise over w, b:  sum_i (r_i - b - sum_s w_s x_is)^2
 *	                     + ridge c n sum_s (w_s - 1/S)^2
 *
 * with c the mean variance of the systems' predictions: shrinkage is towards
 * their plain average, and its strength is chosen by cross-validation over
 * folds of users (stacked regressions, Breiman 1996; linear blending of the
 * Netflix prize, Toescher et al. 2009, section 4).
 */

#include "fuse/blend.h"

/* Sets weights, bias and ridge.  held (pairs) <- what the weights of the other
 * folds say of each pair with a rating.  0.  O(pairs systems^2). */
int blendlinear_fit(struct fusion *, const struct blendrows *, double *held)
    SRS_MUST_CHECK;

/* out (pairs) <- b + w'x */
void blendlinear_predict(const struct fusion *, const struct fusepairs *,
    float *out);

#endif
