#ifndef SRS_TOPK_H
#define SRS_TOPK_H

/*
 * topk.h -- the k best of a row of scores.
 *
 * "Best" is the higher score; of equal scores the item whose id sorts last
 * (trec_eval's rule), told by the ranks of idmap_ranks().  NaN is never
 * chosen; what must not be chosen is set to -INFINITY by the caller, and is
 * not chosen either.
 */

#include <stddef.h>
#include <stdint.h>

struct topk_item {
	float score;
	uint32_t item;
};

/*
 * best (k) <- the best of scores (n_items), best first; ranks (n_items).
 * Returns how many there are: less than k when there are not enough.
 * O(n_items) plus O(log k) for each that enters the heap.
 */
size_t topk_select(const float *scores, size_t n_items,
    const uint32_t *ranks, size_t k, struct topk_item *best);

/* < 0 when a comes before (is better than) b. */
int topk_compare(struct topk_item a, struct topk_item b,
    const uint32_t *ranks);

#endif
