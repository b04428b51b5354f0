#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/pairindex.h"

/*
 * Open addressing, at most half full.  A slot is 0, or a place + 1 with some
 * bits of the pair's hash above it, which tell nearly all other pairs from it
 * without a look at them.
 */
enum {
	SLOTS_MIN = 1024,
	TAG_SHIFT = 48,		/* places have fewer bits */
	AHEAD = 16		/* slots asked for before they are needed */
};

void
pairindex_release(struct pairindex *x)
{
	free(x->slot);
	*x = (struct pairindex){ .slot = NULL };
}

static uint64_t
hash_of(uint32_t user, uint32_t item)
{
	return hash_mix((uint64_t)user << 32 | item, 0);
}

/* The slot of a pair, or the free one where it belongs. */
static uint64_t *
probe(const struct pairindex *x, uint32_t user, uint32_t item)
{
	const uint64_t hash = hash_of(user, item);
	const uint64_t mask = ((uint64_t)1 << TAG_SHIFT) - 1;
	size_t i = (size_t)hash & (x->n_slots - 1);

	for (; x->slot[i] != 0; i = (i + 1) & (x->n_slots - 1)) {
		const size_t at = (size_t)(x->slot[i] & mask) - 1;

		if (x->slot[i] >> TAG_SHIFT == hash >> TAG_SHIFT &&
		    x->user[at] == user && x->item[at] == item)
			break;
	}
	return &x->slot[i];
}

void
pairindex_approach(const struct pairindex *x, uint32_t user, uint32_t item)
{
	__builtin_prefetch(&x->slot[(size_t)hash_of(user, item) &
	    (x->n_slots - 1)]);
}

static uint64_t
entry(const struct pairindex *x, size_t at)
{
	return hash_of(x->user[at], x->item[at]) >> TAG_SHIFT << TAG_SHIFT |
	    ((uint64_t)at + 1);
}

int
pairindex_add(struct pairindex *x, size_t at)
{
	uint64_t *slot = probe(x, x->user[at], x->item[at]);

	if (*slot != 0)
		return -1;
	*slot = entry(x, at);
	return 0;
}

size_t
pairindex_find(const struct pairindex *x, uint32_t user, uint32_t item)
{
	const uint64_t slot = x->n_slots == 0 ? 0 : *probe(x, user, item);

	return (size_t)(slot & (((uint64_t)1 << TAG_SHIFT) - 1)) - 1;
}

void
pairindex_reserve(struct pairindex *x, const uint32_t *user,
    const uint32_t *item, size_t n, size_t more)
{
	size_t n_slots = x->n_slots == 0 ? SLOTS_MIN : x->n_slots;

	x->user = user;
	x->item = item;
	while (n_slots / 2 < n + more)
		n_slots *= 2;
	if (n_slots == x->n_slots)
		return;
	free(x->slot);
	x->slot = mem_array("pairs", n_slots, sizeof *x->slot);
	x->n_slots = n_slots;
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			pairindex_approach(x, user[i + AHEAD],
			    item[i + AHEAD]);
		*probe(x, user[i], item[i]) = entry(x, i);
	}
}
