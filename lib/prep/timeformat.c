#include <string.h>

#include "prep/calendar.h"
#include "prep/timeformat.h"

/* What has been read so far. */
struct moment {
	int year, month, day;
	int day_of_year;	/* 0: by month and day */
	int hour, minute, second;
	int afternoon;		/* of an hour of 12; -1: hour of 24 */
	struct span fraction;
	int zone, has_zone;
	int64_t epoch;
	int has_epoch;
};

/* Each reader cuts its part off *s, and answers 0, or -1: there is none. */

static int
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
skip_blanks(struct span *s)
{
	while (s->n > 0 && is_blank(s->p[0])) {
		s->p++;
		s->n--;
	}
}

/* At most `most` digits, one at least, and a number from low to high. */
static int
cut_number(struct span *s, size_t most, int low, int high, int *out)
{
	size_t n = 0;

	while (n < most && n < s->n && calendar_is_digit(s->p[n]))
		n++;
	*out = n == 0 ? -1 : calendar_digits(s, n);
	return *out < low || *out > high ? -1 : 0;
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Is `word` (lower case) at the front of *s?  Then it is cut off. */
static int
cut_word(struct span *s, const char *word, size_t n)
{
	if (s->n < n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (lower(s->p[i]) != word[i])
			return 0;
	s->p += n;
	s->n -= n;
	return 1;
}

/* A name in full, or its first three letters: its number from 1. */
static int
cut_name(struct span *s, const char *const *names, int n, int *out)
{
	for (int i = 0; i < n; i++) {
		if (!cut_word(s, names[i], strlen(names[i])) &&
		    !cut_word(s, names[i], 3))
			continue;
		*out = i + 1;
		return 0;
	}
	return -1;
}

static int
read_year(struct moment *m, struct span *s)
{
	m->year = calendar_digits(s, 4);
	return m->year < 1 ? -1 : 0;
}

static int
read_short_year(struct moment *m, struct span *s)
{
	m->year = calendar_digits(s, 2);
	if (m->year < 0)
		return -1;
	m->year += m->year < 69 ? 2000 : 1900;
	return 0;
}

static int
read_month(struct moment *m, struct span *s)
{
	return cut_number(s, 2, 1, 12, &m->month);
}

static int
read_month_name(struct moment *m, struct span *s)
{
	static const char *const names[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };

	return cut_name(s, names, 12, &m->month);
}

static int
read_day(struct moment *m, struct span *s)
{
	return cut_number(s, 2, 1, 31, &m->day);
}

static int
read_padded_day(struct moment *m, struct span *s)
{
	skip_blanks(s);
	return read_day(m, s);
}

static int
read_day_of_year(struct moment *m, struct span *s)
{
	return cut_number(s, 3, 1, 366, &m->day_of_year);
}

static int
read_day_name(struct moment *m, struct span *s)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };
	int number;

	(void)m;
	return cut_name(s, names, 7, &number);
}

static int
read_hour(struct moment *m, struct span *s)
{
	return cut_number(s, 2, 0, 23, &m->hour);
}

static int
read_hour_of_12(struct moment *m, struct span *s)
{
	return cut_number(s, 2, 1, 12, &m->hour);
}

static int
read_half_day(struct moment *m, struct span *s)
{
	m->afternoon = cut_word(s, "pm", 2);
	return m->afternoon || cut_word(s, "am", 2) ? 0 : -1;
}

static int
read_minute(struct moment *m, struct span *s)
{
	return cut_number(s, 2, 0, 59, &m->minute);
}

/* A leap second counts as the second after it. */
static int
read_second(struct moment *m, struct span *s)
{
	return cut_number(s, 2, 0, 60, &m->second);
}

static int
read_fraction(struct moment *m, struct span *s)
{
	m->fraction = (struct span){ s->p, 0 };
	while (s->n > 0 && calendar_is_digit(s->p[0])) {
		m->fraction.n++;
		s->p++;
		s->n--;
	}
	return m->fraction.n > 0 ? 0 : -1;
}

static int
read_zone(struct moment *m, struct span *s)
{
	m->has_zone = 1;
	return calendar_zone(s, &m->zone);
}

static int
read_zone_name(struct moment *m, struct span *s)
{
	m->has_zone = 1;
	return cut_word(s, "utc", 3) || cut_word(s, "gmt", 3) ||
	    cut_word(s, "z", 1) ? 0 : -1;
}

static int
read_epoch(struct moment *m, struct span *s)
{
	const int is_negative = calendar_char(s, '-');
	struct span digits;

	if (read_fraction(m, s) != 0 || m->fraction.n > 15)
		return -1;
	digits = m->fraction;
	m->fraction.n = 0;
	m->epoch = 0;
	for (size_t i = 0; i < digits.n; i++)
		m->epoch = 10 * m->epoch + (digits.p[i] - '0');
	m->epoch = is_negative ? -m->epoch : m->epoch;
	m->has_epoch = m->has_zone = 1;
	return 0;
}

/* What a letter tells, for timeformat_check(). */
enum { YEAR = 1, MONTH = 2, DAY = 4, DAY_OF_YEAR = 8, EPOCH = 16,
	HALF_DAYS = 32, HALF_DAY = 64 };

static const struct part {
	char letter;
	int tells;
	int (*read)(struct moment *, struct span *);
	const char *stands_for;	/* another format; NULL: `read` it */
} parts[] = {
	{ 'Y', YEAR, read_year, NULL },
	{ 'y', YEAR, read_short_year, NULL },
	{ 'm', MONTH, read_month, NULL },
	{ 'b', MONTH, read_month_name, NULL },
	{ 'B', MONTH, read_month_name, NULL },
	{ 'h', MONTH, read_month_name, NULL },
	{ 'd', DAY, read_day, NULL },
	{ 'e', DAY, read_padded_day, NULL },
	{ 'j', DAY_OF_YEAR, read_day_of_year, NULL },
	{ 'a', 0, read_day_name, NULL },
	{ 'A', 0, read_day_name, NULL },
	{ 'H', 0, read_hour, NULL },
	{ 'I', HALF_DAYS, read_hour_of_12, NULL },
	{ 'p', HALF_DAY, read_half_day, NULL },
	{ 'M', 0, read_minute, NULL },
	{ 'S', 0, read_second, NULL },
	{ 'f', 0, read_fraction, NULL },
	{ 'z', 0, read_zone, NULL },
	{ 'Z', 0, read_zone_name, NULL },
	{ 's', EPOCH, read_epoch, NULL },
	{ 'F', 0, NULL, "%Y-%m-%d" },
	{ 'D', 0, NULL, "%m/%d/%y" },
	{ 'T', 0, NULL, "%H:%M:%S" },
	{ 'R', 0, NULL, "%H:%M" },
	{ 'n', 0, NULL, " " },
	{ 't', 0, NULL, " " }
};

static const struct part *
part_of(char letter)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].letter == letter)
			return &parts[i];
	return NULL;
}

/* Adds what the format tells to *tells. */
static int
check_parts(const char *format, const char *option, int *tells)
{
	for (const char *p = format; *p != '\0'; p++) {
		const struct part *part;

		if (*p != '%' || *++p == '%')
			continue;
		if (*p == '\0')
			return err_msg("%s: a '%%' ends '%s'", option, format);
		part = part_of(*p);
		if (part == NULL)
			return err_msg("%s: '%%%c' is none of the letters "
			    "YymbBhdejaAHIpMSfzZsFDTRnt", option, *p);
		*tells |= part->tells;
		if (part->stands_for != NULL && check_parts(part->stands_for,
		    option, tells) != 0)
			return -1;
	}
	return 0;
}

int
timeformat_check(const char *format, const char *option)
{
	const int by_month = YEAR | MONTH | DAY;
	const int by_day = YEAR | DAY_OF_YEAR;
	int tells = 0;

	if (check_parts(format, option, &tells) != 0)
		return -1;
	if ((tells & by_month) != by_month && (tells & by_day) != by_day &&
	    !(tells & EPOCH))
		return err_msg("%s: '%s' tells no day: it needs a year, month "
		    "and day, or %%j, or %%s", option, format);
	if (!(tells & HALF_DAYS) != !(tells & HALF_DAY))
		return err_msg("%s: '%s': %%I and %%p need each other", option,
		    format);
	return 0;
}

static int
match(const char *format, struct moment *m, struct span *s)
{
	for (const char *p = format; *p != '\0'; p++) {
		const struct part *part = *p == '%' ? part_of(*++p) : NULL;

		if (part == NULL && is_blank(*p))
			skip_blanks(s);
		else if (part == NULL && !calendar_char(s, *p))
			return -1;
		else if (part != NULL && (part->read != NULL
		    ? part->read(m, s)
		    : match(part->stands_for, m, s)) != 0)
			return -1;
	}
	return 0;
}

/* The day's number, or -1 when the month does not have it. */
static int
find_day(const struct moment *m, int64_t *days)
{
	if (m->day_of_year > 0) {
		*days = calendar_days(m->year, 1, 1) + m->day_of_year - 1;
		return *days < calendar_days(m->year + 1, 1, 1) ? 0 : -1;
	}
	*days = calendar_days(m->year, m->month, m->day);
	return m->day <= calendar_month_days(m->year, m->month) ? 0 : -1;
}

int
timeformat_read(const char *format, struct span text, int64_t *out,
    int *has_zone, unsigned *notes)
{
	struct moment m = { .afternoon = -1 };
	int64_t days, seconds = 0;

	if (match(format, &m, &text) != 0 || text.n > 0)
		return -1;
	if (m.afternoon >= 0)
		m.hour = m.hour % 12 + 12 * m.afternoon;
	if (m.has_epoch) {
		seconds = m.epoch;
	} else {
		if (find_day(&m, &days) != 0)
			return -1;
		seconds = days * 86400 + m.hour * 3600 + m.minute * 60 +
		    m.second - (int64_t)m.zone * 60;
	}
	*has_zone = m.has_zone;
	/* the fraction counts upwards, before 1970 too */
	if (calendar_decimal(0, m.fraction, 3, out, notes) != 0)
		return -1;
	*out += seconds * 1000;
	return 0;
}
