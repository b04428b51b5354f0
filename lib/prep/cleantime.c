#include <math.h>

#include "base/num.h"
#include "prep/cleantime.h"
#include "prep/timeformat.h"

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

enum { DIGITS_MAX = 19 };	/* of which any fit into 64 bits */

/* Cuts the digits at the front of *s off: one at least, and no more than a
 * number can hold; else -1. */
static int
cut_digits(struct span *s, int64_t *out)
{
	size_t i = 0;
	uint64_t x = 0;

	for (; i < s->n && calendar_is_digit(s->p[i]); i++) {
		if (i == DIGITS_MAX)
			return -1;
		x = 10 * x + (uint64_t)(s->p[i] - '0');
	}
	if (x > INT64_MAX)
		return -1;
	s->p += i;
	s->n -= i;
	*out = (int64_t)x;
	return i > 0 ? 0 : -1;
}

/* "1.39686787e9": rare, and exact enough as a double. */
static int
read_real(struct span text, int shift, int64_t *out, unsigned *notes)
{
	double x;

	if (num_real(text, &x) != 0)
		return -1;
	x = shift >= 0 ? x * pow(10, shift) : x / pow(10, -shift);
	if (!(fabs(x) < (double)CALENDAR_LIMIT))
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
	if (rest.n == 0 && shift >= 0 && whole < CALENDAR_LIMIT / 1000) {
		/* most times by far */
		*out = shift > 0 ? 1000 * whole : whole;
		*out = negative ? -*out : *out;
		return 0;
	}
	fraction = rest;
	if (rest.n > 0 && rest.p[0] == '.') {
		fraction.p++;
		fraction.n--;
	}
	for (size_t i = 0; i < fraction.n; i++)
		if (!calendar_is_digit(fraction.p[i]))
			return read_real(text, shift, out, notes);
	if (calendar_decimal(whole, fraction, shift, out, notes) != 0)
		return -1;
	*out = negative ? -*out : *out;
	return 0;
}

/* "2014-04-07": days, or -1. */
static int
cut_date(struct span *s, int64_t *days)
{
	const int year = calendar_digits(s, 4);
	int month, day;

	if (year < 1 || !calendar_char(s, '-'))
		return -1;
	month = calendar_digits(s, 2);
	if (month < 1 || month > 12 || !calendar_char(s, '-'))
		return -1;
	day = calendar_digits(s, 2);
	if (day < 1 || day > calendar_month_days(year, month))
		return -1;
	*days = calendar_days(year, month, day);
	return 0;
}

/* "10:51", "10:51:09", "10:51:09.277": thousandths.  A leap second counts as
 * the second after it. */
static int
cut_clock(struct span *s, int64_t *out, unsigned *notes)
{
	const int hour = calendar_digits(s, 2);
	int minute, second = 0;
	struct span fraction = { s->p, 0 };

	if (hour < 0 || hour > 23 || !calendar_char(s, ':'))
		return -1;
	minute = calendar_digits(s, 2);
	if (minute < 0 || minute > 59)
		return -1;
	if (calendar_char(s, ':')) {
		second = calendar_digits(s, 2);
		if (second < 0 || second > 60)
			return -1;
		if (calendar_char(s, '.') || calendar_char(s, ',')) {
			fraction.p = s->p;
			while (s->n > 0 && calendar_is_digit(s->p[0]))
				calendar_char(s, s->p[0]);
			fraction.n = (size_t)(s->p - fraction.p);
			if (fraction.n == 0)
				return -1;
		}
	}
	return calendar_decimal(hour * 3600 + minute * 60 + second, fraction, 3,
	    out, notes);
}

static int
read_iso(struct span s, const struct cleantime_form *form, int64_t *out,
    unsigned *notes)
{
	int64_t days, clock = 0;
	int minutes = form->zone;
	unsigned new = 0;

	if (cut_date(&s, &days) != 0)
		return -1;
	if (s.n > 0 && (calendar_char(&s, 'T') || calendar_char(&s, ' ') ||
	    calendar_char(&s, 't'))) {
		if (cut_clock(&s, &clock, &new) != 0)
			return -1;
	}
	if (s.n == 0)
		new |= form->has_zone ? 0 : CLEANTIME_NO_ZONE;
	else if (calendar_zone(&s, &minutes) != 0 || s.n > 0)
		return -1;
	*out = days * 86400000 + clock - (int64_t)minutes * 60000;
	*notes |= new;
	return 0;
}

static int
read_formats(struct span text, const struct cleantime_form *form,
    int64_t *out, unsigned *notes)
{
	for (size_t i = 0; i < form->n_formats; i++) {
		unsigned new = 0;
		int has_zone;

		if (timeformat_read(form->format[i], text, out, &has_zone,
		    &new) != 0)
			continue;
		if (!has_zone)
			*out -= (int64_t)form->zone * 60000;
		if (!has_zone && !form->has_zone)
			new |= CLEANTIME_NO_ZONE;
		*notes |= new;
		return 0;
	}
	return -1;
}

int
cleantime_read_form(struct span text, const struct cleantime_form *form,
    int64_t *out, unsigned *notes)
{
	if (form->n_formats > 0)
		return read_formats(text, form, out, notes);
	/* A date has a '-' after its year; a number never has one there,
	 * since an exponent's sign comes after an e. */
	if (text.n >= 8 && text.p[4] == '-' && calendar_is_digit(text.p[3]))
		return read_iso(text, form, out, notes);
	return read_number(text, shifts[form->unit - units], out, notes);
}

int
cleantime_read(struct span text, const struct choice *unit, int64_t *out,
    unsigned *notes)
{
	const struct cleantime_form form = { .unit = unit };

	return cleantime_read_form(text, &form, out, notes);
}

int
cleantime_duration(struct span text, int64_t *out)
{
	static const struct {
		char letter;
		double size;
	} sizes[] = { { 's', 1e3 }, { 'm', 60e3 }, { 'h', 3600e3 },
		{ 'd', 86400e3 }, { 'w', 7 * 86400e3 } };
	double x;

	if (text.n < 2 ||
	    num_real((struct span){ text.p, text.n - 1 }, &x) != 0)
		return -1;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		if (text.p[text.n - 1] != sizes[i].letter)
			continue;
		x *= sizes[i].size;
		if (!(x >= 1) || x >= (double)CALENDAR_LIMIT)
			return -1;
		*out = llround(x);
		return 0;
	}
	return -1;
}

size_t
cleantime_text(char text[NUM_TEXT_MAX], int64_t t)
{
	const int64_t size = t < 0 ? -t : t;
	int rest = (int)(size % 1000);
	size_t n = 0;

	if (t < 0)
		text[n++] = '-';
	n += num_put_int(text + n, size / 1000);
	if (rest == 0)
		return n;
	text[n++] = '.';
	for (int unit = 100; rest > 0; rest %= unit, unit /= 10)
		text[n++] = (char)('0' + rest / unit);
	return n;
}

void
cleantime_put(struct buf *b, int64_t t)
{
	b->n += cleantime_text(buf_room(b, NUM_TEXT_MAX), t);
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

	if (days < calendar_days(1, 1, 1) ||
	    days >= calendar_days(10000, 1, 1)) {
		cleantime_put(b, t);
		return;
	}
	year = 1970 + (int)(days / 365);
	while (year > 9999 || calendar_days(year, 1, 1) > days)
		year--;
	while (year < 9999 && calendar_days(year + 1, 1, 1) <= days)
		year++;
	while (calendar_days(year, month, 1) > days)
		month--;
	buf_format(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month,
	    (int)(days - calendar_days(year, month, 1)) + 1, clock / 3600,
	    clock / 60 % 60, clock % 60);
}
