/* similarity.h through nearest.h, and rp3beta.h, against their definitions. */

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
#include "knn/nearest.h"
#include "knn/past.h"
#include "knn/rp3beta.h"
#include "tests/ref/sparse.h"

enum { USERS = 60, ITEMS = 40 };

static const double asymmetry = 0.3, shrink = 2;

/* The sums over the users of two columns. */
struct sums {
	double x, y, xx, yy, xy, n, common_xx, common_yy;
};

static struct sums
sums_of(const struct csr *m, size_t a, size_t b)
{
	struct sums s = { .n = (double)m->rows };

	for (size_t r = 0; r < m->rows; r++) {
		const double x = sparse_at(m, r, a), y = sparse_at(m, r, b);

		s.x += x;
		s.y += y;
		s.xx += x * x;
		s.yy += y * y;
		s.xy += x * y;
		if (fabs(x * y) > 0) {
			s.common_xx += x * x;
			s.common_yy += y * y;
		}
	}
	return s;
}

/* As the papers have them, shrunk by h. */
static double
plain(const char *name, struct sums s, double h)
{
	if (strcmp(name, "jaccard") == 0)
		return s.xy / (s.xx + s.yy - s.xy + h);
	if (strcmp(name, "dice") == 0)
		return 2 * s.xy / (s.xx + s.yy + 2 * h);
	if (strcmp(name, "asymmetric") == 0)
		return s.xy / (pow(s.xx, 1 - asymmetry) *
		    pow(s.yy, asymmetry) + h);
	if (strcmp(name, "pearson") == 0)
		return (s.xy - s.x * s.y / s.n) /
		    (sqrt(s.xx - s.x * s.x / s.n) *
		    sqrt(s.yy - s.y * s.y / s.n) + h);
	if (strcmp(name, "product") == 0)
		return s.xy / (1 + h);
	return s.xy / (sqrt(s.xx * s.yy) + h);
}

static void
table_of(const struct csr *x, const struct choice *how, int common,
    struct csr *out)
{
	const struct nearest_rule rule = { how, asymmetry, shrink, common };
	struct nearest_space space;
	uint32_t ranks[ITEMS];
	struct csr xt;

	sparse_order(ranks, ITEMS, 5);
	csr_transpose(x, &xt);
	nearest_space_init(&space, x, &rule, ranks);
	nearest_table(&space, &xt, 0, NULL, out);
	nearest_space_release(&space);
	csr_release(&xt);
}

/* What is above zero is a neighbour; sparse and dense ways. */
static void
each_equals_its_definition(void **state)
{
	const struct choice *how;

	(void)state;
	for (size_t k = 0; (how = similarity_choice(k)) != NULL; k++)
		for (size_t d = 0; d < 2; d++) {
			struct csr x, near;
			double h = 0;

			sparse_random(&x, USERS, ITEMS, d ? 0.5 : 0.04, 1, k);
			for (uint64_t i = 0; i < csr_count(&x); i++)
				h += (double)x.values[i] *
				    (double)x.values[i];
			h *= shrink / (double)csr_count(&x);
			table_of(&x, how, 0, &near);
			for (size_t a = 0; a < ITEMS; a++)
				for (size_t b = 0; b < ITEMS; b++) {
					const double s = plain(how->name,
					    sums_of(&x, a, b), h);

					assert_near(sparse_at(&near, a, b),
					    a == b || !(s > 0) ? 0 : s, 1e-6);
				}
			csr_release(&near);
			csr_release(&x);
		}
}

static void
common_lengths_are_of_what_both_have(void **state)
{
	struct csr x, near;
	double h = 0;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 3);
	for (uint64_t i = 0; i < csr_count(&x); i++) {
		x.values[i] -= 3.5F;
		h += (double)x.values[i] * (double)x.values[i];
	}
	h *= shrink / (double)csr_count(&x);
	table_of(&x, similarity_choice(0), 1, &near);
	for (size_t a = 0; a < ITEMS; a++)
		for (size_t b = 0; b < ITEMS; b++) {
			const struct sums s = sums_of(&x, a, b);
			const double want = s.xy /
			    (sqrt(s.common_xx * s.common_yy) + h);

			assert_near(sparse_at(&near, a, b),
			    a == b || !(want > 0) ? 0 : want, 1e-6);
		}
	csr_release(&near);
	csr_release(&x);
}

/* --- walks ---------------------------------------------------------------- */

static double
row_sum(const struct csr *m, size_t r)
{
	double sum = 0;

	for (size_t c = 0; c < m->cols; c++)
		sum += sparse_at(m, r, c);
	return sum;
}

/* sum_u (p_iu)^alpha (p_uj)^alpha / popularity^beta */
static double
plain_walk(const struct csr *x, const struct csr *xt, size_t i, size_t j,
    double alpha, double beta)
{
	double sum = 0;

	for (size_t u = 0; u < x->rows; u++)
		if (sparse_at(x, u, i) > 0 && sparse_at(x, u, j) > 0)
			sum += pow(sparse_at(x, u, i) / row_sum(xt, i), alpha)
			    * pow(sparse_at(x, u, j) / row_sum(x, u), alpha);
	return sum > 0 ? sum / pow(row_sum(xt, j), beta) : 0;
}

static void
weights_are_walks(void **state)
{
	uint32_t ranks[ITEMS];
	struct csr x, xt, copy, W;

	(void)state;
	sparse_order(ranks, ITEMS, 5);
	sparse_random(&x, USERS, ITEMS, 0.1, 1, 4);
	csr_transpose(&x, &xt);
	csr_transpose(&xt, &copy);
	rp3beta_weights(&copy, &(struct rp3beta_options){ 0.7, 0.4, 0, 0 },
	    ranks, NULL, &W);
	for (size_t i = 0; i < ITEMS; i++)
		for (size_t j = 0; j < ITEMS; j++)
			assert_near(sparse_at(&W, i, j), i == j ? 0 :
			    plain_walk(&x, &xt, i, j, 0.7, 0.4), 1e-6);
	csr_release(&W);
	csr_release(&copy);
	csr_release(&xt);
	csr_release(&x);
}

/* With alpha 1 and beta 0, and nothing cut: from an item the walk ends at
 * itself or elsewhere, in all with probability 1. */
static void
probabilities_add_up(void **state)
{
	uint32_t ranks[ITEMS];
	struct csr x, xt, copy, W;

	(void)state;
	sparse_order(ranks, ITEMS, 5);
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 6);
	csr_transpose(&x, &xt);
	csr_transpose(&xt, &copy);
	rp3beta_weights(&copy, &(struct rp3beta_options){ 1, 0, 0, 0 }, ranks,
	    NULL, &W);
	for (size_t i = 0; i < ITEMS; i++)
		assert_near(row_sum(&W, i) + plain_walk(&x, &xt, i, i, 1, 0),
		    1, 1e-6);
	csr_release(&W);
	csr_release(&copy);
	csr_release(&xt);
	csr_release(&x);
}

static void
each_item_keeps_so_many(void **state)
{
	uint32_t ranks[ITEMS];
	struct csr x, W;

	(void)state;
	sparse_order(ranks, ITEMS, 5);
	for (size_t top = 1; top <= 3; top++) {
		struct csr Wt;

		sparse_random(&x, USERS, ITEMS, 0.2, 0, 7);
		rp3beta_weights(&x, &(struct rp3beta_options){ 1, 0.5, 0,
		    top }, ranks, NULL, &W);
		csr_transpose(&W, &Wt);
		for (size_t j = 0; j < ITEMS; j++)
			assert_int_equal(csr_row_count(&Wt, j), top);
		csr_release(&Wt);
		csr_release(&W);
		csr_release(&x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_equals_its_definition),
		cmocka_unit_test(common_lengths_are_of_what_both_have),
		cmocka_unit_test(weights_are_walks),
		cmocka_unit_test(probabilities_add_up),
		cmocka_unit_test(each_item_keeps_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
