/* num.h against strtod(), and what it must refuse. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"
#include "base/rng.h"

static void
refuses_what_is_no_number(void **state)
{
	static const char *const bad[] = { "", " 3", "3 ", "3x", "0x10", "nan",
		"inf", "1e999", "-1e999", ".", "e5", "1e", "1e+", "--1",
		"1.2.3", "1,5", "+", "1_000" };
	double x = 7;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(num_real(span_of(bad[i]), &x), -1);
		assert_true(x == 7);
	}
}

static void
reads_the_forms_there_are(void **state)
{
	static const struct { const char *text; double want; } good[] = {
		{ "0", 0 }, { "-0.5", -0.5 }, { "+2", 2 }, { ".5", .5 },
		{ "5.", 5 }, { "1e3", 1e3 }, { "1E-3", 1e-3 },
		{ "9007199254740993", 9007199254740992 },
		{ "1.7976931348623157e308", 1.7976931348623157e308 },
		{ "4.9e-324", 4.9e-324 }, { "1e-999", 0 },
		{ "123456789012345678901234567890", 1.2345678901234568e29 },
		{ "0.000000000000000000000000000001", 1e-30 },
	};
	double x;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(num_real(span_of(good[i].text), &x), 0);
		assert_true(x == good[i].want);
	}
}

/* Random texts of every size read as strtod() reads them. */
static void
rounds_correctly(void **state)
{
	struct rng r;
	char text[64];

	(void)state;
	rng_init(&r, 1, rng_stream("test.num", 0));
	for (int i = 0; i < 300000; i++) {
		const int digits = 1 + (int)rng_below(&r, 20);
		const int point = (int)rng_below(&r, (uint32_t)digits + 1);
		int n = 0;
		double x;

		for (int d = 0; d < digits; d++) {
			if (d == point)
				text[n++] = '.';
			text[n++] = (char)('0' + (int)rng_below(&r, 10));
		}
		if (rng_below(&r, 2))
			n += snprintf(text + n, 16, "e%d",
			    (int)rng_below(&r, 60) - 30);
		text[n] = '\0';
		assert_int_equal(num_real((struct span){ text, (size_t)n },
		    &x), 0);
		assert_true(x == strtod(text, NULL));
	}
}

static void
writes_what_reads_back(void **state)
{
	struct rng r;
	char text[NUM_TEXT_MAX];

	(void)state;
	rng_init(&r, 1, rng_stream("test.num", 1));
	for (int i = 0; i < 200000; i++) {
		const uint32_t bits = rng_u32(&r);
		double x = (rng_real(&r) - 0.5) * (i % 7 == 0 ? 1e-30 : 1e6);
		double back;
		float f;
		size_t n;

		n = num_put_double(text, x);
		assert_int_equal(num_real((struct span){ text, n }, &back), 0);
		assert_true(back == x);
		memcpy(&f, &bits, sizeof f);
		if (f - f != 0)		/* NaN or infinity */
			continue;
		n = num_put_float(text, f);
		assert_int_equal(num_real((struct span){ text, n }, &back), 0);
		assert_true((float)back == f);
	}
	assert_int_equal(num_put_float(text, 0.1f), 3);
	assert_memory_equal(text, "0.1", 3);
	assert_int_equal(num_put_float(text, -3), 2);
	assert_memory_equal(text, "-3", 2);
}

static void
whole_numbers(void **state)
{
	size_t n;
	int64_t i;
	char text[NUM_TEXT_MAX];

	(void)state;
	assert_int_equal(num_size(span_of("18446744073709551615"), &n), 0);
	assert_true(n == SIZE_MAX);
	assert_int_equal(num_size(span_of("18446744073709551616"), &n), -1);
	assert_int_equal(num_size(span_of("-1"), &n), -1);
	assert_int_equal(num_int(span_of("-9223372036854775808"), &i), 0);
	assert_true(i == INT64_MIN);
	assert_int_equal(num_put_int(text, i), 20);
	assert_memory_equal(text, "-9223372036854775808", 20);
	assert_int_equal(num_int(span_of("9223372036854775808"), &i), -1);
	assert_int_equal(num_bytes(span_of("3K"), &n), 0);
	assert_int_equal(n, 3072);
	assert_int_equal(num_bytes(span_of("K"), &n), -1);
	assert_int_equal(num_bytes(span_of("99999999999999999T"), &n), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(reads_the_forms_there_are),
		cmocka_unit_test(rounds_correctly),
		cmocka_unit_test(writes_what_reads_back),
		cmocka_unit_test(whole_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
