#ifndef SRS_BLENDTREES_H
#define SRS_BLENDTREES_H

/*
 * blendtrees.h -- method boost: what the plain average of rating predictions
 * lacks, by boosted trees of the predictions, their mean and their range.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "fuse/fuse.h"
#include "fuse/fusepairs.h"

/*
 * Sets the fusion's trees and its cross-validated RMSE.  y (pairs) are ratings
 * or NaN, fold (users of p) is below n_folds >= 2.  Each fold is measured with
 * trees of the others, of which the next one says when to stop.  0, or -1 after
 * a message.
 */
int blendtrees_fit(struct fusion *, const struct fusepairs *p,
    const double *y, const uint32_t *fold, size_t n_folds, uint64_t seed)
    SRS_MUST_CHECK;

/* out (pairs) <- the predictions. */
void blendtrees_predict(const struct fusion *, const struct fusepairs *,
    float *out);

extern const struct fuse_learner fuse_boost;

#endif
