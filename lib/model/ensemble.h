#ifndef SRS_ENSEMBLE_H
#define SRS_ENSEMBLE_H

/*
 * ensemble.h -- several models as one scorer, without writing lists.
 *
 * With s_m(u, i) the score of model m, mu and sigma the mean and the standard
 * deviation of m's scores for user u over all items that m has,
 *
 *	score(u, i) = sum over m of w_m (s_m(u, i) - mu_mu) / sigma_mu
 *
 * which is what srs-fuse calls zscore, over the catalogue instead of a list.
 * Where m says nothing of an item (it lacks it, or its score is not finite) or
 * tells no item of the user from another (sigma 0), its part is 0: the item is
 * as good as its mean.  A user whom some of the models do not know is scored
 * by the others.
 *
 * Users and items are joined by their ids.  Cost for a user: that of the
 * models, and three passes over the scores of each.
 */

#include <stddef.h>

#include "base/err.h"
#include "model/scorer.h"

struct ensemble_part {
	struct scorer *scorer;
	double weight;
};

/*
 * A scorer of n >= 1 others, which it owns then, whatever happens.  Unless
 * `partial`, all must have the same items.  NULL after a message.
 */
struct scorer *ensemble_new(const struct ensemble_part *, size_t n,
    int partial);

#endif
