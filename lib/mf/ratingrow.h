#ifndef SRS_RATINGROW_H
#define SRS_RATINGROW_H

/*
 * ratingrow.h -- ridge regression of one user's (or item's) ratings on the
 * factors of the other side: a half-step of als and nmf, and the fold-in of
 * users that sgd, als or nmf did not see.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "linalg/mat.h"
#include "model/scorer.h"

enum rating_solver { RATING_CHOLESKY, RATING_CG, RATING_NONNEGATIVE };

/* The side that is fixed. */
struct rating_side {
	const struct mat *Y;	/* (n, k) its factors */
	const float *bias;	/* (n) its biases */
	float mean;
	double lambda, lambda_bias, nu;	/* in the ratings' own unit */
	enum rating_solver solver;
	size_t steps;		/* of it, but for Cholesky */
};

/* Floats of scratch that rating_row() needs. */
size_t rating_scratch(size_t k);

/*
 * x (k) and *bias <- the minimum of sgd.h's L over one row with ratings
 * (n >= 1) of the columns: with z_i = (y_i, 1) and v = (x, bias),
 *
 *	(sum z_i z_i' + n^nu diag(lambda, ..., lambda_bias)) v
 *	    = sum (r_i - mean - bias_i) z_i
 *
 * exactly, or nearer to it than where they are:
 *
 *	Cholesky	n k^2 + k^3 / 3
 *	CG		4 n k (steps + 1)
 *	non-negative	n k^2 + 2 k^2 steps, x >= 0 then (the bias is free)
 *
 * Returns -1 (no message) when the matrix is not positive definite, which
 * takes a lambda near 0.
 */
int rating_row(const struct rating_side *, const uint32_t *columns,
    const float *ratings, size_t n, float *x, float *bias, float *scratch)
    SRS_MUST_CHECK;

/* The load() of methods that minimise L; and of those with x >= 0. */
int rating_load(struct scorer *) SRS_MUST_CHECK;
int rating_load_nonnegative(struct scorer *) SRS_MUST_CHECK;

#endif
