#ifndef SRS_SIEVE_H
#define SRS_SIEVE_H

/*
 * sieve.h -- the k best of a long row of scores that comes in tiles.
 *
 * "Best" is as in topk.h: the higher score, and of equal ones the item of the
 * higher rank; NaN and -INFINITY are never chosen.  What is above the bar is
 * collected; whenever the room is full, the k best of it are kept and the
 * worst of these is the new bar.  A row of n items in any order but a hostile
 * one fills the room about log(n / k) times, and nearly all of its items cost
 * one comparison of a vector of them.
 *
 *	key = mem_array("lists", sieve_room(k), sizeof *key);
 *	sieve_begin(&s, key, k);
 *	for each tile: sieve_scan(&s, scores, ranks + first, n);
 *	n = sieve_end(&s, by_rank, best);
 *
 * The order of the tiles does not matter.
 */

#include <stddef.h>
#include <stdint.h>

#include "rank/topk.h"

struct sieve {
	/* (sieve_room(k)) score and rank, in one number of that order */
	uint64_t *key;
	size_t n, k;
	float bar;		/* what is not above it ... */
	uint32_t bar_rank;	/* ... or at it with a higher rank stays out */
};

/* How many keys there must be room for. */
size_t sieve_room(size_t k);

/* key (sieve_room(k)) is the caller's; k >= 1. */
void sieve_begin(struct sieve *, uint64_t *key, size_t k);

/* Scores below `least` stay out, too.  Before the first scan. */
void sieve_from(struct sieve *, float least);

/* scores (n), NaN or -INFINITY for what is left out, of items with ranks (n),
 * which are all different and below UINT32_MAX. */
void sieve_scan(struct sieve *, const float *scores, const uint32_t *ranks,
    size_t n);

/* best (k) <- the best items, the best first; by_rank[rank] is an item.
 * Returns how many there are.  O(k log k). */
size_t sieve_end(struct sieve *, const uint32_t *by_rank,
    struct topk_item *best);

#endif
