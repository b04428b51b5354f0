#ifndef SRS_CLEANVALUES_H
#define SRS_CLEANVALUES_H

/* cleanvalues.h -- the rules for columns that look at all rows, as lines of
 * the table of cleanpass.h: outliers, means that are filled in, normal
 * numbers.  Columns come in the order of the output. */

#include "all/cleanplan.h"
#include "base/err.h"
#include "prep/cleancount.h"
#include "prep/cleanstore.h"

int cleanvalues_want_outliers(const struct cleanplan *);
int cleanvalues_outliers(struct cleanstore *, const struct cleanplan *,
    struct cleancount *) SRS_MUST_CHECK;

int cleanvalues_want_fill(const struct cleanplan *);
int cleanvalues_fill(struct cleanstore *, const struct cleanplan *,
    struct cleancount *) SRS_MUST_CHECK;

int cleanvalues_want_normal(const struct cleanplan *);
int cleanvalues_normal(struct cleanstore *, const struct cleanplan *,
    struct cleancount *) SRS_MUST_CHECK;

#endif
