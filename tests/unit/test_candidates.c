/* Candidates: never what the user had, never twice, and as often as their
 * weights say. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"
#include "prep/candidates.h"

enum { ITEMS = 12, TESTS = 4000 };

/*
 * User 0 has items 0 and 1, and is the one of TESTS tested rows (of item 1);
 * user 1 had item i in i rows of the train part.
 */
struct shop {
	struct split_rows rows;
	unsigned char *part;
	uint32_t ranks[ITEMS];
};

static void
make(struct shop *s)
{
	const size_t n = 1 + TESTS + ITEMS * (ITEMS - 1) / 2;
	struct split_rows *r = &s->rows;
	size_t at = 0;

	*r = (struct split_rows){ .n = n, .n_users = 2, .n_items = ITEMS };
	r->user = mem_array("test", n, sizeof *r->user);
	r->item = mem_array("test", n, sizeof *r->item);
	r->hash = mem_array("test", n, sizeof *r->hash);
	s->part = mem_array("test", n, 1);
	for (size_t i = 0; i < TESTS; i++, at++) {
		r->item[at] = 1;
		s->part[at] = SPLIT_TEST;
	}
	s->part[at] = SPLIT_VALID;
	r->item[at++] = 0;
	for (uint32_t i = 0; i < ITEMS; i++)
		for (uint32_t j = 0; j < i; j++, at++) {
			r->user[at] = 1;
			r->item[at] = i;
		}
	assert_int_equal(at, n);
	for (size_t i = 0; i < n; i++)
		r->hash[i] = hash_mix(i, 3);
	for (uint32_t i = 0; i < ITEMS; i++)
		s->ranks[i] = ITEMS - 1 - i;
}

static void
release(struct shop *s)
{
	free(s->rows.user);
	free(s->rows.item);
	free(s->rows.hash);
	free(s->part);
}

/* How often each item is the k-th of n that are drawn; checks each draw. */
static void
count(const struct shop *s, const char *how, size_t n, size_t k,
    size_t counts[ITEMS])
{
	struct candidates *c = candidates_new(&s->rows, s->part, s->ranks,
	    choice_find(candidates_choice, span_of(how)), 1);
	struct candidates_scratch *scratch = candidates_scratch(c);
	uint32_t items[ITEMS];

	memset(counts, 0, ITEMS * sizeof *counts);
	for (size_t row = 0; row < TESTS; row++) {
		unsigned seen = 0;

		assert_int_equal(candidates_draw(c, row, n, items, scratch),
		    n);
		for (size_t i = 0; i < n; i++) {
			assert_in_range(items[i], 2, ITEMS - 1);
			assert_false(seen >> items[i] & 1);
			seen |= 1U << items[i];
		}
		counts[items[k]]++;
	}
	candidates_scratch_free(scratch);
	candidates_free(c);
}

/* Within five standard deviations of a binomial. */
static void
assert_share(size_t n, double p)
{
	assert_true(fabs((double)n - p * TESTS) <
	    5 * sqrt(TESTS * p * (1 - p)));
}

/* Both ways of drawing (again and again; by times of arrival), for the first
 * and for the second of the items. */
static void
test_uniform(void **state)
{
	static const size_t ns[] = { 1, 2, 2, 9, 9 }, ks[] = { 0, 0, 1, 0, 8 };
	struct shop s;
	size_t counts[ITEMS];

	(void)state;
	make(&s);
	for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
		count(&s, "uniform", ns[i], ks[i], counts);
		for (size_t item = 2; item < ITEMS; item++)
			assert_share(counts[item], 0.1);
	}
	release(&s);
}

/* The first comes with its share w of the weights W; the second with
 * sum over others of w_o / W * w / (W - w_o). */
static void
test_popularity(void **state)
{
	const double all = ITEMS * (ITEMS - 1) / 2 - 1;
	struct shop s;
	size_t counts[ITEMS];

	(void)state;
	make(&s);
	for (size_t n = 1; n <= 5; n += 2) {
		count(&s, "popularity", n, 0, counts);
		for (size_t item = 2; item < ITEMS; item++)
			assert_share(counts[item], (double)item / all);
	}
	for (size_t n = 2; n <= 6; n += 2) {
		count(&s, "popularity", n, 1, counts);
		for (size_t item = 2; item < ITEMS; item++) {
			double p = 0;

			for (size_t o = 2; o < ITEMS; o++)
				if (o != item)
					p += (double)o / all * (double)item /
					    (all - (double)o);
			assert_share(counts[item], p);
		}
	}
	release(&s);
}

/* All there are when they are too few; by popularity, none without weight. */
static void
test_too_few(void **state)
{
	struct shop s;
	struct candidates *c;
	struct candidates_scratch *scratch;
	uint32_t items[ITEMS + 5];

	(void)state;
	make(&s);
	for (size_t how = 0; how < 2; how++) {
		c = candidates_new(&s.rows, s.part, s.ranks,
		    candidates_choice(how), 1);
		scratch = candidates_scratch(c);
		assert_int_equal(candidates_draw(c, 0, ITEMS + 5, items,
		    scratch), 10);
		/* user 1 had all but item 0, which nobody trains with */
		assert_int_equal(candidates_draw(c, s.rows.n - 1, 4, items,
		    scratch), how == 0 ? 1 : 0);
		candidates_scratch_free(scratch);
		candidates_free(c);
	}
	release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_popularity),
		cmocka_unit_test(test_too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
