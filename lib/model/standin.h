#ifndef SRS_STANDIN_H
#define SRS_STANDIN_H

/*
 * standin.h -- a scorer for users whom another does not know: what is popular,
 * as a rule, with all or with users of their kind.
 *
 *	s = standin_new(model, popular);	after the model has its history
 *	scorer_prepare(s);
 *
 * Users and items are those of the model, the other's are joined with them by
 * their ids; of the items only those are listed that both have.  Scores are
 * those of the scorer that gives them: they compare within a list.
 */

#include "base/err.h"
#include "model/scorer.h"

/* Owns both then, whatever happens.  NULL after a message: the stand-in needs
 * a history, or has no item of the model. */
struct scorer *standin_new(struct scorer *model, struct scorer *standin);

/* How many items of the model the stand-in lacks. */
size_t standin_lacks(const struct scorer *);

#endif
