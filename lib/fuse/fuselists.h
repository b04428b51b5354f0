#ifndef SRS_FUSELISTS_H
#define SRS_FUSELISTS_H

/*
 * fuselists.h -- the lists of several systems, and the union of one user's.
 *
 * Users and items are numbered over all files, in order of first appearance.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/tick.h"
#include "data/idmap.h"
#include "data/scored.h"
#include "fuse/fuse.h"

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

/* The union of one user's lists. */
struct fuseunion {
	size_t n, n_systems;
	uint32_t *item;		/* (n) in order of first appearance */
	uint32_t *rank;		/* (n) of the item's name */
	float *x;		/* (n, n_systems) on the common scale */
	/* scratch */
	size_t cap_item, cap_rank, cap_x, cap_scale;
	double *scale;
	uint32_t *place;	/* (n_items) IDMAP_NONE between calls */
};

void fuseunion_init(struct fuseunion *, const struct fuselists *);
void fuseunion_release(struct fuseunion *);

/* Makes *u the union of `user`'s lists by the fusion's method. */
void fuseunion_make(struct fuseunion *u, const struct fusion *,
    const struct fuselists *, uint32_t user);

/* scores (n) <- the sum of x (n, n_systems) by factor (n_systems) */
void fuseunion_combine(const float *x, size_t n, const double *factor,
    size_t n_systems, float *scores);

#endif
