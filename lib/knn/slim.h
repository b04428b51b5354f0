#ifndef SRS_SLIM_H
#define SRS_SLIM_H

/*
 * slim.h -- sparse linear methods (Ning & Karypis 2011).
 *
 * Column j of W is the w that minimises
 *
 *	1/2 |x_j - X w|^2 + lambda/2 |w|^2 + l1 sum w_i,  w >= 0, w_j = 0
 *
 * (eq. 2): few weights, none negative.  Coordinate descent on a growing set
 * of coordinates (Friedman et al. 2010, section 2.2, with the products X'X
 * made once).
 */

#include "base/err.h"
#include "base/tick.h"
#include "knn/knn.h"
#include "linalg/csr.h"
#include "linalg/mat.h"

struct slim_options {
	double lambda, l1;	/* > 0, >= 0 */
	size_t top;		/* weights that a column keeps; 0: all */
};

/*
 * W (items, items) <- the solution; rows ascend, and the caller releases it.
 * G (items, items) is X'X, both triangles; ranks (items) break ties between
 * weights that are kept or not.  At the solution no weight can be moved to
 * lower the sum by a slope of more than a thousandth of its item's G_jj.
 * Parallel over columns.
 */
void slim_solve(const struct mat *G, const struct slim_options *,
    const uint32_t *ranks, struct tick *, struct csr *W);

int slim_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;

#endif
