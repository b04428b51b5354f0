#ifndef SRS_BLENDTREES_H
#define SRS_BLENDTREES_H

/*
 * blendtrees.h -- method boost: what blendlinear.h's sum of rating predictions
 * lacks, by boosted trees of the predictions, that sum and their range.
 *
 * Trees learn what the sum lacks where it was fitted without the pair.  Each
 * fold is measured with trees of the others, of which the next one says when to
 * stop; when that is no better than the sum alone, no trees are kept.
 */

#include "fuse/blend.h"

/* As struct way in blend.c has them; 0, or -1 after a message. */
int blendtrees_fit(struct fusion *, const struct blendrows *, double *held)
    SRS_MUST_CHECK;
void blendtrees_predict(const struct fusion *, const struct fusepairs *,
    float *out);

extern const struct fuse_learner fuse_boost;

#endif
