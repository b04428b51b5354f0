#ifndef SRS_SPLITTIME_H
#define SRS_SPLITTIME_H

/* splittime.h -- the split at a moment; as struct split_method's plan. */

#include "base/err.h"
#include "prep/split.h"

/*
 * Tests what is at or after a moment, validates what is between another one
 * and it.  Without moments the last `test_size` of all rows are tested and the
 * last `valid_size` before them validate.  Rows of equal time are never cut
 * apart: a part may become larger for it.  Rows must have times.
 */
int splittime_global(const struct split_rows *, const struct split_options *,
    unsigned char *part, size_t *n_kept) SRS_MUST_CHECK;

#endif
