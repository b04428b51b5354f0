#ifndef SRS_NMF_H
#define SRS_NMF_H

/*
 * nmf.h -- factorisation of ratings into parts that add up: the loss of sgd.h
 * with factors >= 0 and free biases (Luo et al. 2014, "An efficient
 * non-negative matrix-factorization-based approach to collaborative filtering
 * for recommender systems"), by alternating coordinate descent (ratingrow.h).
 */

#include "base/err.h"
#include "mf/mf.h"

int nmf_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;

#endif
