#ifndef SRS_BENCH_CLOCK_H
#define SRS_BENCH_CLOCK_H

/* clock.h -- the time that programs of tests/bench measure by. */

#include <time.h>

/* Seconds, from some moment on. */
static inline double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
