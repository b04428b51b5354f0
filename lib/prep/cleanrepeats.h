#ifndef SRS_CLEANREPEATS_H
#define SRS_CLEANREPEATS_H

/* cleanrepeats.h -- events that were delivered twice. */

#include <stdint.h>

#include "base/err.h"
#include "prep/cleanstore.h"

/*
 * Removes rows that say what an earlier one says: the same user, item, event,
 * rating, weight, time and other columns.  Rows without time are not repeats:
 * the same may well have happened twice.  *removed is how many.  0, or -1
 * after a message.  O(n log n) at worst.
 */
int cleanrepeats(struct cleanstore *, uint64_t *removed) SRS_MUST_CHECK;

#endif
