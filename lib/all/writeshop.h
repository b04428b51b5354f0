#ifndef SRS_WRITESHOP_H
#define SRS_WRITESHOP_H

/*
 * writeshop.h -- a made-up shop, written into a directory:
 *
 *	events.csv.gz	what happened, in the order of time
 *	items.tsv.gz	item_id title category brand price launched
 *	users.tsv.gz	user_id segment age_group gender country joined
 *	queries.tsv.gz	query_id text category item_ids
 *	truth.tsv.gz	user_id item_id score rank personal
 *
 * The truth holds, for each of some users, the items of the highest utility
 * at the end of the log (prep/shop.h), and the part of it that is the user's
 * own.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"
#include "prep/visits.h"

struct writeshop {
	const char *directory;	/* made if it is not there */
	size_t truth_top;	/* items for each user */
	size_t truth_users;	/* at most; spread evenly over all */
	struct tick *tick;	/* told the events */
};

/* All files are committed at the end.  0, or -1 after a message. */
int writeshop(const struct shop *, const struct visits_config *,
    const struct writeshop *, struct visits_counts *) SRS_MUST_CHECK;

#endif
