#ifndef SRS_FUSESEGMENT_H
#define SRS_FUSESEGMENT_H

/*
 * fusesegment.h -- segments of users: the values of a column of their table,
 * or of a number (as the length of the history) four parts of about as many
 * users each.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "fuse/fuselearn.h"

struct fusesegment {
	size_t column;		/* of the fusion's columns */
	size_t n;		/* segments; n is who is in none */
	double edge[3];		/* (n_edges) of a number: the largest of each
				 * part but the last */
	size_t n_edges;
};

/* By fusion->segment, of these users.  0, or -1 after a message: the table has
 * no such column, or it is one of lists of tokens. */
int fusesegment_make(struct fusesegment *, const struct fusion *,
    const struct fuselearn *) SRS_MUST_CHECK;

/* The segment of a user, n: none. */
size_t fusesegment_of(const struct fusesegment *, const struct fusion *,
    struct span user);

/* Tensor segment_edges; reading sets all of it. */
void fusesegment_put(const struct fusesegment *, struct st_writer *);
int fusesegment_get(const struct st_file *, const struct fusion *,
    struct fusesegment *) SRS_MUST_CHECK;

#endif
