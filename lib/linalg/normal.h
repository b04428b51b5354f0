#ifndef SRS_NORMAL_H
#define SRS_NORMAL_H

/*
 * normal.h -- normal equations, small and many: the sum of the outer products
 * of some rows, its Cholesky factor, the solution.
 *
 *	const size_t w = normal_width(k);
 *	normal_start(k, base, ridge, A);		A (k, w)
 *	for each batch of rows copied to G (n, w), zero from column k on
 *		normal_add(k, G, n, A);
 *	if (normal_factor(k, A) != 0)
 *		it was not positive definite
 *	normal_solve(k, A, x);				x (w)
 *
 * A product that keeps its sums in registers needs no copies of small matrices
 * such as BLAS makes, and goes twice as fast where rows are few.  Matrices are
 * row-major with w floats from row to row, and of A the upper triangle counts;
 * what lies below it and beside is scratch.  k is rounded up to whole vectors:
 * A has normal_rows(k) rows.
 */

#include <stddef.h>

#include "base/err.h"

/* Rows of A: k in whole vectors. */
size_t normal_rows(size_t k);

/* Floats from row to row of A and G, and of x: odd as a number of cache lines,
 * so that a column does not fall into few sets of the cache. */
size_t normal_width(size_t k);

/* A <- base (k, k), symmetric and without gaps, or 0 if NULL, + ridge I. */
void normal_start(size_t k, const float *base, float ridge, float *A);

/* A += G'G.  n k^2 flops. */
void normal_add(size_t k, const float *G, size_t n, float *A);

/*
 * A <- U with U'U = A, and the inverse of its diagonal.  k^3 / 3 flops.
 * Returns -1 (no message) when A is not positive definite.
 */
int normal_factor(size_t k, float *A) SRS_MUST_CHECK;

/* x <- (U'U)^-1 x, with U of normal_factor(); x beyond k is zero.  2 k^2. */
void normal_solve(size_t k, const float *U, float *x);

#endif
