#ifndef SRS_QUANTILE_H
#define SRS_QUANTILE_H

/*
 * quantile.h -- exact order statistics of numbers that are read again and
 * again, in constant memory.
 *
 *	quantile_begin(&q, rank, n_ranks);
 *	do
 *		for each x: quantile_add(&q, x);
 *	while (quantile_again(&q));
 *	median = quantile_value(&q, 0);
 *	quantile_release(&q);
 *
 * Numbers are sorted as their bits, sixteen at a time from the highest: each
 * of four readings counts those that share what is known of the one that is
 * looked for, by their next sixteen bits (Munro and Paterson 1980, "Selection
 * and sorting with limited storage", with as many passes as a radix sort).
 * What comes out is one of the numbers and does not depend on their order.
 */

#include <stddef.h>
#include <stdint.h>

enum { QUANTILE_RANKS = 6 };	/* at once */

struct quantile {
	size_t n;
	uint64_t rank[QUANTILE_RANKS];	/* among those with the same prefix */
	uint64_t prefix[QUANTILE_RANKS];	/* the bits known, at the top */
	uint64_t *count;	/* (n, 65536); owned */
	unsigned level;		/* readings done */
};

/* Looks for the numbers of these ranks, (n <= QUANTILE_RANKS), 0 the least. */
void quantile_begin(struct quantile *, const uint64_t *rank, size_t n);
void quantile_release(struct quantile *);

/* A number; never NAN. */
void quantile_add(struct quantile *, double x);

/* After all numbers: must they be read once more? */
int quantile_again(struct quantile *);

/* The number of rank[i], when that is not so. */
double quantile_value(const struct quantile *, size_t i);

#endif
