#ifndef SRS_SPLITUSER_H
#define SRS_SPLITUSER_H

/*
 * splituser.h -- the splits that look at each user alone; as struct
 * split_method's plan.
 *
 * A user's rows are put in an order: by time (rows of equal time, and all
 * rows of a table without times, in the order of the table) or by their
 * hashes, which is at random.  The last of them are tested and, if wanted,
 * those before them validate: `leave` of each, or a share of them, rounded to
 * the nearest number.  A user who would keep no row for training, or who has
 * too few to test one, keeps all; *n_kept counts these.
 */

#include "base/err.h"
#include "prep/split.h"

typedef int splituser_plan(const struct split_rows *,
    const struct split_options *, unsigned char *part, size_t *n_kept);

splituser_plan splituser_leave_by_time, splituser_leave_by_hash;
splituser_plan splituser_share_by_time, splituser_share_by_hash;

/*
 * Of the rows that are in the part `from`, the first `share` of each user's
 * goes to the part `to`: at least one row, and all but one at the most; of a
 * user who has one row, that.  Returns how many users of `from` have none
 * there any more.  O(n).
 */
size_t splituser_fold_in(const struct split_rows *, unsigned char *part,
    enum split_part from, enum split_part to, double share, int by_time,
    uint64_t seed);

#endif
