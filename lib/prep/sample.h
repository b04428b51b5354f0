#ifndef SRS_SAMPLE_H
#define SRS_SAMPLE_H

/*
 * sample.h -- a share of all ids, chosen by a keyed hash.
 *
 * Whether an id is in the sample depends on the seed, the purpose and the id
 * alone: two files sample the same users, in whatever order their rows are,
 * and the sample of a smaller share is part of that of a greater one.
 */

#include <stdint.h>

#include "base/hash.h"
#include "base/rng.h"
#include "base/span.h"

struct sample {
	uint64_t key;
	uint64_t last;		/* hashes up to this one are in the sample */
	int is_all;		/* no sample at all */
};

#define SAMPLE_ALL ((struct sample){ 0, 0, 1 })

/* `share` in (0, 1]; the purpose names the stream of random numbers. */
static inline struct sample
sample_make(double share, uint64_t seed, const char *purpose)
{
	if (share >= 1)
		return SAMPLE_ALL;
	return (struct sample){ hash_mix(seed, rng_stream(purpose, 0)),
	    (uint64_t)(share * 0x1p64), 0 };
}

static inline int
sample_has(const struct sample *s, struct span id)
{
	return s->is_all || hash_bytes(id.p, id.n, s->key) <= s->last;
}

#endif
