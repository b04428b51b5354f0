#ifndef SRS_SPLITUNIT_H
#define SRS_SPLITUNIT_H

/*
 * splitunit.h -- splits of units: of users, items or sessions as a whole.
 *
 * A unit is one row to the method.  It has the time of its last row (a
 * session goes where its end goes, as in Hidasi et al. 2016) and the user of
 * its first; it is known by its name.  Shares are shares of the units.
 */

#include "base/err.h"
#include "prep/split.h"

/*
 * As the method's plan for rows, when `of` is NULL.  Else of (rows->n) is the
 * unit of each row, below n_units, and hash (n_units) what it is known by.
 */
int splitunit_plan(const struct split_method *, const struct split_rows *,
    const uint32_t *of, size_t n_units, const uint64_t *hash,
    const struct split_options *, unsigned char *part, size_t *n_kept)
    SRS_MUST_CHECK;

#endif
