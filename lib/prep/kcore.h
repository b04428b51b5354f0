#ifndef SRS_KCORE_H
#define SRS_KCORE_H

/*
 * kcore.h -- the (min_user, min_item)-core of interactions: the largest part
 * in which every user has at least min_user rows and every item min_item
 * (Seidman 1983, "Network structure and minimum degree"; of a bipartite
 * multigraph here).  It is unique, so the order of removal does not matter.
 *
 *	kcore_find(&core, user, item, n, n_users, n_items, 5, 5);
 *	for (i = 0; i < n; i++)
 *		if (kcore_has(&core, user[i], item[i]))
 *			keep(i);
 *	kcore_release(&core);
 */

#include <stddef.h>
#include <stdint.h>

struct kcore {
	unsigned char *lost_user, *lost_item;	/* (n_users), (n_items) */
};

/*
 * Rows are user[i], item[i] for i < n, with numbers below n_users, n_items.
 * Sweeps over the rows as long as that removes many, and then follows each
 * removal to the rows that it touches: O(n) in all, with 16 bytes for each
 * row still left when the sweeps end.
 */
void kcore_find(struct kcore *, const uint32_t *user, const uint32_t *item,
    size_t n, size_t n_users, size_t n_items, size_t min_user,
    size_t min_item);
void kcore_release(struct kcore *);

static inline int
kcore_has(const struct kcore *c, uint32_t user, uint32_t item)
{
	return !c->lost_user[user] && !c->lost_item[item];
}

#endif
