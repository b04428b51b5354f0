/* num.h against strtod(), and what it must refuse. */

#include <math.h>
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
		{ "0e25", 0 }, { "0e-25", 0 },
		{ "00000000000000000000012", 12 },
		{ "12345678", 12345678 }, { "1234567.8", 1234567.8 },
		{ "18446744073709551616", 18446744073709551616.0 },
	};
	double x;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(num_real(span_of(good[i].text), &x), 0);
		assert_true(x == good[i].want);
	}
}

/* Halfway between two doubles, and a little off, of every size. */
static void
rounds_ties_to_even(void **state)
{
	char text[64];
	struct rng r;

	(void)state;
	rng_init(&r, 1, rng_stream("test.num", 2));
	for (int i = 0; i < 100000; i++) {
		const uint64_t odd = (UINT64_C(1) << 53) +
		    (rng_u64(&r) >> 11) + 1;
		const int shift = (int)rng_below(&r, 10);
		const uint64_t tie = ((odd | 1) << shift) +
		    rng_below(&r, 3) - 1;
		double x;
		int n = snprintf(text, sizeof text, "%llu",
		    (unsigned long long)tie);

		/* 2^-k has k digits: halves and quarters stay ties */
		if (n <= 17 && shift == 0)
			n += snprintf(text + n, 8, ".%s",
			    i % 2 ? "5" : "25");
		assert_int_equal(num_real((struct span){ text, (size_t)n },
		    &x), 0);
		assert_true(x == strtod(text, NULL));
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

/* No text of fewer digits reads back, as "%.*g" finds out by trying. */
static void
writes_the_shortest(void **state)
{
	struct rng r;
	char text[NUM_TEXT_MAX + 1], want[NUM_TEXT_MAX];

	(void)state;
	rng_init(&r, 1, rng_stream("test.num", 3));
	for (int i = 0; i < 100000; i++) {
		static const double sizes[] = { 1, 10, 1e3, 1e6, 1e-3, 1e-6,
			1e-12, 1e-20 };
		static const int cuts[] = { 1, 10, 1000, 100000, 10000000 };
		double x = (rng_real(&r) - 0.5) * sizes[i % 8];
		const float f = (float)x;
		int digits = 6;

		if (i % 3 == 0)		/* few digits */
			x = trunc(x * 1e7) / cuts[i / 3 % 5];
		do
			snprintf(want, sizeof want, "%.*g", digits, (double)f);
		while (strtof(want, NULL) != f && digits++ < 9);
		text[num_put_float(text, f)] = '\0';
		assert_string_equal(text, want);
		digits = 15;
		do
			snprintf(want, sizeof want, "%.*g", digits, x);
		while (strtod(want, NULL) != x && digits++ < 17);
		if (fabs(x) < 1e15 && x == trunc(x))
			snprintf(want, sizeof want, "%.0f", x + 0.0);
		text[num_put_double(text, x)] = '\0';
		assert_int_equal(strlen(text), strlen(want));
		assert_true(strtod(text, NULL) == x);
	}
}

/* Powers of two, whose neighbour below is nearer. */
static void
writes_powers_of_two(void **state)
{
	char text[NUM_TEXT_MAX + 1];

	(void)state;
	for (int e = -140; e < 128; e++) {
		const float f = ldexpf(1, e);
		const double x = ldexp(1, 4 * e);

		for (int step = -1; step <= 1; step++) {
			const float g = step < 0 ? nextafterf(f, 0) :
			    step > 0 ? nextafterf(f, 2 * f) : f;
			const double y = step < 0 ? nextafter(x, 0) :
			    step > 0 ? nextafter(x, 2 * x) : x;

			text[num_put_float(text, g)] = '\0';
			assert_true(strtof(text, NULL) == g);
			text[num_put_double(text, y)] = '\0';
			assert_true(strtod(text, NULL) == y);
		}
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
	double share;
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
	assert_int_equal(num_share(span_of("12.5%"), &share), 0);
	assert_true(share >= 0.125 && share <= 0.125);
	assert_int_equal(num_share(span_of("0.5"), &share), 0);
	assert_true(share >= 0.5 && share <= 0.5);
	assert_int_equal(num_share(span_of("%"), &share), -1);
	assert_int_equal(num_share(span_of("5%%"), &share), -1);
}

/* Of every number of digits, and with another byte at every place. */
static void
whole_numbers_of_all_lengths(void **state)
{
	static const char not[] = "/:\0 .\xb1";
	char text[2 * NUM_TEXT_MAX], want[NUM_TEXT_MAX];
	struct rng r;
	size_t n;

	(void)state;
	rng_init(&r, 3, rng_stream("test.whole", 0));
	for (uint64_t i = 0; i < 200000; i++) {
		const uint64_t x = rng_u64(&r) >> i % 64 >> 1;
		const size_t len = (size_t)snprintf(want, sizeof want, "%llu",
		    (unsigned long long)x);
		const size_t at = (size_t)rng_below(&r, (uint32_t)len);

		assert_int_equal(num_put_int(text, (int64_t)x), len);
		assert_memory_equal(text, want, len);
		assert_int_equal(num_size((struct span){ text, len }, &n), 0);
		assert_true(n == x);
		text[at] = not[i % (sizeof not - 1)];
		assert_int_equal(num_size((struct span){ text, len }, &n), -1);
		memset(text, '0', at);
		memcpy(text + at, want, len);
		assert_int_equal(num_size((struct span){ text, at + len }, &n),
		    0);
		assert_true(n == x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(reads_the_forms_there_are),
		cmocka_unit_test(rounds_ties_to_even),
		cmocka_unit_test(rounds_correctly),
		cmocka_unit_test(writes_the_shortest),
		cmocka_unit_test(writes_powers_of_two),
		cmocka_unit_test(writes_what_reads_back),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(whole_numbers_of_all_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
