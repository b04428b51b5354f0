#include <assert.h>
#include <string.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "linalg/exp.h"
#include "linalg/vec.h"
#include "nn/kernel.h"

#if defined(__SSE2__)

enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };

unsigned
kernel_flush_tiny(void)
{
	const unsigned mode = _mm_getcsr();

	_mm_setcsr(mode | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
	return mode;
}

void
kernel_flush_end(unsigned mode)
{
	_mm_setcsr(mode);
}

#else

unsigned
kernel_flush_tiny(void)
{
	return 0;
}

void
kernel_flush_end(unsigned mode)
{
	(void)mode;
}

#endif

VEC_KERNEL(void, kernel_set_rows, (float *restrict y, const float *restrict b,
    size_t rows, size_t cols), (y, b, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			y[r * cols + c] = b[c];
}

VEC_KERNEL(void, kernel_add_rows, (float *restrict s, const float *restrict x,
    size_t rows, size_t cols), (s, x, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			s[c] += x[r * cols + c];
}

VEC_KERNEL(void, kernel_relu, (float *y, const float *x, size_t n), (y, x, n))
{
	for (size_t i = 0; i < n; i++)
		y[i] = x[i] < 0 ? 0 : x[i];	/* NaN stays NaN */
}

VEC_KERNEL(void, kernel_relu_back, (float *restrict dy, const float *restrict y,
    size_t n), (dy, y, n))
{
	for (size_t i = 0; i < n; i++)
		dy[i] = y[i] > 0 ? dy[i] : 0;
}

VEC_KERNEL(void, kernel_relu_rows, (float *restrict y, const float *restrict x,
    const float *restrict b, size_t rows, size_t cols), (y, x, b, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++) {
			const float sum = x[r * cols + c] + b[c];

			y[r * cols + c] = sum < 0 ? 0 : sum;
		}
}

VEC_KERNEL(void, kernel_sum_rows, (float *restrict y, const float *restrict x,
    const float *restrict b, size_t rows, size_t cols), (y, x, b, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			y[r * cols + c] = x[r * cols + c] + b[c];
}

VEC_KERNEL(void, kernel_sigmoid, (float *y, const float *x, size_t n),
    (y, x, n))
{
	for (size_t i = 0; i < n; i++)
		y[i] = sigmoid_of(x[i]);
}

VEC_KERNEL(void, kernel_sigmoid_back, (float *restrict dy,
    const float *restrict y, size_t n), (dy, y, n))
{
	for (size_t i = 0; i < n; i++)
		dy[i] *= y[i] * (1 - y[i]);
}

VEC_KERNEL(void, kernel_tanh, (float *y, const float *x, size_t n), (y, x, n))
{
	for (size_t i = 0; i < n; i++)
		y[i] = tanh_of(x[i]);
}

VEC_KERNEL(void, kernel_tanh_back, (float *restrict dy, const float *restrict y,
    size_t n), (dy, y, n))
{
	for (size_t i = 0; i < n; i++)
		dy[i] *= 1 - y[i] * y[i];
}

VEC_KERNEL(void, kernel_add, (float *z, const float *x, const float *y,
    size_t n), (z, x, y, n))
{
	for (size_t i = 0; i < n; i++)
		z[i] = x[i] + y[i];
}

VEC_KERNEL(void, kernel_multiply, (float *z, const float *x, const float *y,
    size_t n), (z, x, y, n))
{
	for (size_t i = 0; i < n; i++)
		z[i] = x[i] * y[i];
}

VEC_KERNEL(void, kernel_outer, (float *restrict y, const float *restrict a,
    const float *restrict w, size_t rows, size_t cols), (y, a, w, rows, cols))
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < cols; c++)
			y[r * cols + c] = a[r] * w[c];
}

enum { LANES = 32, HALVES = 8, GROUP = LANES * HALVES };

/*
 * rng_block() of `LANES` indices, 32 g + l, side by side: Philox4x32-10
 * (Salmon et al. 2011).  Then mask[32 j + l] from half-word j of block l.
 */
VEC_CLONES static void
mask_group(float *restrict mask, uint64_t g, uint32_t drop, float keep,
    uint64_t seed, uint64_t stream)
{
	uint32_t x[4][LANES];
	uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);

	for (uint32_t l = 0; l < LANES; l++) {
		x[0][l] = (uint32_t)(g * LANES) + l;	/* no carry: l < 32 */
		x[1][l] = (uint32_t)((g * LANES) >> 32);
		x[2][l] = (uint32_t)stream;
		x[3][l] = (uint32_t)(stream >> 32);
	}
	for (int round = 0; round < 10; round++) {
		for (int l = 0; l < LANES; l++) {
			const uint64_t a = (uint64_t)0xD2511F53 * x[0][l];
			const uint64_t b = (uint64_t)0xCD9E8D57 * x[2][l];

			x[0][l] = (uint32_t)(b >> 32) ^ x[1][l] ^ k0;
			x[1][l] = (uint32_t)b;
			x[2][l] = (uint32_t)(a >> 32) ^ x[3][l] ^ k1;
			x[3][l] = (uint32_t)a;
		}
		k0 += 0x9E3779B9;
		k1 += 0xBB67AE85;
	}
	for (int w = 0; w < 4; w++)
		for (int l = 0; l < LANES; l++) {
			const uint32_t u = x[w][l];

			mask[2 * w * LANES + l] =
			    (u & 0xffff) < drop ? 0 : keep;
			mask[(2 * w + 1) * LANES + l] =
			    u >> 16 < drop ? 0 : keep;
		}
}

static uint32_t
drop_of(double rate)
{
	return (uint32_t)(rate * 65536 + 0.5);
}

float
kernel_dropout_keep(double rate)
{
	return (float)(65536.0 / (65536.0 - drop_of(rate)));
}

/* Groups that are only partly wanted go through `part`. */
void
kernel_dropout(float *mask, size_t from, size_t n, double rate, uint64_t seed,
    uint64_t stream)
{
	const uint32_t drop = drop_of(rate);
	const float keep = kernel_dropout_keep(rate);
	float part[GROUP];

	assert(rate >= 0 && drop < 65536);
	while (n > 0) {
		const size_t skip = from % GROUP;
		const size_t m = n < GROUP - skip ? n : GROUP - skip;

		mask_group(m == GROUP ? mask : part, from / GROUP, drop, keep,
		    seed, stream);
		if (m < GROUP)
			memcpy(mask, part + skip, m * sizeof *mask);
		mask += m;
		from += m;
		n -= m;
	}
}
