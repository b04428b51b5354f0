#ifndef SRS_FUSEGATE_H
#define SRS_FUSEGATE_H

/*
 * fusegate.h -- methods mlp and gate: fusenet.h on lists.  mlp adds to the sum
 * what a network makes of all that is said of an item; gate predicts the
 * weights of the sum for each user from the user's meta-features
 * (fuseinputs.h).
 */

#include "fuse/fuseunion.h"

void fusegate_combine(const struct fusion *, struct fuseunion *,
    float *scores);

/* Of gate. */
void fusegate_parts(const struct fusion *, struct fuseunion *, double *part);

extern const struct fuse_learner fuse_mlp, fuse_gate;

#endif
