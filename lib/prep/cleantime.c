#include <math.h>

#include "base/num.h"
#include "prep/cleantime.h"

/* What is read stays below this, so that sums and signs cannot overflow. */
static const int64_t time_limit = INT64_C(1000000000000000000);

static const struct choice units[] = {
	{ "s", "seconds since 1970", NULL },
	{ "ms", "thousandths of a second", NULL },
	{ "us", "millionths", NULL },
	{ "ns", "billionths", NULL }
};

/* Powers of ten from each unit to thousandths. */
static const int shifts[] = { 3, 0, -3, -6 };

const struct choice *
cleantime_unit(size_t i)
{
	return i < sizeof units / sizeof *units ? &units[i] : NULL;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cuts the digits at the front of *s off: one at least, and no more than a
 * number can hold; else -1. */
static int
cut_digits(struct span *s, int64_t *out)
{
	size_t i = 0;
	int64_t x = 0;

	for (; i < s->n && is_digit(s->p[i]); i++) {
		const int digit = s->p[i] - '0';

		if (x > (INT64_MAX - digit) / 10)
			return -1;
		x = 10 * x + digit;
	}
	s->p += i;
	s->n -= i;
	*out = x;
	return i > 0 ? 0 : -1;
}

/* whole.fraction * 10^shift, rounded half up; digits only in `fraction`. */
static int
shift_decimal(int64_t whole, struct span fraction, int shift, int64_t *out,
    unsigned *notes)
{
	int64_t x = whole, rest = 0, half = 5;

	for (; shift > 0; shift--) {
		const int digit = fraction.n > 0 ? fraction.p[0] - '0' : 0;

		if (x >= time_limit / 10)
			return -1;
		x = 10 * x + digit;
		fraction.p += fraction.n > 0;
		fraction.n -= fraction.n > 0;
	}
	if (shift < 0) {
		int64_t unit = 1;

		for (; shift < 0; shift++)
			unit *= 10;
		rest = x % unit;
		half = unit / 2;
		x /= unit;
	} else if (fraction.n > 0) {
		rest = fraction.p[0] - '0';
	}
	if (x >= time_limit)
		return -1;
	*out = x + (rest >= half);
	for (size_t i = 0; i < fraction.n; i++)
		rest |= fraction.p[i] - '0';
	if (rest != 0)
		*notes |= CLEANTIME_ROUNDED;
	return 0;
}

/* "1.39686787e9": rare, and exact enough as a double. */
static int
read_real(struct span text, int shift, int64_t *out, unsigned *notes)
{
	double x;

	if (num_real(text, &x) != 0)
		return -1;
	x = shift >= 0 ? x * pow(10, shift) : x / pow(10, -shift);
	if (!(fabs(x) < (double)time_limit))
		return -1;
	*out = llround(x);
	if (fabs((double)*out - x) > 0)
		*notes |= CLEANTIME_ROUNDED;
	return 0;
}

static int
read_number(struct span text, int shift, int64_t *out, unsigned *notes)
{
	struct span rest = text, fraction;
	const int negative = text.n > 0 && text.p[0] == '-';
	int64_t whole;

	rest.p += negative;
	rest.n -= (size_t)negative;
	if (cut_digits(&rest, &whole) != 0)
		return read_real(text, shift, out, notes);
	fraction = rest;
	if (rest.n > 0 && rest.p[0] == '.') {
		fraction.p++;
		fraction.n--;
	}
	for (size_t i = 0; i < fraction.n; i++)
		if (!is_digit(fraction.p[i]))
			return read_real(text, shift, out, notes);
	if (shift_decimal(whole, fraction, shift, out, notes) != 0)
		return -1;
	*out = negative ? -*out : *out;
	return 0;
}

/* Cuts exactly n digits off: their number, or -1. */
static int
cut_fixed(struct span *s, size_t n)
{
	int x = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s->p[i]))
			return -1;
		x = 10 * x + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return x;
}

static int
cut_char(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return 0;
	s->p++;
	s->n--;
	return 1;
}

/*
 * Days since 1970-01-01 of the Gregorian calendar.  A year begins in March
 * here, so that the leap day is its last: 306 days lie between 1 March of
 * year 0 and the year's end, and 719468 days from there to 1970.
 */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
	const int64_t y = month > 2 ? year : year - 1;
	const int64_t m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	    day - 1 - 719468;
}

static int
days_in_month(int year, int month)
{
	static const int days[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const int leap = (year % 4 == 0 && year % 100 != 0) ||
	    year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* "2014-04-07": days, or -1. */
static int
cut_date(struct span *s, int64_t *days)
{
	const int year = cut_fixed(s, 4);
	int month, day;

	if (year < 1 || !cut_char(s, '-'))
		return -1;
	month = cut_fixed(s, 2);
	if (month < 1 || month > 12 || !cut_char(s, '-'))
		return -1;
	day = cut_fixed(s, 2);
	if (day < 1 || day > days_in_month(year, month))
		return -1;
	*days = days_from_civil(year, month, day);
	return 0;
}

/* "10:51", "10:51:09", "10:51:09.277": thousandths.  A leap second counts as
 * the second after it. */
static int
cut_clock(struct span *s, int64_t *out, unsigned *notes)
{
	const int hour = cut_fixed(s, 2);
	int minute, second = 0;
	struct span fraction = { s->p, 0 };

	if (hour < 0 || hour > 23 || !cut_char(s, ':'))
		return -1;
	minute = cut_fixed(s, 2);
	if (minute < 0 || minute > 59)
		return -1;
	if (cut_char(s, ':')) {
		second = cut_fixed(s, 2);
		if (second < 0 || second > 60)
			return -1;
		if (cut_char(s, '.') || cut_char(s, ',')) {
			fraction.p = s->p;
			while (s->n > 0 && is_digit(s->p[0]))
				cut_char(s, s->p[0]);
			fraction.n = (size_t)(s->p - fraction.p);
			if (fraction.n == 0)
				return -1;
		}
	}
	return shift_decimal(hour * 3600 + minute * 60 + second, fraction, 3,
	    out, notes);
}

/* "Z", " UTC", "+02:00", "+0200", "+02": minutes east of Greenwich. */
static int
cut_zone(struct span *s, int *minutes)
{
	const int east = cut_char(s, '+');
	int hour, minute = 0;

	*minutes = 0;
	if (!east && (cut_char(s, 'Z') || cut_char(s, 'z')))
		return 0;
	if (!east && s->n == 4 && memcmp(s->p, " UTC", 4) == 0) {
		s->n = 0;
		return 0;
	}
	if (!east && !cut_char(s, '-'))
		return -1;
	hour = cut_fixed(s, 2);
	if (hour < 0 || hour > 23)
		return -1;
	if (s->n > 0) {
		cut_char(s, ':');
		minute = cut_fixed(s, 2);
		if (minute < 0 || minute > 59)
			return -1;
	}
	*minutes = (east ? 1 : -1) * (60 * hour + minute);
	return 0;
}

static int
read_iso(struct span s, int64_t *out, unsigned *notes)
{
	int64_t days, clock = 0;
	int minutes = 0;
	unsigned new = 0;

	if (cut_date(&s, &days) != 0)
		return -1;
	if (s.n > 0 && (cut_char(&s, 'T') || cut_char(&s, ' ') ||
	    cut_char(&s, 't'))) {
		if (cut_clock(&s, &clock, &new) != 0)
			return -1;
	}
	if (s.n == 0)
		new |= CLEANTIME_NO_ZONE;
	else if (cut_zone(&s, &minutes) != 0 || s.n > 0)
		return -1;
	*out = days * 86400000 + clock - (int64_t)minutes * 60000;
	*notes |= new;
	return 0;
}

int
cleantime_read(struct span text, const struct choice *unit, int64_t *out,
    unsigned *notes)
{
	/* A date has a '-' after its year; a number never has one there,
	 * since an exponent's sign comes after an e. */
	if (text.n >= 8 && text.p[4] == '-' && is_digit(text.p[3]))
		return read_iso(text, out, notes);
	return read_number(text, shifts[unit - units], out, notes);
}

void
cleantime_put(struct buf *b, int64_t t)
{
	const int64_t size = t < 0 ? -t : t;
	int rest = (int)(size % 1000);

	if (t < 0)
		buf_char(b, '-');
	buf_int(b, size / 1000);
	if (rest == 0)
		return;
	buf_char(b, '.');
	for (int unit = 100; rest > 0; rest %= unit, unit /= 10)
		buf_char(b, (char)('0' + rest / unit));
}

/* The year is guessed as if all had 365 days, which is late by a few at most,
 * and then looked for; the month is looked for from the last. */
void
cleantime_put_date(struct buf *b, int64_t t)
{
	const int64_t seconds = t / 1000 - (t % 1000 < 0);
	const int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	const int clock = (int)(seconds - days * 86400);
	int year, month = 12;

	if (days < days_from_civil(1, 1, 1) ||
	    days >= days_from_civil(10000, 1, 1)) {
		cleantime_put(b, t);
		return;
	}
	year = 1970 + (int)(days / 365);
	while (year > 9999 || days_from_civil(year, 1, 1) > days)
		year--;
	while (year < 9999 && days_from_civil(year + 1, 1, 1) <= days)
		year++;
	while (days_from_civil(year, month, 1) > days)
		month--;
	buf_format(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month,
	    (int)(days - days_from_civil(year, month, 1)) + 1, clock / 3600,
	    clock / 60 % 60, clock % 60);
}
