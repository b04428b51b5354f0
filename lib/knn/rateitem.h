#ifndef SRS_RATEITEM_H
#define SRS_RATEITEM_H

/*
 * rateitem.h -- item neighbourhoods of ratings: rated.h with the items that
 * the user rated and that are most like the one to be predicted.
 *
 * Likeness is one of similarity.h, shrunk (nearest.h): the adjusted cosine
 * unless told otherwise.  The file holds, beside what rated.h says,
 * item_neighbours.* (items, items): row i, the `top` items most like i, with
 * their similarities, nearest first.
 */

#include "base/err.h"
#include "knn/knn.h"

int rateitem_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int rateitem_load(struct scorer *) SRS_MUST_CHECK;

#endif
