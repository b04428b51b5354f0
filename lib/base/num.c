#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fives.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/spans.h"

enum { DIGITS_MAX = 19 };	/* that always fit in 64 bits */

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- digits --------------------------------------------------------------- */

/* Is every byte of x a digit?  The high half of each must be 3, and stay so
 * when 6 is added. */
static int
are_digits(uint64_t x)
{
	const uint64_t high = UINT64_C(0xf0f0f0f0f0f0f0f0);

	return ((x & high) | ((x + UINT64_C(0x0606060606060606)) & high) >> 4)
	    == UINT64_C(0x3333333333333333);
}

/* The number that eight digits are: neighbours are joined to pairs, those to
 * fours and those to eight. */
static uint64_t
join_eight(uint64_t x)
{
	x -= UINT64_C(0x3030303030303030);
	x = (x * 10 + (x >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	x = (x * 100 + (x >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (x * 10000 + (x >> 32)) & UINT64_C(0xffffffff);
}

/* Adds the digits from p on to *n (which may wrap); returns where they end.
 * The last ones, if they end the text, which begins at `begin`, are looked at
 * together with what is before them. */
static inline const char *
take_digits(const char *begin, const char *p, const char *end, uint64_t *n)
{
	static const uint64_t power[] = { 1, 10, 100, 1000, 10000, 100000,
		1000000, 10000000 };
	const uint64_t zeros = UINT64_C(0x3030303030303030);

	while (end - p >= 8) {
		const uint64_t x = spans_load(p);

		if (!are_digits(x))
			break;
		*n = *n * 100000000 + join_eight(x);
		p += 8;
	}
	if (p < end && end - p < 8 && end - begin >= 8) {
		const uint64_t before = ~UINT64_C(0) >> 8 * (end - p);
		const uint64_t x = (spans_load(end - 8) & ~before) |
		    (zeros & before);

		if (are_digits(x)) {
			*n = *n * power[end - p] + join_eight(x);
			return end;
		}
	}
	for (; p < end && is_digit(*p); p++)
		*n = *n * 10 + (uint64_t)(*p - '0');
	return p;
}

/* --- whole numbers -------------------------------------------------------- */

/* Digits that may be too many. */
static int
size_of_many(struct span text, size_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		const size_t digit = (size_t)(text.p[i] - '0');

		if (!is_digit(text.p[i]) || n > (SIZE_MAX - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	*out = n;
	return 0;
}

/* 9 to 16 digits, as times have: two words, whatever their number. */
static int
size_of_two(struct span text, size_t *out)
{
	const unsigned high_bits = 8 * (unsigned)(text.n - 8);
	const uint64_t zeros = UINT64_C(0x3030303030303030);
	const uint64_t high = spans_load(text.p) << (64 - high_bits) |
	    (high_bits < 64 ? zeros >> high_bits : 0);
	const uint64_t low = spans_load(text.p + text.n - 8);
	const uint64_t n = join_eight(high) * 100000000 + join_eight(low);

	if (!are_digits(high) || !are_digits(low) || n > SIZE_MAX)
		return -1;
	*out = (size_t)n;
	return 0;
}

int
num_size(struct span text, size_t *out)
{
	uint64_t n = 0;

	if (text.n == 0)
		return -1;
	if (text.n > 8 && text.n <= 16)
		return size_of_two(text, out);
	if (text.n > DIGITS_MAX)
		return size_of_many(text, out);
	if (take_digits(text.p, text.p, text.p + text.n, &n) !=
	    text.p + text.n || n > SIZE_MAX)
		return -1;
	*out = (size_t)n;
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

int
num_share(struct span text, double *out)
{
	const int is_percent = text.n > 0 && text.p[text.n - 1] == '%';
	double x;

	text.n -= (size_t)is_percent;
	if (num_real(text, &x) != 0)
		return -1;
	*out = is_percent ? x / 100 : x;
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

/* --- real numbers --------------------------------------------------------- */

/* A decimal number taken apart: digits * 10^exponent. */
struct decimal {
	uint64_t digits;	/* wrapped, when there are over DIGITS_MAX */
	int exponent;
	int negative;
	size_t n_digits;
};

/* Adds the exponent that begins behind p, "e-5": 0, or -1. */
static int
take_exponent(const char *p, const char *end, struct decimal *d)
{
	int negative = 0, e = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end)
		return -1;
	for (; p < end && is_digit(*p); p++)
		if (e < 100000)		/* far past any double's range */
			e = e * 10 + (*p - '0');
	d->exponent += negative ? -e : e;
	return p == end ? 0 : -1;
}

/* The grammar: [+-] digits [. digits] [e [+-] digits], one digit at least. */
static int
take_apart(struct span text, struct decimal *d)
{
	const char *p = text.p, *const end = p + text.n, *start;

	*d = (struct decimal){ .digits = 0 };
	if (p < end && (*p == '-' || *p == '+'))
		d->negative = *p++ == '-';
	start = p;
	p = take_digits(text.p, p, end, &d->digits);
	d->n_digits = (size_t)(p - start);
	if (p < end && *p == '.') {
		start = ++p;
		p = take_digits(text.p, p, end, &d->digits);
		d->n_digits += (size_t)(p - start);
		if (p - start > DIGITS_MAX)	/* it is not used then */
			start = p;
		d->exponent = (int)(start - p);
	}
	if (d->n_digits == 0)
		return -1;
	if (p == end)
		return 0;
	return *p == 'e' || *p == 'E' ? take_exponent(p + 1, end, d) : -1;
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

/* n * 2^e: one rounding, as long as the result is a normal number. */
static double
scale(uint64_t n, int e)
{
	const uint64_t bits = (uint64_t)(e + 1023) << 52;
	double power;

	memcpy(&power, &bits, sizeof power);
	return (double)n * power;
}

/* n * 10^e for n > 0, 0 <= e <= FIVES_MAX: the exact product n * 5^e, of which
 * the first 64 bits and whether others are ones decide the rounding. */
static double
multiply(uint64_t n, int e)
{
	const fives_wide exact = (fives_wide)n * fives[e];
	const uint64_t high = (uint64_t)(exact >> 64);
	const int shift = high == 0 ? 0 : 64 - __builtin_clzll(high);
	const uint64_t first = (uint64_t)(exact >> shift);

	return scale(first | ((fives_wide)first << shift != exact), shift + e);
}

/* n / 10^e likewise: 63 bits or more of the quotient, and whether there is a
 * remainder. */
static double
divide(uint64_t n, int e)
{
	const int zeros = __builtin_clzll(n);
	const int room = __builtin_clzll(fives[e]);
	const fives_wide dividend = (fives_wide)(n << zeros) << 63;
	const uint64_t divisor = fives[e] << room;
	const uint64_t quotient = (uint64_t)(dividend / divisor);

	return scale(quotient | (dividend % divisor != 0),
	    room - zeros - 63 - e);
}

/* |d|, correctly rounded. */
static double
put_together(const struct decimal *d, struct span text)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6,
		1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
		1e18, 1e19, 1e20, 1e21, 1e22 };
	const int e = d->exponent;

	if (d->n_digits > DIGITS_MAX || e < -FIVES_MAX || e > FIVES_MAX)
		return fabs(by_strtod(text));
	if (d->digits == 0)
		return 0;
	/* Both factors are exact doubles, so one rounding is the right one
	 * (Clinger 1990, "How to read floating point numbers accurately"). */
	if (d->digits <= UINT64_C(1) << 53 && e >= -22 && e <= 22)
		return e < 0 ? (double)d->digits / power[-e]
		    : (double)d->digits * power[e];
	return e < 0 ? divide(d->digits, -e) : multiply(d->digits, e);
}

int
num_real(struct span text, double *out)
{
	struct decimal d;
	double x;

	if (take_apart(text, &d) != 0)
		return -1;
	x = put_together(&d, text);
	if (!isfinite(x))
		return -1;
	*out = d.negative ? -x : x;
	return 0;
}
