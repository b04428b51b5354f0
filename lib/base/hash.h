#ifndef SRS_HASH_H
#define SRS_HASH_H

/* hash.h -- 64-bit hashes of bytes (XXH3).  The same on every machine. */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
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

/*
 * A name of at most HASH_WORD bytes as a number: newlines, which no name has,
 * fill it up, so that different names are different numbers.  Its bytes are
 * those of the number, the first one lowest.
 */
enum { HASH_WORD = 8 };
uint64_t hash_word(struct span name);

/* Of a name: of its word, or of its bytes if these are more. */
uint64_t hash_id(struct span name);

/* hash_word() of text with SPANS_SLACK bytes behind it.  No branch depends on
 * the length, which nobody can foresee. */
static inline uint64_t
hash_word_at(const char *p, size_t n)
{
	const uint64_t fill = UINT64_C(0x0a0a0a0a0a0a0a0a);
	/* shifted twice, since 64 is too far */
	const uint64_t behind = ~UINT64_C(0) << 4 * n << 4 * n;

	return (spans_load(p) & ~behind) | (fill & behind);
}

#endif
