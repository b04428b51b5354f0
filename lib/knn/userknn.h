#ifndef SRS_USERKNN_H
#define SRS_USERKNN_H

/*
 * userknn.h -- user neighbourhoods.
 *
 * Implicit feedback: the scores of a user are what the `neighbours` users of
 * the training that are most like that one had, times how like they are; the
 * likeness is the cosine of the users' weighted rows, shrunk (nearest.h,
 * weighting.h).  Neighbours are found when a user is scored, so that new users
 * have some; nobody is a neighbour of himself.
 *
 * The file: user_ids, item_ids, interactions.* (users, items) what users had,
 * and the settings.
 *
 * Ratings: rateuser.h.
 */

#include "base/err.h"
#include "knn/knn.h"

int userknn_train(const struct knn_task *, struct knn_result *)
    SRS_MUST_CHECK;
int userknn_load(struct scorer *) SRS_MUST_CHECK;

#endif
