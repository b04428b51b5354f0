#ifndef SRS_RELATED_H
#define SRS_RELATED_H

/*
 * related.h -- what is like what: a scorer whose "users" are the items of a
 * model (or its users), and whose items are the same once more, so that the
 * lists of such a scorer are what is nearest to each.
 *
 *	if (related_has_vectors(s)) {
 *		scorer_prepare(s);
 *		near = related_new(s, RELATED_ITEMS, RELATED_COSINE);
 *		scorer_free(s);
 *	}
 *	self = related_self(near->users, near->items);
 *
 * What a model says of a user who has had one item, and nothing else, is what
 * is related to that item, too: with related_self() for a history, a model of
 * weights between items gives those weights.
 */

#include "data/inter.h"
#include "model/scorer.h"

enum related_kind { RELATED_ITEMS, RELATED_USERS };
enum related_measure { RELATED_COSINE, RELATED_DOT };

/* Has it factors, as scorer_ops.vectors gives them? */
int related_has_vectors(const struct scorer *);

/*
 * The scorer s, which must be prepared, is not needed afterwards.  Users whom
 * s does not know, and with the cosine what has a vector of length 0, are
 * related to nothing.  The result is freed by scorer_free(); it takes k
 * floats for each row.
 */
struct scorer *related_new(const struct scorer *s, enum related_kind,
    enum related_measure);

/* Each of the users had one item, the one with the same number: value 1.  The
 * maps stay the caller's.  Freed by inter_free(). */
struct inter *related_self(struct idmap *users, struct idmap *items);

#endif
