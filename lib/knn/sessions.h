#ifndef SRS_SESSIONS_H
#define SRS_SESSIONS_H

/* sessions.h -- interactions as sessions: which item was where, and when. */

#include <stddef.h>
#include <stdint.h>

#include "data/inter.h"
#include "linalg/csr.h"

/*
 * out (users, n_items) <- the items of each user in the order of time, each
 * once, where it was last; values are their places, from 1, among those
 * < n_items.  The caller releases out.
 */
void sessions_places(const struct inter *, size_t n_items, struct csr *out);

/* The users by the time of their last interaction, the oldest first; equal
 * times, and all without times, in the order of their numbers.  (users); the
 * caller frees. */
uint32_t *sessions_order(const struct inter *);

/* The time of user u's last interaction; there are times, and u has one. */
int64_t sessions_time(const struct inter *, size_t u);

#endif
