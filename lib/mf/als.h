#ifndef SRS_ALS_H
#define SRS_ALS_H

/*
 * als.h -- biased factorisation of ratings by alternating least squares (Zhou
 * et al. 2008, "Large-scale parallel collaborative filtering for the Netflix
 * prize", section 3.1, with biases): the loss of sgd.h, one side at a time,
 * by ratingrow.h.
 */

#include "base/err.h"
#include "mf/mf.h"
#include "mf/ratingrow.h"

/* As a method of this name, whose rows are solved for in this way. */
int als_train_by(const char *method, enum rating_solver,
    const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;

int als_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;

#endif
