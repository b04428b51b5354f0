#ifndef SRS_RNG_H
#define SRS_RNG_H

/*
 * rng.h -- counter-based random numbers: Philox4x32-10 (Salmon et al. 2011,
 * "Parallel random numbers: as easy as 1, 2, 3").
 *
 * A number is a function of seed, stream and index alone, so that a sample
 * does not depend on which thread draws it or in what order.  A stream is
 * named for its purpose and numbered for its piece:
 *
 *	rng_init(&r, seed, rng_stream("ials.init", user));
 *	x = stdev * rng_normal(&r);
 */

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t seed, stream, index;	/* index: the next block of four */
	uint32_t block[4];
	unsigned left;			/* numbers left in block */
};

/* Block `index` of four numbers. */
void rng_block(uint64_t seed, uint64_t stream, uint64_t index,
    uint32_t out[4]);

uint64_t rng_stream(const char *purpose, uint64_t piece);
void rng_init(struct rng *, uint64_t seed, uint64_t stream);

uint32_t rng_u32(struct rng *);
uint64_t rng_u64(struct rng *);

/* Uniform in [0, n), without bias (Lemire 2019); n >= 1. */
uint32_t rng_below(struct rng *, uint32_t n);

/* The same for any n >= 1: where rows are counted, not users or items. */
size_t rng_index(struct rng *, size_t n);

/* Uniform in [0, 1) with 53 bits; standard normal (Box-Muller). */
double rng_real(struct rng *);
double rng_normal(struct rng *);

/* Two of them for little more than the price of one. */
void rng_normal_pair(struct rng *, double z[2]);

/* Gamma of shape a > 0 and scale 1 (Marsaglia & Tsang 2000). */
double rng_gamma(struct rng *, double a);

/* Permutes n numbers (Fisher-Yates). */
void rng_shuffle(struct rng *, uint32_t *x, uint32_t n);

#endif
