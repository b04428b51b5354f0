#ifndef SRS_FUSESEGMENTS_H
#define SRS_FUSESEGMENTS_H

/*
 * fusesegments.h -- method segments: weights for each segment of users, drawn
 * towards those that all have in common.
 *
 * Of a segment with n users the weights are the minimum of
 *
 *	mean over its users of the listwise loss
 *	    + (pull / n) c |w - common|^2 / 2
 *
 * (fuselistwise.h), with c the curvature of the loss: as if `pull` more users
 * had said that the common ones are right.  It is chosen by the metric.
 */

#include "fuse/fuseunion.h"

void fusesegments_combine(const struct fusion *, struct fuseunion *,
    float *scores);
void fusesegments_parts(const struct fusion *, struct fuseunion *,
    double *part);

extern const struct fuse_learner fuse_segments;

#endif
