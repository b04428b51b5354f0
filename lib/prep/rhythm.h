#ifndef SRS_RHYTHM_H
#define SRS_RHYTHM_H

/*
 * rhythm.h -- when a shop has its visitors: evenings more than nights, Sundays
 * more than Fridays, and a little more every week.
 *
 * The rate of events is constant within an hour.  rhythm_at() is the inverse
 * of its integral: the moment when a share of all events has happened.
 */

#include <stddef.h>

struct rhythm {
	size_t n_hours;
	double *sum;	/* (n_hours + 1) share of events before hour h */
};

/* Begins on a Monday at midnight; days >= 1. */
void rhythm_init(struct rhythm *, size_t days);
void rhythm_release(struct rhythm *);

/* Seconds from the start, for a share in [0, 1].  O(log days). */
double rhythm_at(const struct rhythm *, double share);

#endif
