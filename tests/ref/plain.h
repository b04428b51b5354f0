#ifndef SRS_TEST_PLAIN_H
#define SRS_TEST_PLAIN_H

/*
 * plain.h -- the kernels of lib/linalg as their definitions say them: loops,
 * sums in double, one after the other.  What the fast ones are compared with.
 */

#include <stddef.h>

double plain_dot(const float *x, const float *y, size_t n);

/* C (m, n) <- alpha op(A) op(B) + beta C; as blas_gemm(). */
void plain_gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k,
    double alpha, const float *A, size_t lda, const float *B, size_t ldb,
    double beta, float *C, size_t ldc);

/* A (n, n) <- its lower Cholesky factor; 0, or -1 for a pivot <= 0. */
int plain_cholesky(size_t n, double *A);

/* x (n) <- A^-1 x by Gaussian elimination with pivoting; A is overwritten. */
void plain_solve(size_t n, double *A, double *x);

/* y (rows, cols) <- gain (x - mean) / sqrt(variance + 1e-5) + bias, column by
 * column, with gain and bias (cols); dx (rows, cols) <- the gradient of x from
 * dy (rows, cols).  O(rows^2 cols): by the derivative of each element. */
void plain_column_norm(const float *x, const float *gain, const float *bias,
    const float *dy, size_t rows, size_t cols, double *y, double *dx);

#endif
