#ifndef SRS_CLEANCORE_H
#define SRS_CLEANCORE_H

/* cleancore.h -- the k-core (kcore.h) of a store's rows. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "prep/cleanstore.h"

/*
 * Removes rows of users with fewer than min_user rows and of items with fewer
 * than min_item, until none are left; *removed is how many.  0, or -1 after a
 * message.
 */
int cleancore(struct cleanstore *, size_t min_user, size_t min_item,
    uint64_t *removed) SRS_MUST_CHECK;

#endif
