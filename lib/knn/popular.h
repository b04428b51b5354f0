#ifndef SRS_POPULAR_H
#define SRS_POPULAR_H

/*
 * popular.h -- the floor of every table: an item's score is the sum of its
 * values in the training, the same for all users; with a window only what
 * happened in so many days up to the newest time.  With a column of segments
 * of users it is what segments.h says.
 *
 * The file: item_ids and item_scores (items), and what segments.h says.
 */

#include "base/err.h"
#include "knn/knn.h"

int popular_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int popular_load(struct scorer *) SRS_MUST_CHECK;

#endif
