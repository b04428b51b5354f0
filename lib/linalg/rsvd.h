#ifndef SRS_RSVD_H
#define SRS_RSVD_H

/*
 * rsvd.h -- the largest singular values of a sparse matrix, and their vectors.
 *
 *	A (m, n)  ~  U (m, k) diag(s) V' (k, n)
 *
 * by randomised subspace iteration (Halko, Martinsson & Tropp 2011, algorithm
 * 4.4): a random subspace of a few more than k dimensions is turned towards
 * the largest singular vectors by multiplying with A'A, and the answer is
 * exact within it.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "linalg/csr.h"
#include "linalg/mat.h"

struct rsvd_options {
	size_t rank;		/* k >= 1 */
	size_t oversample;	/* dimensions more; 0: 16 + k / 8 */
	size_t iterations;	/* products with A'A; 0: 6 */
	uint64_t seed;
};

/*
 * s (k), falling; U (m, k) and V (n, k) with columns of length 1 at right
 * angles, owned by the caller; U may be NULL.  At is the transpose of A.  k is
 * options->rank, or what A's shape allows if that is less: V->cols says so.
 * s is at least `rank` long; vectors of s = 0 are what they are.  0, or -1
 * after a message.
 *
 * Cost: (4 entries + 8 l (m + n)) l per iteration for l = k + oversample, on
 * all threads; memory (m + 2 n) l floats.  The same bytes for any threads.
 */
int rsvd(const struct csr *A, const struct csr *At,
    const struct rsvd_options *, struct mat *U, float *s, struct mat *V)
    SRS_MUST_CHECK;

/* The memory of rsvd() for so many rows, columns and dimensions, without the
 * matrix. */
double rsvd_bytes(size_t rows, size_t cols, size_t rank);

/*
 * Makes the columns of X (n, l) unit vectors at right angles to each other
 * that span the same (Cholesky QR, twice).  Columns that depend on the others
 * become arbitrary.
 */
void rsvd_orthonormal(struct mat *X);

/* C (l, l), lower triangle <- X'X for X (n, l), summed in double. */
void rsvd_gram(const struct mat *X, double *C);

#endif
