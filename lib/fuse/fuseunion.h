#ifndef SRS_FUSEUNION_H
#define SRS_FUSEUNION_H

/*
 * fuseunion.h -- the items of all systems' lists for one user, and what each
 * system says of them.
 *
 *	fuseunion_init(&u, n_systems, worker);
 *	for each user:
 *		fuseunion_begin(&u, name);
 *		for each system s in order:
 *			fuseunion_open(&u, s);
 *			fuseunion_entry(&u, place in the union, score);
 *		fuseunion_finish(&u, fusion);	fills, sorts, scales
 *		n = fuseunion_fuse(&u, fusion, k, best);
 *	fuseunion_release(&u);
 *
 * Who makes the union numbers its items 0 .. n - 1 in order of first
 * appearance, with fuseunion_add().
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "data/scored.h"
#include "fuse/fuse.h"
#include "rank/topk.h"

struct fuseunion {
	size_t n, n_systems, worker;
	struct span user;
	/* of each item (n) */
	uint32_t *item;		/* the caller's number */
	struct span *name;
	uint32_t *rank;		/* order of the names; see has_ranks */
	int has_ranks;		/* else they are made when scores are equal */
	/* the lists, best first: item is a place in the union */
	struct scored_item *entry;	/* (start[n_systems]) */
	size_t *start;		/* (n_systems + 1) */
	size_t n_entries, open;	/* the list that is open */
	/* of each item and system (n, n_systems), after finish() */
	float *x;		/* on the common scale, absent ones too */
	uint32_t *place;	/* in the list from 1; 0: it lacks the item */
	/* scratch */
	float *scores;		/* (n) */
	double *scale;		/* for methods: fuseunion_scratch() */
	struct topk_item *spare, *merged;	/* (n) */
	uint32_t *old;
	struct topk_item *best;
	size_t cap_item, cap_name, cap_rank, cap_entry, cap_x, cap_place,
	    cap_scores, cap_scale, cap_spare, cap_merged, cap_old, cap_best;
};

void fuseunion_init(struct fuseunion *, size_t n_systems, size_t worker);
void fuseunion_release(struct fuseunion *);

/* No items, no entries; `user` must stay until the next call. */
void fuseunion_begin(struct fuseunion *, struct span user);

/* The place of a new item: its number, name and the rank of that; rank
 * IDMAP_NONE when none are known. */
size_t fuseunion_add(struct fuseunion *, uint32_t item, struct span name,
    uint32_t rank);

/* The entries of system s follow, in any order. */
void fuseunion_open(struct fuseunion *, size_t s);
void fuseunion_entry(struct fuseunion *, size_t place, double score);

/* Sorts the lists that are not in order, fills in what fusion->fill can (if
 * there is no cascade), and makes x and place. */
void fuseunion_finish(struct fuseunion *, const struct fusion *);

/* Each list best first, of equal scores the item whose name sorts last. */
void fuseunion_sort(struct fuseunion *);

/* Makes x and place anew. */
void fuseunion_scale(struct fuseunion *, const struct fusion *);

/* best (at most k, or n) <- by these scores (n), best first; returns their
 * number.  Of equal scores the item whose name sorts last. */
size_t fuseunion_best(struct fuseunion *, const float *scores, size_t k,
    struct topk_item *best);

/* The fused list, by the fusion's cascade if it has one: *best (the union's,
 * until the next call) <- the best k, whose number is returned. */
size_t fuseunion_fuse(struct fuseunion *, const struct fusion *, size_t k,
    const struct topk_item **best);

/* n doubles of memory until the next call. */
double *fuseunion_scratch(struct fuseunion *, size_t n);

/* Only the items with keep (n) stay, in their order; x is not valid then. */
void fuseunion_keep(struct fuseunion *, const unsigned char *keep);

#endif
