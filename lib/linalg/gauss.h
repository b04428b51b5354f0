#ifndef SRS_GAUSS_H
#define SRS_GAUSS_H

/* gauss.h -- standard normal numbers, many at once. */

#include <stddef.h>

#include "base/rng.h"

/*
 * z (n) <- standard normal numbers, from the blocks of *r that come next (what
 * is left of one is not used).  Up to 6.7, to six digits;
 * several times as quick as rng_normal().
 */
void gauss_fill(struct rng *r, float *z, size_t n);

#endif
