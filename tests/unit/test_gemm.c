/* Products of matrices of floats: gemm.h beside sums of doubles. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/gemm.h"

/* A product, and how it is asked for: what is beside the matrices in memory
 * must stay as it is. */
struct product {
	int trans_a, trans_b;
	size_t m, n, k;
	float alpha, beta;
};

enum { GAP = 3 };

struct matrix {
	size_t rows, cols, ld;
	float *x;			/* (rows, ld) */
};

static struct matrix
matrix_new(size_t rows, size_t cols, uint64_t stream)
{
	struct matrix a = { rows, cols, cols + GAP, NULL };
	struct rng rng;

	a.x = mem_array("test", rows, a.ld * sizeof *a.x);
	rng_init(&rng, 1, rng_stream("test.gemm", stream));
	for (size_t i = 0; i < rows * a.ld; i++)
		a.x[i] = (float)(2 * rng_real(&rng) - 1);
	return a;
}

static double
at(const struct matrix *a, int trans, size_t i, size_t j)
{
	return (double)(trans ? a->x[j * a->ld + i] : a->x[i * a->ld + j]);
}

/* Errors are 2^-16 of the products' sizes, and of C's a float's. */
static void
compare(const struct product *p, const struct matrix *A,
    const struct matrix *B, const struct matrix *before,
    const struct matrix *C)
{
	for (size_t i = 0; i < p->m; i++)
		for (size_t j = 0; j < C->ld; j++) {
			const double c = (double)before->x[i * C->ld + j];
			double want = (double)p->beta * c;
			double size = 0.1 * fabs(want);

			for (size_t s = 0; j < p->n && s < p->k; s++) {
				const double xy = (double)p->alpha *
				    at(A, p->trans_a, i, s) *
				    at(B, p->trans_b, s, j);

				want += xy;
				size += fabs(xy);
			}
			if (j >= p->n) {
				want = c;
				size = 0;
			}
			if (fabs((double)C->x[i * C->ld + j] - want) >
			    ldexp(size, -15))
				fail_msg("%d %d %zu %zu %zu: C[%zu][%zu] = %g "
				    "is not %g", p->trans_a, p->trans_b, p->m,
				    p->n, p->k, i, j, (double)C->x[i * C->ld +
				    j], want);
		}
}

static void
check(struct product p)
{
	struct matrix A = matrix_new(p.trans_a ? p.k : p.m, p.trans_a ? p.m :
	    p.k, 1);
	struct matrix B = matrix_new(p.trans_b ? p.n : p.k, p.trans_b ? p.k :
	    p.n, 2);
	struct matrix before = matrix_new(p.m, p.n, 3);
	struct matrix C = matrix_new(p.m, p.n, 3);
	float *ready = mem_array("test", gemm_ready_size(p.n, p.k),
	    sizeof *ready);

	gemm(p.trans_a, p.trans_b, p.m, p.n, p.k, p.alpha, A.x, A.ld, B.x,
	    B.ld, p.beta, C.x, C.ld);
	compare(&p, &A, &B, &before, &C);
	if (!p.trans_a) {
		p.alpha = 1;
		memcpy(C.x, before.x, p.m * C.ld * sizeof *C.x);
		gemm_ready(ready, p.trans_b, p.n, p.k, B.x, B.ld);
		gemm_by(ready, p.trans_b, p.m, p.n, p.k, A.x, A.ld, B.x, B.ld,
		    p.beta, C.x, C.ld);
		compare(&p, &A, &B, &before, &C);
	}
	free(A.x);
	free(B.x);
	free(before.x);
	free(C.x);
	free(ready);
}

/* Whole squares, edges of rows, columns and depth, several blocks of these;
 * and what is too small for them. */
static void
test_products(void **state)
{
	static const size_t shape[][3] = {
		{ 64, 64, 64 }, { 37, 70, 301 }, { 33, 300, 520 },
		{ 9, 31, 300 }, { 65, 17, 97 }, { 3, 5, 7 }, { 1, 1, 1 }
	};
	static const float scale[][2] = {
		{ 1, 0 }, { 1, 1 }, { 0.5f, 0 }, { -2, 1 }, { 1, 0.5f }
	};

	(void)state;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
		for (size_t j = 0; j < sizeof scale / sizeof *scale; j++)
			for (int trans = 0; trans < 4; trans++)
				check((struct product){ trans & 1, trans >> 1,
				    shape[i][0], shape[i][1], shape[i][2],
				    scale[j][0], scale[j][1] });
}

/* What is not a number stays so, and only where it is. */
static void
test_not_numbers(void **state)
{
	enum { N = 64 };
	struct matrix A = matrix_new(N, N, 1), B = matrix_new(N, N, 2);
	float C[N * N];

	(void)state;
	A.x[5 * A.ld + 3] = NAN;
	A.x[40 * A.ld + 60] = INFINITY;
	memset(C, 0xff, sizeof C);		/* is not read */
	gemm(0, 0, N, N, N, 1, A.x, A.ld, B.x, B.ld, 0, C, N);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++)
			assert_int_equal(isfinite(C[i * N + j]) != 0,
			    i != 5 && i != 40);
	free(A.x);
	free(B.x);
}

/* A row ends in the same bits whatever m is, and wherever it stands. */
static void
check_alike(size_t n, size_t k, int is_ready)
{
	enum { M = 150 };
	struct matrix A = matrix_new(M, k, 1), B = matrix_new(k, n, 2);
	float *all = mem_array("test", M * n, sizeof *all);
	float *some = mem_array("test", M * n, sizeof *some);
	float *ready = mem_array("test", gemm_ready_size(n, k),
	    sizeof *ready);

	gemm(0, 0, M, n, k, 1, A.x, A.ld, B.x, B.ld, 0, some, n);
	gemm_alike(M, n, k, A.x, A.ld, B.x, B.ld, 0, all, n);
	for (size_t i = 0; i < M * n; i++)
		assert_true(fabsf(all[i] - some[i]) < 1e-3f * (float)k);
	gemm_ready(ready, 0, n, k, B.x, B.ld);
	for (size_t from = 0; from < M; from += 31)
		for (size_t m = 1; from + m <= M; m = 2 * m + 5) {
			memset(some, 0, m * n * sizeof *some);
			if (is_ready)
				gemm_by_alike(ready, 0, m, n, k, A.x + from *
				    A.ld, A.ld, B.x, B.ld, 1, some, n);
			else
				gemm_alike(m, n, k, A.x + from * A.ld, A.ld,
				    B.x, B.ld, 1, some, n);
			assert_memory_equal(some, all + from * n, m * n *
			    sizeof *some);
		}
	free(A.x);
	free(B.x);
	free(all);
	free(some);
	free(ready);
}

static void
test_alike(void **state)
{
	(void)state;
	for (int is_ready = 0; is_ready < 2; is_ready++) {
		check_alike(40, 300, is_ready);
		check_alike(300, 20, is_ready);
		check_alike(7, 9, is_ready);
		check_alike(5, 270, is_ready);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_not_numbers),
		cmocka_unit_test(test_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
