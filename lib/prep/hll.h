#ifndef SRS_HLL_H
#define SRS_HLL_H

/*
 * hll.h -- how many distinct values, in 16 KiB: HyperLogLog (Flajolet, Fusy,
 * Gandouet, Meunier 2007) with 64-bit hashes and the estimator of Ertl 2017
 * ("New cardinality estimation algorithms for HyperLogLog sketches",
 * algorithm 6), which needs no correction of small and large counts.
 *
 * The standard error is 1.04 / sqrt(2^14) = 0.8 % whatever the count.  What a
 * sketch holds depends on the set of values alone: not on their order, and not
 * on how they were spread over sketches that were merged.
 */

#include <stdint.h>

enum { HLL_BITS = 14, HLL_REGISTERS = 1 << HLL_BITS };

/* All zero is empty. */
struct hll {
	/* the longest run of zeros, plus one, among the hashes of a register */
	unsigned char rank[HLL_REGISTERS];
};

/* Adds the value with this hash (hash_id(), hash_mix()). */
static inline void
hll_add(struct hll *h, uint64_t hash)
{
	const uint64_t rest = hash << HLL_BITS | 1U << (HLL_BITS - 1);
	const unsigned char rank =
	    (unsigned char)(__builtin_clzll(rest) + 1);
	unsigned char *r = &h->rank[hash >> (64 - HLL_BITS)];

	*r = *r < rank ? rank : *r;
}

/* The first becomes the sketch of both sets. */
void hll_merge(struct hll *, const struct hll *);

double hll_count(const struct hll *);

#endif
