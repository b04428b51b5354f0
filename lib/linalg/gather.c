#include <math.h>
#include <string.h>

#include "linalg/gather.h"
#include "linalg/vec.h"

enum { LANES = 16, LINE = 16, AHEAD = 12 };

/* 16 floats at any address that a float may have: one register or two. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));

typedef float eight __attribute__((vector_size(32)));
typedef float four __attribute__((vector_size(16)));

/* Its halves, added. */
static inline __attribute__((always_inline)) four
fold(const lanes *a)
{
	const eight h = __builtin_shufflevector(*a, *a, 0, 1, 2, 3, 4, 5, 6, 7)
	    + __builtin_shufflevector(*a, *a, 8, 9, 10, 11, 12, 13, 14, 15);

	return __builtin_shufflevector(h, h, 0, 1, 2, 3) +
	    __builtin_shufflevector(h, h, 4, 5, 6, 7);
}

/* The sums of the lanes of four vectors. */
static inline __attribute__((always_inline)) four
sums_of(const lanes *a, const lanes *b, const lanes *c, const lanes *d)
{
	const four p = fold(a), q = fold(b), r = fold(c), s = fold(d);
	const four pq = __builtin_shufflevector(p, q, 0, 4, 1, 5) +
	    __builtin_shufflevector(p, q, 2, 6, 3, 7);
	const four rs = __builtin_shufflevector(r, s, 0, 4, 1, 5) +
	    __builtin_shufflevector(r, s, 2, 6, 3, 7);

	return __builtin_shufflevector(pq, rs, 0, 1, 4, 5) +
	    __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
}

/* Products of four rows with p. */
static inline __attribute__((always_inline)) void
dots(const float *const y[4], const float *p, size_t k, float z[4])
{
	lanes a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
	size_t j = 0;
	four s;

	for (; j + LANES <= k; j += LANES) {
		const lanes x = *(const lanes *)(p + j);

		a += *(const lanes *)(y[0] + j) * x;
		b += *(const lanes *)(y[1] + j) * x;
		c += *(const lanes *)(y[2] + j) * x;
		d += *(const lanes *)(y[3] + j) * x;
	}
	s = sums_of(&a, &b, &c, &d);
	for (size_t i = 0; i < 4; i++)
		z[i] = s[i];
	for (; j < k; j++)
		for (size_t i = 0; i < 4; i++)
			z[i] += y[i][j] * p[j];
}

/* q += sum of z_i y_i over four rows */
static inline __attribute__((always_inline)) void
add(const float *const y[4], const float z[4], float *q, size_t k)
{
	size_t j = 0;

	for (; j + LANES <= k; j += LANES) {
		lanes s = *(const lanes *)(y[0] + j) * z[0];

		s += *(const lanes *)(y[1] + j) * z[1];
		s += *(const lanes *)(y[2] + j) * z[2];
		s += *(const lanes *)(y[3] + j) * z[3];
		*(lanes *)(q + j) += s;
	}
	for (; j < k; j++)
		for (size_t i = 0; i < 4; i++)
			q[j] += z[i] * y[i][j];
}

/* q += sum of w_i y_i^2 over four rows, element by element */
static inline __attribute__((always_inline)) void
add_squares(const float *const y[4], const float w[4], float *q, size_t k)
{
	size_t j = 0;

	for (; j + LANES <= k; j += LANES) {
		lanes s = *(const lanes *)(q + j);

		for (size_t i = 0; i < 4; i++) {
			const lanes v = *(const lanes *)(y[i] + j);

			s += v * v * w[i];
		}
		*(lanes *)(q + j) = s;
	}
	for (; j < k; j++)
		for (size_t i = 0; i < 4; i++)
			q[j] += w[i] * y[i][j] * y[i][j];
}

/* Rows i .. i + 3 of n; past the last one, the first again. */
static inline __attribute__((always_inline)) void
take(const float *Y, size_t stride, const uint32_t *rows, size_t i, size_t n,
    const float *y[4])
{
	for (size_t j = 0; j < 4; j++)
		y[j] = Y + (i + j < n ? rows[i + j] : rows[i]) * stride;
}

/* Rows that are taken for the first time are asked for ahead. */
static inline __attribute__((always_inline)) void
ask_for(const float *Y, size_t stride, size_t k, const uint32_t *rows,
    size_t i, size_t n)
{
	for (size_t j = i + AHEAD; j < i + AHEAD + 4 && j < n; j++)
		for (size_t f = 0; f < k; f += LINE)
			__builtin_prefetch(Y + rows[j] * stride + f);
}

VEC_KERNEL(double, gather_normal, (const float *Y, size_t k,
    const uint32_t *rows, const float *w, size_t n, float target,
    const float *p, float *q, float *squares),
    (Y, k, rows, w, n, target, p, q, squares))
{
	const float *y[4];
	float z[4], c[4];
	double sum = 0;

	for (size_t i = 0; i < n; i += 4) {
		take(Y, k, rows, i, n, y);
		if (squares != NULL)
			ask_for(Y, k, k, rows, i, n);
		dots(y, p, k, z);
		for (size_t j = 0; j < 4; j++) {
			const float e = z[j] - target;

			c[j] = i + j < n ? w[i + j] : 0;
			z[j] = c[j] * e;
			sum += (double)(z[j] * e);
		}
		add(y, z, q, k);
		if (squares != NULL)
			add_squares(y, c, squares, k);
	}
	return sum;
}

VEC_KERNEL(void, gather_dots, (const float *Y, size_t stride, size_t k,
    const uint32_t *rows, size_t n, const float *p, float *z),
    (Y, stride, k, rows, n, p, z))
{
	const float *y[4];
	float s[4];

	for (size_t i = 0; i < n; i += 4) {
		take(Y, stride, rows, i, n, y);
		ask_for(Y, stride, k, rows, i, n);
		dots(y, p, k, s);
		for (size_t j = 0; j < 4 && i + j < n; j++)
			z[i + j] = s[j];
	}
}

VEC_KERNEL(void, gather_scaled, (const float *Y, size_t stride, size_t k,
    const uint32_t *rows, const float *weights, const float *times, size_t n,
    size_t w, float *G, float *b),
    (Y, stride, k, rows, weights, times, n, w, G, b))
{
	for (size_t i = 0; i < n; i++) {
		const float *y = Y + rows[i] * stride;
		const float root = sqrtf(weights[i]);
		float *g = G + i * w;
		size_t j = 0;

		for (size_t f = 0; i + AHEAD < n && f < k; f += LINE)
			__builtin_prefetch(Y + rows[i + AHEAD] * stride + f);
		for (; j + LANES <= k; j += LANES) {
			const lanes v = *(const lanes *)(y + j);

			*(lanes *)(g + j) = root * v;
			*(lanes *)(b + j) += times[i] * v;
		}
		for (; j < k; j++) {
			g[j] = root * y[j];
			b[j] += times[i] * y[j];
		}
		memset(g + k, 0, (w - k) * sizeof *g);
	}
}

/*
 * Rows of x become its columns: in each of four rounds rows i and i + 8 are
 * merged, element by element.
 */
static inline __attribute__((always_inline)) void
turn(lanes x[LANES])
{
	for (size_t round = 0; round < 4; round++) {
		lanes y[LANES];

		for (size_t i = 0; i < LANES / 2; i++) {
			const lanes a = x[i], b = x[i + LANES / 2];

			y[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17,
			    2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
			y[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9,
			    25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
			    31);
		}
		memcpy(x, y, sizeof y);
	}
}

/* Some of gather_turned(): elements j .. j + 15 of k, columns i .. i + 15. */
static inline __attribute__((always_inline)) void
turn_some(const float *Y, size_t stride, size_t k, const uint32_t *rows,
    const float *times, size_t n, const float *scale, size_t w, float *T,
    size_t i, size_t j)
{
	const size_t some = k - j < LANES ? k - j : LANES;
	lanes x[LANES] = { { 0 } };

	for (size_t r = 0; r < LANES && i + r < n; r++) {
		const float *y = Y + rows[i + r] * stride + j;

		if (some == LANES)
			x[r] = *(const lanes *)y;
		else
			memcpy(&x[r], y, some * sizeof *y);
		x[r] *= times[i + r];
	}
	turn(x);
	for (size_t f = 0; f < some; f++)
		*(lanes *)(T + (j + f) * w + i) = x[f] * scale[j + f];
}

VEC_KERNEL(void, gather_turned, (const float *Y, size_t stride, size_t k,
    const uint32_t *rows, const float *times, size_t n, const float *scale,
    size_t w, float *T),
    (Y, stride, k, rows, times, n, scale, w, T))
{
	for (size_t i = 0; i < w; i += LANES) {
		for (size_t j = 0; j < k; j += LANES)
			turn_some(Y, stride, k, rows, times, n, scale, w, T,
			    i, j);
		for (size_t r = i + LANES; r < i + 2 * LANES && r < n; r++)
			for (size_t f = 0; f < k; f += LINE)
				__builtin_prefetch(Y + rows[r] * stride + f);
	}
}
