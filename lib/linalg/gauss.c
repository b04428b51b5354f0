#include <math.h>
#include <stdint.h>
#include <string.h>

#include "linalg/gauss.h"
#include "linalg/vec.h"

enum { LANES = 8, BATCH = 16 * LANES };	/* pairs */

typedef float lanes __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t ints __attribute__((vector_size(4 * LANES), may_alias));

/*
 * length (BATCH) <- the squares of Box and Muller's, -2 log u, of u = (a +
 * 1/2) / 2^31 and a of 31 bits.  With u 2^31 = 2^e m and 0.7 < m < 1.42, log m
 * = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172, by its series.
 */
VEC_CLONES static void
square_lengths(const int32_t *a, float *length)
{
	static const int32_t root_half = 0x3f3504f3, fraction = 0x7fffff;
	static const float two_log_two = 1.38629436f;

	for (size_t i = 0; i < BATCH; i += LANES) {
		const ints bits = (ints)(__builtin_convertvector(
		    *(const ints *)(a + i), lanes) + 0.5f) - root_half;
		const lanes e = __builtin_convertvector(31 - (bits >> 23),
		    lanes);
		const lanes m = (lanes)((bits & fraction) + root_half);
		const lanes s = (m - 1) / (m + 1), ss = s * s;

		*(lanes *)(length + i) = e * two_log_two - 4 * s * (1 + ss *
		    (1 / 3.0f + ss * (1 / 5.0f + ss * (1 / 7.0f + ss / 9))));
	}
}

/*
 * x, y (BATCH) <- a point on the circle of this length each: an angle below
 * pi / 4 of 29 bits, and three bits say in which eighth it is.
 */
VEC_CLONES static void
turn(const uint32_t *a, const float *length, float *x, float *y)
{
	static const float unit = 0.785398163f / (1 << 29);

	for (size_t i = 0; i < BATCH; i += LANES) {
		const ints b = *(const ints *)(a + i);
		const lanes t = __builtin_convertvector(b & 0x1fffffff,
		    lanes) * unit;
		const lanes r = *(const lanes *)(length + i), tt = t * t;
		const ints sine = (ints)(r * t * (1 - tt / 6 * (1 - tt / 20 *
		    (1 - tt / 42 * (1 - tt / 72)))));
		const ints cosine = (ints)(r * (1 - tt / 2 * (1 - tt / 12 *
		    (1 - tt / 30 * (1 - tt / 56)))));
		const ints swap = (b << 2) >> 31;
		const ints both = (sine ^ cosine) & swap;

		*(ints *)(x + i) = (cosine ^ both) ^ (b & INT32_MIN);
		*(ints *)(y + i) = (sine ^ both) ^ ((b << 1) & INT32_MIN);
	}
}

/* 2 BATCH numbers. */
static void
fill(struct rng *r, float *z)
{
	_Alignas(64) int32_t a[BATCH];
	_Alignas(64) uint32_t b[BATCH];
	_Alignas(64) float length[BATCH];

	for (size_t i = 0; i < BATCH; i += 2) {
		uint32_t block[4];

		rng_block(r->seed, r->stream, r->index++, block);
		a[i] = (int32_t)(block[0] >> 1);
		a[i + 1] = (int32_t)(block[1] >> 1);
		b[i] = block[2];
		b[i + 1] = block[3];
	}
	square_lengths(a, length);
	for (size_t i = 0; i < BATCH; i++)
		length[i] = sqrtf(length[i]);
	turn(b, length, z, z + BATCH);
}

void
gauss_fill(struct rng *r, float *z, size_t n)
{
	_Alignas(64) float some[2 * BATCH];

	for (size_t i = 0; i < n; i += 2 * BATCH) {
		fill(r, some);
		memcpy(z + i, some, (n - i < 2 * BATCH ? n - i : 2 * BATCH) *
		    sizeof *z);
	}
}
