#include <math.h>

#include "linalg/exp.h"
#include "linalg/vec.h"
#include "nn/kernelrows.h"

static const float variance_least = 1e-5f;

VEC_KERNEL(float, kernel_exp_sum, (float *x, float level, size_t n),
    (x, level, n))
{
	float sum[16] = { 0 }, all = 0;
	size_t i = 0;

	for (; i + 16 <= n; i += 16)
		for (size_t j = 0; j < 16; j++) {
			const float d = x[i + j] - level;

			x[i + j] = d < -87 ? 0 : exp_of(d);
			sum[j] += x[i + j];
		}
	for (; i < n; i++) {
		const float d = x[i] - level;

		x[i] = d < -87 ? 0 : exp_of(d);
		all += x[i];
	}
	for (size_t j = 0; j < 16; j++)
		all += sum[j];
	return all;
}

VEC_KERNEL(float, kernel_max, (const float *x, size_t n), (x, n))
{
	float most[16], all = -INFINITY;
	size_t i = 0;

	for (size_t j = 0; j < 16; j++)
		most[j] = -INFINITY;
	for (; i + 16 <= n; i += 16)
		for (size_t j = 0; j < 16; j++)
			most[j] = x[i + j] > most[j] ? x[i + j] : most[j];
	for (; i < n; i++)
		all = x[i] > all ? x[i] : all;
	for (size_t j = 0; j < 16; j++)
		all = most[j] > all ? most[j] : all;
	return all;
}

/* The sum of exp(x - level), without writing it. */
VEC_CLONES static float
exp_total(const float *x, float level, size_t n)
{
	float sum[16] = { 0 }, all = 0;
	size_t i = 0;

	for (; i + 16 <= n; i += 16)
		for (size_t j = 0; j < 16; j++) {
			const float d = x[i + j] - level;

			sum[j] += d < -87 ? 0 : exp_of(d);
		}
	for (; i < n; i++)
		all += x[i] - level < -87 ? 0 : exp_of(x[i] - level);
	for (size_t j = 0; j < 16; j++)
		all += sum[j];
	return all;
}

float
kernel_log_sum(const float *x, size_t n)
{
	const float level = kernel_max(x, n);

	return level + logf(exp_total(x, level, n));
}

VEC_KERNEL(void, kernel_weights_drop, (float *restrict y, float *restrict p,
    size_t n), (y, p, n))
{
	for (size_t i = 0; i < n; i++) {
		const float mask = y[i];

		y[i] = mask * p[i];
		p[i] = mask > 0 ? p[i] : -p[i];
	}
}

VEC_KERNEL(void, kernel_weights_again, (float *restrict y,
    const float *restrict p, float keep, size_t n), (y, p, keep, n))
{
	for (size_t i = 0; i < n; i++)
		y[i] = p[i] > 0 ? keep * p[i] : 0;
}

VEC_KERNEL(void, kernel_weights_back, (float *restrict d,
    const float *restrict p, float keep, size_t n), (d, p, keep, n))
{
	float sum[16] = { 0 }, all = 0;
	size_t i = 0;

	for (; i + 16 <= n; i += 16)
		for (size_t j = 0; j < 16; j++)
			sum[j] += p[i + j] > 0 ? p[i + j] * d[i + j] : 0;
	for (; i < n; i++)
		all += p[i] > 0 ? p[i] * d[i] : 0;
	for (size_t j = 0; j < 16; j++)
		all += sum[j];
	all *= keep;
	for (i = 0; i < n; i++)
		d[i] = fabsf(p[i]) * ((p[i] > 0 ? keep * d[i] : 0) - all);
}

VEC_KERNEL(void, kernel_norm, (float *restrict y, float *restrict kept,
    const float *restrict x, const float *restrict gain,
    const float *restrict bias, size_t rows, size_t cols),
    (y, kept, x, gain, bias, rows, cols))
{
	for (size_t r = 0; r < rows; r++) {
		const float *restrict xr = x + r * cols;
		float *restrict yr = y + r * cols;
		float mean = 0, variance = 0, factor;

		for (size_t c = 0; c < cols; c++)
			mean += xr[c];
		mean /= (float)cols;
		for (size_t c = 0; c < cols; c++)
			variance += (xr[c] - mean) * (xr[c] - mean);
		factor = 1 / sqrtf(variance / (float)cols + variance_least);
		for (size_t c = 0; c < cols; c++)
			yr[c] = (xr[c] - mean) * factor * gain[c] + bias[c];
		kept[2 * r] = mean;
		kept[2 * r + 1] = factor;
	}
}

/* With z = (x - mean) factor and e = dy gain: dx = factor (e - mean of e - z
 * times the mean of e z). */
VEC_CLONES static void
norm_back_row(float *restrict dx, const float *restrict dy,
    const float *restrict x, const float *restrict gain, float mean,
    float factor, size_t cols)
{
	float sum = 0, along = 0;

	for (size_t c = 0; c < cols; c++) {
		const float e = dy[c] * gain[c];

		sum += e;
		along += e * ((x[c] - mean) * factor);
	}
	sum /= (float)cols;
	along /= (float)cols;
	for (size_t c = 0; c < cols; c++)
		dx[c] = factor * (dy[c] * gain[c] - sum - (x[c] - mean) *
		    factor * along);
}

VEC_CLONES static void
norm_back_gain(float *restrict dgain, const float *restrict dy,
    const float *restrict x, float mean, float factor, size_t cols)
{
	for (size_t c = 0; c < cols; c++)
		dgain[c] += dy[c] * ((x[c] - mean) * factor);
}

void
kernel_norm_back(float *dx, float *dgain, float *dbias, const float *dy,
    const float *kept, const float *x, const float *gain, size_t rows,
    size_t cols)
{
	for (size_t r = 0; r < rows; r++) {
		const float mean = kept[2 * r], factor = kept[2 * r + 1];
		const size_t at = r * cols;

		if (dgain != NULL)
			norm_back_gain(dgain, dy + at, x + at, mean, factor,
			    cols);
		if (dbias != NULL)
			vec_axpy(1, dy + at, dbias, cols);
		if (dx != NULL)
			norm_back_row(dx + at, dy + at, x + at, gain, mean,
			    factor, cols);
	}
}
