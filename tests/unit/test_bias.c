/* The baseline of ratings: where its objective's slope is zero. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/par.h"
#include "knn/bias.h"
#include "tests/ref/sparse.h"

enum { USERS = 80, ITEMS = 50 };

static const double lambda_user = 5, lambda_item = 2;

/* Half the slope of the objective (bias.h) at each bias. */
static void
slope_is_zero(void **state)
{
	float item[ITEMS], user[USERS];
	double by_user[USERS] = { 0 }, by_item[ITEMS] = { 0 };
	struct csr x, rest;
	struct bias b;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.2, 1, 1);
	sparse_permute(&x, NULL, NULL, &rest);
	bias_fit(&b, &x, lambda_user, lambda_item, item);
	bias_take_off(&b, &rest, user);
	for (size_t u = 0; u < USERS; u++)
		for (size_t i = 0; i < ITEMS; i++) {
			const double r = sparse_at(&x, u, i);
			const double miss = r - b.mean - (double)user[u] -
			    (double)item[i];

			if (!(r > 0))
				continue;
			assert_near(sparse_at(&rest, u, i), miss, 1e-6);
			by_user[u] += miss;
			by_item[i] += miss;
		}
	for (size_t u = 0; u < USERS; u++)
		assert_near(by_user[u], lambda_user * (double)user[u], 1e-3);
	for (size_t i = 0; i < ITEMS; i++)
		assert_near(by_item[i], lambda_item * (double)item[i], 1e-3);
	csr_release(&rest);
	csr_release(&x);
}

/* All ratings equal, a user and an item without one. */
static void
equal_ratings_have_no_bias(void **state)
{
	uint64_t indptr[] = { 0, 2, 2, 3 };
	uint32_t indices[] = { 0, 1, 1 };
	float values[] = { 4, 4, 4 }, item[3], user[3];
	struct csr x = { 3, 3, indptr, indices, values };
	struct bias b;

	(void)state;
	bias_fit(&b, &x, 0, 0, item);
	bias_take_off(&b, &x, user);
	assert_near(b.mean, 4, 0);
	for (size_t i = 0; i < 3; i++) {
		assert_near(item[i], 0, 0);
		assert_near(user[i], 0, 0);
		assert_near(values[i], 0, 0);
	}
	assert_near(bias_limit(&b, 9), 4, 0);
}

static void
predictions_stay_in_the_range(void **state)
{
	const struct bias b = { .min = 1, .max = 5 };

	(void)state;
	assert_near(bias_limit(&b, 0.5), 1, 0);
	assert_near(bias_limit(&b, 5.5), 5, 0);
	assert_near(bias_limit(&b, 2.5), 2.5, 0);
}

static void
threads_do_not_matter(void **state)
{
	float one[ITEMS], two[ITEMS];
	struct csr x;
	struct bias b;

	(void)state;
	sparse_random(&x, 600, ITEMS, 0.1, 1, 2);
	par_set_threads(1);
	bias_fit(&b, &x, lambda_user, lambda_item, one);
	par_set_threads(2);
	bias_fit(&b, &x, lambda_user, lambda_item, two);
	par_set_threads(0);
	assert_memory_equal(one, two, sizeof one);
	csr_release(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slope_is_zero),
		cmocka_unit_test(equal_ratings_have_no_bias),
		cmocka_unit_test(predictions_stay_in_the_range),
		cmocka_unit_test(threads_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
