#ifndef SRS_FUSEFIT_H
#define SRS_FUSEFIT_H

/*
 * fusefit.h -- weights of a fusion of lists, chosen for a metric.
 *
 * A mean of a metric of lists is a step function of the weights: there is no
 * slope to follow.  It is searched on the simplex of weights that are >= 0
 * and sum to 1, one system's weight at a time, the others keeping their
 * proportions, in steps that get finer (Powell's coordinate search; for
 * rankings as in Metzler & Croft, "Linear feature-based models for information
 * retrieval", Inf. Retr. 10 (2007), section 4.2).  Where systems' scores are
 * summed as they are, it is weights times spreads (fuseset.h) that are on the
 * simplex, and equal.
 *
 * How good that is for users who were not seen is measured by cross-validation
 * over folds of users.  The weights are then shrunk towards equal ones, which
 * need no fitting, by the share that is best there.
 */

#include <stddef.h>
#include <stdint.h>

#include "fuse/fuselists.h"
#include "fuse/objective.h"

struct fusefit {
	size_t n_folds;		/* >= 2 */
	size_t max_users;
	uint64_t seed;
	/* set by fusefit_lists() */
	size_t n_unlisted;	/* users of the truth without any list */
	size_t n_left_out;	/* users beyond max_users */
};

/*
 * Sets weights and summary of the fusion.  Cost: some 30 systems (folds + 1)
 * times all users' lists; folds are searched side by side.  0, or -1 after a
 * message.
 */
int fusefit_lists(struct fusion *, const struct fuselists *,
    const struct objective *, struct fusefit *) SRS_MUST_CHECK;

#endif
