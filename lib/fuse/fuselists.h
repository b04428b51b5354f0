#ifndef SRS_FUSELISTS_H
#define SRS_FUSELISTS_H

/*
 * fuselists.h -- the lists of several systems, all in memory.
 *
 * Users and items are numbered over all files, in order of first appearance.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/tick.h"
#include "data/idmap.h"
#include "data/scored.h"
#include "fuse/fuseunion.h"

struct fuselists {
	struct idmap *users, *items;
	size_t n_users, n_items;	/* of the lists; maps may grow */
	size_t n;			/* systems */
	struct scored **list;		/* (n) best first */
	uint64_t *n_repeated;		/* (n) rows dropped: they said again
					 * what another row says */
	uint32_t *ranks;		/* (n_items) as idmap_ranks() */
};

/*
 * Reads a file for each system.  A pair that stands twice in a file with
 * different scores, and a score that a float cannot hold, are errors; so is
 * all that readscores() refuses.  NULL after a message.
 */
struct fuselists *fuselists_read(const char *const *paths, size_t n,
    struct tick *);
void fuselists_free(struct fuselists *);

/* How many users system i has no list for. */
size_t fuselists_missing(const struct fuselists *, size_t i);

/* Makes the unions of users' lists, one at a time. */
struct listunion {
	struct fuseunion u;
	const struct fuselists *lists;
	uint32_t *place;	/* (n_items) in the union; IDMAP_NONE */
};

void listunion_init(struct listunion *, const struct fuselists *,
    size_t worker);
void listunion_release(struct listunion *);

/* Makes and finishes the union of `user`'s lists; its items are numbers of
 * the lists' map. */
void listunion_make(struct listunion *, const struct fusion *, uint32_t user);

#endif
