/* Rows by user: grouping, the order of lists, duplicates. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rng.h"
#include "data/scored.h"

static void
rows_come_in_any_order(void **state)
{
	static const uint32_t users[] = { 5, 0, 5, 2, 0, 5 };
	struct scored *s = scored_new();
	const struct scored_item *x;
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		scored_add(s, users[i], i, (double)i);
	scored_finish(s);
	assert_int_equal(scored_users(s), 6);
	assert_int_equal(scored_count(s), 6);
	x = scored_of(s, 5, &n);
	assert_int_equal(n, 3);
	assert_int_equal(x[0].item, 0);
	assert_int_equal(x[1].item, 2);
	assert_int_equal(x[2].item, 5);
	x = scored_of(s, 0, &n);
	assert_int_equal(n, 2);
	assert_int_equal(x[0].item, 1);
	scored_of(s, 1, &n);
	assert_int_equal(n, 0);
	scored_of(s, 600, &n);
	assert_int_equal(n, 0);
	scored_free(s);
}

static void
no_rows_at_all(void **state)
{
	struct scored *s = scored_new();
	uint32_t user, item;
	uint64_t dropped;
	size_t n;

	(void)state;
	scored_finish(s);
	assert_int_equal(scored_users(s), 0);
	assert_int_equal(scored_count(s), 0);
	assert_null(scored_of(s, 0, &n));
	assert_int_equal(scored_unique(s), 0);
	assert_int_equal(scored_once(s, &dropped, &user, &item), 0);
	assert_int_equal(dropped, 0);
	scored_free(s);
}

/* 99 sorts after 1000: names, not numbers. -0 and 0 are equal. */
static void
best_first_and_ties_by_name(void **state)
{
	static const char *const names[] = { "1000", "99", "b", "aa", "a" };
	static const double score[] = { 0, -0.0, 1, 1, 1 };
	static const uint32_t want[] = { 2, 3, 4, 1, 0 };
	struct idmap *items = idmap_new();
	struct scored *s = scored_new();
	const struct scored_item *x;
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		scored_add(s, 0, idmap_add(items, span_of(names[i])),
		    score[i]);
	scored_finish(s);
	scored_sort_best(s, items);
	x = scored_of(s, 0, &n);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(x[i].item, want[i]);
	scored_free(s);
	idmap_free(items);
}

static void
unique_keeps_the_largest(void **state)
{
	struct scored *s = scored_new();
	const struct scored_item *x;
	uint32_t user, item;
	uint64_t dropped;
	size_t n;

	(void)state;
	scored_add(s, 1, 7, 1);
	scored_add(s, 1, 3, 2);
	scored_add(s, 1, 7, 4);
	scored_add(s, 0, 7, 1);
	scored_add(s, 1, 7, -1);
	scored_finish(s);
	assert_int_equal(scored_once(s, &dropped, &user, &item), -1);
	assert_int_equal(user, 1);
	assert_int_equal(item, 7);
	assert_int_equal(scored_unique(s), 2);
	assert_int_equal(scored_count(s), 3);
	x = scored_of(s, 1, &n);
	assert_int_equal(n, 2);
	assert_int_equal(x[0].item, 3);
	assert_int_equal(x[1].item, 7);
	assert_true(x[1].value > 3.5 && x[1].value < 4.5);
	assert_int_equal(scored_once(s, &dropped, &user, &item), 0);
	assert_int_equal(dropped, 0);
	scored_free(s);
}

/* 0.1 as a float and as a double is the same; the order stays. */
static void
repeated_rows_are_one(void **state)
{
	struct scored *s = scored_new();
	const struct scored_item *x;
	uint32_t user, item;
	uint64_t dropped;
	size_t n;

	(void)state;
	scored_add(s, 300, 9, 0.5);
	scored_add(s, 300, 2, 0.1);
	scored_add(s, 300, 9, 0.5);
	scored_add(s, 300, 2, (double)0.1F);
	scored_add(s, 300, 1, 0);
	scored_add(s, 300, 1, -0.0);
	scored_finish(s);
	assert_int_equal(scored_once(s, &dropped, &user, &item), 0);
	assert_int_equal(dropped, 3);
	x = scored_of(s, 300, &n);
	assert_int_equal(n, 3);
	assert_int_equal(x[0].item, 9);
	assert_int_equal(x[1].item, 2);
	assert_int_equal(x[2].item, 1);
	scored_free(s);
}

/* Shuffled rows give the same lists: many users, some with ties. */
static void
shuffling_rows_changes_nothing(void **state)
{
	enum { USERS = 600, EACH = 7, N = USERS * EACH };
	static uint32_t order[N];
	struct idmap *items = idmap_new();
	struct scored *a = scored_new(), *b = scored_new();
	struct rng r;
	char name[16];

	(void)state;
	rng_init(&r, 1, rng_stream("test.scored", 0));
	for (uint32_t i = 0; i < 50; i++) {
		snprintf(name, sizeof name, "%u", i);
		idmap_add(items, span_of(name));
	}
	for (uint32_t i = 0; i < N; i++)
		order[i] = i;
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < N; i++)
			scored_add(round == 0 ? a : b, order[i] / EACH,
			    order[i] % 50, order[i] % 3);
		rng_shuffle(&r, order, N);
	}
	scored_finish(a);
	scored_finish(b);
	scored_sort_best(a, items);
	scored_sort_best(b, items);
	for (uint32_t u = 0; u < USERS; u++) {
		size_t n, m;
		const struct scored_item *x = scored_of(a, u, &n);
		const struct scored_item *y = scored_of(b, u, &m);

		assert_int_equal(n, EACH);
		assert_int_equal(m, EACH);
		for (size_t i = 0; i < EACH; i++)
			assert_int_equal(x[i].item, y[i].item);
	}
	scored_free(a);
	scored_free(b);
	idmap_free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_in_any_order),
		cmocka_unit_test(no_rows_at_all),
		cmocka_unit_test(best_first_and_ties_by_name),
		cmocka_unit_test(unique_keeps_the_largest),
		cmocka_unit_test(repeated_rows_are_one),
		cmocka_unit_test(shuffling_rows_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
