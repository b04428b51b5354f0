#ifndef SRS_PAIRINDEX_H
#define SRS_PAIRINDEX_H

/*
 * pairindex.h -- where a pair of user and item stands in a list of pairs.
 *
 * The index does not keep the pairs: they are in two arrays of the caller's,
 * user (n) and item (n).  It takes 16 to 32 bytes for each.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* All zero is empty. */
struct pairindex {
	const uint32_t *user, *item;	/* (n) the caller's */
	uint64_t *slot;			/* (n_slots) owned */
	size_t n_slots;
};

void pairindex_release(struct pairindex *);

/* Room for n + more pairs, of which the first n were added; the arrays may
 * have moved. */
void pairindex_reserve(struct pairindex *, const uint32_t *user,
    const uint32_t *item, size_t n, size_t more);

/* Adds the pair at place `at`.  0; or -1, and no message, when it stands
 * elsewhere already. */
int pairindex_add(struct pairindex *, size_t at) SRS_MUST_CHECK;

/* The place of a pair, or SIZE_MAX. */
size_t pairindex_find(const struct pairindex *, uint32_t user, uint32_t item);

/* This pair will be looked up soon: its slot is on its way to the cache. */
void pairindex_approach(const struct pairindex *, uint32_t user,
    uint32_t item);

#endif
