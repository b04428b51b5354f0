#include <stdlib.h>

#include "base/mem.h"
#include "prep/cleantime.h"
#include "prep/daybins.h"

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
daybins_outside(struct daybins *b, int64_t time)
{
	const int64_t per_hour = DAYBINS_HOUR;
	const int64_t hours = time / per_hour - (time % per_hour < 0);

	b->before += time < 0;
	b->after += time > 0;
	b->hour[(hours % DAYBINS_HOURS + DAYBINS_HOURS) % DAYBINS_HOURS]++;
	exactsum_add(&b->sum, (double)time);
}

void
daybins_merge(struct daybins *b, const struct daybins *other)
{
	b->rows += other->rows;
	b->rest += other->rest;
	exactsum_merge(&b->sum, &other->sum);
	b->min = other->min < b->min ? other->min : b->min;
	b->max = other->max > b->max ? other->max : b->max;
	b->future += other->future;
	b->before += other->before;
	b->after += other->after;
	for (size_t h = 0; h < DAYBINS_HOURS; h++) {
		b->hour[h] += other->hour[h];
		b->inside[h] += other->inside[h];
	}
	for (size_t d = 0; d < DAYBINS_DAYS; d++)
		b->day[d] += other->day[d];
}

/* The mean of all times, from whole days, whole hours, and what is left. */
static double
mean_of(const struct daybins *b)
{
	const double hour = DAYBINS_HOUR, day = DAYBINS_HOURS * hour;
	struct exactsum sum = b->sum;

	exactsum_add(&sum, (double)b->rest);
	for (size_t h = 0; h < DAYBINS_HOURS; h++)
		exactsum_add_times(&sum, hour * (double)h, b->inside[h]);
	for (size_t d = 0; d < DAYBINS_DAYS; d++)
		exactsum_add_times(&sum, day * (double)d, b->day[d]);
	return exactsum_value(&sum) / (double)b->rows;
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
	s->mean = mean_of(b);
	for (size_t h = 0; h < DAYBINS_HOURS; h++)
		s->hour[h] = b->hour[h] + b->inside[h];
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
