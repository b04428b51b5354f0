#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fives.h"
#include "base/num.h"

enum { FLOAT_DIGITS = 6, DOUBLE_DIGITS = 15 };	/* of "%g", at least */

enum { EIGHT = 100000000 };	/* what has more than eight digits */

/*
 * n < 10^8 as eight digits, the first in the lowest byte: it is halved into
 * fours, those into pairs and these into digits, side by side.  The products
 * are n / 100 and n / 10 for all that can come.
 */
static uint64_t
eight_digits(uint32_t n)
{
	uint64_t x = n / 10000 | (uint64_t)(n % 10000) << 32;
	uint64_t high;

	high = (x * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
	x = high | (x - high * 100) << 16;
	high = (x * 103 >> 10) & UINT64_C(0x000f000f000f000f);
	return high | (x - high * 10) << 8;
}

/* Writes the eight digits that x holds, and 0 to 7 of them first not. */
static void
store_digits(char *text, uint64_t x, unsigned skipped)
{
	x = (x | UINT64_C(0x3030303030303030)) >> 8 * skipped;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	memcpy(text, &x, sizeof x);
}

/* Writes the digits of n; returns how many.  No branch depends on how many of
 * the last eight there are, and up to seven bytes behind them are written. */
static size_t
put_digits(char *text, uint64_t n)
{
	size_t count = 0;
	unsigned zeros;
	uint64_t x;

	if (n >= EIGHT) {
		count = put_digits(text, n / EIGHT);
		store_digits(text + count, eight_digits((uint32_t)(n % EIGHT)),
		    0);
		return count + 8;
	}
	x = eight_digits((uint32_t)n);
	/* of zeros before the last digit */
	zeros = (unsigned)__builtin_ctzll(x | UINT64_C(1) << 56) / 8;
	store_digits(text, x, zeros);
	return 8 - zeros;
}

size_t
num_put_int(char text[NUM_TEXT_MAX], int64_t n)
{
	if (n >= 0)
		return put_digits(text, (uint64_t)n);
	*text = '-';
	return 1 + put_digits(text + 1, -(uint64_t)n);
}

/* --- real numbers --------------------------------------------------------- */

/* A number as digits * 10^exponent; digits 0: not known. */
struct decimal {
	uint64_t digits;
	int exponent;
};

/* Writes ".00ddd" or so: a point, zeros, and digits. */
static size_t
put_fraction(char *text, int n_zeros, const char *digits, size_t n)
{
	size_t len = 0;

	if (n == 0)
		return 0;
	text[len++] = '.';
	while (n_zeros-- > 0)
		text[len++] = '0';
	memcpy(text + len, digits, n);
	return len + n;
}

/* As "%.*g" would; the decimal has no more digits than `precision`, or takes
 * as many as it has. */
static size_t
put_decimal(char *text, struct decimal d, int precision)
{
	char digits[NUM_TEXT_MAX];
	size_t n, len;
	int point;		/* digits before it, if positive */

	while (d.digits % 10 == 0) {
		d.digits /= 10;
		d.exponent++;
	}
	n = put_digits(digits, d.digits);
	point = (int)n + d.exponent;
	if (precision < (int)n)
		precision = (int)n;
	if (point <= -4 || point > precision) {
		text[0] = digits[0];
		len = 1 + put_fraction(text + 1, 0, digits + 1, n - 1);
		return len + (size_t)snprintf(text + len, 8, "e%+03d",
		    point - 1);
	}
	if (point <= 0) {
		text[0] = '0';
		return 1 + put_fraction(text + 1, -point, digits, n);
	}
	if ((size_t)point >= n) {
		memcpy(text, digits, n);
		memset(text + n, '0', (size_t)point - n);
		return (size_t)point;
	}
	memcpy(text, digits, (size_t)point);
	return (size_t)point + put_fraction(text + point, 0, digits + point,
	    n - (size_t)point);
}

/*
 * The shortest decimal nearest to c * 2^q among those that round to it
 * (Giulietti 2020, "The Schubfach way to render doubles", with exact integers
 * in place of its tables: both sides are multiplied by 10^n, and then have at
 * most 118 bits).  is_edge: the number below is half as far as the one above.
 */
static struct decimal
shortest(uint64_t c, int q, int is_edge)
{
	/* 10^n * (what rounds to it) is 1 to 10 wide: its last digit counts */
	const double width = q * 0.30102999566398120 +
	    (is_edge ? -0.12493873660829995 : 0);	/* log10(3 / 4) */
	const int n = -(int)floor(width);
	const int unit = 2 - q - n;	/* 2^unit stands for one in 10^n x */
	fives_wide low, high, x;
	uint64_t s;

	if (n < 1 || n > FIVES_MAX || unit < 1)
		return (struct decimal){ 0, 0 };
	x = (fives_wide)(4 * c) * fives[n];
	low = (fives_wide)(4 * c - 2 + (uint64_t)is_edge) * fives[n];
	high = (fives_wide)(4 * c + 2) * fives[n];
	if (c % 2 != 0) {		/* the ends round to even neighbours */
		low++;
		high--;
	}
	s = (uint64_t)(x >> unit) / 10;
	if ((fives_wide)(s * 10) << unit >= low)
		return (struct decimal){ s, 1 - n };
	if ((fives_wide)(s * 10 + 10) << unit <= high)
		return (struct decimal){ s + 1, 1 - n };
	s = (uint64_t)(x >> unit);
	if ((fives_wide)s << unit < low)
		s++;
	else if ((fives_wide)(s + 1) << unit <= high) {
		const fives_wide half = (fives_wide)(2 * s + 1) << (unit - 1);

		s += x > half || (x == half && s % 2 != 0);
	}
	return (struct decimal){ s, -n };
}

/* x >= 0 with at most three digits behind the point and six in all, as most
 * numbers in tables have: no two of these are the same float. */
static struct decimal
of_thousandths(double x, int is_float)
{
	struct decimal d = { 0, -3 };
	double near;

	if (x < 999) {
		d.digits = (uint64_t)(x * 1000 + 0.5);
		near = (double)d.digits / 1000;
		if (is_float ? (float)near != (float)x : near != x)
			d.digits = 0;
	}
	return d;
}

size_t
num_put_float(char text[NUM_TEXT_MAX], float x)
{
	const float size = fabsf(x);
	struct decimal d;
	int q, len = 0;

	if (size < 1e7f && x == truncf(x))
		return num_put_int(text, (int64_t)x);
	d = of_thousandths((double)size, 1);
	if (d.digits == 0 && size >= FLT_MIN && size <= FLT_MAX) {
		const float c = frexpf(size, &q);

		d = shortest((uint64_t)ldexpf(c, FLT_MANT_DIG),
		    q - FLT_MANT_DIG, c <= 0.5f);
	}
	if (d.digits != 0) {
		*text = '-';
		return (x < 0) + put_decimal(text + (x < 0), d, FLOAT_DIGITS);
	}
	for (int n = FLOAT_DIGITS; n <= FLT_DECIMAL_DIG; n++) {
		len = snprintf(text, NUM_TEXT_MAX, "%.*g", n, (double)x);
		if (strtof(text, NULL) == x)
			break;
	}
	return (size_t)len;
}

size_t
num_put_double(char text[NUM_TEXT_MAX], double x)
{
	const double size = fabs(x);
	struct decimal d;
	int q, len = 0;

	if (size < 1e15 && x == trunc(x))
		return num_put_int(text, (int64_t)x);
	d = of_thousandths(size, 0);
	if (d.digits == 0 && size >= DBL_MIN && size <= DBL_MAX) {
		const double c = frexp(size, &q);

		d = shortest((uint64_t)ldexp(c, DBL_MANT_DIG),
		    q - DBL_MANT_DIG, c <= 0.5);
	}
	if (d.digits != 0) {
		*text = '-';
		return (x < 0) + put_decimal(text + (x < 0), d, DOUBLE_DIGITS);
	}
	for (int n = DOUBLE_DIGITS; n <= DBL_DECIMAL_DIG; n++) {
		len = snprintf(text, NUM_TEXT_MAX, "%.*g", n, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return (size_t)len;
}

void
num_say_bytes(char text[NUM_TEXT_MAX], double bytes)
{
	static const char units[] = "KMGTPE";
	size_t u = 0;

	for (bytes /= 1024; bytes >= 1024 && units[u + 1] != '\0'; u++)
		bytes /= 1024;
	snprintf(text, NUM_TEXT_MAX, "%.4g%c", bytes, units[u]);
}
