#ifndef SRS_FUSEMETA_H
#define SRS_FUSEMETA_H

/*
 * fusemeta.h -- what is known of users and items besides scores, by their
 * names: from tables of them, and how many interactions they had.
 *
 *	m = fusemeta_read(&files, NULL);
 *	f->columns = fusemeta_columns(m, NULL, &b);	to learn with
 *	fusemeta_bind(m, f->columns);		or with those of a saved fusion
 *	row = fusemeta_user(m, name);		(f->columns->width[FUSE_USERS])
 */

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "base/tick.h"
#include "fuse/fusecolumns.h"

struct fusemeta;

struct fusemeta_files {
	const char *users, *items;	/* tables with a header; or NULL */
	const char *const *history;	/* (n_history) interactions */
	size_t n_history;
	struct tick *tick;
};

/* NULL after a message: what readattributes() and readinter() refuse. */
struct fusemeta *fusemeta_read(const struct fusemeta_files *);
void fusemeta_free(struct fusemeta *);

/*
 * The columns there are, users' first: the length of a user's history
 * ("history") and an item's popularity ("popularity"), if there are
 * interactions, then those of the tables.  Of tokens those that at least two
 * have, the 254 most frequent (of token_seq 32).  A column without any is left
 * out, and named in *left_out.  `only`: just this column of users; NULL: all.
 * The caller frees.
 */
struct fusecolumns *fusemeta_columns(const struct fusemeta *,
    const char *only, struct buf *left_out);

/* 0; or -1 after a message: a column is not there, or is of another type.  The
 * columns must stay. */
int fusemeta_bind(struct fusemeta *, const struct fusecolumns *)
    SRS_MUST_CHECK;

/* The numbers (width) of a user, an item; of one that is in no table all are
 * missing, and counts are of none. */
const float *fusemeta_user(const struct fusemeta *, struct span name);
const float *fusemeta_item(const struct fusemeta *, struct span name);

#endif
