#ifndef SRS_RANDOM_H
#define SRS_RANDOM_H

/*
 * random.h -- no model at all: a score is a number from 0 to 1 that depends on
 * the seed and on the names of the user and of the item only.  What does not
 * beat it has learned nothing.
 *
 * The file: item_ids and the setting "seed".
 */

#include "base/err.h"
#include "knn/knn.h"

int random_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int random_load(struct scorer *) SRS_MUST_CHECK;

#endif
