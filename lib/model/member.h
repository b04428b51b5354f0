#ifndef SRS_MEMBER_H
#define SRS_MEMBER_H

/*
 * member.h -- a scorer seen through other maps of users and items: those of a
 * scorer that is made of several.  Users and items are joined by their names.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/scorer.h"

struct member {
	struct scorer *scorer;	/* owned */
	struct inter *history;	/* owned: the other's, in its own numbers */
	uint32_t *user;		/* (users) its number of each */
	uint32_t *item;		/* (its items) the other's number of each, or
				 * IDMAP_NONE */
	int same_items;		/* item[i] is i, for all that there are */
	size_t rows;		/* users that it scores at once */
	struct member_bench {
		float *scores;		/* (rows, its items) */
		uint32_t *user;		/* (rows) */
		size_t *place;		/* (rows) */
	} *bench;		/* (workers) */
};

/*
 * Gives it the history of another: `in` is in the numbers of `users` and
 * `items`, which it gets to know as scorer_history() would have taught it.  It
 * shares the numbers of `in` if it can.  0, or -1 after a message.
 */
int member_history(struct member *, const struct inter *in,
    const struct idmap *users, const struct idmap *items) SRS_MUST_CHECK;

/* Prepares it to be asked for users of this map, all of whom it may get to
 * know, and items.  0, or -1 after a message. */
int member_prepare(struct member *, const struct idmap *users,
    const struct idmap *items) SRS_MUST_CHECK;

/* Does it know user u of that map? */
int member_knows_user(const struct member *, uint32_t u);

/*
 * Scores those of the users (n <= m->rows) whom it knows: returns how many they
 * are; bench->scores has a row for each, place where it stands in `users`.
 */
size_t member_block(const struct member *, const uint32_t *users, size_t n,
    size_t worker);

/* Frees what it owns, the scorer too. */
void member_release(struct member *);

#endif
