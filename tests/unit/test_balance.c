/* Classes of unequal size: exactly the rows that were promised. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "prep/balance.h"
#include "prep/split.h"

enum { N = 6000, CLASSES = 4 };

struct table {
	uint16_t class[N];
	uint64_t hash[N];
	unsigned char part[N];
	size_t rows[CLASSES];	/* of train; class 2 has none there */
};

static void
make(struct table *t)
{
	memset(t->rows, 0, sizeof t->rows);
	for (size_t i = 0; i < N; i++) {
		t->class[i] = (uint16_t)(i % 10 == 0 ? 1 : i % 97 == 0 ? 3
		    : i % 31 == 0 ? 2 : 0);
		/* few hashes: many are equal */
		t->hash[i] = hash_mix(i % 1500, 5);
		t->part[i] = t->class[i] == 2 || i % 7 == 0 ? SPLIT_TEST
		    : SPLIT_TRAIN;
		if (t->part[i] == SPLIT_TRAIN)
			t->rows[t->class[i]]++;
	}
}

static void
check(const struct table *t, const char *how, double ratio,
    const size_t want[CLASSES])
{
	struct balance *b = balance_new(choice_find(balance_choice,
	    span_of(how)), t->class, CLASSES, t->hash, t->part, N, ratio, 1);
	size_t written[CLASSES] = { 0 };

	for (size_t i = 0; i < N; i++) {
		const size_t c = t->class[i];

		if (t->part[i] != SPLIT_TRAIN)
			continue;
		written[c] += balance_times(b, i);
		/* copies are spread: no row has two more than another */
		assert_in_range(balance_times(b, i), want[c] / t->rows[c],
		    want[c] / t->rows[c] + 1);
	}
	for (size_t c = 0; c < CLASSES; c++) {
		assert_int_equal(written[c], want[c]);
		assert_int_equal(balance_written(b, c), want[c]);
		assert_int_equal(balance_rows(b, c), t->rows[c]);
	}
	balance_free(b);
}

static void
test_sampling(void **state)
{
	struct table t;

	(void)state;
	make(&t);
	assert_true(t.rows[0] > t.rows[1] && t.rows[1] > t.rows[3]);
	check(&t, "under", 1, (const size_t[]){ t.rows[3], t.rows[3], 0,
	    t.rows[3] });
	check(&t, "under", 4, (const size_t[]){ 4 * t.rows[3], 4 * t.rows[3],
	    0, t.rows[3] });
	check(&t, "over", 1, (const size_t[]){ t.rows[0], t.rows[0], 0,
	    t.rows[0] });
	check(&t, "over", 16, (const size_t[]){ t.rows[0], t.rows[1], 0,
	    (t.rows[0] + 15) / 16 });
	check(&t, "none", 1, t.rows);
}

/* The weights of each class add up to the same, those of all to the rows. */
static void
test_weights(void **state)
{
	struct table t;
	struct balance *b;
	double sum[CLASSES] = { 0 };
	size_t all;

	(void)state;
	make(&t);
	all = t.rows[0] + t.rows[1] + t.rows[3];
	b = balance_new(balance_choice(3), t.class, CLASSES, t.hash, t.part, N,
	    1, 1);
	for (size_t i = 0; i < N; i++)
		if (t.part[i] == SPLIT_TRAIN) {
			assert_int_equal(balance_times(b, i), 1);
			sum[t.class[i]] += balance_weight(b, i);
		}
	for (size_t c = 0; c < CLASSES; c++)
		assert_true(fabs(sum[c] - (c == 2 ? 0 : (double)all / 3)) <
		    1e-9 * (double)all);
	balance_free(b);
}

/* Which rows are chosen goes by hash and seed, not by the order of rows. */
static void
test_order(void **state)
{
	struct table t, u;
	struct balance *a, *b, *c;
	size_t same = 0, n = 0;

	(void)state;
	make(&t);
	for (size_t i = 0; i < N; i++)
		t.hash[i] = hash_mix(i, 8);
	for (size_t i = 0; i < N; i++) {
		u.class[i] = t.class[N - 1 - i];
		u.hash[i] = t.hash[N - 1 - i];
		u.part[i] = t.part[N - 1 - i];
	}
	a = balance_new(balance_choice(1), t.class, CLASSES, t.hash, t.part, N,
	    1, 1);
	b = balance_new(balance_choice(1), u.class, CLASSES, u.hash, u.part, N,
	    1, 1);
	c = balance_new(balance_choice(1), t.class, CLASSES, t.hash, t.part, N,
	    1, 2);
	for (size_t i = 0; i < N; i++)
		if (t.part[i] == SPLIT_TRAIN && t.class[i] == 1) {
			assert_int_equal(balance_times(a, i),
			    balance_times(b, N - 1 - i));
			n += balance_times(a, i);
			same += balance_times(a, i) && balance_times(c, i);
		}
	assert_true(same < n);
	balance_free(a);
	balance_free(b);
	balance_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sampling),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
