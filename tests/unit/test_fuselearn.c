/* Weights by regression: the conditions of their optima; the game. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/par.h"
#include "base/rng.h"
#include "fuse/fuselinear.h"

enum { N = 3000, K = 4 };

static float x[N * K], y[N];

/* Relevance is likelier with w'x. */
static void
draw(const double *w)
{
	struct rng r;

	rng_init(&r, 2, rng_stream("test.linear", 0));
	for (size_t i = 0; i < N; i++) {
		double s = -1;

		for (size_t j = 0; j < K; j++) {
			x[i * K + j] = (float)rng_normal(&r);
			s += w[j] * (double)x[i * K + j];
		}
		y[i] = rng_real(&r) < 1 / (1 + exp(-s)) ? 3 : 0;
	}
}

/* out (K) <- the slope of mean (y - b - x w)^2 / 2 + l |w|^2 / 2 at w, with
 * the best b. */
static void
square_slope(const double *w, double l, double *out)
{
	double mean[K] = { 0 }, mean_y = 0;

	for (size_t i = 0; i < N; i++) {
		mean_y += (y[i] > 0) / (double)N;
		for (size_t j = 0; j < K; j++)
			mean[j] += (double)x[i * K + j] / N;
	}
	for (size_t j = 0; j < K; j++)
		out[j] = l * w[j];
	for (size_t i = 0; i < N; i++) {
		double e = mean_y - (y[i] > 0);

		for (size_t j = 0; j < K; j++)
			e += w[j] * ((double)x[i * K + j] - mean[j]);
		for (size_t j = 0; j < K; j++)
			out[j] += e * ((double)x[i * K + j] - mean[j]) / N;
	}
}

static void
test_ridge(void **state)
{
	const double truth[K] = { 1, -1, 0.5, 0 };
	struct fusemoments m;
	double w[K], slope[K];

	(void)state;
	draw(truth);
	fusemoments_make(&m, x, y, N, K);
	fuselinear_ridge(&m, w);
	square_slope(w, m.l, slope);
	for (int j = 0; j < K; j++)
		assert_true(fabs(slope[j]) < 1e-9);
	assert_true(w[0] > 0.1 && w[1] < -0.1 && fabs(w[3]) < 0.03);
	fusemoments_release(&m);
}

/* w >= 0; the slope is 0 where w > 0, and not down where it is 0. */
static void
test_nnls(void **state)
{
	const double truth[][K] = { { 1, -1, 0.5, 0 }, { -1, -1, -1, -1 },
		{ 1, 1, 1, 1 }, { 0, 0, 2, -0.1 } };

	(void)state;
	for (int t = 0; t < 4; t++) {
		struct fusemoments m;
		double w[K], slope[K];

		draw(truth[t]);
		for (size_t i = 0; i < N; i++)	/* two that are nearly one */
			x[i * K + 3] = x[i * K] + 0.1f * x[i * K + 3];
		fusemoments_make(&m, x, y, N, K);
		fuselinear_nnls(&m, w);
		square_slope(w, m.l, slope);
		for (int j = 0; j < K; j++) {
			assert_true(w[j] >= 0);
			if (w[j] > 0)
				assert_true(fabs(slope[j]) < 1e-9);
			else
				assert_true(slope[j] > -1e-9);
		}
		fusemoments_release(&m);
	}
}

/* The slope of the likelihood is zero; the truth is found; any threads. */
static void
test_logistic(void **state)
{
	const double truth[K] = { 1, -1, 0.5, 0 }, l = 1e-4;
	double w[K] = { 0 }, w2[K] = { 0 }, b = 0, b2 = 0, slope[K + 1];

	(void)state;
	draw(truth);
	par_set_threads(1);
	fuselinear_logistic(x, y, N, K, l, w, &b);
	par_set_threads(2);
	fuselinear_logistic(x, y, N, K, l, w2, &b2);
	par_set_threads(0);
	assert_memory_equal(w, w2, sizeof w);
	memset(slope, 0, sizeof slope);
	for (size_t i = 0; i < N; i++) {
		double s = b, d;

		for (size_t j = 0; j < K; j++)
			s += w[j] * (double)x[i * K + j];
		d = 1 / (1 + exp(-s)) - (y[i] > 0);
		for (size_t j = 0; j < K; j++)
			slope[j] += d * (double)x[i * K + j] / N;
		slope[K] += d / N;
	}
	for (int j = 0; j < K; j++) {
		assert_true(fabs(slope[j] + l * w[j]) < 1e-7);
		assert_true(fabs(w[j] - truth[j]) < 0.2);
	}
	assert_true(fabs(slope[K]) < 1e-7 && fabs(b + 1) < 0.2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ridge),
		cmocka_unit_test(test_nnls),
		cmocka_unit_test(test_logistic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
