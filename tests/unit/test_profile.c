/* Profiles: what they say of a table, and that they say the same for any
 * order of its rows and any number of parts. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/rng.h"
#include "prep/cleantime.h"
#include "prep/profile.h"

enum { USER, RATING, PRICE, EVENT, TIME, COLUMNS };

static const struct profile_spec columns[COLUMNS] = {
	{ "user_id", PROFILE_ID }, { "rating", PROFILE_NUMBER },
	{ "price", PROFILE_NUMBER }, { "event", PROFILE_TOKEN },
	{ "timestamp", PROFILE_TIME }
};

static const int64_t day = 86400 * 1000, now = INT64_C(17000) * 86400 * 1000;

static void
add_token(struct profile *p, size_t column, const char *kind, uint64_t i)
{
	char text[40];
	const size_t n = (size_t)snprintf(text, sizeof text, "%s%u", kind,
	    (unsigned)i);

	profile_token(p, column, hash_bytes(text, n, 0),
	    (struct span){ text, n });
}

/* Row i of a table; `events` is how many types of event it has. */
static void
add_row(struct profile *p, uint64_t i, uint64_t events)
{
	const uint64_t h = hash_mix(i, 77);

	profile_row(p);
	add_token(p, USER, "u", h % 9000);
	profile_number(p, RATING, (double)(1 + h % 5));
	if (h % 11 != 0)
		profile_number(p, PRICE, (double)(h % 100003) / 7 - 1000);
	add_token(p, EVENT, "e", h % events * (h % events));
	profile_time(p, TIME, (int64_t)(h % 20000) * day / 3 + now -
	    6600 * day);
	profile_pair(p, h % 9973);
}

static void
same_profile(const struct profile *a, const struct profile *b)
{
	struct profile_value x[FEWVALUES_MAX], y[FEWVALUES_MAX];
	struct daybins_sums s, t;
	int is, js;

	assert_int_equal(a->rows, b->rows);
	assert_true(profile_duplicates(a, &is) == profile_duplicates(b, &js));
	assert_int_equal(is, js);
	for (size_t c = 0; c < TIME; c++) {
		const struct profile_column *v = &a->column[c];
		const struct profile_column *w = &b->column[c];
		const int n = profile_values(v, x);

		assert_int_equal(v->rows, w->rows);
		assert_int_equal(v->many, w->many);
		assert_true(profile_distinct(v, &is) ==
		    profile_distinct(w, &js));
		assert_int_equal(is, js);
		assert_int_equal(n, profile_values(w, y));
		for (int i = 0; i < n; i++) {
			assert_int_equal(x[i].rows, y[i].rows);
			if (x[i].text != NULL)
				assert_string_equal(x[i].text, y[i].text);
		}
		if (v->many && v->bin != NULL)
			assert_memory_equal(v->bin, w->bin,
			    LOGBINS_N * sizeof *v->bin);
		if (v->kind == PROFILE_NUMBER) {
			const struct profile_range r = profile_range(v);
			const struct profile_range q = profile_range(w);

			assert_memory_equal(&r, &q, sizeof r);
		}
		if (v->kind == PROFILE_ID)
			assert_true(profile_popularity(v).gini ==
			    profile_popularity(w).gini);
	}
	daybins_sums(a->column[TIME].times, &s);
	daybins_sums(b->column[TIME].times, &t);
	assert_memory_equal(&s, &t, sizeof s);
}

/* The table whole, and in parts of other sizes, in another order. */
static void
parts_make_the_whole(uint64_t rows, uint64_t events)
{
	enum { PARTS = 4 };
	struct profile *whole = profile_new(columns, COLUMNS, now);
	struct profile *part[PARTS];

	for (size_t i = 0; i < PARTS; i++)
		part[i] = profile_new(columns, COLUMNS, now);
	for (uint64_t i = 0; i < rows; i++)
		add_row(whole, i, events);
	for (uint64_t i = rows; i-- > 0;)
		add_row(part[i % 97 < 3 ? 0 : i % 97 < 50 ? 1 : 2], i, events);
	for (size_t i = PARTS - 1; i-- > 0;)
		profile_merge(part[PARTS - 1], part[i]);
	same_profile(whole, part[PARTS - 1]);
	for (size_t i = 0; i < PARTS; i++)
		profile_free(part[i]);
	profile_free(whole);
}

static void
merging_changes_nothing(void **state)
{
	(void)state;
	parts_make_the_whole(0, 1);
	parts_make_the_whole(1, 1);
	parts_make_the_whole(60, 60);
	parts_make_the_whole(3000, 64);
	parts_make_the_whole(3000, 65);
	parts_make_the_whole(40000, 3000);
}

/* Rows that come as columns count as those that come one by one. */
static void
columns_are_rows(void **state)
{
	enum { N = 5000 };
	static uint64_t user[N], pair[N];
	static float rating[N], price[N];
	static int64_t time[N];
	struct profile *a = profile_new(columns, COLUMNS, now);
	struct profile *b = profile_new(columns, COLUMNS, now);

	(void)state;
	for (uint64_t i = 0; i < N; i++) {
		user[i] = hash_mix(i % 3000, 1);
		pair[i] = hash_mix(i % 4500, 2);
		rating[i] = i % 7 == 0 ? NAN : (float)(i % 5);
		price[i] = (float)i / 3;
		time[i] = i % 9 == 0 ? CLEANTIME_NONE : (int64_t)i * day / 7;
		profile_row(a);
		profile_row(b);
		profile_token(a, USER, user[i], (struct span){ NULL, 0 });
		if (!isnan(rating[i]))
			profile_number(a, RATING, (double)rating[i]);
		profile_number(a, PRICE, (double)price[i]);
		if (time[i] != CLEANTIME_NONE)
			profile_time(a, TIME, time[i]);
		profile_pair(a, pair[i]);
	}
	for (size_t i = 0; i < N; i += 50) {
		profile_ids(b, USER, user + i, 50);
		profile_numbers(b, RATING, rating + i, 50);
		profile_numbers(b, PRICE, price + i, 50);
		profile_times(b, TIME, time + i, 50);
		profile_pairs(b, pair + i, 50);
	}
	same_profile(a, b);
	profile_free(a);
	profile_free(b);
}

static void
figures_are_those_of_the_table(void **state)
{
	static const double stars[] = { 1, 2, 2, 4, 4, 5, 5, 5 };
	struct profile *p = profile_new(columns, COLUMNS, 3 * day);
	struct profile_value v[FEWVALUES_MAX];
	struct profile_range r;
	struct daybins_sums t;
	int estimated;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		profile_row(p);
		add_token(p, USER, "u", i / 3);
		add_token(p, EVENT, "e", i % 3);
		profile_number(p, RATING, stars[i]);
		profile_time(p, TIME, (int64_t)i * day - day + 1);
		profile_pair(p, i / 2);
	}
	r = profile_range(&p->column[RATING]);
	assert_true(r.min == 1 && r.max == 5 && r.mean == 3.5);
	assert_true(fabs(r.sd - sqrt(18.0 / 8)) < 1e-15);
	assert_true(isnan(profile_range(&p->column[PRICE]).mean));
	assert_int_equal(profile_values(&p->column[RATING], v), 4);
	assert_true(v[1].number == 2 && v[1].rows == 2 && v[3].rows == 3);
	assert_int_equal(profile_values(&p->column[EVENT], v), 3);
	assert_string_equal(v[0].text, "e0");
	assert_string_equal(v[2].text, "e2");
	assert_int_equal(v[2].rows, 2);
	assert_int_equal(profile_values(&p->column[USER], v), FEWVALUES_NONE);
	assert_true(profile_distinct(&p->column[USER], &estimated) == 3);
	assert_false(estimated);
	assert_true(profile_popularity(&p->column[USER]).most == 3);
	assert_true(profile_duplicates(p, &estimated) == 4 && !estimated);
	/* Wednesday the 31st of December 1969 to Wednesday the 7th */
	daybins_sums(p->column[TIME].times, &t);
	assert_int_equal(t.before_1990, 8);
	assert_int_equal(t.other, 1);
	assert_int_equal(t.future, 4);
	assert_int_equal(t.days, 7);
	assert_int_equal(t.hour[0], 8);
	assert_int_equal(t.weekday[2], 1);
	assert_int_equal(t.weekday[3], 1);
	assert_int_equal(t.min, 1 - day);
	profile_free(p);
}

static void
add_month(void *arg, int year, int month, uint64_t rows)
{
	int *seen = arg;

	assert_int_equal(rows, seen[0] == 0 ? 1 : 2);
	assert_int_equal(year, seen[0] == 0 ? 1990 : 2000);
	assert_int_equal(month, seen[0] == 0 ? 1 : 2);
	seen[0]++;
}

static void
months_are_those_of_the_calendar(void **state)
{
	struct daybins *b = daybins_new(CLEANTIME_NONE);
	struct daybins_sums s;
	int seen = 0;

	(void)state;
	daybins_add(b, 7305 * day);		/* 1990-01-01 */
	daybins_add(b, 10988 * day);		/* 2000-02-01 */
	daybins_add(b, 11017 * day - 1);	/* 2000-02-29, the last ms */
	daybins_add(b, INT64_MAX);
	daybins_add(b, INT64_MIN + 1);
	daybins_months(b, add_month, &seen);
	assert_int_equal(seen, 2);
	daybins_sums(b, &s);
	assert_int_equal(s.other, 2);
	assert_int_equal(s.before_1990, 1);
	assert_int_equal(s.future, 0);
	assert_int_equal(s.hour[0], 2);
	assert_true(s.hour[23] >= 1);
	daybins_free(b);
}

static void
duplicates_are_estimated(void **state)
{
	const double rows = 200000, want = 10000;
	struct profile *p = profile_new(columns, COLUMNS, now);
	int estimated;
	double got;

	(void)state;
	for (uint64_t i = 0; i < (uint64_t)rows; i++) {
		profile_row(p);
		profile_pair(p, hash_mix(i % (uint64_t)(rows - want), 4));
	}
	got = profile_duplicates(p, &estimated);
	assert_true(estimated);
	assert_true(fabs(got - want) < 4 * rows *
	    sqrt(want / rows / IDSAMPLE_SIZE));
	profile_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merging_changes_nothing),
		cmocka_unit_test(columns_are_rows),
		cmocka_unit_test(figures_are_those_of_the_table),
		cmocka_unit_test(months_are_those_of_the_calendar),
		cmocka_unit_test(duplicates_are_estimated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
