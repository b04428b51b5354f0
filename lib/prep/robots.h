#ifndef SRS_ROBOTS_H
#define SRS_ROBOTS_H

/*
 * robots.h -- users who act as no person does: too many rows in a day, too
 * many within a short time, little but one item.
 *
 * All limits judge a user's rows as they are before any of them is taken
 * away; a user who is past one loses all rows.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "prep/cleanstore.h"

enum robots_verdict {
	ROBOTS_PER_DAY, ROBOTS_BURST, ROBOTS_ONE_ITEM,	/* the first it is */
	ROBOTS_PERSON
};

/* A limit of 0 is none. */
struct robots_limits {
	uint64_t per_day;	/* rows in a day of the zone */
	int zone;		/* minutes east of Greenwich */
	uint64_t burst;		/* rows ... */
	int64_t burst_time;	/* ... in less than so many thousandths of a
				 * second */
	double one_item;	/* share of a user's rows, */
	uint64_t one_item_rows;	/* if there are so many of them */
};

/*
 * Judges a user with these rows.  Sorts the times (n_times) and the items
 * (n_items), in any order before.  O(n log n).
 */
enum robots_verdict robots_judge(const struct robots_limits *, int64_t *time,
    size_t n_times, uint32_t *item, size_t n_items);

struct robots_taken {
	uint64_t rows[ROBOTS_PERSON], users[ROBOTS_PERSON];
};

/* Takes the rows of all such users out of the store.  Rows without a time are
 * in no day.  0, or -1 after a message. */
int robots_take(struct cleanstore *, const struct robots_limits *,
    struct robots_taken *) SRS_MUST_CHECK;

#endif
