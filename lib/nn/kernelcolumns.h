#ifndef SRS_KERNELCOLUMNS_H
#define SRS_KERNELCOLUMNS_H

/*
 * kernelcolumns.h -- loops over matrices whose columns are brought to a common
 * scale, each compiled for several instruction sets.
 *
 * Matrices are (rows, cols), vectors (cols); sums over rows are made in the
 * order of the rows.  z stands for (x - mean) factor, column by column.
 */

#include <stddef.h>

/* mean <- that of each column of x, variance <- the mean of (x - mean)^2;
 * rows >= 1. */
void kernel_column_moments(float *mean, float *variance, const float *x,
    size_t rows, size_t cols);

/* factor <- 1 / sqrt(variance + 1e-5) */
void kernel_column_factors(float *factor, const float *variance, size_t cols);

/* y <- gain z + bias */
void kernel_column_norm(float *y, const float *x, const float *mean,
    const float *factor, const float *gain, const float *bias, size_t rows,
    size_t cols);

/* sum <- that of the rows of dy, along <- that of the rows of dy z. */
void kernel_column_slopes(float *sum, float *along, const float *dy,
    const float *x, const float *mean, const float *factor, size_t rows,
    size_t cols);

/* dx <- gain factor (dy - a - b z), with a and b (cols). */
void kernel_column_back(float *dx, const float *dy, const float *x,
    const float *mean, const float *factor, const float *gain, const float *a,
    const float *b, size_t rows, size_t cols);

#endif
