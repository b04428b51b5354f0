#include <assert.h>
#include <string.h>

#include "base/rng.h"
#include "linalg/vec.h"
#include "nn/kernel.h"

VEC_CLONES void
kernel_set_rows(float *restrict y, const float *restrict b, size_t rows,
    size_t cols)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			y[r * cols + c] = b[c];
}

VEC_CLONES void
kernel_add_rows(float *restrict s, const float *restrict x, size_t rows,
    size_t cols)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			s[c] += x[r * cols + c];
}

VEC_CLONES void
kernel_relu(float *y, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = x[i] < 0 ? 0 : x[i];	/* NaN stays NaN */
}

VEC_CLONES void
kernel_relu_back(float *restrict dy, const float *restrict y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dy[i] = y[i] > 0 ? dy[i] : 0;
}

/*
 * exp x for |x| <= 87, to about 2 units in the last place.
 *
 * Method: x = k ln 2 + r with |r| <= ln 2 / 2, by adding and taking away 1.5
 * 2^23, which rounds; ln 2 in two parts (Cody & Waite 1980); exp r by its
 * series up to r^7; 2^k by the bits of the exponent.
 */
static inline float
exp_of(float x)
{
	static const float log2_e = 1.44269504f, round = 12582912.0f;
	static const float ln2_high = 0.693145752f, ln2_low = 1.42860677e-6f;
	const float shifted = x * log2_e + round;
	const float k = shifted - round;
	const float r = (x - k * ln2_high) - k * ln2_low;
	float p = 1.0f / 5040, two_k;
	uint32_t bits;

	p = p * r + 1.0f / 720;
	p = p * r + 1.0f / 120;
	p = p * r + 1.0f / 24;
	p = p * r + 1.0f / 6;
	p = p * r + 0.5f;
	p = p * r + 1;
	p = p * r + 1;
	memcpy(&bits, &shifted, sizeof bits);
	bits = (bits + 127) << 23;	/* k is in the low bits of shifted */
	memcpy(&two_k, &bits, sizeof two_k);
	return p * two_k;
}

/* Beyond +-87 it is 0 or 1 to more digits than a float has. */
static inline float
sigmoid_of(float x)
{
	x = x < -87 ? -87 : x;
	x = x > 87 ? 87 : x;
	return 1 / (1 + exp_of(-x));
}

VEC_CLONES void
kernel_sigmoid(float *y, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = sigmoid_of(x[i]);
}

VEC_CLONES void
kernel_sigmoid_back(float *restrict dy, const float *restrict y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dy[i] *= y[i] * (1 - y[i]);
}

VEC_CLONES void
kernel_tanh(float *y, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = 2 * sigmoid_of(2 * x[i]) - 1;
}

VEC_CLONES void
kernel_tanh_back(float *restrict dy, const float *restrict y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dy[i] *= 1 - y[i] * y[i];
}

VEC_CLONES void
kernel_add(float *z, const float *x, const float *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		z[i] = x[i] + y[i];
}

VEC_CLONES void
kernel_multiply(float *z, const float *x, const float *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		z[i] = x[i] * y[i];
}

VEC_CLONES void
kernel_outer(float *restrict y, const float *restrict a,
    const float *restrict w, size_t rows, size_t cols)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			y[r * cols + c] = a[r] * w[c];
}

void
kernel_dropout(float *mask, size_t n, double rate, uint64_t seed,
    uint64_t stream, uint64_t index)
{
	const uint32_t drop = (uint32_t)(rate * 65536 + 0.5);
	const float keep = (float)(65536.0 / (65536.0 - drop));

	assert(rate >= 0 && drop < 65536);
	for (size_t i = 0; i < n; i += 8) {
		const size_t m = n - i < 8 ? n - i : 8;
		uint32_t block[4];

		rng_block(seed, stream, index++, block);
		for (size_t j = 0; j < m; j++) {
			const unsigned shift = (unsigned)(j % 2) * 16;
			const uint32_t u = block[j / 2] >> shift & 0xffff;

			mask[i + j] = u < drop ? 0 : keep;
		}
	}
}
