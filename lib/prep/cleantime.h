#ifndef SRS_CLEANTIME_H
#define SRS_CLEANTIME_H

/*
 * cleantime.h -- timestamps, from numbers and from ISO 8601, to thousandths
 * of a second since 1970-01-01 UTC.
 *
 * A number counts the given unit.  "2014-04-07", "2014-04-07T10:51:09.277Z",
 * "2014-04-07 12:51:09+02:00" and "2019-10-01 00:00:00 UTC" are dates of the
 * Gregorian calendar, whatever the unit.
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/choice.h"
#include "base/err.h"
#include "base/num.h"
#include "base/span.h"
#include "prep/calendar.h"

/* No time at all, in arrays of times; never the result of reading one. */
#define CLEANTIME_NONE INT64_MIN

/* The units of numbers: s (the first), ms, us, ns. */
const struct choice *cleantime_unit(size_t i);

enum {
	/* there were finer parts than thousandths */
	CLEANTIME_ROUNDED = CALENDAR_ROUNDED,
	CLEANTIME_NO_ZONE = 2	/* a date without zone was taken for UTC */
};

/* 0, or -1 and no message if `text` is no time.  Adds to *notes. */
int cleantime_read(struct span text, const struct choice *unit, int64_t *out,
    unsigned *notes) SRS_MUST_CHECK;

/* How a column spells its times. */
struct cleantime_form {
	const struct choice *unit;	/* of numbers */
	const char *const *format;	/* (n_formats) as for timeformat.h,
					 * tried in turn; none: numbers and
					 * ISO 8601 */
	size_t n_formats;
	int has_zone;		/* of dates without one: */
	int zone;		/* minutes east of Greenwich */
};

#define CLEANTIME_FORM_DEFAULTS ((struct cleantime_form){ \
	.unit = cleantime_unit(0) })

/* The same for a column's form. */
int cleantime_read_form(struct span text, const struct cleantime_form *,
    int64_t *out, unsigned *notes) SRS_MUST_CHECK;

/* "30d", "1.5h", "90m", "10s", "2w": thousandths of a second, more than 0.
 * 0, or -1 and no message. */
int cleantime_duration(struct span text, int64_t *out) SRS_MUST_CHECK;

/* The time in seconds, with as many decimals as it needs: adds it, or writes
 * it and returns its length. */
void cleantime_put(struct buf *, int64_t thousandths);
size_t cleantime_text(char text[NUM_TEXT_MAX], int64_t thousandths);

/* Adds "2014-04-07T10:51:09Z" for people, to the second; the number of
 * seconds for a time outside the years 1 to 9999. */
void cleantime_put_date(struct buf *, int64_t thousandths);

#endif
