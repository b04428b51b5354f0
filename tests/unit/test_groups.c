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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_sort_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
