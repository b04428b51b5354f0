#include "linalg/vec.h"

/*
 * The kernels are written with vectors of a fixed width that the compiler
 * maps to the registers of each instruction set, so the order of additions is
 * ours: lane l of accumulator a sums the elements 32 q + 8 a + l, then lanes
 * are added pairwise.  What may differ between kinds of processor is only
 * whether a product and a sum are fused.
 */

/* 8 floats at any address that a float may have. */
typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));

/* 8 small integers */
typedef int8_t bytes __attribute__((vector_size(8), aligned(1), may_alias));

/* 4 floats, and the doubles that they become. */
typedef float half __attribute__((vector_size(16), aligned(4), may_alias));
typedef double wide __attribute__((vector_size(32)));

enum { LANES = 8, STEP = 4 * LANES, HALF = 4 };

/* a += x y, eight at once */
#define ADD_PRODUCT(a, x, y) \
	((a) += *(const lanes *)(x) * *(const lanes *)(y))

/*
 * Method: four accumulators of 8 lanes, because one would wait for its last
 * addition; what does not fill a vector is added one after the other.
 */
VEC_KERNEL(float, vec_dot, (const float *x, const float *y, size_t n),
    (x, y, n))
{
	lanes a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
	float sum;
	size_t i = 0;

	for (; i + STEP <= n; i += STEP) {
		ADD_PRODUCT(a, x + i, y + i);
		ADD_PRODUCT(b, x + i + LANES, y + i + LANES);
		ADD_PRODUCT(c, x + i + 2 * LANES, y + i + 2 * LANES);
		ADD_PRODUCT(d, x + i + 3 * LANES, y + i + 3 * LANES);
	}
	for (; i + LANES <= n; i += LANES)
		ADD_PRODUCT(a, x + i, y + i);
	a = (a + b) + (c + d);
	sum = ((a[0] + a[4]) + (a[2] + a[6])) +
	    ((a[1] + a[5]) + (a[3] + a[7]));
	for (; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

/* As vec_dot() with two accumulators. */
VEC_KERNEL(float, vec_dot_i8, (const float *x, const int8_t *y, size_t n),
    (x, y, n))
{
	lanes a = { 0 }, b = { 0 };
	float sum;
	size_t i = 0;

	for (; i + 2 * LANES <= n; i += 2 * LANES) {
		a += *(const lanes *)(x + i) * __builtin_convertvector(
		    *(const bytes *)(y + i), lanes);
		b += *(const lanes *)(x + i + LANES) * __builtin_convertvector(
		    *(const bytes *)(y + i + LANES), lanes);
	}
	a += b;
	sum = ((a[0] + a[4]) + (a[2] + a[6])) +
	    ((a[1] + a[5]) + (a[3] + a[7]));
	for (; i < n; i++)
		sum += x[i] * (float)y[i];
	return sum;
}

VEC_KERNEL(void, vec_axpy, (float a, const float *x, float *y, size_t n),
    (a, x, y, n))
{
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		*(lanes *)(y + i) += a * *(const lanes *)(x + i);
	for (; i < n; i++)
		y[i] += a * x[i];
}

VEC_KERNEL(void, vec_scale, (float a, float *x, size_t n), (a, x, n))
{
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		*(lanes *)(x + i) *= a;
	for (; i < n; i++)
		x[i] *= a;
}

VEC_KERNEL(double, vec_square_sum, (const float *x, size_t n), (x, n))
{
	wide s = { 0 }, t = { 0 };
	double sum;
	size_t i = 0;

	for (; i + 2 * HALF <= n; i += 2 * HALF) {
		const wide v = __builtin_convertvector(
		    *(const half *)(x + i), wide);
		const wide w = __builtin_convertvector(
		    *(const half *)(x + i + HALF), wide);

		s += v * v;
		t += w * w;
	}
	s += t;
	sum = (s[0] + s[2]) + (s[1] + s[3]);
	for (; i < n; i++)
		sum += (double)x[i] * (double)x[i];
	return sum;
}
