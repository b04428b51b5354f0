#ifndef SRS_SEQLOSS_H
#define SRS_SEQLOSS_H

/*
 * seqloss.h -- what networks of sequences learn to tell the next item from,
 * and what it costs when they do not.
 *
 * The others are drawn for each part of a batch, all its steps share them:
 * items alike, or by a power of how often they are what is next, or some of
 * what is next in the part itself.  No draw, but all items, if as many are
 * asked for as there are.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "nn/contest.h"
#include "nn/nn.h"
#include "prep/alias.h"

struct seqloss {
	enum contest rule;
	double weight;			/* the rule's w */
	size_t n_items, candidates;
	int in_batch;
	struct alias_slot *slots;	/* (n_items) or NULL: alike */
	float *level;			/* (n_items) what is added to a drawn
					 * item's score, or NULL: 0 */
};

/* Are loss and sampling ones that there are for sequences?  0, or -1 after a
 * message. */
int seqloss_check(const struct nn_options *) SRS_MUST_CHECK;

/* next (n_items) says how often each item is what is next. */
void seqloss_init(struct seqloss *, const struct nn_options *,
    const uint64_t *next, size_t n_items);
void seqloss_release(struct seqloss *);

/* out (candidates) <- the others of a part whose steps go on to target (m);
 * level (candidates) <- theirs. */
void seqloss_draw(const struct seqloss *, struct rng *,
    const uint32_t *target, size_t m, uint32_t *out, float *level);

#endif
