#ifndef SRS_CLEANMERGE_H
#define SRS_CLEANMERGE_H

/* cleanmerge.h -- rows of one user and item become one. */

#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "prep/cleanstore.h"

enum cleanmerge_how {
	CLEANMERGE_KEEP, CLEANMERGE_FIRST, CLEANMERGE_LAST, CLEANMERGE_MAX,
	CLEANMERGE_SUM, CLEANMERGE_COUNT, CLEANMERGE_MEAN,
	CLEANMERGE_MERGE	/* cleanall_merge_texts(), not cleanmerge() */
};

/* Line i is named as in enum cleanmerge_how: "keep", "first", ... */
const struct choice *cleanmerge_choice(size_t i);
enum cleanmerge_how cleanmerge_how(const struct choice *);

/*
 * Merges the rows of each user and item (and event, if the store has events
 * and does not join them) into one, which takes the place of the first.
 *
 * "first" and "last" keep one row whole: the first or last by time, if there
 * is one, and by the order of rows where times are equal or missing.  "max"
 * keeps the row with the greatest rating (or else weight), "sum", "count" and
 * "mean" the last one; then "sum" adds up ratings and weights, "mean" averages
 * them (missing ratings left out of both), and "count" sets the weight to the
 * number of rows; and the time is the last of all.
 *
 * Returns 0 and sets *merged to the number of rows that went into others; or
 * -1 after a message when a sum is too large.  Cost as cleangroup_each().
 */
int cleanmerge(struct cleanstore *, enum cleanmerge_how, uint64_t *merged)
    SRS_MUST_CHECK;

#endif
