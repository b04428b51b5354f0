#ifndef SRS_FUSESTREAM_H
#define SRS_FUSESTREAM_H

/*
 * fusestream.h -- lists fused user by user while they are read.
 *
 * The rows of a user stand together.  Either all files have the same users in
 * the same order, or users are sorted by the bytes of their names (LC_ALL=C
 * sort); then a file may lack some.  Memory is for some thousand rows of each
 * file, and the longest lists; of users that are not sorted, also for their
 * names, which are looked at so that none comes back.
 */

#include <stdint.h>

#include "base/tick.h"
#include "fuse/fuserows.h"

struct fusestream {
	const struct fuserows *rows;
	struct tick *tick;	/* bytes of the first file */
	/* set */
	size_t n_users, n_rows;
	size_t *n_missing;	/* (systems) users without a list; the
				 * caller's */
	uint64_t *n_repeated;	/* (systems) rows that said again what another
				 * says; the caller's */
};

/* Kept for put_commit().  0, or -1 after a message: what fuselists_read()
 * refuses, and users that are not in order. */
int fusestream_run(const struct fusion *, const char *const *paths,
    struct fusestream *, struct put *) SRS_MUST_CHECK;

#endif
