#ifndef SRS_CLEANSERIES_H
#define SRS_CLEANSERIES_H

/*
 * cleanseries.h -- the numbers of one column of a store, in the order of the
 * rows: ratings, weights, or those of another column, which stand in a text.
 */

#include <stddef.h>

#include "base/err.h"
#include "prep/cleanstore.h"

struct cleanseries {
	struct cleanstore *store;
	size_t at;		/* CLEAN_RATING, CLEAN_WEIGHT, or CLEAN_FIELDS
				 * and the number of the other column */
};

/* Row i of a block has the number x; NAN: it is missing. */
typedef void cleanseries_see(void *arg, const struct cleanblock *, size_t i,
    double x);

/* The same, and the number that takes its place; rows may be marked gone. */
typedef double cleanseries_edit(void *arg, struct cleanblock *, size_t i,
    double x);

/* 0, or -1 after a message (of the disk). */
int cleanseries_read(const struct cleanseries *, cleanseries_see *, void *arg)
    SRS_MUST_CHECK;
int cleanseries_change(const struct cleanseries *, cleanseries_edit *,
    void *arg) SRS_MUST_CHECK;

#endif
