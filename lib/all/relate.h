#ifndef SRS_RELATE_H
#define SRS_RELATE_H

/*
 * relate.h -- the model of srs-topk --items and --similar-users: made of one
 * that scores items for users.
 */

#include <stddef.h>

#include "data/inter.h"
#include "model/scorer.h"
#include "rank/related.h"

struct relate {
	enum related_kind kind;
	int by_dot;			/* else the cosine */
	const char *model;		/* path, for messages */
	const char *const *history;	/* (n_history) files, of whom a model
					 * of factors can fold in */
	size_t n_history;
	struct tick *tick;
};

/*
 * Takes over `model`, which is not prepared, and returns a scorer that is to
 * be prepared, whose users are items (or users) as those are numbered that it
 * lists.  *self <- its history: each had itself, which is not to be listed;
 * freed after it.  NULL after a message: the model has no vectors (and, of
 * items, no weights), or a file cannot be used.
 */
struct scorer *relate(struct scorer *model, const struct relate *,
    struct inter **self);

#endif
