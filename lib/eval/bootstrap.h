#ifndef SRS_BOOTSTRAP_H
#define SRS_BOOTSTRAP_H

/*
 * bootstrap.h -- how sure a number is: percentile intervals of what comes of
 * samples with replacement (Efron 1979).
 *
 *	bootstrap_means(values, n_users, n_metrics, counted,
 *	    &(struct bootstrap){ 10000, seed, 0.05, NULL }, low, high);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/tick.h"

struct bootstrap {
	size_t resamples;	/* >= 1 */
	uint64_t seed;
	double alpha;		/* 0.05: intervals of 95 % */
	struct tick *tick;	/* resamples; may be NULL */
};

/*
 * value (n, columns) row-major: rows are sampled, all columns of a row
 * together; NAN is no value.  Rows with kept (n) 0 do not exist (NULL: all
 * do).  low, high (columns) <- the interval of each column's mean, NAN without
 * values.  The same for any threads; O(resamples n columns).
 */
void bootstrap_means(const double *value, size_t n, size_t columns,
    const unsigned char *kept, const struct bootstrap *, double *low,
    double *high);

/*
 * The same of any number made of rows: of(arg, row, n, worker) is called with
 * the rows drawn, from several threads, and may answer NAN, which is left out.
 */
void bootstrap_of(size_t n, const struct bootstrap *,
    double (*of)(void *arg, const size_t *row, size_t n, size_t worker),
    void *arg, double *low, double *high);

#endif
