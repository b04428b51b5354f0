/* The sieve against topk_select(), which is tested against a full sort. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "rank/sieve.h"

enum { ITEMS = 5000 };

struct row {
	float score[ITEMS];
	uint32_t rank[ITEMS], by_rank[ITEMS];
};

/* A row of one of several kinds. */
static void
row_init(struct row *row, uint64_t kind)
{
	struct rng r;

	rng_init(&r, 5, rng_stream("test.sieve", kind));
	for (uint32_t i = 0; i < ITEMS; i++)
		row->rank[i] = i;
	rng_shuffle(&r, row->rank, ITEMS);
	for (uint32_t i = 0; i < ITEMS; i++) {
		const float x = (float)rng_normal(&r);

		row->by_rank[row->rank[i]] = i;
		switch (kind % 6) {
		case 0:			/* all different */
			row->score[i] = x;
			break;
		case 1:			/* most are equal */
			row->score[i] = x > 2 ? x : 0;
			break;
		case 2:			/* two zeros that are one */
			row->score[i] = x > 0 ? 0.0F : -0.0F;
			break;
		case 3:			/* much is left out */
			row->score[i] = x > 1 ? NAN : x > -1 ? -INFINITY : x;
			break;
		case 4:			/* ever better: all come in */
			row->score[i] = (float)i;
			break;
		case 5:			/* the largest there are */
			row->score[i] = x > 1 ? INFINITY : -1e38F * x;
			break;
		}
	}
}

static void
assert_same(const struct topk_item *a, const struct topk_item *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(a[i].item, b[i].item);
		assert_true(a[i].score == b[i].score);
	}
}

/* In tiles of any size, from the last to the first. */
static void
check(const struct row *row, size_t k, size_t tile)
{
	struct topk_item *best = mem_array("best", k, sizeof *best);
	struct topk_item *want = mem_array("best", k, sizeof *want);
	uint64_t *key = mem_array("keys", sieve_room(k), sizeof *key);
	struct sieve s;
	size_t n;

	sieve_begin(&s, key, k);
	for (size_t end = ITEMS; end > 0; ) {
		const size_t first = end > tile ? end - tile : 0;

		sieve_scan(&s, row->score + first, row->rank + first,
		    end - first);
		end = first;
	}
	n = sieve_end(&s, row->by_rank, best);
	assert_int_equal(n, topk_select(row->score, ITEMS, row->rank, k,
	    want));
	assert_same(best, want, n);
	free(best);
	free(want);
	free(key);
}

static void
the_best_of_any_row(void **state)
{
	static const size_t ks[] = { 1, 2, 10, 100, 1000, 4999, 5000, 9000 };
	static const size_t tiles[] = { 1, 15, 100, 2048, ITEMS };
	static struct row row;

	(void)state;
	for (uint64_t kind = 0; kind < 12; kind++) {
		row_init(&row, kind);
		for (size_t k = 0; k < sizeof ks / sizeof *ks; k++)
			for (size_t t = 0; t < sizeof tiles / sizeof *tiles;
			    t++)
				check(&row, ks[k], tiles[t]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_of_any_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
