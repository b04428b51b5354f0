/* Normal equations: the fast kernels are what their definitions say. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/normal.h"
#include "tests/ref/plain.h"

static const size_t sizes[] = { 1, 5, 15, 16, 17, 33, 48, 64, 81, 113, 130 };

enum { N_SIZES = sizeof sizes / sizeof *sizes, ROWS = 150 };

struct system {
	size_t k, w;
	float *A, *G, *x;	/* (rows, w), (ROWS, w), (w) */
	float *base;		/* (k, k) */
};

/* Random rows, and a symmetric base that is positive definite. */
static void
make(struct system *s, size_t k)
{
	struct rng r;

	*s = (struct system){ .k = k, .w = normal_width(k) };
	s->A = mem_array("test", normal_rows(k), s->w * sizeof *s->A);
	s->G = mem_array("test", ROWS, s->w * sizeof *s->G);
	s->x = mem_array("test", s->w, sizeof *s->x);
	s->base = mem_array("test", k, k * sizeof *s->base);
	rng_init(&r, 6, rng_stream("test.normal", k));
	for (size_t i = 0; i < ROWS; i++)
		for (size_t j = 0; j < k; j++)
			s->G[i * s->w + j] = (float)rng_normal(&r);
	for (size_t i = 0; i < k; i++) {
		s->x[i] = (float)rng_normal(&r);
		s->base[i * k + i] = 3;
		for (size_t j = 0; j < i; j++)
			s->base[i * k + j] = s->base[j * k + i] =
			    (float)rng_real(&r) / (float)k;
	}
}

static void
release(struct system *s)
{
	free(s->A);
	free(s->G);
	free(s->x);
	free(s->base);
}

/* base + 0.5 I + G'G of n rows, gapless */
static float *
plain_sum(const struct system *s, size_t n)
{
	float *C = mem_array("test", s->k, s->k * sizeof *C);

	memcpy(C, s->base, s->k * s->k * sizeof *C);
	for (size_t i = 0; i < s->k; i++)
		C[i * s->k + i] += 0.5f;
	plain_gemm(1, 0, s->k, s->k, n, 1, s->G, s->w, s->G, s->w, 1, C, s->k);
	return C;
}

static void
test_sums_of_products(void **state)
{
	(void)state;
	for (size_t t = 0; t < N_SIZES; t++)
		for (size_t n = 0; n <= ROWS; n += 75) {
			struct system s;
			float *plain;

			make(&s, sizes[t]);
			plain = plain_sum(&s, n);
			normal_start(s.k, s.base, 0.5f, s.A);
			normal_add(s.k, s.G, n, s.A);
			for (size_t i = 0; i < s.k; i++)
				for (size_t j = i; j < s.k; j++)
					assert_true(fabsf(s.A[i * s.w + j] -
					    plain[i * s.k + j]) < 1e-3f);
			free(plain);
			release(&s);
		}
}

/* What comes out times the matrix is what went in. */
static void
test_solution(void **state)
{
	(void)state;
	for (size_t t = 0; t < N_SIZES; t++) {
		struct system s;
		float *plain, *x;

		make(&s, sizes[t]);
		plain = plain_sum(&s, ROWS);
		x = mem_array("test", s.w, sizeof *x);
		memcpy(x, s.x, s.w * sizeof *x);
		normal_start(s.k, s.base, 0.5f, s.A);
		normal_add(s.k, s.G, ROWS, s.A);
		assert_int_equal(normal_factor(s.k, s.A), 0);
		normal_solve(s.k, s.A, x);
		for (size_t i = 0; i < s.k; i++)
			assert_true(fabs(plain_dot(plain + i * s.k, x, s.k) -
			    (double)s.x[i]) < 1e-4);
		for (size_t i = s.k; i < s.w; i++)
			assert_true(x[i] == 0);
		free(plain);
		free(x);
		release(&s);
	}
}

/* A start from nothing, and a sum that has too few rows for its size. */
static void
test_singular_is_refused(void **state)
{
	struct system s;

	(void)state;
	make(&s, 40);
	normal_start(s.k, NULL, 0, s.A);
	assert_int_equal(normal_factor(s.k, s.A), -1);
	normal_start(s.k, NULL, -1, s.A);
	normal_add(s.k, s.G, 3, s.A);
	assert_int_equal(normal_factor(s.k, s.A), -1);
	release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums_of_products),
		cmocka_unit_test(test_solution),
		cmocka_unit_test(test_singular_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
