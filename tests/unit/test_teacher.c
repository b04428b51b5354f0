/* A teacher's lists: their items are drawn by their places. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>

#include <cmocka.h>

#include "nn/teacher.h"

enum { USERS = 3, ITEMS = 5, DRAWS = 40000 };

/* The second has no list; the first's best is item 3, the third's two are
 * equal. */
static uint64_t indptr[] = { 0, 3, 3, 5 };
static uint32_t indices[] = { 0, 2, 3, 1, 4 };
static float values[] = { 0.5f, -1, 2, 7, 7 };
static const struct csr scores = { USERS, ITEMS, indptr, indices, values };

/* What is drawn is what the shares say, for each user: their own item 1 where
 * it is not the teacher's. */
static void
check(double weight, double depth, const double want[USERS][ITEMS])
{
	struct teacher t;

	teacher_init(&t, &scores, weight, depth);
	for (uint32_t u = 0; u < USERS; u++) {
		double share[ITEMS] = { 0 }, drawn[ITEMS] = { 0 };

		teacher_shares(&t, u, 1, 1, share);
		for (uint64_t e = 0; e < DRAWS; e++) {
			struct rng rng;
			uint32_t item;

			rng_init(&rng, 3, rng_stream("test", e));
			item = teacher_draw(&t, u, &rng);
			drawn[item == TEACHER_NONE ? 1 : item] +=
			    1.0 / DRAWS;
		}
		for (size_t i = 0; i < ITEMS; i++) {
			assert_true(fabs(share[i] - want[u][i]) < 1e-6);
			assert_true(fabs(share[i] - drawn[i]) < 0.015);
		}
	}
	teacher_release(&t);
}

static void
test_draws(void **state)
{
	/* depth 1 / log 2: each place counts half of that before it */
	static const double half[USERS][ITEMS] = {
		{ 0.25 * 2 / 7, 0.75, 0.25 / 7, 0.25 * 4 / 7, 0 },
		{ 0, 1, 0, 0, 0 },
		{ 0, 0.75 + 0.25 * 2 / 3, 0, 0, 0.25 / 3 } };
	static const double all[USERS][ITEMS] = {
		{ 0, 0, 0, 1, 0 }, { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 } };
	static const double even[USERS][ITEMS] = {
		{ 1 / 3.0, 0, 1 / 3.0, 1 / 3.0, 0 }, { 0, 1, 0, 0, 0 },
		{ 0, 0.5, 0, 0, 0.5 } };

	(void)state;
	check(0.25, 1 / log(2), half);
	check(1, 1e-3, all);
	check(1, 1e9, even);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_draws) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
