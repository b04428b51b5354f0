#ifndef SRS_WARP_H
#define SRS_WARP_H

/*
 * warp.h -- weighted approximate-rank pairwise loss (Weston, Bengio & Usunier
 * 2011, "WSABIE: scaling up to large vocabulary image annotation", eq. 3 and
 * algorithm 1): items are drawn until one scores more than s_i - margin; when
 * the n-th does, the rank of i is about (|items| - 1) / n, and the loss is
 *
 *	(1 + 1/2 + ... + 1/rank) (margin - s_i + s_j)
 */

#include "mf/sampled.h"

double warp_loss(const struct mf_options *, const struct sampled_row *);
extern const struct sampled_method warp_method;
int warp_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int warp_load(struct scorer *) SRS_MUST_CHECK;

#endif
