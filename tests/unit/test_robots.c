/* Robots against plain counting, and words of texts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "prep/robots.h"
#include "data/tokenize.h"

enum { N = 30, DAY = 86400000 };

/* Rows in the same day as row i; rows within `length` from row i on. */
static size_t
in_day(const int64_t *time, size_t i, int zone)
{
	const int64_t shift = (int64_t)1000 * DAY + (int64_t)zone * 60000;
	size_t n = 0;

	for (size_t j = 0; j < N; j++)
		n += (time[j] + shift) / DAY == (time[i] + shift) / DAY;
	return n;
}

static size_t
from_on(const int64_t *time, size_t i, int64_t length)
{
	size_t n = 0;

	for (size_t j = 0; j < N; j++)
		n += time[j] >= time[i] && time[j] < time[i] + length;
	return n;
}

static void
robots_are_who_plain_counting_says(void **state)
{
	int64_t time[N];
	uint32_t item[N];
	int found[ROBOTS_PERSON + 1] = { 0 };
	struct rng r;

	(void)state;
	rng_init(&r, 4, rng_stream("test.robots", 0));
	for (int user = 0; user < 600; user++) {
		struct robots_limits l = { .per_day = 9,
			.zone = (int)rng_below(&r, 1440) - 720, .burst = 4,
			.burst_time = 600000, .one_item = 0.5,
			.one_item_rows = N };
		size_t day = 0, burst = 0, one = 0;
		enum robots_verdict want;

		for (size_t i = 0; i < N; i++) {
			/* before and after 1970, and close together at times */
			time[i] = (int64_t)(rng_u64(&r) % (
			    (uint64_t)(user % 40 + 1) * DAY)) -
			    3 * (int64_t)DAY;
			if (user % 3 == 0 && i < 6)
				time[i] = time[0] + rng_below(&r, 900000);
			item[i] = rng_below(&r, 1 + (uint32_t)user % 5);
		}
		for (size_t i = 0; i < N; i++) {
			size_t same = 0;

			if (in_day(time, i, l.zone) > day)
				day = in_day(time, i, l.zone);
			if (from_on(time, i, l.burst_time) > burst)
				burst = from_on(time, i, l.burst_time);
			for (size_t j = 0; j < N; j++)
				same += item[j] == item[i];
			one = same > one ? same : one;
		}
		want = day > 9 ? ROBOTS_PER_DAY : burst > 4 ? ROBOTS_BURST
		    : 2 * one > N ? ROBOTS_ONE_ITEM : ROBOTS_PERSON;
		found[want]++;
		assert_int_equal(robots_judge(&l, time, N, item, N), want);
		/* no limits: nobody is one */
		l = (struct robots_limits){ .per_day = 0 };
		assert_int_equal(robots_judge(&l, time, N, item, N),
		    ROBOTS_PERSON);
	}
	for (int i = 0; i <= ROBOTS_PERSON; i++)
		assert_true(found[i] > 10);
}

static void
limits_are_what_may_be(void **state)
{
	int64_t time[] = { 0, 500, 999, 1000 };
	uint32_t item[] = { 1, 1, 1, 2 };
	struct robots_limits l = { .burst = 3, .burst_time = 1000 };

	(void)state;
	assert_int_equal(robots_judge(&l, time, 4, item, 4), ROBOTS_PERSON);
	l.burst_time = 1001;
	assert_int_equal(robots_judge(&l, time, 4, item, 4), ROBOTS_BURST);
	l = (struct robots_limits){ .one_item = 0.75, .one_item_rows = 4 };
	assert_int_equal(robots_judge(&l, time, 4, item, 4), ROBOTS_PERSON);
	l.one_item = 0.74;
	assert_int_equal(robots_judge(&l, time, 4, item, 4),
	    ROBOTS_ONE_ITEM);
	l.one_item_rows = 5;
	assert_int_equal(robots_judge(&l, time, 4, item, 4), ROBOTS_PERSON);
	l.per_day = 3;
	assert_int_equal(robots_judge(&l, time, 0, item, 4), ROBOTS_PERSON);
	assert_int_equal(robots_judge(&l, time, 4, item, 4), ROBOTS_PER_DAY);
}

static void
words(const char *text, const char *want, struct tokenize_rules rules)
{
	struct buf b = BUF_EMPTY;

	buf_text(&b, "before ");
	tokenize(span_of(text), &rules, &b);
	assert_string_equal(buf_cstr(&b) + 7, want);
	b.n = 7;
	/* words of words are the same words */
	tokenize(span_of(want), &rules, &b);
	assert_string_equal(buf_cstr(&b) + 7, want);
	buf_release(&b);
}

static void
texts_become_words(void **state)
{
	struct idmap *stop = idmap_new();
	const struct tokenize_rules all = { 1, NULL }, two = { 2, stop };

	(void)state;
	idmap_add(stop, span_of("the"));
	words("The Matrix (1999)", "the matrix 1999", all);
	words("  A--b's  ", "a b s", all);
	words("", "", all);
	words("...", "", all);
	words("CAF\xc3\x89 \xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf"
	    "\xcf\x82 \xd0\x96", "caf\xc3\xa9 \xcf\x83\xce\xaf\xcf\x83\xcf\x85"
	    "\xcf\x86\xce\xbf\xcf\x82 \xd0\xb6", all);
	/* a letter and a mark are one word; no blanks, no words */
	words("e\xcc\x81t\xc3\xa9 \xe6\x9d\xb1\xe4\xba\xac", "e\xcc\x81t\xc3"
	    "\xa9 \xe6\x9d\xb1\xe4\xba\xac", all);
	words("The A of the xy", "of xy", two);
	words("the", "", two);
	idmap_free(stop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(robots_are_who_plain_counting_says),
		cmocka_unit_test(limits_are_what_may_be),
		cmocka_unit_test(texts_become_words)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
