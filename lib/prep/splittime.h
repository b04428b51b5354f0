#ifndef SRS_SPLITTIME_H
#define SRS_SPLITTIME_H

/* splittime.h -- the splits that go by time; as struct split_method's plan. */

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

/*
 * The last `leave` rows of each user are tested and, if wanted, as many before
 * them validate.  A user who would keep no row for training keeps all.
 */
int splittime_leave(const struct split_rows *, const struct split_options *,
    unsigned char *part, size_t *n_kept) SRS_MUST_CHECK;

#endif
