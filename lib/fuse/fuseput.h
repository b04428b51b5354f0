#ifndef SRS_FUSEPUT_H
#define SRS_FUSEPUT_H

/* fuseput.h -- fused lists and predictions as tables. */

#include <stddef.h>

#include "base/tick.h"
#include "fuse/fuselists.h"
#include "fuse/fusepairs.h"
#include "io/put.h"
#include "io/readtitles.h"

struct fuseput {
	size_t k;		/* items of each list; SIZE_MAX: all */
	int no_header;
	const struct titles *titles;	/* a last column; NULL: none */
	struct tick *tick;		/* users */
	size_t n_rows;			/* set */
};

/*
 * user_id item_id score rank [title]: users in order of first appearance,
 * items best first, of equal scores the item whose id sorts last.  Kept for
 * put_commit().
 */
void fuseput_lists(const struct fusion *, const struct fuselists *,
    struct fuseput *, struct put *);

/* user_id item_id [rating] score, rows as in the first file.  0, or -1 after a
 * message. */
int fuseput_pairs(const struct fusion *, const struct fusepairs *,
    struct fuseput *, struct put *) SRS_MUST_CHECK;

#endif
