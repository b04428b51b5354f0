#ifndef SRS_KCORE_H
#define SRS_KCORE_H

/*
 * kcore.h -- the (min_user, min_item)-core of interactions: the largest part
 * in which every user has at least min_user rows and every item min_item
 * (Seidman 1983, "Network structure and minimum degree"; of a bipartite
 * multigraph here).  It is unique, so the order of removal does not matter.
 *
 *	status = kcore_find(&core, &rows, n_users, n_items, 5, 5);
 *	for each row
 *		if (kcore_has(&core, user, item))
 *			keep it;
 *	kcore_release(&core);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct kcore {
	unsigned char *lost_user, *lost_item;	/* (n_users), (n_items) */
};

/*
 * The rows, in pieces that several threads look at: piece i is user[0..n) and
 * item[0..n).  It is read into *memory, which is NULL at first and is freed in
 * the end, where it is not in memory.
 */
struct kcore_rows {
	const void *arg;
	size_t n_pieces;
	int (*piece)(const void *arg, size_t i, void **memory,
	    const uint32_t **user, const uint32_t **item, size_t *n);
	int in_memory;		/* all of them are */
};

/*
 * Counts the rows of all ids, and then sweeps over the rows, taking those of
 * lost ids from the counts, until no id is lost.  After 32 sweeps over rows
 * in memory, each removal is followed to the pieces with its rows instead,
 * which are looked through: at most one for each row still left then, with 4
 * bytes for it.  Else memory is for the ids only: 10 bytes, and 4 for each
 * thread.
 *
 * 0, or -1 after a message of piece().
 */
int kcore_find(struct kcore *, const struct kcore_rows *, size_t n_users,
    size_t n_items, size_t min_user, size_t min_item) SRS_MUST_CHECK;
void kcore_release(struct kcore *);

static inline int
kcore_has(const struct kcore *c, uint32_t user, uint32_t item)
{
	return !c->lost_user[user] && !c->lost_item[item];
}

#endif
