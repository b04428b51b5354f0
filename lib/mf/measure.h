#ifndef SRS_MEASURE_H
#define SRS_MEASURE_H

/* measure.h -- ratings in numbers: where they lie and how far they spread. */

#include "linalg/csr.h"

struct measure {
	const struct csr *data;
	double mean, min, max;
	double stdev;		/* 1 if all ratings are the same */
};

/* At least one rating.  O(ratings). */
void measure_ratings(struct measure *, const struct csr *ratings);

#endif
