#ifndef SRS_PURESVD_H
#define SRS_PURESVD_H

/*
 * puresvd.h -- the best approximation of what was had by a matrix of low rank
 * (Cremonesi, Koren & Turrin 2010, "Performance of recommender algorithms on
 * top-N recommendation tasks", section 3.2: PureSVD):
 *
 *	R (users, items) ~ U S V'	scores of a user with row r: r V V'
 *
 * so V are the item factors, R V the user factors, and a user that training
 * did not see has r V too.
 */

#include "base/err.h"
#include "mf/mf.h"
#include "model/scorer.h"

int puresvd_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int puresvd_load(struct scorer *) SRS_MUST_CHECK;

#endif
