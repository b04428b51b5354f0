/* Times in formats of one's own: against strptime(3) and by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/rng.h"
#include "prep/cleantime.h"
#include "prep/timeformat.h"
#include "tests/ref/said.h"

static void
texts_match(void **state)
{
	static const struct {
		const char *format, *text;
		int64_t want;	/* -1: no match */
		int has_zone;
	} cases[] = {
		{ "%d/%b/%Y:%H:%M:%S %z", "07/Apr/2014:12:51:09 +0200",
		    1396867869000, 1 },
		{ "%Y%m%d", "20140407", 1396828800000, 0 },
		{ "%m/%d/%y %I:%M %p", "4/7/14 12:51 am", 1396831860000, 0 },
		{ "%m/%d/%y %I:%M %p", "4/7/14 12:51 PM", 1396875060000, 0 },
		{ "%a, %d %B %Y %T %Z", "Mon, 7 april 2014 10:51:09 GMT",
		    1396867869000, 1 },
		{ "%Y %j", "2016 366", 1483142400000, 0 },
		{ "%Y %j", "2015 366", -1, 0 },
		{ "%F", "2015-02-29", -1, 0 },
		{ "%F", "2016-02-29", 1456704000000, 0 },
		{ "%s", "-1", -1000, 1 },
		{ "%s.%f", "1.5", 1500, 1 },
		{ "%F %T.%f", "1969-12-31 23:59:59.25", -750, 0 },
		{ "%F %T.%f", "1970-01-01 00:00:00.0005", 1, 0 },
		{ "%y-%m-%d", "69-01-01", -31536000000, 0 },
		{ "%y-%m-%d", "68-01-01", 3092601600000, 0 },
		{ "%e %h %Y %R", " 7 Apr 2014 10:51", 1396867860000, 0 },
		{ "%%%Y-%m-%d", "%2014-04-07", 1396828800000, 0 },
		{ "%F", "2014-04-07 ", -1, 0 },
		{ "%F", "14-04-07", -1, 0 },
		{ "%F %H", "2014-04-07 24", -1, 0 },
		{ "%d.%m.%Y", "7.4.2014", 1396828800000, 0 },
		{ "%F %z", "2014-04-07 -01:30", 1396834200000, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t got = 0;
		int has_zone = 0;
		unsigned notes = 0;

		assert_int_equal(timeformat_check(cases[i].format, "-"), 0);
		if (timeformat_read(cases[i].format, span_of(cases[i].text),
		    &got, &has_zone, &notes) != 0) {
			assert_int_equal(cases[i].want, -1);
			continue;
		}
		assert_int_equal(got, cases[i].want);
		assert_int_equal(has_zone, cases[i].has_zone);
	}
}

/* What strftime(3) writes in the C locale is read back. */
static void
any_time_comes_back(void **state)
{
	static const char *const formats[] = { "%Y-%m-%d %H:%M:%S", "%F%T",
		"%A %d %B %Y %I:%M:%S%p", "%D %T", "%Y/%j %R:%S", "%s",
		"%n%a%t%b %e %T %Y" };
	struct rng r;

	(void)state;
	rng_init(&r, 5, rng_stream("test.timeformat", 0));
	for (int i = 0; i < 2000; i++) {
		/* from 1969 to 2068, where years of two digits are certain */
		const int64_t want = (int64_t)(rng_u64(&r) % 3124224000) -
		    31536000;
		const time_t t = (time_t)want;
		const char *format = formats[i % 7];
		char text[100];
		struct tm tm;
		int64_t got;
		int has_zone;
		unsigned notes = 0;

		gmtime_r(&t, &tm);
		if (strcmp(format, "%s") == 0)
			snprintf(text, sizeof text, "%lld", (long long)want);
		else
			strftime(text, sizeof text, format, &tm);
		assert_int_equal(timeformat_read(format, span_of(text), &got,
		    &has_zone, &notes), 0);
		assert_int_equal(got, want * 1000);
		assert_int_equal(notes, 0);
	}
}

static void
formats_without_sense_are_refused(void **state)
{
	static const struct { const char *format, *want; } bad[] = {
		{ "%Y-%m-%q", "-f: '%q' is none of the letters" },
		{ "%Y-%m-%", "-f: a '%' ends '%Y-%m-%'" },
		{ "%H:%M", "-f: '%H:%M' tells no day" },
		{ "%Y-%m", "-f: '%Y-%m' tells no day" },
		{ "%F %I", "-f: '%F %I': %I and %p need each other" },
		{ "%F %H %p", "%I and %p need each other" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int got;

		said_begin();
		got = timeformat_check(bad[i].format, "-f");
		assert_non_null(strstr(said_end(), bad[i].want));
		assert_int_equal(got, -1);
	}
}

static void
zones_and_several_formats(void **state)
{
	static const char *const formats[] = { "%d.%m.%Y", "%F %T %z" };
	struct cleantime_form form = { .unit = cleantime_unit(0),
		.format = formats, .n_formats = 2 };
	unsigned notes = 0;
	int64_t t;

	(void)state;
	assert_int_equal(cleantime_read_form(span_of("7.4.2014"), &form, &t,
	    &notes), 0);
	assert_true(t == 1396828800000 && notes == CLEANTIME_NO_ZONE);
	notes = 0;
	form.has_zone = 1;
	form.zone = 120;
	assert_int_equal(cleantime_read_form(span_of("7.4.2014"), &form, &t,
	    &notes), 0);
	assert_true(t == 1396828800000 - 7200000 && notes == 0);
	assert_int_equal(cleantime_read_form(
	    span_of("2014-04-07 00:00:00 +0000"), &form, &t, &notes), 0);
	assert_true(t == 1396828800000 && notes == 0);
	assert_int_equal(cleantime_read_form(span_of("1396828800"), &form, &t,
	    &notes), -1);
	/* ISO 8601 without formats */
	form.n_formats = 0;
	assert_int_equal(cleantime_read_form(span_of("2014-04-07"), &form, &t,
	    &notes), 0);
	assert_true(t == 1396828800000 - 7200000 && notes == 0);
}

static void
durations(void **state)
{
	static const struct { const char *text; int64_t want; } cases[] = {
		{ "10s", 10000 }, { "90m", 5400000 }, { "1.5h", 5400000 },
		{ "30d", 2592000000 }, { "2w", 1209600000 }, { "0.001s", 1 },
		{ "10", -1 }, { "d", -1 }, { "-1d", -1 }, { "0d", -1 },
		{ "1y", -1 }, { "1 d", -1 }, { "1e300w", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t got = -1;

		if (cleantime_duration(span_of(cases[i].text), &got) != 0)
			got = -1;
		assert_int_equal(got, cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_match),
		cmocka_unit_test(any_time_comes_back),
		cmocka_unit_test(formats_without_sense_are_refused),
		cmocka_unit_test(zones_and_several_formats),
		cmocka_unit_test(durations)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
