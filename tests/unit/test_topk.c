/* topk_select() against a full sort, and the rules of topk.h. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "data/idmap.h"
#include "rank/topk.h"
#include "tests/ref/topk.h"

enum { ITEMS = 300 };

struct catalogue {
	struct idmap *map;
	uint32_t *ranks;
	char text[ITEMS][8];
	const char *names[ITEMS];
};

static void
catalogue_init(struct catalogue *c)
{
	c->map = idmap_new();
	for (uint32_t i = 0; i < ITEMS; i++) {
		/* Of different lengths: 99 sorts after 1000. */
		snprintf(c->text[i], sizeof c->text[i], "%u", i * i % 30011);
		c->names[i] = c->text[i];
		assert_int_equal(idmap_add(c->map, span_of(c->names[i])), i);
	}
	c->ranks = idmap_ranks(c->map);
}

static void
catalogue_release(struct catalogue *c)
{
	free(c->ranks);
	idmap_free(c->map);
}

/* Few distinct scores (ties everywhere), some NaN, some left out. */
static void
random_row(struct rng *r, float *row)
{
	for (size_t i = 0; i < ITEMS; i++) {
		const uint32_t kind = rng_below(r, 10);

		row[i] = kind == 0 ? NAN : kind == 1 ? -INFINITY :
		    (float)rng_below(r, 7) - 3;
	}
}

static void
assert_same(const struct topk_item *a, const struct topk_item *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(a[i].item, b[i].item);
		assert_true(memcmp(&a[i].score, &b[i].score,
		    sizeof a[i].score) == 0);
	}
}

static void
equals_a_full_sort(void **state)
{
	static const size_t ks[] = { 1, 2, 3, 10, 64, 299, 300, 1000 };
	struct topk_item best[1000], want[1000];
	struct catalogue c;
	float row[ITEMS];
	struct rng r;

	(void)state;
	catalogue_init(&c);
	for (uint64_t round = 0; round < 50; round++) {
		rng_init(&r, 1, rng_stream("test.topk", round));
		random_row(&r, row);
		for (size_t i = 0; i < sizeof ks / sizeof ks[0]; i++) {
			const size_t n = topk_select(row, ITEMS, c.ranks,
			    ks[i], best);

			assert_int_equal(n, ref_topk(row, c.names, ITEMS,
			    ks[i], want));
			assert_same(best, want, n);
		}
	}
	catalogue_release(&c);
}

static void
ties_go_to_the_last_name(void **state)
{
	const float row[] = { 1, 1, 1, 2 };
	const uint32_t ranks[] = { 1, 0, 2, 3 };	/* b a c d */
	struct topk_item best[3];

	(void)state;
	assert_int_equal(topk_select(row, 4, ranks, 3, best), 3);
	assert_int_equal(best[0].item, 3);
	assert_int_equal(best[1].item, 2);
	assert_int_equal(best[2].item, 0);
	assert_true(topk_compare(best[0], best[1], ranks) < 0);
	assert_true(topk_compare(best[2], best[1], ranks) > 0);
	assert_int_equal(topk_compare(best[1], best[1], ranks), 0);
}

static void
nan_and_left_out_are_never_chosen(void **state)
{
	const float row[] = { NAN, -INFINITY, -1e30F, NAN, INFINITY };
	const uint32_t ranks[] = { 0, 1, 2, 3, 4 };
	struct topk_item best[5];

	(void)state;
	assert_int_equal(topk_select(row, 5, ranks, 5, best), 2);
	assert_int_equal(best[0].item, 4);
	assert_int_equal(best[1].item, 2);
	assert_int_equal(topk_select(row, 2, ranks, 5, best), 0);
	assert_int_equal(topk_select(row, 5, ranks, 0, best), 0);
}

static void
pieces_in_any_order_are_the_row(void **state)
{
	struct topk_item best[20], want[20];
	struct catalogue c;
	struct topk top;
	float row[ITEMS];
	struct rng r;
	size_t n;

	(void)state;
	catalogue_init(&c);
	rng_init(&r, 2, rng_stream("test.topk", 0));
	random_row(&r, row);
	n = topk_select(row, ITEMS, c.ranks, 20, want);
	topk_begin(&top, best, 20, c.ranks);
	topk_scan(&top, row + 200, 200, 100);
	topk_scan(&top, row + 7, 7, 193);
	topk_scan(&top, row, 0, 7);
	assert_int_equal(topk_end(&top), n);
	assert_same(best, want, n);
	catalogue_release(&c);
}

/* Items shuffled, with their names: the same names are chosen. */
static void
permuting_items_changes_nothing(void **state)
{
	struct topk_item best[30], moved[30];
	uint32_t place[ITEMS], ranks[ITEMS];
	float row[ITEMS], shuffled[ITEMS];
	struct catalogue c;
	struct rng r;
	size_t n;

	(void)state;
	catalogue_init(&c);
	rng_init(&r, 3, rng_stream("test.topk", 0));
	random_row(&r, row);
	for (uint32_t i = 0; i < ITEMS; i++)
		place[i] = i;
	rng_shuffle(&r, place, ITEMS);
	for (uint32_t i = 0; i < ITEMS; i++) {
		shuffled[place[i]] = row[i];
		ranks[place[i]] = c.ranks[i];
	}
	n = topk_select(row, ITEMS, c.ranks, 30, best);
	assert_int_equal(topk_select(shuffled, ITEMS, ranks, 30, moved), n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(moved[i].item, place[best[i].item]);
	catalogue_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_a_full_sort),
		cmocka_unit_test(ties_go_to_the_last_name),
		cmocka_unit_test(nan_and_left_out_are_never_chosen),
		cmocka_unit_test(pieces_in_any_order_are_the_row),
		cmocka_unit_test(permuting_items_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
