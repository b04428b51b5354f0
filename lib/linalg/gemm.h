#ifndef SRS_GEMM_H
#define SRS_GEMM_H

/*
 * gemm.h -- products of matrices of floats for networks: by the matrix
 * instructions of newer x86 processors, three to five times as fast as by their
 * vectors; elsewhere, and where matrices are small, blas_gemm().
 *
 * The instructions multiply numbers of 8 bits (bfloat16) and add in floats.  A
 * float x is, to 2^-17 of it, the sum x1 + x2 of two of them, and of x y the
 * products x1 y1, x1 y2 and x2 y1 are taken (Henry, Tang & Heinecke 2019,
 * "Leveraging the bfloat16 artificial intelligence datatype for
 * higher-precision computations"): sums are right to about 2^-16 of the sum of
 * |x y|, where floats alone give 2^-22 and what is called TF32 2^-10.  That is
 * far below the noise of a gradient of a batch; factors of matrices that are
 * inverted want amx.h.
 */

#include <stddef.h>

/* C (m, n) <- alpha op(A) op(B) + beta C, as of blas_gemm(): op(A) (m, k) is
 * A (m, k) or, with trans_a, A' of A (k, m). */
void gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k, float alpha,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc);

/*
 * The same for a B that many products share, which is made ready for them:
 *
 *	float *ready = memory of gemm_ready_size(n, k) floats;
 *	gemm_ready(ready, trans_b, n, k, B, ldb);
 *	gemm_by(ready, trans_b, m, n, k, A, lda, B, ldb, beta, C, ldc);
 *
 * C (m, n) <- A op(B) + beta C.  `ready` is aligned as floats are.
 */
size_t gemm_ready_size(size_t n, size_t k);
void gemm_ready(float *ready, int trans_b, size_t n, size_t k, const float *B,
    size_t ldb);
void gemm_by(const float *ready, int trans_b, size_t m, size_t n, size_t k,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc);

/*
 * The same for who serves a network: a row of C ends in the same bits whatever
 * m is and wherever the row stands, so that a thing has one score in every
 * file.  C (m, n) <- A B + beta C, and by a B that was made ready.  No faster
 * than the others, and slower where it ends in blas_gemm().
 */
void gemm_alike(size_t m, size_t n, size_t k, const float *A, size_t lda,
    const float *B, size_t ldb, float beta, float *C, size_t ldc);
void gemm_by_alike(const float *ready, int trans_b, size_t m, size_t n,
    size_t k, const float *A, size_t lda, const float *B, size_t ldb,
    float beta, float *C, size_t ldc);

#endif
