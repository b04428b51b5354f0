#ifndef SRS_ALIAS_H
#define SRS_ALIAS_H

/*
 * alias.h -- drawing from a discrete distribution in constant time: Walker's
 * alias method with Vose's construction (Vose 1991, "A linear algorithm for
 * generating random numbers with a given distribution").
 *
 * Slot i is drawn with probability 1 / n, and then gives i or its alias.
 */

#include <stddef.h>
#include <stdint.h>

struct alias_slot {
	uint32_t stay;		/* of 2^32 draws of the slot, give i itself */
	uint32_t other;		/* else this */
};

/*
 * slots (n) for weights (n), each finite and >= 0, not all zero; 1 <= n <
 * 2^32.  An outcome of weight 0 is never drawn.  Scratch is 12 bytes each.
 */
void alias_build(struct alias_slot *slots, const double *weights, size_t n);

/* An outcome < n; `random` is 64 random bits. */
static inline uint32_t
alias_draw(const struct alias_slot *slots, uint32_t n, uint64_t random)
{
	const uint32_t i = (uint32_t)((random >> 32) * n >> 32);

	return (uint32_t)random < slots[i].stay ? i : slots[i].other;
}

#endif
