#ifndef SRS_POPULARITY_H
#define SRS_POPULARITY_H

/*
 * popularity.h -- how unequally rows are spread over users, or over items.
 *
 * From the rows of every id it is exact; from a sample of the ids (idsample.h)
 * an estimate, whose shares have the standard error that idsample.h states.
 */

#include <stddef.h>
#include <stdint.h>

struct popularity {
	int estimated;		/* was there a sample only? */
	double ids;		/* distinct */
	double once;		/* of them, ids with one row */
	/*
	 * The Gini index of the rows of ids, x_1 <= ... <= x_n (Gini 1912, as
	 * in Dorfman 1979): sum (2 i - n - 1) x_i / (n sum x_i).  0 when all
	 * have the same, (n - 1) / n when one has all.
	 */
	double gini;
	double most;		/* rows of the largest id seen */
};

/* Of the rows of n ids, those with 0 rows left out.  O(n log n) at worst. */
struct popularity popularity_of(const uint64_t *rows, size_t n);

/* The same of a sample of the ids, of which there are `ids` in all. */
struct popularity popularity_estimate(const uint64_t *rows, size_t n,
    double ids);

/* The Gini index of n numbers, which it sorts.  0 if they are all 0. */
double popularity_gini(uint64_t *x, size_t n);

#endif
