#ifndef SRS_SSM_H
#define SRS_SSM_H

/*
 * ssm.h -- sampled softmax (Wu et al. 2022, "On the effectiveness of sampled
 * softmax loss for item recommendation", eq. 4, with the correction of Bengio &
 * Senecal 2008 for how items are drawn): of all items, the one that was had.
 *
 *	- log  exp(s_i / t) / (exp(s_i / t) + |items| sum_j w_j exp(s_j / t))
 *
 * for an item i that was had and drawn ones j; t is the temperature.
 */

#include "mf/sampled.h"

double ssm_loss(const struct mf_options *, const struct sampled_row *);
extern const struct sampled_method ssm_method;
int ssm_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int ssm_load(struct scorer *) SRS_MUST_CHECK;

#endif
