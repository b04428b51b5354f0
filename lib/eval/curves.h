#ifndef SRS_CURVES_H
#define SRS_CURVES_H

/*
 * curves.h -- what metrics of labels and of popularity look like.
 *
 * A curve is told point by point, at most CURVES_POINTS of them, evenly spread
 * over its thresholds, the first and last among them.
 */

#include <stddef.h>

#include "eval/metric.h"

enum { CURVES_POINTS = 500 };

struct curves_to {
	void (*point)(void *arg, double x, double y);
	void *arg;
};

/* False positive rate, true positive rate.  Nothing without both labels. */
void curves_roc(const struct metric_pairs *, struct curves_to);

/* Recall, precision.  Nothing without a one. */
void curves_pr(const struct metric_pairs *, struct curves_to);

/* Mean score, share of ones, of as many rows each (ten parts by score). */
void curves_calibration(const struct metric_pairs *, struct curves_to);

/* Share of the interactions, and of the places in lists, of the most popular
 * items: the diagonal is what users have had.  count (world items). */
void curves_popularity(const struct metric_world *, const uint64_t *count,
    struct curves_to);

#endif
