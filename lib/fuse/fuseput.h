#ifndef SRS_FUSEPUT_H
#define SRS_FUSEPUT_H

/* fuseput.h -- fused lists and predictions as tables. */

#include <stddef.h>

#include "base/tick.h"
#include "fuse/fuselists.h"
#include "fuse/fusepairs.h"
#include "fuse/fuserows.h"
#include "io/put.h"

struct fuseput {
	struct fuserows rows;
	struct tick *tick;		/* users */
	size_t n_rows;			/* set */
};

/* As fuserows.h says, users in order of first appearance.  Kept for
 * put_commit(). */
void fuseput_lists(const struct fusion *, const struct fuselists *,
    struct fuseput *, struct put *);

/* user_id item_id [rating] score, rows as in the first file.  0, or -1 after a
 * message. */
int fuseput_pairs(const struct fusion *, const struct fusepairs *,
    struct fuseput *, struct put *) SRS_MUST_CHECK;

#endif
