#ifndef SRS_OLDLISTS_H
#define SRS_OLDLISTS_H

/*
 * oldlists.h -- which lists are not what they were in a file of lists.
 *
 * Of each user's old list a number is kept that its items and their order make
 * (63 bits of a hash): 8 bytes for each user, whatever the file.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "rank/topk.h"

struct oldlists {
	uint64_t *hash;		/* (n_users) 0: no list */
	unsigned char *same;	/* (n_users) has it been found again? */
	size_t n_users;
	size_t n_strange;	/* rows of users who are not in the map */
	/* after oldlists_count() of all */
	size_t n_same, n_changed, n_new, n_gone;
};

/*
 * Reads rows as srs-topk writes them: user_id, item_id (these are positional,
 * too), a user's in the order of his list.  The maps do not grow.  0, or -1
 * after a message; oldlists_release() in any case.
 */
int oldlists_read(struct oldlists *, const char *path, struct idmap *users,
    struct idmap *items, struct tick *) SRS_MUST_CHECK;
void oldlists_release(struct oldlists *);

/* Is user u's list (n) what it was?  For different users, callable from
 * several threads. */
int oldlists_is_same(struct oldlists *, uint32_t u,
    const struct topk_item *best, size_t n);

/* Counts what became of user u's list, which has n items now, after that. */
void oldlists_count(struct oldlists *, uint32_t u, size_t n);

#endif
