/* The randomised SVD of sparse matrices. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/rsvd.h"
#include "tests/ref/sparse.h"

enum { ROWS = 90, COLS = 60, RANK = 7 };

static double
column_dot(const struct mat *m, size_t a, size_t b)
{
	double sum = 0;

	for (size_t i = 0; i < m->rows; i++)
		sum += (double)mat_row(m, i)[a] * (double)mat_row(m, i)[b];
	return sum;
}

/* A v = s u and A' u = s v for each pair, which is what they are. */
static void
pairs_belong_together(void **state)
{
	const struct rsvd_options o = { .rank = RANK, .iterations = 40 };
	struct csr A, At;
	struct mat U, V;
	float s[RANK], *Av, *Au;

	(void)state;
	sparse_random(&A, ROWS, COLS, 0.2, 1, 1);
	csr_transpose(&A, &At);
	Av = mem_array("a test", ROWS * RANK, sizeof *Av);
	Au = mem_array("a test", COLS * RANK, sizeof *Au);
	assert_int_equal(rsvd(&A, &At, &o, &U, s, &V), 0);
	csr_times(&A, V.x, RANK, Av);
	csr_times(&At, U.x, RANK, Au);
	for (size_t k = 0; k < RANK; k++) {
		assert_true(k == 0 || s[k] <= s[k - 1]);
		for (size_t j = 0; j < RANK; j++) {
			assert_near(column_dot(&U, k, j), j == k, 1e-4);
			assert_near(column_dot(&V, k, j), j == k, 1e-4);
		}
		for (size_t i = 0; i < ROWS; i++)
			assert_near(Av[i * RANK + k],
			    s[k] * mat_row(&U, i)[k], 1e-3);
		for (size_t i = 0; i < COLS; i++)
			assert_near(Au[i * RANK + k],
			    s[k] * mat_row(&V, i)[k], 1e-3);
	}
	free(Av);
	free(Au);
	mat_release(&U);
	mat_release(&V);
	csr_release(&A);
	csr_release(&At);
}

/* With all of them, U diag(s) V' is A; the squares add up to those of A. */
static void
all_of_them_are_the_matrix(void **state)
{
	const struct rsvd_options o = { .rank = COLS + 5 };
	struct csr A, At;
	struct mat U, V;
	float s[COLS + 5];
	double squares = 0, sum = 0;

	(void)state;
	sparse_random(&A, ROWS, COLS, 0.2, 1, 2);
	csr_transpose(&A, &At);
	assert_int_equal(rsvd(&A, &At, &o, &U, s, &V), 0);
	assert_int_equal(V.cols, COLS);
	for (size_t i = 0; i < ROWS; i++)
		for (size_t j = 0; j < COLS; j++) {
			double x = 0;

			for (size_t k = 0; k < COLS; k++)
				x += (double)mat_row(&U, i)[k] *
				    (double)s[k] * (double)mat_row(&V, j)[k];
			assert_near(x, sparse_at(&A, i, j), 1e-3);
		}
	for (uint64_t i = 0; i < csr_count(&A); i++)
		squares += (double)A.values[i] * (double)A.values[i];
	for (size_t k = 0; k < COLS; k++)
		sum += (double)s[k] * (double)s[k];
	assert_near(sum, squares, 1e-4 * squares);
	mat_release(&U);
	mat_release(&V);
	csr_release(&A);
	csr_release(&At);
}

/* Columns of zeros, and fewer dimensions than were asked for. */
static void
a_matrix_of_low_rank(void **state)
{
	const struct rsvd_options o = { .rank = 5 };
	uint64_t indptr[] = { 0, 2, 4, 4, 5 };
	uint32_t indices[] = { 0, 3, 0, 3, 5 };
	float values[] = { 1, 2, 2, 4, 3 };
	struct csr A = { 4, 7, indptr, indices, values }, At;
	struct mat V;
	float s[5];

	(void)state;
	csr_transpose(&A, &At);
	assert_int_equal(rsvd(&A, &At, &o, NULL, s, &V), 0);
	assert_int_equal(V.cols, 4);
	assert_near(s[0], 5, 1e-4);	/* sqrt(5 (1 + 4)) */
	assert_near(s[1], 3, 1e-4);
	assert_near(s[2], 0, 1e-3);
	assert_near(fabsf(mat_row(&V, 3)[0]), 2 / sqrt(5), 1e-4);
	assert_near(fabsf(mat_row(&V, 5)[1]), 1, 1e-4);
	mat_release(&V);
	csr_release(&At);
}

static void
threads_do_not_matter(void **state)
{
	const struct rsvd_options o = { .rank = RANK, .seed = 3 };
	struct csr A, At;
	struct mat one, two;
	float s[RANK], t[RANK];

	(void)state;
	sparse_random(&A, 900, COLS, 0.2, 1, 3);
	csr_transpose(&A, &At);
	par_set_threads(1);
	assert_int_equal(rsvd(&A, &At, &o, NULL, s, &one), 0);
	par_set_threads(2);
	assert_int_equal(rsvd(&A, &At, &o, NULL, t, &two), 0);
	par_set_threads(0);
	assert_memory_equal(one.x, two.x, COLS * RANK * sizeof *one.x);
	assert_memory_equal(s, t, sizeof s);
	mat_release(&one);
	mat_release(&two);
	csr_release(&A);
	csr_release(&At);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_belong_together),
		cmocka_unit_test(all_of_them_are_the_matrix),
		cmocka_unit_test(a_matrix_of_low_rank),
		cmocka_unit_test(threads_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
