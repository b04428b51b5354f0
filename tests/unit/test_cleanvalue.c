/* Rules for the values of a column, and for ids: numbers as people spell
 * them, ranges and scales, pseudonyms, samples, weights that fade. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "prep/clean.h"

static void
numbers_as_people_spell_them(void **state)
{
	enum { PLAIN = CLEANVALUE_PLAIN, POINT = CLEANVALUE_POINT,
		COMMA = CLEANVALUE_COMMA };
	static const struct {
		const char *text;
		int style;
		double want;		/* NAN: not a number */
	} cases[] = {
		{ "1299.00", PLAIN, 1299 }, { "1,299.00", PLAIN, NAN },
		{ "$1,299.00", POINT, 1299 }, { "1,299", POINT, 1299 },
		{ "1299.5", POINT, 1299.5 }, { "USD 12", POINT, 12 },
		{ "-$5.25", POINT, -5.25 }, { "$-5.25", POINT, -5.25 },
		{ "\xe2\x82\xac" "1,234,567.89", POINT, 1234567.89 },
		{ "12,99", POINT, NAN }, { "1,2345", POINT, NAN },
		{ "1,234,56", POINT, NAN }, { "1234,567", POINT, NAN },
		{ "1.2.3", POINT, NAN }, { "12.", POINT, NAN },
		{ ",123", POINT, NAN }, { "", POINT, NAN },
		{ "free", POINT, NAN }, { "--5", POINT, NAN },
		{ "1.299,00 EUR", COMMA, 1299 }, { "12,99", COMMA, 12.99 },
		{ "1 299,00 kr", COMMA, 1299 },
		{ "1\xc2\xa0" "299,5\xc2\xa0\xe2\x82\xac", COMMA, 1299.5 },
		{ "1\xe2\x80\xaf" "299", COMMA, 1299 },
		{ "1.299", COMMA, 1299 }, { "1.29", COMMA, NAN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double got = NAN;

		if (cleanvalue_number(span_of(cases[i].text),
		    (enum cleanvalue_style)cases[i].style, &got) != 0)
			got = NAN;
		if (isnan(cases[i].want) ? !isnan(got)
		    : !(fabs(got - cases[i].want) <= 0))
			fail_msg("'%s': %g", cases[i].text, got);
	}
}

/* The ends of a scale become the other's ends, exactly, and order stays. */
static void
a_scale_is_a_line(void **state)
{
	struct cleanvalue v = CLEANVALUE_DEFAULTS;
	double last = -INFINITY, x;

	(void)state;
	v.has_scale = 1;
	v.from[0] = 1;
	v.from[1] = 5;
	v.to[0] = 0.1;
	v.to[1] = 0.7;
	for (int i = 0; i <= 40; i++) {
		x = 1 + i / 10.0;
		assert_int_equal(cleanvalue_fit(&v, &x), CLEANVALUE_CHANGED);
		assert_true(x > last);
		assert_true(fabs(x - (0.1 + 0.6 * i / 40)) < 1e-15);
		last = x;
	}
	assert_true(last >= 0.7 && last <= 0.7);
	x = 5.01;
	assert_int_equal(cleanvalue_fit(&v, &x), CLEANVALUE_OFF_SCALE);
	/* the range comes first */
	v.lo = 2;
	v.hi = 5;
	x = 1;
	assert_int_equal(cleanvalue_fit(&v, &x), CLEANVALUE_BELOW);
	v.outside = CLEANVALUE_CLIP;
	assert_int_equal(cleanvalue_fit(&v, &x), CLEANVALUE_CLIPPED);
	assert_true(fabs(x - 0.25) < 1e-15);
}

/* RFC 4231, test cases 1, 2 and 5; the last is cut to 128 bits there too. */
static void
pseudonyms_are_hmac_sha256(void **state)
{
	static const struct { const char *key, *text, *want; } cases[] = {
		{ "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		    "\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There",
		    "b0344c61d8db38535ca8afceaf0bf12b" },
		{ "Jefe", "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7" },
		{ "\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c"
		    "\x0c\x0c\x0c\x0c\x0c\x0c", "Test With Truncation",
		    "a3b6167473100ee06e0c796c2955552b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pseudonym *p = pseudonym_new(span_of(cases[i].key));
		char got[PSEUDONYM_DIGITS];

		/* twice: a pseudonym leaves no trace in the next */
		for (int again = 0; again < 2; again++) {
			pseudonym_put(p, span_of(cases[i].text), got);
			assert_memory_equal(got, cases[i].want,
			    PSEUDONYM_DIGITS);
		}
		pseudonym_free(p);
	}
}

/* The share is about right, a smaller sample is part of a greater, and
 * another seed or purpose has another one. */
static void
samples_are_nested(void **state)
{
	enum { N = 20000 };
	const struct sample tenth = sample_make(0.1, 1, "a");
	const struct sample third = sample_make(1 / 3.0, 1, "a");
	const struct sample other = sample_make(0.1, 2, "a");
	const struct sample items = sample_make(0.1, 1, "b");
	const struct sample all = sample_make(1, 1, "a");
	int n = 0, n_other = 0, n_items = 0;
	char id[16];

	(void)state;
	for (int i = 0; i < N; i++) {
		struct span s;

		snprintf(id, sizeof id, "%d", i);
		s = span_of(id);
		assert_true(sample_has(&all, s));
		if (!sample_has(&tenth, s))
			continue;
		assert_true(sample_has(&third, s));
		n++;
		n_other += sample_has(&other, s);
		n_items += sample_has(&items, s);
	}
	/* five standard deviations of a binomial */
	assert_true(abs(n - N / 10) < 5 * 43);
	assert_true(abs(n_other - N / 100) < 5 * 14);
	assert_true(abs(n_items - N / 100) < 5 * 14);
}

static void
weights_halve(void **state)
{
	(void)state;
	assert_true(clean_decay(8, 0, 1000) >= 8);
	assert_true(fabsf(clean_decay(8, 1000, 1000) - 4) <= 0);
	assert_true(fabsf(clean_decay(8, 3000, 1000) - 1) <= 0);
	assert_true(fabsf(clean_decay(1, 500, 1000) - sqrtf(0.5F)) < 1e-7F);
	assert_true(fabsf(clean_decay(-2, 1000, 1000) + 1) <= 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_as_people_spell_them),
		cmocka_unit_test(a_scale_is_a_line),
		cmocka_unit_test(pseudonyms_are_hmac_sha256),
		cmocka_unit_test(samples_are_nested),
		cmocka_unit_test(weights_halve)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
