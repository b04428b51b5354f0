#ifndef SRS_ITEMKNN_H
#define SRS_ITEMKNN_H

/*
 * itemknn.h -- item neighbourhoods.
 *
 * Implicit feedback (Deshpande & Karypis 2004): the score of an item is the
 * sum of its similarities to what the user had, over the `neighbours` items
 * most like it; similarity is the cosine of the items' weighted columns,
 * shrunk (nearest.h, weighting.h).
 *
 * Ratings: rateitem.h.
 */

#include "base/err.h"
#include "knn/knn.h"

/*
 * W (items, items) <- row = item that was had, column = scored item, each with
 * at most `neighbours` entries; rows ascend.  x (users, items) is weighted in
 * place.  ranks (items) break ties.  The caller releases W.
 */
void itemknn_weights(struct csr *x, const struct knn_options *,
    const uint32_t *ranks, struct tick *, struct csr *W);

int itemknn_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int itemknn_load(struct scorer *) SRS_MUST_CHECK;

#endif
