#include <math.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/kernelcolumns.h"

static const float variance_least = 1e-5f;

/* In two passes, which keep the digits. */
VEC_KERNEL(void, kernel_column_moments, (float *restrict mean,
    float *restrict variance, const float *restrict x, size_t rows,
    size_t cols), (mean, variance, x, rows, cols))
{
	const float n = (float)rows;

	memset(mean, 0, cols * sizeof *mean);
	memset(variance, 0, cols * sizeof *variance);
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			mean[c] += x[r * cols + c];
	for (size_t c = 0; c < cols; c++)
		mean[c] /= n;
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++) {
			const float e = x[r * cols + c] - mean[c];

			variance[c] += e * e;
		}
	for (size_t c = 0; c < cols; c++)
		variance[c] /= n;
}

void
kernel_column_factors(float *factor, const float *variance, size_t cols)
{
	for (size_t c = 0; c < cols; c++)
		factor[c] = 1 / sqrtf(variance[c] + variance_least);
}

VEC_KERNEL(void, kernel_column_norm, (float *restrict y,
    const float *restrict x, const float *restrict mean,
    const float *restrict factor, const float *restrict gain,
    const float *restrict bias, size_t rows, size_t cols),
    (y, x, mean, factor, gain, bias, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			y[r * cols + c] = (x[r * cols + c] - mean[c]) *
			    factor[c] * gain[c] + bias[c];
}

VEC_KERNEL(void, kernel_column_slopes, (float *restrict sum,
    float *restrict along, const float *restrict dy, const float *restrict x,
    const float *restrict mean, const float *restrict factor, size_t rows,
    size_t cols), (sum, along, dy, x, mean, factor, rows, cols))
{
	memset(sum, 0, cols * sizeof *sum);
	memset(along, 0, cols * sizeof *along);
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++) {
			const float d = dy[r * cols + c];

			sum[c] += d;
			along[c] += d * (x[r * cols + c] - mean[c]);
		}
	for (size_t c = 0; c < cols; c++)
		along[c] *= factor[c];
}

VEC_KERNEL(void, kernel_column_back, (float *restrict dx,
    const float *restrict dy, const float *restrict x,
    const float *restrict mean, const float *restrict factor,
    const float *restrict gain, const float *restrict a,
    const float *restrict b, size_t rows, size_t cols),
    (dx, dy, x, mean, factor, gain, a, b, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++) {
			const float z = (x[r * cols + c] - mean[c]) *
			    factor[c];

			dx[r * cols + c] = gain[c] * factor[c] *
			    (dy[r * cols + c] - a[c] - b[c] * z);
		}
}
