/* Groups: every row once, with its group, in the order of the table. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "prep/groups.h"
#include "prep/lastrows.h"

struct seen {
	const uint32_t *group;
	const int64_t *keys;
	unsigned char *row;	/* (n) times seen */
	unsigned char *times;	/* (n_groups) */
};

static void
look(void *arg, uint32_t group, struct group_row *rows, size_t n,
    size_t worker)
{
	struct seen *s = arg;

	assert_true(worker < par_threads());
	assert_true(n > 0);
	s->times[group]++;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s->group[rows[i].row], group);
		assert_int_equal(rows[i].key, s->keys == NULL ? 0
		    : s->keys[rows[i].row]);
		assert_true(i == 0 || rows[i - 1].row < rows[i].row);
		s->row[rows[i].row]++;
	}
}

/* Sizes around those of segments and buckets; one group with half the rows,
 * the others alike, some empty. */
static void
test_each(void **state)
{
	static const size_t sizes[][2] = { { 0, 0 }, { 1, 1 }, { 10, 3 },
	    { 65536, 70000 }, { 65537, 1 }, { 300000, 5 }, { 300000, 90000 } };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const size_t n = sizes[i][0], n_groups = sizes[i][1];
		uint32_t *group = mem_array("test", n, sizeof *group);
		struct seen s = { group, NULL, mem_array("test", n, 1),
		    mem_array("test", n_groups, 1) };
		int64_t *keys = NULL;
		size_t rows = 0;
		struct groups *g;

		for (size_t r = 0; r < n; r++) {
			struct rng rng;

			rng_init(&rng, 3, rng_stream("test", r));
			group[r] = rng_below(&rng, 2) ? 0
			    : rng_below(&rng, (uint32_t)n_groups);
		}
		par_set_threads(1 + i % 2);
		g = groups_new(group, n, n_groups);
		if (i % 2) {
			keys = mem_array("test", n, sizeof *keys);
			for (size_t r = 0; r < n; r++)
				keys[r] = (int64_t)(r * r);
		}
		s.keys = keys;
		groups_each(g, keys, look, &s);
		for (size_t r = 0; r < n; r++)
			rows += s.row[r];
		assert_int_equal(rows, n);
		for (size_t u = 0; u < n_groups; u++)
			assert_true(s.times[u] <= 1);
		groups_free(g);
		free(group);
		free(keys);
		free(s.row);
		free(s.times);
	}
	par_set_threads(1);
}

static void
test_sort(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 31, 33, 1000 };
	struct group_row rows[1000];

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		for (size_t r = 0; r < sizes[i]; r++)
			rows[r] = (struct group_row){
			    (int64_t)(r * 7919 % 13) - 6, r };
		groups_sort(rows, sizes[i]);
		for (size_t r = 1; r < sizes[i]; r++)
			assert_true(rows[r - 1].key < rows[r].key ||
			    (rows[r - 1].key == rows[r].key &&
			    rows[r - 1].row < rows[r].row));
	}
}

static void
test_sort_last(void **state)
{
	struct group_row rows[100], all[100];

	(void)state;
	for (size_t n = 0; n <= 100; n += 20)
		for (size_t k = 0; k <= n; k += k < 6 ? 1 : 13) {
			for (size_t r = 0; r < n; r++)
				all[r] = rows[r] = (struct group_row){
				    (int64_t)(r * 7919 % 13) - 6, r };
			groups_sort(all, n);
			groups_sort_last(rows, n, k);
			assert_memory_equal(rows + n - k, all + n - k,
			    k * sizeof *rows);
		}
}

/* --- the last rows ------------------------------------------------------- */

struct last {
	struct lastrows *of;	/* (groups) */
	size_t times[300];
};

static void
take_last(void *arg, uint32_t group, const struct lastrows *l, size_t worker)
{
	struct last *last = arg;

	assert_true(worker < par_threads());
	last->of[group] = *l;
	last->times[group]++;
}

/* By sorting all rows of a group. */
static void
sort_group(void *arg, uint32_t group, struct group_row *rows, size_t n,
    size_t worker)
{
	struct lastrows *want = arg;

	(void)worker;
	groups_sort(rows, n);
	want[group].n = n;
	for (size_t i = 0; i < LASTROWS && i < n; i++)
		want[group].row[i] = rows[n - 1 - i];
}

static void
test_last_rows(void **state)
{
	enum { N = 20000, GROUPS = 300 };
	uint32_t *group = mem_array("test", N, sizeof *group);
	int64_t *keys = mem_array("test", N, sizeof *keys);
	struct rng r;

	(void)state;
	rng_init(&r, 5, rng_stream("test.last", 0));
	for (size_t i = 0; i < N; i++) {	/* some have one row, or none */
		group[i] = i < 40 ? (uint32_t)i * 7 : rng_below(&r, 200);
		keys[i] = (int64_t)rng_below(&r, 40) - 20;
	}
	for (int t = 0; t < 4; t++) {
		const int64_t *by = t < 2 ? keys : NULL;
		const size_t n_groups = GROUPS, n = t % 2 ? N : 60;
		struct lastrows of[GROUPS] = { { .n = 0 } };
		struct lastrows want[GROUPS] = { { .n = 0 } };
		struct last last = { .of = of };
		struct groups *g = groups_new(group, n, n_groups);

		par_set_threads(1 + (size_t)t % 2);
		groups_each(g, by, sort_group, want);
		lastrows_each(group, n, n_groups, by, take_last, &last);
		for (size_t u = 0; u < n_groups; u++) {
			const size_t k = want[u].n < LASTROWS ? want[u].n
			    : LASTROWS;

			assert_int_equal(last.times[u], want[u].n > 0);
			assert_int_equal(of[u].n, want[u].n);
			assert_memory_equal(of[u].row, want[u].row,
			    k * sizeof *of[u].row);
		}
		groups_free(g);
	}
	par_set_threads(1);
	free(group);
	free(keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_sort_last),
		cmocka_unit_test(test_last_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
