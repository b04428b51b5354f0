/* Interactions by user: order of time, stable, whatever the rows' order. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "data/inter.h"

enum { USERS = 700, ITEMS = 50, N = 200000 };	/* several chunks and parts */

static void
add_names(struct idmap *m, uint32_t n)
{
	char text[16];

	for (uint32_t i = 0; i < n; i++) {
		const int len = snprintf(text, sizeof text, "%u", i);

		idmap_add(m, (struct span){ text, (size_t)len });
	}
}

/* Row i of the test data; the value tells the row. */
static struct inter *
make(const uint32_t *order, uint32_t times)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, times > 0);

	add_names(in->users, USERS);
	add_names(in->items, ITEMS);
	for (uint32_t i = 0; i < N; i++) {
		const uint32_t row = order == NULL ? i : order[i];
		struct rng r;
		uint32_t user, item;

		rng_init(&r, 3, rng_stream("test", row));
		user = rng_below(&r, USERS - 1);	/* the last has none */
		item = rng_below(&r, ITEMS);
		inter_add(in, user, item, (float)row,
		    times > 0 ? (int64_t)rng_below(&r, times) - 7 : 0);
	}
	inter_finish(in);
	return in;
}

static void
test_arrival_without_times(void **state)
{
	struct inter *in = make(NULL, 0);

	(void)state;
	assert_null(in->times);
	assert_int_equal(in->by_user.rows, USERS);
	assert_int_equal(in->by_user.cols, ITEMS);
	assert_int_equal(csr_count(&in->by_user), N);
	assert_int_equal(csr_row_count(&in->by_user, USERS - 1), 0);
	for (size_t u = 0; u < USERS; u++)
		for (uint64_t i = in->by_user.indptr[u] + 1;
		    i < in->by_user.indptr[u + 1]; i++)
			assert_true(in->by_user.values[i - 1] <
			    in->by_user.values[i]);
	inter_free(in);
}

static void
test_time_and_equal_times(void **state)
{
	struct inter *in = make(NULL, 20);
	const float *value = in->by_user.values;

	(void)state;
	for (size_t u = 0; u < USERS; u++)
		for (uint64_t i = in->by_user.indptr[u] + 1;
		    i < in->by_user.indptr[u + 1]; i++) {
			assert_true(in->times[i - 1] <= in->times[i]);
			if (in->times[i - 1] == in->times[i])
				assert_true(value[i - 1] < value[i]);
		}
	inter_free(in);
}

static void
assert_same(const struct inter *a, const struct inter *b)
{
	assert_memory_equal(a->by_user.indptr, b->by_user.indptr,
	    (USERS + 1) * sizeof *a->by_user.indptr);
	assert_memory_equal(a->by_user.indices, b->by_user.indices,
	    N * sizeof *a->by_user.indices);
	assert_memory_equal(a->by_user.values, b->by_user.values,
	    N * sizeof *a->by_user.values);
	assert_memory_equal(a->times, b->times, N * sizeof *a->times);
}

/* With (almost surely) distinct times the order of rows changes nothing. */
static void
test_permuted_rows(void **state)
{
	uint32_t *order = mem_array("test", N, sizeof *order);
	struct inter *a = make(NULL, UINT32_MAX), *b;
	struct rng r;

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		order[i] = i;
	rng_init(&r, 4, 0);
	rng_shuffle(&r, order, N);
	b = make(order, UINT32_MAX);
	assert_same(a, b);
	inter_free(a);
	inter_free(b);
	free(order);
}

static void
test_threads(void **state)
{
	struct inter *a, *b;

	(void)state;
	par_set_threads(1);
	a = make(NULL, 20);
	par_set_threads(4);
	b = make(NULL, 20);
	assert_same(a, b);
	inter_free(a);
	inter_free(b);
	par_set_threads(1);
}

static void
test_matrix(void **state)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 1);
	struct csr sum, last;

	(void)state;
	add_names(in->users, 2);
	add_names(in->items, 3);
	inter_add(in, 1, 2, 8, 30);
	inter_add(in, 1, 0, 1, 10);
	inter_add(in, 1, 2, 4, 20);
	inter_finish(in);
	inter_matrix(in, CSR_SUM, &sum);
	inter_matrix(in, CSR_LAST, &last);
	assert_int_equal(csr_count(&sum), 2);
	assert_int_equal(csr_row_count(&sum, 0), 0);
	assert_int_equal(sum.indices[0], 0);
	assert_int_equal(sum.indices[1], 2);
	assert_true((int)sum.values[1] == 12);
	assert_true((int)last.values[1] == 8);	/* the latest, not the last */
	csr_release(&sum);
	csr_release(&last);
	inter_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrival_without_times),
		cmocka_unit_test(test_time_and_equal_times),
		cmocka_unit_test(test_permuted_rows),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_matrix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
