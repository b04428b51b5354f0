#ifndef SRS_CCL_H
#define SRS_CCL_H

/*
 * ccl.h -- cosine contrastive loss (Mao et al. 2021, "SimpleX: a simple and
 * strong baseline for collaborative filtering", eq. 1):
 *
 *	(1 - s_i) + negative_weight sum_j w_j max(0, s_j - margin)
 *
 * for an item i that was had and drawn ones j.
 */

#include "mf/sampled.h"

double ccl_loss(const struct mf_options *, const struct sampled_row *);
extern const struct sampled_method ccl_method;
int ccl_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int ccl_load(struct scorer *) SRS_MUST_CHECK;

#endif
