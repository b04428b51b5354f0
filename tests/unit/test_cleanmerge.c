/* cleanmerge.h: each rule by hand, and all of them against a plain twin. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/par.h"
#include "base/rng.h"
#include "prep/cleanmerge.h"
#include "prep/cleanspill.h"
#include "prep/cleantime.h"
#include "tests/ref/said.h"
#include "tests/ref/stored.h"

static const struct cleanstore_columns everything = { 1, 1, 1, 1, 1, 1 };

struct row {
	const char *user, *item;
	float rating, weight;
	int64_t time;
	const char *text;
};

static struct cleanstore *
store(const struct cleanstore_columns *has, const struct row *rows, size_t n)
{
	struct cleanstore *s = cleanstore_new(has);

	for (size_t i = 0; i < n; i++)
		stored_add(s, &(struct cleanstore_row){
		    span_of(rows[i].user), span_of(rows[i].item),
		    span_of("e"), span_of(rows[i].text), rows[i].rating,
		    rows[i].weight, rows[i].time });
	return s;
}

static void
check_row(const struct cleanstore *s, size_t i, struct row want)
{
	struct buf text = BUF_EMPTY;
	const struct cleanstore_row got = stored_get(s, i, &text);

	assert_true(span_is(got.user, want.user));
	assert_true(span_is(got.item, want.item));
	assert_true(span_is(got.text, want.text));
	assert_true(got.rating == want.rating ||
	    (isnan(got.rating) && isnan(want.rating)));
	assert_true(got.weight == want.weight);
	assert_true(got.time == want.time);
	buf_release(&text);
}

static const struct row three[] = {
	{ "u", "i", 4, 2, 30, "a" },
	{ "v", "i", 1, 1, 10, "x" },
	{ "u", "i", 5, 1, 10, "b" },
	{ "u", "j", 3, 1, 10, "y" },
	{ "u", "i", NAN, 8, 20, "c" },
};

static void
each_rule_by_hand(void **state)
{
	static const struct {
		enum cleanmerge_how how;
		struct row want;
	} cases[] = {
		{ CLEANMERGE_FIRST, { "u", "i", 5, 1, 10, "b" } },
		{ CLEANMERGE_LAST, { "u", "i", 4, 2, 30, "a" } },
		{ CLEANMERGE_MAX, { "u", "i", 5, 1, 30, "b" } },
		{ CLEANMERGE_SUM, { "u", "i", 9, 11, 30, "a" } },
		{ CLEANMERGE_COUNT, { "u", "i", 4, 3, 30, "a" } },
		{ CLEANMERGE_MEAN, { "u", "i", 4.5F, (float)(11 / 3.0), 30,
		    "a" } },
	};
	uint64_t merged;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cleanstore *s = store(&everything, three, 5);

		assert_int_equal(cleanmerge(s, cases[i].how, &merged), 0);
		assert_int_equal(merged, 2);
		assert_int_equal(cleanstore_rows(s), 3);
		check_row(s, 0, cases[i].want);
		check_row(s, 1, three[1]);
		check_row(s, 2, three[3]);
		cleanstore_free(s);
	}
}

static void
order_decides_without_times(void **state)
{
	static const struct cleanstore_columns no_time = { 1, 0, 1, 0, 0, 1 };
	static const struct row first = { "u", "i", 4, 1, CLEANTIME_NONE, "a" };
	static const struct row last = { "u", "i", NAN, 1, CLEANTIME_NONE,
		"c" };
	struct cleanstore *s = store(&no_time, three, 5);
	uint64_t merged;

	(void)state;
	assert_int_equal(cleanmerge(s, CLEANMERGE_LAST, &merged), 0);
	check_row(s, 0, last);
	cleanstore_free(s);
	s = store(&no_time, three, 5);
	assert_int_equal(cleanmerge(s, CLEANMERGE_FIRST, &merged), 0);
	check_row(s, 0, first);
	cleanstore_free(s);
}

static void
a_table_has_keys_only(void **state)
{
	static const struct cleanstore_columns table = { .text = 1 };
	static const struct row last = { "u", "", NAN, 1, CLEANTIME_NONE, "c" };
	struct cleanstore *s = store(&table, three, 5);
	uint64_t merged;

	(void)state;
	assert_int_equal(cleanmerge(s, CLEANMERGE_LAST, &merged), 0);
	assert_int_equal(merged, 3);
	assert_int_equal(cleanstore_rows(s), 2);
	check_row(s, 0, last);
	cleanstore_free(s);
}

static void
events_keep_apart(void **state)
{
	struct cleanstore *s = cleanstore_new(&everything);
	static const char *const events[] = { "view", "buy", "view" };
	uint64_t merged;

	(void)state;
	for (int i = 0; i < 3; i++)
		stored_add(s, &(struct cleanstore_row){ span_of("u"),
		    span_of("i"), span_of(events[i]), span_of(""), 1, 1, i });
	assert_int_equal(cleanmerge(s, CLEANMERGE_SUM, &merged), 0);
	assert_int_equal(merged, 1);
	assert_int_equal(cleanstore_rows(s), 2);
	cleanstore_free(s);
}

static void
a_sum_too_large_is_an_error(void **state)
{
	static const struct row big[] = {
		{ "u", "i", 3e38F, 1, 1, "" }, { "u", "i", 3e38F, 1, 2, "" } };
	struct cleanstore *s = store(&everything, big, 2);
	uint64_t merged;
	int got;

	(void)state;
	said_begin();
	got = cleanmerge(s, CLEANMERGE_SUM, &merged);
	assert_true(strstr(said_end(), "the values of user 'u' and item 'i' "
	    "add up to more than a number can hold\n") != NULL);
	assert_int_equal(got, -1);
	cleanstore_free(s);
}

/* --- many rows ---------------------------------------------------------- */

enum { MANY = 3000, IDS = 40 };

struct many {
	uint32_t user[MANY], item[MANY];
	float weight[MANY];
	int64_t time[MANY];
};

static void
fill(struct many *m, struct cleanstore *s, uint64_t seed)
{
	struct rng r;
	char user[16], item[16];

	rng_init(&r, seed, rng_stream("test.merge", 0));
	for (size_t i = 0; i < MANY; i++) {
		m->user[i] = rng_below(&r, IDS);
		m->item[i] = rng_below(&r, IDS);
		m->weight[i] = (float)rng_below(&r, 9);
		m->time[i] = rng_below(&r, 50);
		snprintf(user, sizeof user, "%u", m->user[i]);
		snprintf(item, sizeof item, "%u", m->item[i]);
		stored_add(s, &(struct cleanstore_row){ span_of(user),
		    span_of(item), .weight = m->weight[i],
		    .time = m->time[i] });
	}
}

/* The sum and the time of what row i has been merged into: 0 if it is not
 * the first of its kind. */
static int
plain_sum(const struct many *m, size_t i, float *weight, int64_t *time)
{
	for (size_t j = 0; j < i; j++)
		if (m->user[j] == m->user[i] && m->item[j] == m->item[i])
			return 0;
	*weight = 0;
	*time = m->time[i];
	for (size_t j = i; j < MANY; j++)
		if (m->user[j] == m->user[i] && m->item[j] == m->item[i]) {
			*weight += m->weight[j];
			if (m->time[j] > *time)
				*time = m->time[j];
		}
	return 1;
}

static void
equals_a_plain_twin(void **state)
{
	static const struct cleanstore_columns has = { .item = 1, .weight = 1,
		.time = 1 };
	static struct many m;

	(void)state;
	for (size_t threads = 1; threads <= 4; threads++) {
		struct cleanstore *s = cleanstore_new(&has);
		size_t to = 0;
		uint64_t merged;

		par_set_threads(threads);
		fill(&m, s, threads);
		if (threads == 4)	/* from a file, in many parts */
			assert_int_equal(cleanspill_out(s), 0);
		assert_int_equal(cleanmerge(s, CLEANMERGE_SUM, &merged), 0);
		for (size_t i = 0; i < MANY; i++) {
			struct cleanstore_row got;
			float weight;
			int64_t time;

			if (!plain_sum(&m, i, &weight, &time))
				continue;
			got = stored_get(s, to++, NULL);
			assert_true(got.weight == weight);
			assert_true(got.time == time);
		}
		assert_int_equal(cleanstore_rows(s), to);
		assert_int_equal(merged, MANY - to);
		cleanstore_free(s);
	}
}

static int
add_weights(void *arg, struct cleanblock *b)
{
	double *sum = arg;

	for (size_t i = 0; i < b->n; i++)
		*sum += (double)b->weight[i];
	return 0;
}

/* Rows enough for several pieces: no weight is lost, and nothing is left to
 * merge. */
static void
pieces_lose_nothing(void **state)
{
	static const struct cleanstore_columns has = { .item = 1, .weight = 1 };
	enum { ROWS = 300000 };
	struct cleanstore *s = cleanstore_new(&has);
	struct rng r;
	char user[16], item[16];
	uint64_t merged, again;
	double sum = 0;

	(void)state;
	par_set_threads(2);
	rng_init(&r, 1, rng_stream("test.merge.pieces", 0));
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(user, sizeof user, "%u", rng_below(&r, 3000));
		snprintf(item, sizeof item, "%u", rng_below(&r, 100));
		stored_add(s, &(struct cleanstore_row){ span_of(user),
		    span_of(item), .weight = 1 });
	}
	assert_int_equal(cleanmerge(s, CLEANMERGE_SUM, &merged), 0);
	assert_int_equal(cleanstore_scan(s, 0, add_weights, &sum), 0);
	assert_true(sum == ROWS);
	assert_int_equal(cleanstore_rows(s) + merged, ROWS);
	assert_true(merged > 0);
	assert_int_equal(cleanmerge(s, CLEANMERGE_SUM, &again), 0);
	assert_int_equal(again, 0);
	cleanstore_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_by_hand),
		cmocka_unit_test(order_decides_without_times),
		cmocka_unit_test(a_table_has_keys_only),
		cmocka_unit_test(events_keep_apart),
		cmocka_unit_test(a_sum_too_large_is_an_error),
		cmocka_unit_test(equals_a_plain_twin),
		cmocka_unit_test(pieces_lose_nothing)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
