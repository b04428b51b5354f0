#ifndef SRS_TIMEFORMAT_H
#define SRS_TIMEFORMAT_H

/*
 * timeformat.h -- times in a format of one's own, spelled as for strptime(3)
 * but for no locale: names are English.
 *
 *	if (timeformat_check("%d/%b/%Y:%H:%M:%S %z", "--time-format") != 0)
 *		return -1;
 *	timeformat_read("%d/%b/%Y:%H:%M:%S %z", text, &t, &has_zone, &notes);
 *
 * %Y %m %d %H %M %S are the numbers of year, month, day, hour, minute and
 * second; %y is a year of two digits (69-99 are 19..), %e the day with a blank
 * before it, %j the day of the year, %I the hour of 12 with %p (AM, PM); %b,
 * %B and %h are names of months, %a and %A of days (which are not checked
 * against the date); %f is a fraction of a second, any digits; %z a zone as in
 * ISO 8601, %Z one of UTC, GMT and Z; %s seconds since 1970.  %F is %Y-%m-%d,
 * %D %m/%d/%y, %T %H:%M:%S, %R %H:%M.  %n, %t and blanks stand for any blanks,
 * none included; %% for itself, as does every other character.  Numbers may
 * lack leading zeros, except years.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* Does the format make sense: only letters from above, and a day in it?  0,
 * or -1 after a message that starts with `option`. */
int timeformat_check(const char *format, const char *option) SRS_MUST_CHECK;

/*
 * Reads `text`, all of it, by a format that was checked.  0 and the time in
 * thousandths of a second, as UTC if the text has no zone; adds
 * CALENDAR_ROUNDED to *notes.  -1 and no message: it does not match.
 */
int timeformat_read(const char *format, struct span text, int64_t *out,
    int *has_zone, unsigned *notes) SRS_MUST_CHECK;

#endif
