#ifndef SRS_GRAPHFILTER_H
#define SRS_GRAPHFILTER_H

/*
 * graphfilter.h -- what a user had, as a signal on the graph of users and
 * items, smoothed: models that need no training.
 *
 * With R = D_U^-1/2 X D_I^-1/2 (D: the sums of the rows and columns of X),
 * L = R'R and its largest eigenvectors V (items, k), the scores of x are
 *
 *	y = L x + weight D_I^1/2 V V' D_I^-1/2 x
 *
 * (GF-CF, Shen et al. 2021, eq. 13: the neighbours' and an ideal low-pass
 * filter), and then sharpened again by the equation dy/dt = -L y up to t =
 * `sharpen`, in `steps` steps of Euler's (BSPM, Choi et al. 2023, eq. 10 and
 * 12).  V is found by rsvd.h.
 *
 * The file: interactions.* (users, items) R, item_vectors (items, k) V,
 * item_scale (items) D_I^-1/2 (0 where nobody had an item), and the settings;
 * no user ids.  O((entries + k items) steps) for a user.
 */

#include "base/err.h"
#include "knn/knn.h"

int gfcf_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;
int bspm_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;
int graphfilter_load(struct scorer *) SRS_MUST_CHECK;

#endif
