#ifndef SRS_FUSEPAIRS_H
#define SRS_FUSEPAIRS_H

/*
 * fusepairs.h -- several systems' predictions for the same pairs of user and
 * item, as srs-score writes them: user_id item_id [rating] score.
 *
 * Pairs are in the order of the first file; the others must have the same
 * ones, in any order.  Without a header, the score is in the last column and,
 * if there are more than three, the rating in the third.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/tick.h"
#include "data/idmap.h"

struct fusepairs {
	struct idmap *users, *items;
	size_t n, n_systems;
	uint32_t *user, *item;		/* (n) */
	float *x;			/* (n, n_systems) predictions */
	double *rating;			/* (n) of the first file, NAN for an
					 * empty one; NULL: it has none */
	size_t cap_user, cap_item, cap_x, cap_rating;
};

/* No rows, a pair that stands twice or not in every file, an empty field or
 * one that is not a number are errors.  NULL after a message. */
struct fusepairs *fusepairs_read(const char *const *paths, size_t n,
    struct tick *);
void fusepairs_free(struct fusepairs *);

#endif
