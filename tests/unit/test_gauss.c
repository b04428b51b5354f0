/* Many normal numbers at once: they are normal, and the same each time. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "linalg/gauss.h"

enum { N = 400000 };

static int
compare(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Kolmogorov & Smirnov: the largest distance between what share is below x and
 * what should be; above 1.95 / sqrt(n) in one case of a thousand. */
static void
test_they_are_normal(void **state)
{
	float *z = mem_array("test", N, sizeof *z);
	double most = 0, pairs = 0;
	struct rng r;

	(void)state;
	rng_init(&r, 1, 2);
	gauss_fill(&r, z, N);
	for (size_t i = 0; i + 1 < N; i++)
		pairs += (double)z[i] * (double)z[i + 1] / N;
	assert_true(fabs(pairs) < 4 / sqrt(N));
	qsort(z, N, sizeof *z, compare);
	for (size_t i = 0; i < N; i++) {
		const double below = erfc(-(double)z[i] / sqrt(2)) / 2;

		most = fmax(most, fabs(below - ((double)i + 0.5) / N));
	}
	assert_true(most < 1.95 / sqrt(N));
	assert_true(z[0] < -4 && z[0] > -6.8f);
	assert_true(z[N - 1] > 4 && z[N - 1] < 6.8f);
	free(z);
}

/* Within four of their own deviations, with N numbers. */
static void
test_their_moments(void **state)
{
	static const double moment[] = { 0, 1, 0, 3, 0, 15 };
	static const double variance[] = { 1, 2, 15, 96, 945, 10170 };
	float *z = mem_array("test", N, sizeof *z);
	struct rng r;

	(void)state;
	rng_init(&r, 11, 12);
	gauss_fill(&r, z, N);
	for (int p = 1; p <= 6; p++) {
		double sum = 0;

		for (size_t i = 0; i < N; i++)
			sum += pow((double)z[i], p);
		assert_true(fabs(sum / N - moment[p - 1]) <
		    4 * sqrt(variance[p - 1] / N));
	}
	free(z);
}

/* Sums of x y and of x^2 y^2, less what they should be. */
static void
assert_unrelated(const float *x, const float *y, size_t n)
{
	double products = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		const double xy = (double)x[i] * (double)y[i];

		products += xy;
		squares += xy * xy - 1;
	}
	assert_true(fabs(products / sqrt((double)n)) < 4);
	assert_true(fabs(squares / sqrt(8 * (double)n)) < 4);
}

/* Streams as chains and their draws have them, and numbers of one stream at
 * any distance that its blocks might repeat at: 128 apart stand the two of a
 * pair. */
static void
test_they_are_independent(void **state)
{
	float *z = mem_array("test", N, sizeof *z);
	float *other = mem_array("test", N, sizeof *other);
	const uint64_t piece[] = { 1, (uint64_t)1 << 40, (uint64_t)3 << 40 };
	struct rng r;

	(void)state;
	rng_init(&r, 1, rng_stream("test", 0));
	gauss_fill(&r, z, N);
	for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
		rng_init(&r, 1, rng_stream("test", piece[i]));
		gauss_fill(&r, other, N);
		assert_unrelated(z, other, N);
	}
	rng_init(&r, 2, rng_stream("test", 0));
	gauss_fill(&r, other, N);
	assert_unrelated(z, other, N);
	for (size_t apart = 1; apart <= 512; apart *= 2)
		assert_unrelated(z, z + apart, N - apart);
	free(z);
	free(other);
}

/* x^2 + y^2 of a pair is -2 log u, and u is that of the generator. */
static void
test_pairs_are_as_long_as_they_should(void **state)
{
	enum { PAIRS = 128 };
	float z[2 * PAIRS];
	struct rng r;

	(void)state;
	rng_init(&r, 5, 6);
	gauss_fill(&r, z, 2 * PAIRS);
	for (size_t i = 0; i < PAIRS; i++) {
		const double x = (double)z[i], y = (double)z[PAIRS + i];
		uint32_t block[4];
		double u;

		rng_block(5, 6, i / 2, block);
		u = ((double)(block[i % 2] >> 1) + 0.5) / 0x1p31;
		assert_true(fabs(x * x + y * y + 2 * log(u)) <
		    1e-6 * (1 - log(u)));
	}
}

static void
test_fewer_are_the_first_of_more(void **state)
{
	static float many[1000], few[301];
	struct rng r;

	(void)state;
	rng_init(&r, 7, 8);
	gauss_fill(&r, many, 1000);
	rng_init(&r, 7, 8);
	gauss_fill(&r, few, 301);
	assert_memory_equal(many, few, sizeof few);
	gauss_fill(&r, few, 301);
	assert_memory_not_equal(many, few, sizeof few);
	gauss_fill(&r, few, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_they_are_normal),
		cmocka_unit_test(test_their_moments),
		cmocka_unit_test(test_they_are_independent),
		cmocka_unit_test(test_pairs_are_as_long_as_they_should),
		cmocka_unit_test(test_fewer_are_the_first_of_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
