/* SLIM: the conditions of its minimum. */

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
#include "knn/gram.h"
#include "knn/slim.h"
#include "tests/ref/sparse.h"

enum { USERS = 120, ITEMS = 90 };

static void
products_of(const struct csr *x, struct mat *G)
{
	struct csr xt;

	csr_transpose(x, &xt);
	mat_init(G, "a test", x->cols, x->cols);
	gram_full(x, &xt, G);
	csr_release(&xt);
}

static void
solve(const struct mat *G, const struct slim_options *o, struct csr *W)
{
	uint32_t ranks[ITEMS];

	sparse_order(ranks, ITEMS, 5);
	slim_solve(G, o, ranks, NULL, W);
}

static void
products_are_symmetric_sums(void **state)
{
	struct csr x;
	struct mat G;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.1, 1, 1);
	products_of(&x, &G);
	for (size_t i = 0; i < ITEMS; i += 7)
		for (size_t j = 0; j < ITEMS; j++) {
			double sum = 0;

			for (size_t u = 0; u < USERS; u++)
				sum += sparse_at(&x, u, i) *
				    sparse_at(&x, u, j);
			assert_near(mat_row(&G, i)[j], sum, 0);
			assert_near(mat_row(&G, j)[i], sum, 0);
		}
	mat_release(&G);
	csr_release(&x);
}

/*
 * The slope of the sum at weight i of column j is -G_ij + (G w)_i + lambda w_i
 * + l1: zero where the weight is not, and not below where it is.
 */
static void
no_weight_can_move(void **state)
{
	const struct slim_options o = { 7, 2, 0 };
	struct csr x, W;
	struct mat G;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.3, 1, 2);
	products_of(&x, &G);
	solve(&G, &o, &W);
	for (size_t j = 0; j < ITEMS; j++) {
		const double small = 1.1e-3 * (double)mat_row(&G, j)[j];

		for (size_t i = 0; i < ITEMS; i++) {
			const double w = sparse_at(&W, i, j);
			double slope = o.l1 + o.lambda * w -
			    (double)mat_row(&G, i)[j];

			for (size_t k = 0; k < ITEMS; k++)
				slope += (double)mat_row(&G, i)[k] *
				    sparse_at(&W, k, j);
			if (i == j)
				assert_near(w, 0, 0);
			else if (w > 0)
				assert_near(slope, 0, small);
			else
				assert_true(slope > -small);
			assert_true(w >= 0);
		}
	}
	csr_release(&W);
	mat_release(&G);
	csr_release(&x);
}

static void
more_l1_and_top_leave_fewer(void **state)
{
	struct csr x, many, few, top;
	struct mat G;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.3, 0, 3);
	products_of(&x, &G);
	solve(&G, &(struct slim_options){ 1, 0.5, 0 }, &many);
	solve(&G, &(struct slim_options){ 1, 8, 0 }, &few);
	solve(&G, &(struct slim_options){ 1, 0.5, 3 }, &top);
	assert_true(csr_count(&few) < csr_count(&many));
	assert_true(csr_count(&top) <= 3 * ITEMS);
	for (size_t i = 0; i < ITEMS; i++)
		for (size_t j = 0; j < ITEMS; j++)
			if (sparse_at(&top, i, j) > 0)
				assert_near(sparse_at(&top, i, j),
				    sparse_at(&many, i, j), 0);
	csr_release(&top);
	csr_release(&few);
	csr_release(&many);
	mat_release(&G);
	csr_release(&x);
}

static void
threads_do_not_matter(void **state)
{
	const struct slim_options o = { 3, 1, 10 };
	struct csr x, one, two;
	struct mat G;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.3, 1, 4);
	products_of(&x, &G);
	par_set_threads(1);
	solve(&G, &o, &one);
	par_set_threads(2);
	solve(&G, &o, &two);
	par_set_threads(0);
	assert_int_equal(csr_count(&one), csr_count(&two));
	assert_memory_equal(one.values, two.values,
	    csr_count(&one) * sizeof *one.values);
	csr_release(&one);
	csr_release(&two);
	mat_release(&G);
	csr_release(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(products_are_symmetric_sums),
		cmocka_unit_test(no_weight_can_move),
		cmocka_unit_test(more_l1_and_top_leave_fewer),
		cmocka_unit_test(threads_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
