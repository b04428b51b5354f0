/* EASE: the minimum of its objective, its invariances, its limits. */

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
#include "knn/ease.h"
#include "knn/weighting.h"
#include "tests/ref/said.h"
#include "tests/ref/sparse.h"

enum { USERS = 70, ITEMS = 40 };

static const size_t plenty = (size_t)1 << 30;

/*
 * Three items; the first two users had a and b, the third a, the fourth c:
 * G = [[3+l, 2, 0], [2, 2+l, 0], [0, 0, 1+l]].  With l = 1 the inverse of its
 * first block is [[3, -2], [-2, 4]] / 8, so that B_ab = -P_ab / P_bb = 1/2,
 * B_ba = -P_ba / P_aa = 2/3 and c is nobody's neighbour.
 */
static void
example_by_hand(void **state)
{
	static const float want[] = { 0, 0.5F, 0, 2 / 3.0F, 0, 0, 0, 0, 0 };
	uint64_t indptr[] = { 0, 2, 4, 5, 6 };
	uint32_t indices[] = { 0, 1, 0, 1, 0, 2 };
	float values[] = { 1, 1, 1, 1, 1, 1 };
	const struct csr x = { 4, 3, indptr, indices, values };
	struct ease_report report;
	struct mat B;

	(void)state;
	assert_int_equal(ease_solve(&x, 1, 0, plenty, NULL, &B, &report), 0);
	for (size_t i = 0; i < 9; i++)
		assert_near(B.x[i], want[i], 1e-6);
	assert_false(report.is_double);
	mat_release(&B);
}

/* Half the gradient of |X - X B|^2 + lambda |B|^2 at (i, j):
 * -sum_u x_ui (x_uj - (x_u B)_j) + lambda B_ij */
static double
slope(const struct csr *x, const struct mat *B, double lambda, size_t i,
    size_t j)
{
	double g = lambda * (double)mat_row(B, i)[j];

	for (size_t u = 0; u < x->rows; u++) {
		double miss = sparse_at(x, u, j);

		for (size_t k = 0; k < x->cols; k++)
			miss -= sparse_at(x, u, k) *
			    (double)mat_row(B, k)[j];
		g -= sparse_at(x, u, i) * miss;
	}
	return g;
}

static void
is_where_the_slope_is_zero(void **state)
{
	struct ease_report report;
	struct csr x;
	struct mat B;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.15, 1, 1);
	assert_int_equal(ease_solve(&x, 3, 0, plenty, NULL, &B, &report), 0);
	for (size_t i = 0; i < ITEMS; i++)
		for (size_t j = 0; j < ITEMS; j++) {
			if (i == j)
				assert_near(mat_row(&B, i)[j], 0, 0);
			else
				assert_near(slope(&x, &B, 3, i, j), 0,
				    1e-3);
		}
	mat_release(&B);
	csr_release(&x);
}

/* EDLAE is ridge regression with a diagonal that grows with the item. */
static void
dropout_holds_back_what_is_frequent(void **state)
{
	const double lambda = 3, share = 0.25 / 0.75;
	struct ease_report report;
	struct csr x;
	struct mat B;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.15, 1, 1);
	assert_int_equal(ease_solve(&x, lambda, 0.25, plenty, NULL, &B,
	    &report), 0);
	for (size_t i = 0; i < ITEMS; i++) {
		double squares = 0;

		for (size_t u = 0; u < USERS; u++)
			squares += pow(sparse_at(&x, u, i), 2);
		for (size_t j = 0; j < ITEMS; j++)
			if (i != j)
				assert_near(slope(&x, &B, lambda + share *
				    squares, i, j), 0, 1e-3);
	}
	mat_release(&B);
	csr_release(&x);
}

/* out <- each row of x as often as it has entries; returns the c of
 * weighting_activity() for a power of 1 */
static double
repeat_rows(const struct csr *x, struct csr *out)
{
	double squares = 0, weighted = 0;
	size_t to = 0;

	for (size_t u = 0; u < x->rows; u++)
		to += csr_row_count(x, u);
	*out = (struct csr){ .rows = to, .cols = x->cols };
	out->indptr = mem_array("test", to + 1, sizeof *out->indptr);
	out->indices = mem_array("test", to * x->cols, sizeof *out->indices);
	out->values = mem_array("test", to * x->cols, sizeof *out->values);
	for (size_t u = 0, row = 0; u < x->rows; u++)
		for (size_t k = 0; k < csr_row_count(x, u); k++, row++) {
			uint64_t at = out->indptr[row];

			for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1];
			    p++, at++) {
				out->indices[at] = x->indices[p];
				out->values[at] = x->values[p];
				weighted += pow((double)x->values[p], 2);
				squares += k == 0 ? pow((double)x->values[p],
				    2) : 0;
			}
			out->indptr[row + 1] = at;
		}
	return squares / weighted;
}

/* Who counts n times is there n times. */
static void
activity_is_as_many_users(void **state)
{
	const double lambda = 3, dropout = 0.2;
	struct ease_report report;
	struct csr x, many;
	struct mat B, C;
	double c;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.15, 1, 1);
	c = repeat_rows(&x, &many);
	assert_int_equal(ease_solve(&many, lambda / c, dropout, plenty, NULL,
	    &C, &report), 0);
	weighting_activity(&x, 1);
	assert_int_equal(ease_solve(&x, lambda, dropout, plenty, NULL, &B,
	    &report), 0);
	for (size_t i = 0; i < ITEMS; i++)
		for (size_t j = 0; j < ITEMS; j++)
			assert_near(mat_row(&B, i)[j], mat_row(&C, i)[j],
			    1e-5);
	mat_release(&B);
	mat_release(&C);
	csr_release(&many);
	csr_release(&x);
}

static void
permuting_changes_nothing(void **state)
{
	uint32_t users[USERS], items[ITEMS];
	struct ease_report report;
	struct csr x, moved;
	struct mat B, C;

	(void)state;
	sparse_order(users, USERS, 1);
	sparse_order(items, ITEMS, 2);
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 2);
	sparse_permute(&x, users, items, &moved);
	assert_int_equal(ease_solve(&x, 5, 0, plenty, NULL, &B, &report), 0);
	assert_int_equal(ease_solve(&moved, 5, 0, plenty, NULL, &C,
	    &report), 0);
	for (size_t i = 0; i < ITEMS; i++)
		for (size_t j = 0; j < ITEMS; j++)
			assert_near(mat_row(&B, i)[j],
			    mat_row(&C, items[i])[items[j]], 1e-5);
	mat_release(&B);
	mat_release(&C);
	csr_release(&moved);
	csr_release(&x);
}

static void
threads_do_not_matter(void **state)
{
	struct ease_report report;
	struct csr x;
	struct mat B, C;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.3, 1, 3);
	par_set_threads(1);
	assert_int_equal(ease_solve(&x, 5, 0, plenty, NULL, &B, &report), 0);
	par_set_threads(2);
	assert_int_equal(ease_solve(&x, 5, 0, plenty, NULL, &C, &report), 0);
	par_set_threads(0);
	assert_memory_equal(B.x, C.x, ITEMS * ITEMS * sizeof *B.x);
	mat_release(&B);
	mat_release(&C);
	csr_release(&x);
}

/* An item that nobody had has no weights; the others are not disturbed. */
static void
item_without_users(void **state)
{
	uint64_t indptr[] = { 0, 2, 4 };
	uint32_t indices[] = { 0, 2, 0, 2 };
	float values[] = { 1, 1, 1, 1 };
	const struct csr x = { 2, 3, indptr, indices, values };
	struct ease_report report;
	struct mat B;

	(void)state;
	assert_int_equal(ease_solve(&x, 1, 0, plenty, NULL, &B, &report), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_near(mat_row(&B, 1)[i], 0, 0);
		assert_near(mat_row(&B, i)[1], 0, 0);
	}
	assert_near(mat_row(&B, 0)[2], 2.0 / 3, 1e-6);
	mat_release(&B);
}

/* Fewer users than items, much weight and hardly a lambda. */
static void
takes_doubles_where_floats_fail(void **state)
{
	struct ease_report report;
	struct csr x;
	struct mat B;

	(void)state;
	sparse_random(&x, ITEMS / 2, ITEMS, 0.3, 0, 4);
	for (uint64_t i = 0; i < csr_count(&x); i++)
		x.values[i] = 1000 + (float)(i % 7);
	assert_int_equal(ease_solve(&x, 1e-1, 0, plenty, NULL, &B, &report), 0);
	assert_true(report.is_double);
	assert_true(report.error < 1e-2);
	for (size_t i = 0; i < ITEMS * ITEMS; i++)
		assert_near(slope(&x, &B, 1e-1, i / ITEMS, i % ITEMS) *
		    (i / ITEMS != i % ITEMS), 0, 1);
	mat_release(&B);

	said_begin();
	assert_int_equal(ease_solve(&x, 1e-1, 0, ITEMS * ITEMS * 11, NULL, &B,
	    &report), -1);
	assert_true(said_has("the weights of 40 items in double precision need "
	    "18.75K of memory, and --memory is 17.19K"));
	csr_release(&x);
}

static void
refuses_before_it_takes_memory(void **state)
{
	uint64_t indptr[] = { 0, 0 };
	const struct csr x = { 1, 4000000, indptr, NULL, NULL };
	struct ease_report report;
	struct mat B;

	(void)state;
	said_begin();
	assert_int_equal(ease_solve(&x, 1, 0, (size_t)8 << 30, NULL, &B,
	    &report), -1);
	assert_true(said_has("the weights of 4000000 items need 58.21T of "
	    "memory, and --memory is 8G: give more, keep fewer items or take "
	    "--method sansa"));
	assert_null(B.x);
}

static void
top_keeps_the_strongest_of_each_column(void **state)
{
	float b[] = {
		0, -3, 1, 0,
		2, 0, 1, 0,
		-5, 2, 0, 0,
		4, 3, 1, 0,
	};
	const uint32_t ranks[] = { 3, 2, 1, 0 };
	const struct mat B = { b, 4, 4 };
	struct csr W;

	(void)state;
	ease_top(&B, 2, ranks, &W);
	assert_int_equal(csr_count(&W), 6);
	assert_near(sparse_at(&W, 2, 0), -5, 0);
	assert_near(sparse_at(&W, 3, 0), 4, 0);
	assert_near(sparse_at(&W, 0, 1), -3, 0);
	assert_near(sparse_at(&W, 3, 1), 3, 0);
	/* three are equal: the higher ranks stay */
	assert_near(sparse_at(&W, 0, 2), 1, 0);
	assert_near(sparse_at(&W, 1, 2), 1, 0);
	csr_release(&W);
	ease_top(&B, 9, ranks, &W);
	assert_int_equal(csr_count(&W), 9);
	csr_release(&W);
}

/* lambda goes with the square of the unit. */
static void
lambda_by_the_data(void **state)
{
	struct csr x;
	double lambda;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 0, 6);
	lambda = ease_lambda(&x);
	assert_near(lambda, 30 * sqrt((double)csr_count(&x) / ITEMS),
	    1e-9);
	for (uint64_t i = 0; i < csr_count(&x); i++)
		x.values[i] *= 3;
	assert_near(ease_lambda(&x), 9 * lambda, 1e-9);
	csr_release(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_by_hand),
		cmocka_unit_test(is_where_the_slope_is_zero),
		cmocka_unit_test(dropout_holds_back_what_is_frequent),
		cmocka_unit_test(activity_is_as_many_users),
		cmocka_unit_test(permuting_changes_nothing),
		cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(item_without_users),
		cmocka_unit_test(takes_doubles_where_floats_fail),
		cmocka_unit_test(refuses_before_it_takes_memory),
		cmocka_unit_test(top_keeps_the_strongest_of_each_column),
		cmocka_unit_test(lambda_by_the_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
