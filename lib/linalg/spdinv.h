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
 * 1979 for single columns, Bientinesi, Gunter & van de Geijn 2008 for blocks).
 * With A_KK = L L', M = L^-1 and
 *
 *	1  W <- A_:K M'
 *	2  A_ij <- A_ij - W_i W_j'	for i, j not in K
 *	3  A_:K <- W M
 *	4  A_KK <- -M'M
 *
 * each sweep, -A^-1 is there when every block was swept.  All of it is n^3
 * flops, most of them in step 2, which is products of tiles, by amx.h where
 * that is there; M for the next sweep is made beside them.  Memory: 256 n
 * floats besides A, and three times that for amx.h.  The same bytes for any
 * number of threads.
 */
int spdinv(size_t n, float *A, struct tick *) SRS_MUST_CHECK;

#endif
