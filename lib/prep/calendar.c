#include <string.h>

#include "prep/calendar.h"

int
calendar_decimal(int64_t whole, struct span fraction, int shift, int64_t *out,
    unsigned *notes)
{
	int64_t x = whole, rest = 0, half = 5;

	for (; shift > 0; shift--) {
		const int digit = fraction.n > 0 ? fraction.p[0] - '0' : 0;

		if (x >= CALENDAR_LIMIT / 10)
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
	if (x >= CALENDAR_LIMIT)
		return -1;
	*out = x + (rest >= half);
	for (size_t i = 0; i < fraction.n; i++)
		rest |= fraction.p[i] - '0';
	if (rest != 0)
		*notes |= CALENDAR_ROUNDED;
	return 0;
}

int
calendar_digits(struct span *s, size_t n)
{
	int x = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!calendar_is_digit(s->p[i]))
			return -1;
		x = 10 * x + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return x;
}

int
calendar_char(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return 0;
	s->p++;
	s->n--;
	return 1;
}

/*
 * A year begins in March here, so that the leap day is its last: 306 days lie
 * between 1 March of year 0 and the year's end, and 719468 days from there to
 * 1970.
 */
int64_t
calendar_days(int64_t year, int month, int day)
{
	const int64_t y = month > 2 ? year : year - 1;
	const int64_t m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	    day - 1 - 719468;
}

int
calendar_month_days(int year, int month)
{
	static const int days[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const int leap = (year % 4 == 0 && year % 100 != 0) ||
	    year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

int
calendar_zone(struct span *s, int *minutes)
{
	const int east = calendar_char(s, '+');
	int hour, minute = 0;

	*minutes = 0;
	if (!east && (calendar_char(s, 'Z') || calendar_char(s, 'z')))
		return 0;
	if (!east && s->n == 4 && memcmp(s->p, " UTC", 4) == 0) {
		s->n = 0;
		return 0;
	}
	if (!east && !calendar_char(s, '-'))
		return -1;
	hour = calendar_digits(s, 2);
	if (hour < 0 || hour > 23)
		return -1;
	if (calendar_char(s, ':') || (s->n > 0 &&
	    calendar_is_digit(s->p[0]))) {
		minute = calendar_digits(s, 2);
		if (minute < 0 || minute > 59)
			return -1;
	}
	*minutes = (east ? 1 : -1) * (60 * hour + minute);
	return 0;
}
