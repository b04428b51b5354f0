#ifndef SRS_DAYBINS_H
#define SRS_DAYBINS_H

/*
 * daybins.h -- when rows happened: by day from 1970 to 2149 and by hour, and
 * what clocks got wrong.  Times are in thousandths of a second, UTC.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/exactsum.h"

enum {
	DAYBINS_DAYS = 1 << 16, DAYBINS_HOURS = 24,
	DAYBINS_HOUR = 3600 * 1000
};

/* Public for daybins_add() only. */
struct daybins {
	uint64_t rows;
	int64_t now, min, max;
	uint64_t future;
	uint64_t inside[DAYBINS_HOURS];	/* of times from 1970 to 2149 */
	uint64_t rest;			/* of them, the sum past whole hours */
	uint64_t before, after;
	uint64_t hour[DAYBINS_HOURS];	/* of the others */
	struct exactsum sum;		/* of the others */
	uint64_t day[DAYBINS_DAYS];	/* since 1970 */
};

/* Times after `now` are counted as future; CLEANTIME_NONE: none are. */
struct daybins *daybins_new(int64_t now);
void daybins_free(struct daybins *);

/* What daybins_add() does with a time out of those days. */
void daybins_outside(struct daybins *, int64_t time);

static inline void
daybins_add(struct daybins *b, int64_t time)
{
	const uint64_t t = (uint64_t)time;

	b->rows++;
	b->min = time < b->min ? time : b->min;
	b->max = time > b->max ? time : b->max;
	b->future += time > b->now;
	if (t < (uint64_t)DAYBINS_DAYS * DAYBINS_HOURS * DAYBINS_HOUR) {
		const uint32_t hours = (uint32_t)(t / DAYBINS_HOUR);

		b->rest += t - (uint64_t)hours * DAYBINS_HOUR;
		b->inside[hours % DAYBINS_HOURS]++;
		b->day[hours / DAYBINS_HOURS]++;
	} else {
		daybins_outside(b, time);
	}
}

void daybins_merge(struct daybins *, const struct daybins *);

/* What the times add up to. */
struct daybins_sums {
	uint64_t rows;
	int64_t min, max;	/* CLEANTIME_NONE without rows */
	double mean;
	uint64_t before_1990, future;
	uint64_t other;		/* before 1970 or after 2149: in no month */
	uint64_t days;		/* distinct ones that have rows */
	uint64_t hour[DAYBINS_HOURS];
	uint64_t weekday[7];	/* from Monday */
};

void daybins_sums(const struct daybins *, struct daybins_sums *);

/* Calls take(arg, year, month, rows) for each month that has rows, in order. */
void daybins_months(const struct daybins *,
    void (*take)(void *arg, int year, int month, uint64_t rows), void *arg);

#endif
