#ifndef SRS_DAYBINS_H
#define SRS_DAYBINS_H

/*
 * daybins.h -- when rows happened: by day from 1970 to 2149 and by hour, and
 * what clocks got wrong.  Times are in thousandths of a second, UTC.
 */

#include <stddef.h>
#include <stdint.h>

enum { DAYBINS_DAYS = 1 << 16, DAYBINS_HOURS = 24 };

struct daybins;

/* Times after `now` are counted as future; CLEANTIME_NONE: none are. */
struct daybins *daybins_new(int64_t now);
void daybins_free(struct daybins *);
void daybins_add(struct daybins *, int64_t time);
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
