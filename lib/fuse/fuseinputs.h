#ifndef SRS_FUSEINPUTS_H
#define SRS_FUSEINPUTS_H

/*
 * fuseinputs.h -- meta-features: numbers that say when which system is to be
 * believed (Sill, Takacs, Mackey & Lin, "Feature-weighted linear stacking",
 * 2009), for methods that multiply them.
 *
 * Of a user: how much the lists agree (0: no item is in two of them, 1: all are
 * in all), and what fusecolumns.h makes of the user.  Of an item: the share of
 * the systems that list it, and what is known of it.  Of a pair with predicted
 * ratings: their range, and what is known of the user and of the item.  Systems
 * that are left out (fusekeep.h) do not count.
 */

#include "fuse/fuseunion.h"

/* How many there are of a user, and of an item; of a pair their sum. */
size_t fuseinputs_of_user(const struct fusion *);
size_t fuseinputs_of_item(const struct fusion *);

/* out <- those of the union's user, and of the item at p. */
void fuseinputs_user(const struct fusion *, const struct fuseunion *,
    float *out);
void fuseinputs_item(const struct fusion *, const struct fuseunion *, size_t p,
    float *out);

/* out <- those of a pair that the systems predict x (systems) for. */
void fuseinputs_pair(const struct fusion *, const float *x, struct span user,
    struct span item, float *out);

#endif
