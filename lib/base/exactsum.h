#ifndef SRS_EXACTSUM_H
#define SRS_EXACTSUM_H

/*
 * exactsum.h -- sums of doubles that are exact, so that they depend neither on
 * the order of the terms nor on the threads that add them: the small
 * superaccumulator of Neal 2015 ("Fast exact summation using small and large
 * superaccumulators").
 *
 * The sum is a number in fixed point, 32 bits to a chunk; a term's 53 bits
 * fall into three of them.  A chunk has room for 2^31 terms before its carry
 * has to go on.
 */

#include <stdint.h>
#include <string.h>

enum { EXACTSUM_CHUNKS = 68 };

/* All zero is 0. */
struct exactsum {
	int64_t chunk[EXACTSUM_CHUNKS];	/* of 2^(32 i - 1074) */
	uint32_t n;		/* terms since the carries went on */
};

void exactsum_carry(struct exactsum *);

/* Adds a finite x. */
static inline void
exactsum_add(struct exactsum *s, double x)
{
	const uint64_t fraction = (UINT64_C(1) << 52) - 1;
	uint64_t bits, m, rest, place;
	int64_t sign, *chunk;

	memcpy(&bits, &x, sizeof bits);
	sign = (int64_t)bits >> 63;	/* 0, or -1 for a negative x */
	place = bits >> 52 & 0x7ff;
	m = (bits & fraction) | (uint64_t)(place != 0) << 52;
	place -= place != 0;		/* x = m 2^(place - 1074) */
	rest = m >> (32 - place % 32);
	chunk = &s->chunk[place / 32];
	/* (y ^ sign) - sign is y or -y */
	chunk[0] += ((int64_t)(m << place % 32 & UINT32_MAX) ^ sign) - sign;
	chunk[1] += ((int64_t)(rest & UINT32_MAX) ^ sign) - sign;
	chunk[2] += ((int64_t)(rest >> 32) ^ sign) - sign;
	if (++s->n == 1U << 30)
		exactsum_carry(s);
}

/* Adds n times x, as exactly, if n x is in the range of a double. */
void exactsum_add_times(struct exactsum *, double x, uint64_t n);

void exactsum_merge(struct exactsum *, const struct exactsum *);

/* The sum, rounded: to the nearest double or its neighbour. */
double exactsum_value(const struct exactsum *);

#endif
