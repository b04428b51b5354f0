#ifndef SRS_CLEANTARGETS_H
#define SRS_CLEANTARGETS_H

/* cleantargets.h -- the rules for columns meet the columns. */

#include "all/cleanplan.h"
#include "base/err.h"
#include "io/rows.h"

/*
 * Gives each rule of the plan's spec to the field or the other column that it
 * names, after those are known; a column without type that has rules of
 * numbers is one of numbers.  0, or -1 after a message.
 */
int cleantargets_settle(struct cleanplan *, const struct rows *) SRS_MUST_CHECK;

#endif
