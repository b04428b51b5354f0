#ifndef SRS_SCALEFIT_H
#define SRS_SCALEFIT_H

/*
 * scalefit.h -- the maps of a fusion whose scales are made over all scores of
 * a system, from lists, and of those that say how likely a score is relevant,
 * from lists and truth.
 */

#include "fuse/fuselists.h"
#include "fuse/objective.h"

/*
 * Sets fusion->map.  `truth` may be NULL for scales that need none; else the
 * users with both lists and truth are looked at, and `relevant` is the least
 * relevance that counts.  0, or -1 after a message: a scale that needs truth
 * without, no such user, a scale that is of one list only.
 */
int scalefit(struct fusion *, const struct fuselists *,
    const struct scored *truth, double relevant) SRS_MUST_CHECK;

#endif
