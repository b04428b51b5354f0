#ifndef SRS_CLEANSTATS_H
#define SRS_CLEANSTATS_H

/*
 * cleanstats.h -- rules for the numbers of a column that look at all rows:
 * what is filled in, what is too far from the others, what is normal.
 *
 * Sums are made in the order of the rows, in double precision, by updating
 * mean and squares (Welford 1962, "Note on a method for calculating corrected
 * sums of squares and products"); standard deviations divide by n.  Quantiles
 * are exact (quantile.h); between two numbers they lie on the line (type 7 of
 * Hyndman and Fan 1996, as in R and NumPy).
 */

#include <stdint.h>

#include "base/err.h"
#include "prep/cleanseries.h"
#include "prep/cleanvalue.h"

/*
 * Fills missing numbers with the mean or median of the column, or the mean of
 * the user's or the item's rows, which is that of the column where they have
 * none.  Without any number in the column all stay missing.  *filled: how
 * many were filled in.  0, or -1 after a message.
 */
int cleanstats_fill(const struct cleanseries *, enum cleanvalue_missing,
    uint64_t *filled) SRS_MUST_CHECK;

/*
 * The range outside which a number is an outlier: the mean +- limit standard
 * deviations; or the quartiles +- limit times what is between them (Tukey
 * 1977); or the median +- limit times the median distance from it, divided by
 * 0.67449, a normal's (Iglewicz and Hoaglin 1993, who propose 3.5).  Where
 * there is no spread at all nothing is an outlier, and *lo is -INFINITY, *hi
 * INFINITY.
 */
int cleanstats_bounds(const struct cleanseries *, enum cleanvalue_outlier,
    double limit, double *lo, double *hi) SRS_MUST_CHECK;

/* Clips the numbers outside, or drops their rows; *outside: how many. */
int cleanstats_bound(const struct cleanseries *, double lo, double hi,
    int clips, uint64_t *outside) SRS_MUST_CHECK;

/* Makes numbers relative to all, or to those of the same user or item; where
 * all of those are equal they become 0. */
int cleanstats_normalize(const struct cleanseries *, enum cleanvalue_normal)
    SRS_MUST_CHECK;

#endif
