#ifndef SRS_COMBINEMETA_H
#define SRS_COMBINEMETA_H

/* combinemeta.h -- what srs-fuse lets a fusion know of users and items besides
 * the systems' scores. */

#include "all/combine.h"
#include "fuse/fusemeta.h"

/* Does a method look at tables of users and items, or at interactions? */
int combinemeta_knows(const struct fuse_method *);

/*
 * *meta <- tables and counts, bound to the columns of the fusion, which are
 * made of them if it learns; stays NULL if it knows nothing.  To be freed when
 * the fusion is not used any more.  0, or -1 after a message.
 */
int combinemeta_open(const struct combine *, struct fusion *,
    struct fusemeta **meta) SRS_MUST_CHECK;

/* What was needed to learn, but is not to be used, is not for the file. */
void combinemeta_drop(struct fusion *);

#endif
