#ifndef SRS_GAPS_H
#define SRS_GAPS_H

/*
 * gaps.h -- sessions made of the rows of a user: one ends where the next row
 * comes later than a gap.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "prep/split.h"

/*
 * session (rows->n) <- the session of each row, and first (n_users + 1) <- a
 * user's sessions, which are numbered in the order of time: first[u] ..
 * first[u + 1] - 1.  Rows must have users and times; gap > 0 in the unit of
 * split_rows.time.  0, or -1 after a message when there are too many.
 * O(n log n) in the rows of a user, on all threads.
 */
int gaps_find(const struct split_rows *, int64_t gap, uint32_t *session,
    size_t *first) SRS_MUST_CHECK;

/* "30m", "90s", "12h", "2d", or a number in the unit of the times; a letter
 * is for times in seconds.  0, or -1 and no message. */
int gaps_read(struct span text, int64_t *gap) SRS_MUST_CHECK;

#endif
