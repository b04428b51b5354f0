/* Rows of a table leaf by leaf, and sums of their gradients by bin. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "tree/treerows.h"

/* The histogram is the sum of the pairs, also of more rows than one sum of 64
 * bits has room for. */
static void
test_histogram(void **state)
{
	enum { ROWS = 2 * TREEHIST_ROWS, COLUMNS = 5 };
	static struct treehist sum[COLUMNS * TREE_BINS];
	static int64_t scratch[COLUMNS * TREE_BINS];
	static uint8_t bins[ROWS * COLUMNS];
	static struct treerow row[ROWS];
	static struct treehist plain[COLUMNS * TREE_BINS];
	struct rng r;

	(void)state;
	rng_init(&r, 1, rng_stream("test.hist", 0));
	for (size_t i = 0; i < ROWS; i++) {
		/* Of the largest, many fall into few bins. */
		const int a = i % 3 ? -32767 : (int)rng_below(&r, 65535) -
		    32767;
		const unsigned b = i % 3 ? 65535 : rng_below(&r, 65536);

		row[i] = (struct treerow){ (uint32_t)(ROWS - 1 - i),
		    treehist_pair(a, b) };
		for (size_t j = 0; j < COLUMNS; j++) {
			const size_t at = (ROWS - 1 - i) * COLUMNS + j;

			bins[at] = (uint8_t)(rng_below(&r, 256) & (j == 0 ?
			    1 : 255));
			plain[j * TREE_BINS + bins[at]].g += a;
			plain[j * TREE_BINS + bins[at]].h += b;
		}
	}
	for (size_t i = 0; i < ROWS; i += TREEHIST_ROWS) {
		treehist_add(bins, COLUMNS, row + i, TREEHIST_ROWS, scratch);
		treehist_move(scratch, COLUMNS * TREE_BINS, sum);
	}
	assert_memory_equal(sum, plain, sizeof sum);
}

/* Rows go left and right in their order, and both parts are all of them. */
static void
test_rows(void **state)
{
	enum { ROWS = 20000 };
	static uint8_t bins[ROWS * 2], is_left[TREE_BINS];
	static float g[ROWS], h[ROWS];
	struct treerows *t;
	struct treespan all, part[3];
	struct treeunit unit;
	struct treehist sum;
	double sum_g = 0;
	struct rng r;

	(void)state;
	rng_init(&r, 2, rng_stream("test.rows", 0));
	for (size_t i = 0; i < ROWS; i++) {
		bins[2 * i] = (uint8_t)rng_below(&r, 256);
		bins[2 * i + 1] = (uint8_t)(i % 7);
		g[i] = (float)rng_normal(&r);
		h[i] = 1;
		sum_g += (double)g[i];
	}
	for (size_t b = 0; b < TREE_BINS; b++)
		is_left[b] = b % 7 < 3;
	t = treerows_new(bins, ROWS, 2);
	all = treerows_all(t, g, h, 1, &unit, &sum);
	assert_int_equal(all.n, ROWS);
	/* 20,000 roundings by less than a unit each, without bias. */
	assert_true(fabs((double)sum.g * unit.g - sum_g) < 300 * unit.g);
	treerows_split(t, all, 0, is_left, &part[0], &part[1]);
	assert_int_equal(part[0].n + part[1].n, ROWS);
	treerows_split(t, part[1], 1, is_left, &part[1], &part[2]);
	for (int k = 0; k < 3; k++) {
		const struct treerow *row = treerows_at(t, part[k]);

		assert_true(part[k].n > 1000);
		for (size_t i = 0; i < part[k].n; i++) {
			assert_true(i == 0 || row[i].row > row[i - 1].row);
			assert_int_equal(is_left[bins[2 * row[i].row]],
			    k == 0);
			if (k > 0)
				assert_int_equal(is_left[bins[2 * row[i].row +
				    1]], k == 1);
		}
	}
	treerows_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
