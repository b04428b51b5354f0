#ifndef SRS_GRAMS_H
#define SRS_GRAMS_H

/*
 * grams.h -- runs of two and more words that texts have, each known by its
 * words: "not good".
 *
 * Rows of a table belong to them as to words: those that are rare, of which
 * nothing but their own texts could be learnt, have none.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/examples.h"
#include "data/idmap.h"
#include "data/vocabulary.h"

#define GRAMS_NONE UINT32_MAX

struct grams_place;

struct grams {
	size_t longest;			/* words */
	struct idmap *ids;		/* (n) names; owned */
	uint64_t *word;			/* (words) their hashes; owned */
	struct grams_place *place;	/* (n) by hash; owned */
};

/*
 * The runs of 2 .. longest words that stand at least `least` times in the first
 * `length` words of the texts, in the order in which they come up.  0, or -1
 * after a message: there are none.
 */
int grams_learn(struct grams *, const struct vocabulary *,
    const struct examples *, size_t length, size_t longest, size_t least)
    SRS_MUST_CHECK;

/* Those of a model, whose names are taken over. */
void grams_take(struct grams *, const struct vocabulary *, struct idmap *ids,
    size_t longest);

void grams_release(struct grams *);

/* The hash of a run, from that of the run before its last word, or of its
 * first word; and the number of the run with a hash, or GRAMS_NONE. */
uint64_t grams_hash(const struct grams *, uint64_t before, uint32_t word);
uint32_t grams_find(const struct grams *, uint64_t hash);

#endif
