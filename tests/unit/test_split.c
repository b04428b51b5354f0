/* Splits: what each promises, whatever the rows. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "prep/split.h"
#include "tests/ref/said.h"

enum { N = 20000, USERS = 3000, TIMES = 500 };

static const struct split_method *
method(const char *name)
{
	return split_method(choice_find(split_choice, span_of(name)));
}

/* Row i of the test table is row order[i] of the first one. */
static void
make(struct split_rows *r, const uint32_t *order)
{
	*r = (struct split_rows){ .n = N, .n_users = USERS, .n_items = 40 };
	r->user = mem_array("test", N, sizeof *r->user);
	r->item = mem_array("test", N, sizeof *r->item);
	r->time = mem_array("test", N, sizeof *r->time);
	r->hash = mem_array("test", N, sizeof *r->hash);
	for (uint32_t i = 0; i < N; i++) {
		const uint32_t row = order == NULL ? i : order[i];
		struct rng rng;

		rng_init(&rng, 9, rng_stream("test", row));
		r->user[i] = rng_below(&rng, USERS);
		r->item[i] = rng_below(&rng, 40);
		r->time[i] = rng_below(&rng, TIMES);
		r->hash[i] = hash_mix(row, 1);
	}
}

static void
release(struct split_rows *r)
{
	free(r->user);
	free(r->item);
	free(r->time);
	free(r->hash);
}

static unsigned char *
plan(const char *name, const struct split_rows *r,
    const struct split_options *o, size_t *n_kept)
{
	unsigned char *part = mem_array("test", r->n, 1);
	size_t kept;

	memset(part, 77, r->n);
	assert_int_equal(method(name)->plan(r, o, part,
	    n_kept == NULL ? &kept : n_kept), 0);
	return part;
}

static void
assert_count(const struct split_rows *r, const unsigned char *part,
    size_t train, size_t valid, size_t test, size_t tolerance)
{
	const size_t want[] = { train, valid, test };
	struct split_count c;

	split_counts(r, part, &c);
	for (int p = 0; p < SPLIT_PARTS; p++)
		assert_in_range(c.rows[p], want[p] - tolerance,
		    want[p] + tolerance);
	assert_int_equal(c.rows[0] + c.rows[1] + c.rows[2], r->n);
}

/* Four standard deviations of a binomial are 4 sqrt(0.1 * 0.9 * N) < 170. */
static void
test_random(void **state)
{
	const struct split_options o = { .seed = 1, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2 };
	struct split_options p = o;
	struct split_rows r;
	unsigned char *a, *b;
	size_t same = 0;

	(void)state;
	make(&r, NULL);
	a = plan("random", &r, &o, NULL);
	assert_count(&r, a, 14000, 2000, 4000, 300);
	/* without a part for validation its rows train; the test is the same */
	p.has_valid = 0;
	b = plan("random", &r, &p, NULL);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(b[i], a[i] == SPLIT_TEST ? SPLIT_TEST
		    : SPLIT_TRAIN);
	free(b);
	/* another seed is another split, independent of the first */
	p = o;
	p.seed = 2;
	b = plan("random", &r, &p, NULL);
	for (size_t i = 0; i < N; i++)
		same += a[i] == SPLIT_TEST && b[i] == SPLIT_TEST;
	assert_in_range(same, 800 - 120, 800 + 120);
	free(a);
	free(b);
	release(&r);
}

/* A permutation of the rows permutes the parts: for leave-last when the times
 * of a user differ. */
static void
test_order_of_rows(void **state)
{
	static const char *const names[] = { "random", "temporal",
	    "leave-last", "kfold" };
	const struct split_options o = { .seed = 1, .has_valid = 1,
	    .valid_size = 0.1, .test_size = 0.2, .leave = 1, .folds = 5,
	    .fold = 2 };
	uint32_t *order = mem_array("test", N, sizeof *order);
	struct split_rows r, s;
	struct rng rng;

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		order[i] = i;
	rng_init(&rng, 5, 0);
	rng_shuffle(&rng, order, N);
	make(&r, NULL);
	make(&s, order);
	for (uint32_t i = 0; i < N; i++)
		r.time[i] = (int64_t)(i * UINT64_C(7919) % N);
	for (uint32_t i = 0; i < N; i++)
		s.time[i] = r.time[order[i]];
	for (size_t m = 0; m < sizeof names / sizeof *names; m++) {
		unsigned char *a = plan(names[m], &r, &o, NULL);
		unsigned char *b = plan(names[m], &s, &o, NULL);

		for (size_t i = 0; i < N; i++)
			assert_int_equal(b[i], a[order[i]]);
		free(a);
		free(b);
	}
	release(&r);
	release(&s);
	free(order);
}

/* No time is in two parts, and parts follow each other in time. */
static void
test_temporal(void **state)
{
	const struct split_options o = { .has_valid = 1, .valid_size = 0.1,
	    .test_size = 0.2 };
	int64_t first[SPLIT_PARTS], last[SPLIT_PARTS];
	struct split_rows r;
	unsigned char *part;

	(void)state;
	make(&r, NULL);
	part = plan("temporal", &r, &o, NULL);
	/* N / TIMES = 40 rows share a time */
	assert_count(&r, part, 14000, 2000, 4000, 150);
	for (int p = 0; p < SPLIT_PARTS; p++) {
		first[p] = INT64_MAX;
		last[p] = INT64_MIN;
	}
	for (size_t i = 0; i < N; i++) {
		if (r.time[i] < first[part[i]])
			first[part[i]] = r.time[i];
		if (r.time[i] > last[part[i]])
			last[part[i]] = r.time[i];
	}
	assert_true(last[SPLIT_TRAIN] < first[SPLIT_VALID]);
	assert_true(last[SPLIT_VALID] < first[SPLIT_TEST]);
	free(part);
	release(&r);
}

static void
test_moments(void **state)
{
	int64_t time[] = { 5000, 1000, 3000, 3000, 2000, 4000 };
	const struct split_rows r = { .n = 6, .time = time };
	struct split_options o = { .has_valid = 1, .valid_size = 1.0 / 6,
	    .test_size = 0.5 };
	const unsigned char by_time[] = { 2, 0, 1, 1, 0, 2 };
	const unsigned char by_share[] = { 2, 0, 2, 2, 1, 2 };
	unsigned char *part;

	(void)state;
	/* before 4: 4 rows, of which the last sixth is one of the two at 3,
	 * which stay together */
	assert_int_equal(split_when(span_of("4"), &o.test_at), 0);
	part = plan("temporal", &r, &o, NULL);
	assert_memory_equal(part, by_time, 6);
	free(part);
	/* half of the rows come before the second 3: both are tested */
	assert_int_equal(split_when(span_of("50%"), &o.test_at), 0);
	part = plan("temporal", &r, &o, NULL);
	assert_memory_equal(part, by_share, 6);
	free(part);
	assert_int_equal(split_when(span_of("2"), &o.test_at), 0);
	assert_int_equal(split_when(span_of("3"), &o.valid_at), 0);
	part = mem_array("test", 6, 1);
	said_begin();
	assert_int_equal(method("temporal")->plan(&r, &o, part,
	    &(size_t){ 0 }), -1);
	assert_true(said_has(": validation begins after the test\n"));
	free(part);
}

static void
test_when(void **state)
{
	static const char *const bad[] = { "", "%", "-1%", "101%", "x",
	    "1e99", "1e999", "9 %", "nan" };
	struct split_when w;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(split_when(span_of(bad[i]), &w), -1);
	assert_int_equal(split_when(span_of("-1.5"), &w), 0);
	assert_int_equal(w.kind, SPLIT_TIME);
	assert_int_equal(w.time, -1500);
	assert_int_equal(split_when(span_of("12.5%"), &w), 0);
	assert_int_equal(w.kind, SPLIT_SHARE);
	assert_true(w.share > 0.1249 && w.share < 0.1251);
}

/* Of equal times the later row is the later one; users who would have no row
 * left to train with keep all of theirs. */
static void
test_leave_last(void **state)
{
	uint32_t user[] = { 0, 1, 0, 2, 0, 0, 1, 2, 2, 4 };
	int64_t time[] = { 9, 5, 7, 1, 9, 3, 5, 1, 1, 0 };
	const struct split_rows r = { .n = 10, .n_users = 5, .user = user,
	    .time = time };
	const struct split_rows no_times = { .n = 10, .n_users = 5,
	    .user = user };
	const struct split_options both = { .has_valid = 1, .leave = 1 };
	const struct split_options one = { .leave = 1 }, two = { .leave = 2 };
	size_t n_kept;
	unsigned char *part;

	(void)state;
	part = plan("leave-last", &r, &both, &n_kept);
	assert_memory_equal(part, "\1\0\0\0\2\0\0\1\2\0", 10);
	assert_int_equal(n_kept, 2);
	free(part);
	part = plan("leave-last", &r, &one, &n_kept);
	assert_memory_equal(part, "\0\0\0\0\2\0\2\0\2\0", 10);
	assert_int_equal(n_kept, 1);
	free(part);
	part = plan("leave-last", &r, &two, &n_kept);
	assert_memory_equal(part, "\2\0\0\0\2\0\0\2\2\0", 10);
	assert_int_equal(n_kept, 2);
	free(part);
	part = plan("leave-last", &no_times, &one, &n_kept);
	assert_memory_equal(part, "\0\0\0\0\0\2\2\0\2\0", 10);
	free(part);
}

static void
test_threads(void **state)
{
	const struct split_options o = { .has_valid = 1, .leave = 2 };
	unsigned char *a, *b;
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	par_set_threads(1);
	a = plan("leave-last", &r, &o, NULL);
	par_set_threads(4);
	b = plan("leave-last", &r, &o, NULL);
	assert_memory_equal(a, b, N);
	par_set_threads(1);
	free(a);
	free(b);
	release(&r);
}

/* Each row is tested in exactly one fold: the one that it is numbered. */
static void
test_folds(void **state)
{
	struct split_options o = { .seed = 3, .folds = 7 };
	struct split_rows r;

	(void)state;
	make(&r, NULL);
	for (o.fold = 1; o.fold <= o.folds; o.fold++) {
		unsigned char *part = plan("kfold", &r, &o, NULL);
		size_t n = 0;

		for (size_t i = 0; i < N; i++) {
			const size_t fold = split_fold(r.hash[i], 3, 7);

			assert_in_range(fold, 1, 7);
			assert_int_equal(part[i] == SPLIT_TEST,
			    fold == o.fold);
			n += part[i] == SPLIT_TEST;
		}
		assert_in_range(n, N / 7 - 200, N / 7 + 200);
		free(part);
	}
	release(&r);
}

static void
test_counts(void **state)
{
	uint32_t user[] = { 0, 0, 1, 2, 2, 3 }, item[] = { 0, 1, 1, 2, 0, 3 };
	const struct split_rows r = { .n = 6, .n_users = 5, .n_items = 4,
	    .user = user, .item = item };
	struct split_count c;

	(void)state;
	split_counts(&r, (const unsigned char *)"\0\2\0\2\2\1", &c);
	assert_int_equal(c.rows[SPLIT_TRAIN], 2);
	assert_int_equal(c.rows[SPLIT_TEST], 3);
	assert_int_equal(c.users[SPLIT_TRAIN], 2);
	assert_int_equal(c.users[SPLIT_TEST], 2);
	assert_int_equal(c.items[SPLIT_TEST], 3);
	assert_int_equal(c.new_users[SPLIT_TEST], 1);
	assert_int_equal(c.new_items[SPLIT_TEST], 1);
	assert_int_equal(c.new_users[SPLIT_VALID], 1);
	assert_int_equal(c.new_items[SPLIT_TRAIN], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_order_of_rows),
		cmocka_unit_test(test_temporal),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_leave_last),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
