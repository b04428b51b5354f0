#ifndef SRS_CALENDAR_H
#define SRS_CALENDAR_H

/*
 * calendar.h -- the parts that dates are made of, for readers of dates: the
 * Gregorian calendar, and digits, zones and fractions cut off a text.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* What is read stays below this, so that sums and signs cannot overflow. */
#define CALENDAR_LIMIT INT64_C(1000000000000000000)

/* There were finer parts than the result has. */
enum { CALENDAR_ROUNDED = 1 };

/* Days from 1970-01-01 to this day; negative before. */
int64_t calendar_days(int64_t year, int month, int day);

/* Days of a month, 1 to 12. */
int calendar_month_days(int year, int month);

static inline int
calendar_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cuts exactly n digits off: their number; or -1, and *s is as it was. */
int calendar_digits(struct span *s, size_t n);

/* Cuts c off, if *s begins with it: 1, else 0. */
int calendar_char(struct span *s, char c);

/* Cuts "Z", " UTC", "+02:00", "+0200" or "+02" off: 0 and the minutes east
 * of Greenwich, or -1. */
int calendar_zone(struct span *s, int *minutes) SRS_MUST_CHECK;

/* whole.fraction * 10^shift, rounded half up; `fraction` has digits only.
 * 0, and CALENDAR_ROUNDED in *notes if need be; or -1: too large. */
int calendar_decimal(int64_t whole, struct span fraction, int shift,
    int64_t *out, unsigned *notes) SRS_MUST_CHECK;

#endif
