#ifndef SRS_FUSEFOLD_H
#define SRS_FUSEFOLD_H

/*
 * fusefold.h -- users dealt into folds by the hash of their names: it does
 * not depend on the order of rows, and the folds are of equal size.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/idmap.h"

/*
 * user (n) are numbers of `names`, ascending, each once.  The first `max` by
 * their hash stay, in their order; fold (n) <- the fold of each, below
 * n_folds.  Returns how many stay.  O(n log n).
 */
size_t fusefold_deal(const struct idmap *names, uint32_t *user, size_t n,
    size_t max, size_t n_folds, uint64_t seed, uint32_t *fold);

#endif
