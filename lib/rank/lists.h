#ifndef SRS_LISTS_H
#define SRS_LISTS_H

/*
 * lists.h -- top-k lists of many users by any scorer.
 *
 * Users are scored in blocks of a fixed size, blocks in parallel, lists are
 * handed out in the order of the users.  A model that can cut its catalogue is
 * asked for tiles of 2 MiB, which are gone through while they are in a cache.
 * Memory: for each thread, a tile (of a model that cannot: rows of scores, at
 * most 64 MiB, or one row if that is more) and 2 k candidates for each user of
 * a block; the lists of a few blocks.  With re-ranking k is the size of the
 * pool there, and what the methods need.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/tick.h"
#include "model/scorer.h"
#include "rank/coarse.h"
#include "rank/leftout.h"
#include "rank/rerank.h"
#include "rank/topk.h"

struct lists_options {
	size_t k;
	/* (users, items') left out of a user's list; NULL: nothing.  Users
	 * past the rows, and items past the scorer's, are allowed. */
	const struct csr *left_out[LEFTOUT_KINDS];
	/* (users, items') the only items of a user's list, each once; NULL:
	 * all.  Users past its rows have none. */
	const struct csr *candidates;
	/* (n_items) of a scorer whose users are its items: those of the
	 * user's own group are left out, too; NULL: there are none */
	const uint32_t *group;
	const float *adjust;		/* (n_items) added to the scores:
					 * -INFINITY leaves out; NULL: 0 */
	const float *min_score;		/* with these; NULL: any */
	/* Lists are made by this of the `pool` best items (k at least), for
	 * which NULL takes the k best.  Where its quotas make a list short, the
	 * pool of that user gets four times as large, and so on. */
	struct rerank *rerank;
	size_t pool;
	/* of the scorer, with this adjust: finds what is best without
	 * scoring all; not used with candidates.  NULL: all are scored */
	const struct coarse *index;
	struct tick *tick;		/* users; may be NULL */
};

/*
 * Calls each(arg, user, best, n) for users (n_users) in order; a user that
 * the scorer cannot serve gets n = 0.  each() returns 0, or -1 to stop.
 * Returns 0, or -1 when each() stopped.  The scorer is prepared.
 */
int lists_make(const struct scorer *, const uint32_t *users, size_t n_users,
    const struct lists_options *,
    int (*each)(void *arg, uint32_t user, const struct topk_item *best,
    size_t n), void *arg) SRS_MUST_CHECK;

/* The memory that making lists takes; their text is taken to have 40 bytes an
 * item.  Left out: marks of what users had, and pools that grow. */
size_t lists_bytes(const struct scorer *, const struct lists_options *);

/* How lists become text: format() is called from several threads. */
struct lists_text {
	/* Adds the rows of one list to the buffer. */
	void (*format)(void *arg, uint32_t user, const struct topk_item *best,
	    size_t n, struct buf *);
	/* Takes the rows of a block of lists; 0, or -1 to stop. */
	int (*write)(void *arg, struct span rows);
	/* Is told how long each user's list is, in order; may be NULL. */
	void (*count)(void *arg, uint32_t user, size_t n);
	void *arg;
};

/* As lists_make(), the lists being formatted in parallel and written in the
 * order of the users.  0, or -1 when write() stopped. */
int lists_write(const struct scorer *, const uint32_t *users, size_t n_users,
    const struct lists_options *, const struct lists_text *) SRS_MUST_CHECK;

#endif
