#ifndef SRS_SPDINV_H
#define SRS_SPDINV_H

/*
 * spdinv.h -- the inverse of a symmetric positive definite matrix, in its own
 * place and on all threads.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"

/*
 * A (n, n) <- its inverse, row-major; only the lower triangle is read, both
 * are written.  0, or -1 (no message) when A is not positive definite in
 * floats; A is lost then.
 *
 * Method: sweeps over blocks K of columns (the Gauss-Jordan method; Goodnight
 * 1979 for single columns).  With U = A_:K, P = A_KK^-1 and V = U P,
 *
 *	1  A_ij <- A_ij - V_i U_j'	for i, j not in K
 *	2  A_:K <- V
 *	3  A_KK <- -P
 *
 * leaves -A^-1 when every block was swept.  Nearly all of the n^3 flops are in
 * step 1, which is products of tiles.  Memory: 512 n floats besides A.  The
 * same bytes for any number of threads.
 */
int spdinv(size_t n, float *A, struct tick *) SRS_MUST_CHECK;

#endif
