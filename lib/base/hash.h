#ifndef SRS_HASH_H
#define SRS_HASH_H

/* hash.h -- 64-bit hashes of bytes (XXH3).  The same on every machine. */

#include <stddef.h>
#include <stdint.h>

#include "base/spans.h"

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed);

/* hash[i] <- hash_bytes() of piece i of n, with seed 0. */
void hash_spans(const struct spans *, size_t n, uint64_t *hash);

/* A good mixture of two numbers (the finisher of SplitMix64). */
static inline uint64_t
hash_mix(uint64_t a, uint64_t b)
{
	uint64_t z = a + UINT64_C(0x9e3779b97f4a7c15) * (b + 1);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

#endif
