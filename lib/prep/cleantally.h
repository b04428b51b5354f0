#ifndef SRS_CLEANTALLY_H
#define SRS_CLEANTALLY_H

/* cleantally.h -- what the clean table is like: how many users, ratings from
 * where to where. */

#include <stdint.h>

#include "prep/cleanstore.h"

struct cleantally_range {
	uint64_t n;		/* values that are not missing */
	double min, max, sum;	/* 0 without any */
};

struct cleantally {
	uint64_t rows, users, items;
	struct cleantally_range rating, weight;
	struct cleantally_range time;	/* in thousandths of a second */
};

/* Counts a row that is written; users and items are for the caller to count. */
void cleantally_row(struct cleantally *, const struct cleanstore_row *);

/* The mean, or 0 without values. */
double cleantally_mean(const struct cleantally_range *);

/* The share of pairs of a user and an item that have a row (or, where
 * duplicates were kept, rows divided by pairs); 0 without rows. */
double cleantally_density(const struct cleantally *);

#endif
