#ifndef SRS_NEARPAIRS_H
#define SRS_NEARPAIRS_H

/*
 * nearpairs.h -- nearest_table() where most columns share a dimension with
 * most others: what x.y is made once for both, and what it says is offered to
 * the lists of both.
 *
 * Method: for a strip of columns i at a time
 *
 *	1  x.y of each i and all j < i (gramrows.h); the best of the j for i
 *	2  each i for the j, whose lists are walked side by side
 *
 * both parallel, over i and over j.  Similarities need not be the same both
 * ways.  Memory: a list of `keep` for each column and STRIP products.
 */

#include "base/tick.h"
#include "knn/nearest.h"
#include "linalg/csr.h"

/* Is this the faster way, and are the lists small beside the pairs? */
int nearpairs_pays(const struct nearest_space *, size_t keep);

/* As nearest_table(), xt being the whole transpose of the space's x, and
 * 1 <= keep <= n; not for lengths that are common.  The same bytes. */
void nearpairs_table(const struct nearest_space *, const struct csr *xt,
    size_t keep, struct tick *, struct csr *out);

#endif
