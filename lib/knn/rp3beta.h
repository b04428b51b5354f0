#ifndef SRS_RP3BETA_H
#define SRS_RP3BETA_H

/*
 * rp3beta.h -- walks of three steps between users and items: from the user to
 * what he had, to who had that too, to what those had.
 *
 * With p_iu = x_ui / sum_v x_vi and p_uj = x_uj / sum_k x_uk,
 *
 *	W_ij = sum_u (p_iu)^alpha (p_uj)^alpha / (sum_v x_vj)^beta
 *
 * (Cooper et al. 2014, P3alpha, is beta = 0; Paudel et al. 2017, eq. 4 and 5,
 * RP3beta); the scores are x_u W.  Of each column of W, the items from which
 * walks end at one, the `top` largest weights are kept: the largest of each row
 * would nearly all be those of popular items, which on MovieLens 1M costs a
 * tenth of the hits.  A value that is not above zero is no step.  With
 * activity, the term of a user is times its w_u (weighting_activity()).
 */

#include "base/err.h"
#include "base/tick.h"
#include "knn/knn.h"
#include "linalg/csr.h"

struct rp3beta_options {
	double alpha, beta;
	double activity;
	size_t top;		/* weights that a column keeps; 0: all */
};

/*
 * W (items, items), row = item that was had; rows ascend.  x (users, items)
 * has ascending columns and is overwritten; ranks (items) break ties.  The
 * caller releases W.
 */
void rp3beta_weights(struct csr *x, const struct rp3beta_options *,
    const uint32_t *ranks, struct tick *, struct csr *W);

int rp3beta_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int p3alpha_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;

#endif
