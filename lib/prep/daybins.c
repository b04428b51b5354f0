#include <stdlib.h>

#include "base/mem.h"
#include "prep/cleantime.h"
#include "prep/daybins.h"

__extension__ typedef __int128 wide;

struct daybins {
	int64_t now, min, max;
	uint64_t rows, before, after, future;
	wide sum;
	uint64_t hour[DAYBINS_HOURS];
	uint64_t day[DAYBINS_DAYS];	/* since 1970 */
};

static const int64_t per_hour = 3600 * 1000;
enum { DAY_1990 = 7305, WEEK = 7, THURSDAY = 3 };

struct daybins *
daybins_new(int64_t now)
{
	struct daybins *b = mem_array("days", 1, sizeof *b);

	b->now = now == CLEANTIME_NONE ? INT64_MAX : now;
	b->min = INT64_MAX;
	b->max = INT64_MIN;
	return b;
}

void
daybins_free(struct daybins *b)
{
	free(b);
}

void
daybins_add(struct daybins *b, int64_t time)
{
	/* whole hours since 1970, rounded down */
	const int64_t hours = time / per_hour - (time % per_hour < 0);
	const int64_t day = hours / DAYBINS_HOURS;

	b->rows++;
	b->sum += time;
	b->min = time < b->min ? time : b->min;
	b->max = time > b->max ? time : b->max;
	b->future += time > b->now;
	if (hours < 0) {
		b->before++;
		b->hour[(hours % DAYBINS_HOURS + DAYBINS_HOURS) %
		    DAYBINS_HOURS]++;
		return;
	}
	b->hour[hours - day * DAYBINS_HOURS]++;
	if (day < DAYBINS_DAYS)
		b->day[day]++;
	else
		b->after++;
}

void
daybins_merge(struct daybins *b, const struct daybins *other)
{
	b->rows += other->rows;
	b->sum += other->sum;
	b->min = other->min < b->min ? other->min : b->min;
	b->max = other->max > b->max ? other->max : b->max;
	b->future += other->future;
	b->before += other->before;
	b->after += other->after;
	for (size_t h = 0; h < DAYBINS_HOURS; h++)
		b->hour[h] += other->hour[h];
	for (size_t d = 0; d < DAYBINS_DAYS; d++)
		b->day[d] += other->day[d];
}

void
daybins_sums(const struct daybins *b, struct daybins_sums *s)
{
	*s = (struct daybins_sums){ .rows = b->rows, .min = CLEANTIME_NONE,
	    .max = CLEANTIME_NONE, .before_1990 = b->before,
	    .future = b->future, .other = b->before + b->after };
	if (b->rows == 0)
		return;
	s->min = b->min;
	s->max = b->max;
	s->mean = (double)b->sum / (double)b->rows;
	for (size_t h = 0; h < DAYBINS_HOURS; h++)
		s->hour[h] = b->hour[h];
	for (size_t d = 0; d < DAYBINS_DAYS; d++) {
		s->days += b->day[d] > 0;
		s->before_1990 += d < DAY_1990 ? b->day[d] : 0;
		s->weekday[(d + THURSDAY) % WEEK] += b->day[d];
	}
}

static int
days_of(int year, int month)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	const int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

void
daybins_months(const struct daybins *b,
    void (*take)(void *arg, int year, int month, uint64_t rows), void *arg)
{
	int year = 1970, month = 1;
	size_t d = 0;

	while (d < DAYBINS_DAYS) {
		const size_t end = d + (size_t)days_of(year, month);
		uint64_t rows = 0;

		for (; d < end && d < DAYBINS_DAYS; d++)
			rows += b->day[d];
		if (rows > 0)
			take(arg, year, month, rows);
		year += month == 12;
		month = month % 12 + 1;
	}
}
