#ifndef SRS_RATEUSER_H
#define SRS_RATEUSER_H

/*
 * rateuser.h -- user neighbourhoods of ratings: rated.h with the users of the
 * training who rated the item and whose ratings are most like the user's.
 *
 * Likeness is one of similarity.h, shrunk (nearest.h): the adjusted cosine
 * unless told otherwise.  Neighbours are found when a user is scored, so that
 * new users have some.
 */

#include "base/err.h"
#include "knn/knn.h"

int rateuser_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int rateuser_load(struct scorer *) SRS_MUST_CHECK;

#endif
