/* The rules for rows: texts, times, weights, and each reason by itself. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/rng.h"
#include "base/text.h"
#include "prep/clean.h"
#include "prep/cleancount.h"
#include "prep/cleantext.h"
#include "tests/ref/said.h"

/* --- text --------------------------------------------------------------- */

static void
text(const char *from, const char *to, unsigned repairs)
{
	struct buf b = BUF_EMPTY;

	assert_int_equal(cleantext_repair(span_of(from), &b), repairs);
	assert_string_equal(buf_cstr(&b), to);
	assert_true(text_is_utf8((struct span){ b.p, b.n }));
	assert_false(text_has_control((struct span){ b.p, b.n }));
	buf_release(&b);
}

static void
texts_are_repaired(void **state)
{
	(void)state;
	text("", "", 0);
	text("plain, caf\xc3\xa9 \xf0\x9f\x8e\xac", "plain, caf\xc3\xa9 "
	    "\xf0\x9f\x8e\xac", 0);
	text("a\tb\nc\rd\x1b\x7f", "a b c d  ", CLEANTEXT_CONTROL);
	text("caf\xe9", "caf\xc3\xa9", CLEANTEXT_ENCODING);
	text("\x80 5\x99", "\xe2\x82\xac 5\xe2\x84\xa2", CLEANTEXT_ENCODING);
	text("\x81", "\xef\xbf\xbd", CLEANTEXT_ENCODING);
	text("\xe9\t", "\xc3\xa9 ", CLEANTEXT_ENCODING | CLEANTEXT_CONTROL);
}

static void
utf8_is_strict(void **state)
{
	static const char *const bad[] = { "\xc0\xaf", "\xe0\x80\xaf",
		"\xed\xa0\x80", "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\x80",
		"\xc3", "\xe2\x82", "\xf5\x80\x80\x80", "a\xc3(" };
	static const char *const good[] = { "\xed\x9f\xbf", "\xee\x80\x80",
		"\xf4\x8f\xbf\xbf", "\xc2\x80", "\xe0\xa0\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(text_is_utf8(span_of(bad[i])));
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(text_is_utf8(span_of(good[i])));
}

/* Every byte at every place of texts of some lengths. */
static void
plain_text_is_found(void **state)
{
	char text_[20];

	(void)state;
	for (size_t n = 1; n <= sizeof text_; n++)
		for (size_t at = 0; at < n; at++)
			for (int c = 0; c < 256; c++) {
				const struct span s = { text_, n };

				memset(text_, at % 2 ? ' ' : '~', n);
				text_[at] = (char)c;
				assert_int_equal(text_is_plain(s),
				    c < 0x80 && !text_has_control(s));
			}
}

static void
blanks_are_trimmed(void **state)
{
	(void)state;
	assert_true(span_is(cleantext_trim(span_of(" \ta b ")), "a b"));
	assert_int_equal(cleantext_trim(span_of("  ")).n, 0);
}

/* --- times -------------------------------------------------------------- */

static void
times_are_read(void **state)
{
	static const struct {
		const char *text;
		size_t unit;
		int64_t want;
		unsigned notes;
		const char *back;
	} cases[] = {
		{ "881250949", 0, 881250949000, 0, "881250949" },
		{ "0", 0, 0, 0, "0" },
		{ "-1.5", 0, -1500, 0, "-1.5" },
		{ "5.", 0, 5000, 0, "5" },
		{ "1396867869.277", 0, 1396867869277, 0, "1396867869.277" },
		{ "1396867869.2775", 0, 1396867869278, CLEANTIME_ROUNDED,
		    "1396867869.278" },
		{ "1396867869.2770", 0, 1396867869277, 0, "1396867869.277" },
		{ "1.11248603e9", 0, 1112486030000, 0, "1112486030" },
		{ "1396867869277", 1, 1396867869277, 0, "1396867869.277" },
		{ "1396867869007", 1, 1396867869007, 0, "1396867869.007" },
		{ "1396867869277499", 2, 1396867869277, CLEANTIME_ROUNDED,
		    "1396867869.277" },
		{ "1396867869277000000", 3, 1396867869277, 0,
		    "1396867869.277" },
		{ "1970-01-01", 0, 0, CLEANTIME_NO_ZONE, "0" },
		{ "2014-04-07T10:51:09.277Z", 0, 1396867869277, 0,
		    "1396867869.277" },
		{ "2014-04-07 12:51:09.277+02:00", 0, 1396867869277, 0,
		    "1396867869.277" },
		{ "2014-04-07T05:21:09.277-0530", 1, 1396867869277, 0,
		    "1396867869.277" },
		{ "2019-10-01 00:00:00 UTC", 0, 1569888000000, 0,
		    "1569888000" },
		{ "2019-10-01 00:00", 0, 1569888000000, CLEANTIME_NO_ZONE,
		    "1569888000" },
		{ "2016-12-31T23:59:60Z", 0, 1483228800000, 0, "1483228800" },
		{ "2000-02-29T00:00:00Z", 0, 951782400000, 0, "951782400" },
		{ "1969-12-31T23:59:59.250Z", 0, -750, 0, "-0.75" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_EMPTY;
		int64_t got = 0;
		unsigned notes = 0;
		const int status = cleantime_read(span_of(cases[i].text),
		    cleantime_unit(cases[i].unit), &got, &notes);

		assert_int_equal(status, 0);
		assert_int_equal(got, cases[i].want);
		assert_int_equal(notes, cases[i].notes);
		cleantime_put(&b, got);
		assert_string_equal(buf_cstr(&b), cases[i].back);
		buf_release(&b);
	}
}

static void
no_times_are_refused(void **state)
{
	static const char *const bad[] = { "", "x", "12x", "1e999", "nan",
		"2014-13-01", "2014-02-29", "1900-02-29", "0000-00-00",
		"2014-04-07T", "2014-04-07T24:00:00Z", "2014-04-07T10",
		"2014-04-07T10:60", "2014-04-07T10:51:61Z", "2014-04-07x",
		"2014-04-07T10:51:09.Z", "2014-04-07T10:51:09Zx",
		"2014-04-07T10:51:09+2", "2014-04-07T10:51:09+02:0", "1 2",
		"2014-4-7", "--1", "1e19", "99999999999999999999",
		"1000000000000000000", "9223372036854775807" };
	int64_t t = 7;
	unsigned notes = 0;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(cleantime_read(span_of(bad[i]),
		    cleantime_unit(0), &t, &notes), -1);
}

/* Dates of four centuries and more, as the C library counts them. */
static void
dates_are_those_of_the_calendar(void **state)
{
	struct buf b = BUF_EMPTY;
	struct rng r;
	char text_[64];

	(void)state;
	rng_init(&r, 3, rng_stream("test.time", 0));
	for (int i = 0; i < 20000; i++) {
		const int64_t want = (int64_t)(rng_u64(&r) %
		    UINT64_C(60000000000)) - INT64_C(30000000000);
		const time_t t = (time_t)want;
		unsigned notes = 0;
		int64_t got;
		struct tm tm;

		gmtime_r(&t, &tm);
		strftime(text_, sizeof text_, "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_int_equal(cleantime_read(span_of(text_),
		    cleantime_unit(0), &got, &notes), 0);
		assert_int_equal(got, want * 1000);
		b.n = 0;
		cleantime_put_date(&b, got + 999);
		assert_string_equal(buf_cstr(&b), text_);
	}
	buf_release(&b);
}

/* --- weights ------------------------------------------------------------ */

static void
weights_are_read(void **state)
{
	struct eventweight w;

	(void)state;
	assert_int_equal(eventweight_read(&w,
	    span_of("view=1,cart=3,back=-0.5"), "--weight"), 0);
	assert_int_equal(idmap_count(w.types), 3);
	assert_true(w.weight[idmap_find(w.types, span_of("cart"))] == 3);
	assert_true(w.weight[idmap_find(w.types, span_of("back"))] == -0.5F);
	eventweight_release(&w);
}

static void
bad_weights_are_refused(void **state)
{
	static const struct { const char *text, *want; } bad[] = {
		{ "view", "--weight: 'view' is not TYPE=WEIGHT\n" },
		{ "view=1,", "--weight: '' is not TYPE=WEIGHT\n" },
		{ "=1", "--weight: '=1' is not TYPE=WEIGHT\n" },
		{ "view=x", "--weight: view: 'x' is not a number\n" },
		{ "view=1e39", "--weight: view: '1e39' is not a number\n" },
		{ "a=1,a=2", "--weight: 'a' stands twice\n" },
	};
	struct eventweight w;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int got;

		said_begin();
		got = eventweight_read(&w, span_of(bad[i].text), "--weight");
		assert_non_null(strstr(said_end(), bad[i].want));
		assert_int_equal(got, -1);
		eventweight_release(&w);
	}
}

/* --- rules -------------------------------------------------------------- */

static const enum clean_type types[] = { CLEAN_TOKEN, CLEAN_FLOAT,
	CLEAN_FLOAT_SEQ };

static struct cleanvalue values[3];

static void
rules_init(struct clean_rules *rules)
{
	clean_rules_init(rules);
	for (int f = 0; f < CLEAN_FIELDS; f++)
		rules->has[f] = f != CLEAN_WEIGHT;
	rules->text_type = types;
	for (int i = 0; i < 3; i++)
		values[i] = CLEANVALUE_DEFAULTS;
	rules->text_rule = values;
	rules->n_text = 3;
	rules->field[CLEAN_RATING].lo = 1;
	rules->field[CLEAN_RATING].hi = 5;
	rules->field[CLEAN_RATING].missing = CLEANVALUE_REFUSE;
	assert_int_equal(eventweight_read(&rules->weights,
	    span_of("view=1,buy=5"), "--weight"), 0);
}

static void
judge(const struct clean_rules *rules, const char *const fields[],
    struct clean_row *row)
{
	struct span field[CLEAN_FIELDS], text_[3];

	for (int f = 0; f < CLEAN_FIELDS; f++)
		field[f] = span_of(fields[f]);
	for (int i = 0; i < 3; i++)
		text_[i] = span_of(fields[CLEAN_FIELDS + i]);
	clean_row(rules, field, text_, row);
}

enum { TEXT = CLEAN_FIELDS, PRICE, SIZES };

static void
each_reason_by_itself(void **state)
{
	static const struct {
		size_t at;
		const char *value;
		enum clean_verdict verdict;
		enum clean_what what;
		const char *why;
	} cases[] = {
		{ CLEAN_USER, "", CLEAN_REFUSED, CLEAN_NO_ID, "missing" },
		{ CLEAN_ITEM, " ", CLEAN_REFUSED, CLEAN_NO_ID, "missing" },
		{ CLEAN_USER, "a\nb", CLEAN_REFUSED, CLEAN_BAD_ID,
		    "'a\nb' has a control character" },
		{ CLEAN_ITEM, "\xff", CLEAN_REFUSED, CLEAN_BAD_ID,
		    "'\xff' is not UTF-8" },
		{ CLEAN_EVENT, "", CLEAN_REFUSED, CLEAN_NO_EVENT, "missing" },
		{ CLEAN_EVENT, "refund", CLEAN_REFUSED, CLEAN_OTHER_EVENT,
		    "'refund' has no weight" },
		{ CLEAN_RATING, "", CLEAN_REFUSED, CLEAN_NO_RATING, "missing" },
		{ CLEAN_RATING, "abc", CLEAN_REFUSED, CLEAN_BAD_RATING,
		    "'abc' is not a number" },
		{ CLEAN_RATING, "1e300", CLEAN_REFUSED, CLEAN_BAD_RATING,
		    "'1e300' is too large" },
		{ CLEAN_RATING, "0.99", CLEAN_DROPPED, CLEAN_BELOW, "" },
		{ CLEAN_RATING, "5.1", CLEAN_DROPPED, CLEAN_ABOVE, "" },
		{ CLEAN_TIME, "noon", CLEAN_REFUSED, CLEAN_BAD_TIME,
		    "'noon' is not a time" },
		{ PRICE, "free", CLEAN_REFUSED, CLEAN_BAD_NUMBER,
		    "'free' is not a number" },
		{ SIZES, "1 x 2", CLEAN_REFUSED, CLEAN_BAD_NUMBER,
		    "'x' is not a number" },
	};
	struct clean_rules rules;
	struct clean_row row = CLEAN_ROW_EMPTY;

	(void)state;
	rules_init(&rules);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *fields[CLEAN_FIELDS + 3] = { "u", "i", "4", "",
			"view", "7", "text", "1.50", "1 2 3" };

		fields[cases[i].at] = cases[i].value;
		judge(&rules, fields, &row);
		assert_int_equal(row.verdict, cases[i].verdict);
		assert_int_equal(row.what, cases[i].what);
		assert_int_equal(row.at, cases[i].at);
		assert_string_equal(buf_cstr(&row.why), cases[i].why);
	}
	clean_row_release(&row);
	eventweight_release(&rules.weights);
}

static void
a_good_row_and_its_repairs(void **state)
{
	static const char *const fields[] = { " u", "i", "", "", "buy", "",
		"a\tb\xe9", "1.50 ", "1 2" };
	struct clean_rules rules;
	struct clean_row row = CLEAN_ROW_EMPTY;
	struct cleancount c;
	struct span field[CLEAN_FIELDS + 3];

	(void)state;
	rules_init(&rules);
	rules.field[CLEAN_RATING].missing = CLEANVALUE_CONSTANT;
	rules.field[CLEAN_RATING].fill_number = 0.5;
	cleancount_init(&c, &rules);
	judge(&rules, fields, &row);
	assert_int_equal(row.verdict, CLEAN_KEPT);
	assert_true(span_is(row.user, "u"));
	assert_true(row.rating == 0.5F);
	assert_true(row.weight == 5);
	assert_true(row.time == CLEANTIME_NONE);
	assert_string_equal(buf_cstr(&row.text), "\ta b\xc3\xa9\t1.50\t1 2");
	for (int i = 0; i < CLEAN_FIELDS + 3; i++)
		field[i] = span_of(fields[i]);
	cleancount_row(&c, field, field + CLEAN_FIELDS, &row);
	assert_int_equal(c.rows, 1);
	assert_int_equal(c.what[CLEAN_TRIMMED], 1);
	assert_int_equal(c.what[CLEAN_CONTROL], 1);
	assert_int_equal(c.what[CLEAN_ENCODING], 1);
	assert_int_equal(c.what[CLEAN_FILLED], 1);
	assert_int_equal(c.missing[CLEAN_RATING], 1);
	assert_int_equal(c.missing[CLEAN_TIME], 1);
	assert_int_equal(c.events[1], 1);
	assert_int_equal(cleancount_refused(&c) + cleancount_dropped(&c), 0);
	cleancount_release(&c);
	clean_row_release(&row);
	eventweight_release(&rules.weights);
}

/* Counts one event that is not wanted. */
static void
count_other(struct cleancount *c, const struct clean_rules *rules, int i)
{
	struct clean_row row = CLEAN_ROW_EMPTY;
	struct span field[CLEAN_FIELDS + 3];
	char name[32];
	const char *fields[CLEAN_FIELDS + 3] = { "u", "i", "4", "", name, "7",
		"", "", "" };

	snprintf(name, sizeof name, "type%d", i);
	judge(rules, fields, &row);
	for (int f = 0; f < CLEAN_FIELDS + 3; f++)
		field[f] = span_of(fields[f]);
	cleancount_row(c, field, field + CLEAN_FIELDS, &row);
	clean_row_release(&row);
}

/* A column with a new type in each row must not fill the memory; and which
 * are listed depends neither on the order nor on who counted them. */
static void
other_events_are_counted_by_name(void **state)
{
	enum { TYPES = 2 * NAMETALLY_MAX };
	struct clean_rules rules;
	struct cleancount c, part[2];

	(void)state;
	rules_init(&rules);
	rules.drop_other_events = 1;
	cleancount_init(&c, &rules);
	for (int i = 0; i < 2; i++)
		cleancount_init(&part[i], &rules);
	for (int i = 0; i < 3 * TYPES; i++) {
		count_other(&c, &rules, i % TYPES);
		count_other(&part[i % 5 == 0], &rules, (7 * i + 3) % TYPES);
	}
	cleancount_merge(&part[1], &part[0]);
	assert_int_equal(cleancount_dropped(&c), 3 * TYPES);
	assert_int_equal(cleancount_dropped(&part[1]), 3 * TYPES);
	assert_int_equal(c.others.n, NAMETALLY_MAX);
	assert_int_equal(nametally_unlisted(&c.others), 3 * NAMETALLY_MAX);
	assert_int_equal(nametally_unlisted(&part[1].others),
	    3 * NAMETALLY_MAX);
	for (size_t i = 0; i < NAMETALLY_MAX; i++) {
		assert_int_equal(c.others.name[i].rows, 3);
		assert_int_equal(part[1].others.name[i].rows, 3);
		assert_string_equal(c.others.name[i].text,
		    part[1].others.name[i].text);
	}
	cleancount_release(&c);
	for (int i = 0; i < 2; i++)
		cleancount_release(&part[i]);
	eventweight_release(&rules.weights);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_repaired),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(plain_text_is_found),
		cmocka_unit_test(blanks_are_trimmed),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(no_times_are_refused),
		cmocka_unit_test(dates_are_those_of_the_calendar),
		cmocka_unit_test(weights_are_read),
		cmocka_unit_test(bad_weights_are_refused),
		cmocka_unit_test(each_reason_by_itself),
		cmocka_unit_test(a_good_row_and_its_repairs),
		cmocka_unit_test(other_events_are_counted_by_name)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
