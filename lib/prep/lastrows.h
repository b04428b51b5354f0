#ifndef SRS_LASTROWS_H
#define SRS_LASTROWS_H

/*
 * lastrows.h -- the last two rows of each user, or of whatever the numbers
 * are, without bringing all its rows together as groups.h does.
 *
 * Groups are cut into ranges of neighbours.  Each is a piece of parallel work:
 * it walks over all rows, picks its own, and keeps the last two of each group,
 * which are within the cache.  Rows are read in order, where groups.h fetches
 * each of them alone.
 */

#include <stddef.h>
#include <stdint.h>

#include "prep/groups.h"

enum { LASTROWS = 2 };

/* The rows of a group. */
struct lastrows {
	size_t n;
	struct group_row row[LASTROWS];	/* min(n, LASTROWS): the last one first;
					 * of equal keys, the later row */
};

/*
 * Calls one(arg, group, last, worker) once for each group that has rows,
 * several at once, in no order that means anything.  group (n): numbers below
 * n_groups.  A row's key is that of `keys` (n), or 0 when there are none.
 * O(n), on all threads; memory is 40 bytes for a group of those at hand, an
 * eighth of them on each thread.
 */
void lastrows_each(const uint32_t *group, size_t n, size_t n_groups,
    const int64_t *keys, void (*one)(void *arg, uint32_t group,
    const struct lastrows *, size_t worker), void *arg);

#endif
