#ifndef SRS_TOPK_H
#define SRS_TOPK_H

/*
 * topk.h -- the k best of a row of scores.
 *
 * "Best" is the higher score; of equal scores the item whose id sorts last
 * (trec_eval's rule), told by the ranks of idmap_ranks().  NaN is never
 * chosen; what must not be chosen is set to -INFINITY by the caller, and is
 * not chosen either.
 *
 * A row may come in pieces, so that a piece is still in the cache when it is
 * looked at:
 *
 *	topk_begin(&top, best, k, ranks);
 *	for each piece: topk_scan(&top, scores, first, n);
 *	n = topk_end(&top);			best (n), best first
 *
 * The order of the pieces does not matter.
 */

#include <stddef.h>
#include <stdint.h>

struct topk_item {
	float score;
	uint32_t item;
};

struct topk {
	struct topk_item *best;		/* (k) a heap, its worst item first */
	size_t n, k;
	const uint32_t *ranks;		/* (n_items) */
};

/* best (k) is the caller's; k >= 1. */
void topk_begin(struct topk *, struct topk_item *best, size_t k,
    const uint32_t *ranks);

/* scores (n) are those of the items first, first + 1, ...
 * O(n) plus O(log k) for each that enters the heap. */
void topk_scan(struct topk *, const float *scores, size_t first, size_t n);

/* Sorts; returns how many there are, at most k.  O(k log k). */
size_t topk_end(struct topk *);

/*
 * All of it for a whole row: best (k) <- the best of scores (n_items), best
 * first; ranks (n_items).  Returns how many there are: less than k when there
 * are not enough.
 */
size_t topk_select(const float *scores, size_t n_items,
    const uint32_t *ranks, size_t k, struct topk_item *best);

/* < 0 when a comes before (is better than) b. */
int topk_compare(struct topk_item a, struct topk_item b,
    const uint32_t *ranks);

#endif
