#ifndef SRS_BLAS_H
#define SRS_BLAS_H

/*
 * blas.h -- the few products that we leave to OpenBLAS, on one thread each
 * (threads are ours, see base/par.h).  All matrices are row-major floats; ld*
 * is the distance between rows.  The only file with cblas.h is blas.c.
 */

#include <stddef.h>

#include "base/err.h"

/*
 * C (m, n) <- alpha op(A) (m, k) op(B) (k, n) + beta C.
 * trans_a: A is stored (k, m); trans_b: B is stored (n, k).
 */
void blas_gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k,
    float alpha, const float *A, size_t lda, const float *B, size_t ldb,
    float beta, float *C, size_t ldc);

/* Lower triangle of C (n, n) <- alpha A' A + beta C, with A (k, n). */
void blas_syrk(size_t n, size_t k, float alpha, const float *A, size_t lda,
    float beta, float *C, size_t ldc);

/* The same of alpha A A' + beta C, with A (n, k). */
void blas_syrk_rows(size_t n, size_t k, float alpha, const float *A,
    size_t lda, float beta, float *C, size_t ldc);

/* y (m) <- alpha op(A) x + beta y, with A (m, n), or (n, m) and trans. */
void blas_gemv(int trans, size_t m, size_t n, float alpha, const float *A,
    size_t lda, const float *x, float beta, float *y);

/*
 * A (n, n) <- its lower Cholesky factor; the upper triangle is not read or
 * written.  Returns 0, or -1 (no message) when A is not positive definite.
 */
int blas_potrf(size_t n, float *A, size_t lda) SRS_MUST_CHECK;
int blas_potrf_double(size_t n, double *A, size_t lda) SRS_MUST_CHECK;

/* X (n, m) <- A^-1 X from the factor of blas_potrf(). */
void blas_potrs(size_t n, size_t m, const float *L, size_t ldl, float *X,
    size_t ldx);

/* A (n, n) <- its inverse, from the factor in its lower triangle; both
 * triangles are written. */
int blas_potri(size_t n, float *A, size_t lda) SRS_MUST_CHECK;
int blas_potri_double(size_t n, double *A, size_t lda) SRS_MUST_CHECK;

/* X (m, n) <- X L'^-1, with the lower triangle of L (n, n). */
void blas_trsm(size_t m, size_t n, const float *L, size_t ldl, float *X,
    size_t ldx);

/* X (m, n) <- X op(L), with the lower triangle of L (n, n); trans: L'. */
void blas_trmm(int trans, size_t m, size_t n, const float *L, size_t ldl,
    float *X, size_t ldx);

/* X (m, n) <- op(L) X, with the lower triangle of L (m, m). */
void blas_trmm_left(int trans, size_t m, size_t n, const float *L, size_t ldl,
    float *X, size_t ldx);

/*
 * L (n, n) <- L^-1 and L'L, lower triangles: together they are blas_potri().
 * The first returns 0, or -1 (no message) when there is a 0 on the diagonal.
 */
int blas_trtri(size_t n, float *L, size_t ldl) SRS_MUST_CHECK;
void blas_lauum(size_t n, float *L, size_t ldl);

/* Lower triangle of C (n, n) <- A' A + beta C in doubles, with A (k, n). */
void blas_syrk_double(size_t n, size_t k, const double *A, size_t lda,
    double beta, double *C, size_t ldc);

/*
 * The eigenvalues of the symmetric A (n, n), of which the lower triangle is
 * read: w (n) <- ascending; row i of A <- the vector of w[i], of length 1.
 * 0, or -1 (no message) when the iteration fails.  O(n^3).
 */
int blas_syev_double(size_t n, double *A, size_t lda, double *w)
    SRS_MUST_CHECK;

#endif
