#include "base/num.h"
#include "prep/calendar.h"
#include "prep/cleanvalue.h"

static const struct choice styles[] = {
	{ "plain", "1299.00", NULL },
	{ "point", "$1,299.00", NULL },
	{ "comma", "1.299,00 EUR", NULL }
};

static const struct choice missings[] = {
	{ "keep", "it stays empty", NULL },
	{ "drop", "the row is dropped", NULL },
	{ "refuse", "the row is bad", NULL },
	{ "mean", "the column's mean", NULL },
	{ "median", "the column's median", NULL },
	{ "user-mean", "the mean of the user's rows", NULL },
	{ "item-mean", "the mean of the item's rows", NULL }
};

static const struct choice outsides[] = {
	{ "drop", "the row is dropped", NULL },
	{ "clip", "the nearest value inside takes its place", NULL },
	{ "refuse", "the row is bad", NULL }
};

static const struct choice outliers[] = {
	{ "zscore", "standard deviations from the mean", NULL },
	{ "iqr", "interquartile ranges past the quartiles", NULL },
	{ "mad", "scaled median absolute deviations from the median", NULL }
};

static const struct choice normals[] = {
	{ "center", "minus the column's mean", NULL },
	{ "user-center", "minus the user's mean", NULL },
	{ "item-center", "minus the item's mean", NULL },
	{ "minmax", "from 0, the least, to 1, the greatest", NULL },
	{ "zscore", "minus the mean, by the standard deviation", NULL },
	{ "user-zscore", "the same by user", NULL }
};

#define LINE(table, i) \
	((i) < sizeof (table) / sizeof *(table) ? &(table)[i] : NULL)

const struct choice *
cleanvalue_style(size_t i)
{
	return LINE(styles, i);
}

const struct choice *
cleanvalue_missing(size_t i)
{
	return LINE(missings, i);
}

const struct choice *
cleanvalue_outside(size_t i)
{
	return LINE(outsides, i);
}

const struct choice *
cleanvalue_outlier(size_t i)
{
	return LINE(outliers, i);
}

const struct choice *
cleanvalue_normal(size_t i)
{
	return LINE(normals, i);
}

/* Bytes that may belong to a currency's name or sign: letters, "$", "%" is
 * not one, and all that is not ASCII. */
static int
is_currency(char c)
{
	return c == '$' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (unsigned char)c >= 0x80;
}

/* U+00A0 and U+202F, which stand between groups of digits too, and a blank:
 * the bytes at the front of s that are one, or 0. */
static size_t
blank_at(struct span s)
{
	if (s.n >= 1 && s.p[0] == ' ')
		return 1;
	if (s.n >= 2 && memcmp(s.p, "\xc2\xa0", 2) == 0)
		return 2;
	if (s.n >= 3 && memcmp(s.p, "\xe2\x80\xaf", 3) == 0)
		return 3;
	return 0;
}

static void
skip(struct span *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

/* The name of a currency and blanks, at either end of the number. */
static void
strip_currency(struct span *s)
{
	while (s->n > 0 && (is_currency(s->p[0]) || s->p[0] == ' '))
		skip(s, 1);
	while (s->n > 0 && (is_currency(s->p[s->n - 1]) ||
	    s->p[s->n - 1] == ' '))
		s->n--;
}

enum { DIGITS_MAX = 60 };	/* of a number with groups */

/* Digits, in groups of three after the first if there is a separator at all;
 * adds them to text[*n]. */
static int
take_groups(struct span *s, char group, char *text, size_t *n)
{
	size_t in_group = 0, n_groups = 1, first = 0;

	for (;;) {
		const size_t blank = blank_at(*s);

		if (s->n > 0 && calendar_is_digit(s->p[0])) {
			if (*n == DIGITS_MAX)
				return -1;
			text[(*n)++] = s->p[0];
			in_group++;
			skip(s, 1);
		} else if (s->n > 0 && (s->p[0] == group || blank > 0)) {
			if (n_groups > 1 && in_group != 3)
				return -1;
			first = n_groups++ == 1 ? in_group : first;
			in_group = 0;
			skip(s, blank > 0 ? blank : 1);
		} else {
			break;
		}
	}
	if (n_groups == 1)
		return in_group > 0 ? 0 : -1;
	return in_group == 3 && first >= 1 && first <= 3 ? 0 : -1;
}

int
cleanvalue_number(struct span s, enum cleanvalue_style style, double *out)
{
	const char point = style == CLEANVALUE_COMMA ? ',' : '.';
	const char group = style == CLEANVALUE_COMMA ? '.' : ',';
	char text[2 * DIGITS_MAX + 2];
	size_t n = 0, end;

	if (style == CLEANVALUE_PLAIN)
		return num_real(s, out);
	if (s.n > 0 && s.p[0] == '-') {
		text[n++] = '-';
		skip(&s, 1);
	}
	strip_currency(&s);
	if (s.n > 0 && s.p[0] == '-' && n == 0) {	/* "$-5" */
		text[n++] = '-';
		skip(&s, 1);
	}
	if (take_groups(&s, group, text, &n) != 0)
		return -1;
	if (s.n > 0 && s.p[0] == point) {
		skip(&s, 1);
		text[n++] = '.';
		end = n + DIGITS_MAX;
		if (s.n == 0)
			return -1;
		while (s.n > 0 && calendar_is_digit(s.p[0]) && n < end) {
			text[n++] = s.p[0];
			skip(&s, 1);
		}
	}
	return s.n > 0 ? -1 : num_real((struct span){ text, n }, out);
}

/* The line through both ends; an end of the scale becomes exactly the other
 * scale's. */
static double
rescale(const struct cleanvalue *v, double x)
{
	const double part = (x - v->from[0]) / (v->from[1] - v->from[0]);

	return (1 - part) * v->to[0] + part * v->to[1];
}

enum cleanvalue_fit
cleanvalue_fit(const struct cleanvalue *v, double *x)
{
	enum cleanvalue_fit fit = CLEANVALUE_FITS;

	if (*x < v->lo || *x > v->hi) {
		if (v->outside != CLEANVALUE_CLIP)
			return *x < v->lo ? CLEANVALUE_BELOW
			    : CLEANVALUE_ABOVE;
		*x = *x < v->lo ? v->lo : v->hi;
		fit = CLEANVALUE_CLIPPED;
	}
	if (!v->has_scale)
		return fit;
	if (*x < v->from[0] || *x > v->from[1])
		return CLEANVALUE_OFF_SCALE;
	*x = rescale(v, *x);
	return fit == CLEANVALUE_CLIPPED ? fit : CLEANVALUE_CHANGED;
}

int
cleanvalue_needs_all(const struct cleanvalue *v)
{
	return v->outlier != CLEANVALUE_NO_OUTLIERS ||
	    v->normal != CLEANVALUE_AS_IT_IS ||
	    (v->missing >= CLEANVALUE_MEAN &&
	    v->missing <= CLEANVALUE_ITEM_MEAN);
}

int
cleanvalue_needs_number(const struct cleanvalue *v)
{
	return cleanvalue_needs_all(v) || v->style != CLEANVALUE_PLAIN ||
	    v->has_scale || v->lo > -INFINITY || v->hi < INFINITY;
}

int
cleanvalue_needs_users(const struct cleanvalue *v)
{
	return v->missing == CLEANVALUE_USER_MEAN ||
	    v->missing == CLEANVALUE_ITEM_MEAN ||
	    v->normal == CLEANVALUE_USER_CENTER ||
	    v->normal == CLEANVALUE_ITEM_CENTER ||
	    v->normal == CLEANVALUE_USER_STANDARD;
}
