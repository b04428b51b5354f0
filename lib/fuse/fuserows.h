#ifndef SRS_FUSEROWS_H
#define SRS_FUSEROWS_H

/* fuserows.h -- fused lists as rows of a table. */

#include "base/buf.h"
#include "fuse/fuseunion.h"
#include "io/put.h"
#include "io/readtitles.h"

struct fuserows {
	size_t k;		/* items of each list; SIZE_MAX: all */
	int no_header;
	int explains;		/* a column of what each system adds */
	const struct titles *titles;	/* a last column; NULL: none.  Then the
					 * union's items are numbers of the
					 * map that titles were read for */
};

/* What a worker needs; starts as all zero. */
struct fuserows_scratch {
	double *part;
	size_t cap_part;
};

void fuserows_release(struct fuserows_scratch *);

void fuserows_header(const struct fuserows *, struct put *);

/*
 * Adds a user's list: user_id item_id score rank [parts] [title].  The union
 * is finished, and has names for the items of the best.  Returns how many rows
 * that was.
 */
size_t fuserows_add(const struct fuserows *, const struct fusion *,
    struct fuseunion *, struct fuserows_scratch *, struct buf *);

#endif
