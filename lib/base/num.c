#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int
num_size(struct span text, size_t *out)
{
	size_t n = 0;

	if (text.n == 0)
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		const size_t digit = (size_t)(text.p[i] - '0');

		if (!is_digit(text.p[i]) || n > (SIZE_MAX - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	*out = n;
	return 0;
}

int
num_int(struct span text, int64_t *out)
{
	const int has_sign = text.n > 0 && (*text.p == '-' || *text.p == '+');
	const int negative = has_sign && *text.p == '-';
	size_t n;

	text.p += has_sign;
	text.n -= (size_t)has_sign;
	if (num_size(text, &n) != 0 || n > (size_t)INT64_MAX + (size_t)negative)
		return -1;
	if (negative)
		*out = n == 0 ? 0 : -(int64_t)(n - 1) - 1;
	else
		*out = (int64_t)n;
	return 0;
}

/* A decimal number taken apart: digits * 10^exponent. */
struct decimal {
	uint64_t digits;
	int64_t exponent;
	int negative;
	int is_exact;		/* all of its digits fitted in `digits` */
};

/* Adds the digits at p[i..n), and returns where they end. */
static size_t
take_digits(struct span text, size_t i, int after_point, struct decimal *d)
{
	for (; i < text.n && is_digit(text.p[i]); i++) {
		if (d->digits < UINT64_C(1000000000000000000)) {
			d->digits = d->digits * 10 +
			    (uint64_t)(text.p[i] - '0');
			d->exponent -= after_point;
		} else {
			d->is_exact &= text.p[i] == '0';
			d->exponent += !after_point;
		}
	}
	return i;
}

/* Adds the exponent at p[i..n), "e-5"; returns where it ends, or 0. */
static size_t
take_exponent(struct span text, size_t i, struct decimal *d)
{
	const size_t sign = i + 1;
	const int negative = sign < text.n && text.p[sign] == '-';
	int64_t e = 0;

	i = sign + (negative || (sign < text.n && text.p[sign] == '+'));
	if (i >= text.n || !is_digit(text.p[i]))
		return 0;
	for (; i < text.n && is_digit(text.p[i]); i++)
		if (e < 100000)		/* far past any double's range */
			e = e * 10 + (text.p[i] - '0');
	d->exponent += negative ? -e : e;
	return i;
}

/* The grammar: [+-] digits [. digits] [e [+-] digits], one digit at least. */
static int
take_apart(struct span text, struct decimal *d)
{
	size_t i = 0, start, digits;

	*d = (struct decimal){ 0, 0, 0, 1 };
	if (text.n > 0 && (text.p[0] == '-' || text.p[0] == '+'))
		d->negative = text.p[i++] == '-';
	start = i;
	i = take_digits(text, i, 0, d);
	digits = i - start;
	if (i < text.n && text.p[i] == '.') {
		start = ++i;
		i = take_digits(text, i, 1, d);
		digits += i - start;
	}
	if (digits == 0)
		return -1;
	if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E') &&
	    (i = take_exponent(text, i, d)) == 0)
		return -1;
	return i == text.n ? 0 : -1;
}

/* The long way, for text that is known to be a number. */
static double
by_strtod(struct span text)
{
	char *copy = mem_text(text.p, text.n);
	const double x = strtod(copy, NULL);

	free(copy);
	return x;
}

int
num_real(struct span text, double *out)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6,
		1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
		1e18, 1e19, 1e20, 1e21, 1e22 };
	struct decimal d;
	double x;

	if (take_apart(text, &d) != 0)
		return -1;
	/* Both factors are exact doubles, so one rounding is the right one
	 * (Clinger 1990, "How to read floating point numbers accurately"). */
	if (d.is_exact && d.digits <= UINT64_C(1) << 53 &&
	    d.exponent >= -22 && d.exponent <= 22) {
		x = (double)d.digits;
		x = d.exponent < 0 ? x / power[-d.exponent]
		    : x * power[d.exponent];
		x = d.negative ? -x : x;
	} else {
		x = by_strtod(text);
	}
	if (!isfinite(x))
		return -1;
	*out = x;
	return 0;
}

int
num_bytes(struct span text, size_t *out)
{
	static const char units[] = "KMGT";
	const char *unit = text.n > 1 ? memchr(units, text.p[text.n - 1], 4)
	    : NULL;
	const unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	size_t n;

	if (unit != NULL)
		text.n--;
	if (num_size(text, &n) != 0 || n > SIZE_MAX >> shift)
		return -1;
	*out = n << shift;
	return 0;
}

size_t
num_put_int(char text[NUM_TEXT_MAX], int64_t n)
{
	char digits[NUM_TEXT_MAX];
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
	size_t n_digits = 0, len = 0;

	do
		digits[n_digits++] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (n < 0)
		text[len++] = '-';
	while (n_digits > 0)
		text[len++] = digits[--n_digits];
	return len;
}

size_t
num_put_float(char text[NUM_TEXT_MAX], float x)
{
	int len = 0;

	if (fabsf(x) < 1e7f && x == truncf(x))
		return num_put_int(text, (int64_t)x);
	for (int digits = 6; digits <= FLT_DECIMAL_DIG; digits++) {
		len = snprintf(text, NUM_TEXT_MAX, "%.*g", digits, (double)x);
		if (strtof(text, NULL) == x)
			break;
	}
	return (size_t)len;
}

size_t
num_put_double(char text[NUM_TEXT_MAX], double x)
{
	int len = 0;

	if (fabs(x) < 1e15 && x == trunc(x))
		return num_put_int(text, (int64_t)x);
	for (int digits = 15; digits <= DBL_DECIMAL_DIG; digits++) {
		len = snprintf(text, NUM_TEXT_MAX, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return (size_t)len;
}
