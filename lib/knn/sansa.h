#ifndef SRS_SANSA_H
#define SRS_SANSA_H

/*
 * sansa.h -- EASE for large catalogues: a sparse approximate inverse (Spisak
 * et al. 2023, SANSA).
 *
 * With G = X'X + diag(ridge) of ease.h = L L', items ordered from the most
 * popular to the least, the inverse is P = W'W for W = L^-1, and a sparse W
 * stands for it.  Row i of W has the item and those before it that are most
 * like it, S, and is the one that minimises |I - W L| over such rows, for
 * which L is not needed (Kolotilina & Yeremin 1993):
 *
 *	G_SS y = e_i,  W_iS = y / sqrt(y_i)
 *
 * S has no items that share no user with i: with S of all that do it is exact
 * only where every two items share one.  The scores of x are
 * x B = x - x P diag(P)^-1, as of EASE.
 *
 * The file: inverse_factor.* (items, items) W, inverse_diagonal (items) that
 * of P, and the setting "values"; no users.
 */

#include "base/err.h"
#include "base/tick.h"
#include "knn/knn.h"
#include "linalg/csr.h"

struct sansa_options {
	double lambda, dropout;	/* as of ease.h */
	size_t top;		/* items in a row of W besides its own */
	size_t memory;		/* bytes that products of items may take */
};

/*
 * W (items, items) <- as above, rows ascend; diagonal (items) <- that of W'W.
 * x (users, items) has ascending columns; ranks (items) break ties.  O(items
 * top^3 + what finding neighbours takes).  The products X'X are made once, and
 * as many of each item's largest cosines kept as `memory` has room for; the
 * rest counts as 0, which costs much where items share many users.  Parallel
 * over rows.
 */
void sansa_factor(const struct csr *x, const struct sansa_options *,
    const uint32_t *ranks, struct tick *, struct csr *W, float *diagonal);

int sansa_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int sansa_load(struct scorer *) SRS_MUST_CHECK;

#endif
