#ifndef SRS_PAIRDATA_H
#define SRS_PAIRDATA_H

/*
 * pairdata.h -- what networks of pairs learn from: each interaction, with
 * items that the user has not had.
 *
 * Items are drawn from those that somebody had: of others, which a table of
 * items may name, nothing is known that would tell them from good ones.  A
 * user that had all of them is given their own again, from which nothing is
 * learnt.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/attributes.h"
#include "data/inter.h"
#include "nn/loss.h"
#include "prep/alias.h"

enum { PAIRDATA_DRAWS = 65535 };	/* of an example, at most */

struct pairdata {
	struct csr had;		/* (users, items that somebody had) each once,
				 * ascending */
	uint32_t *item;		/* (had.cols) their numbers as items, which
				 * ascend */
	uint32_t *user;		/* (n) of entry p of had */
	size_t n;
	struct alias_slot *popular;	/* (had.cols), or NULL: uniform */
	double *share;		/* (had.cols) how likely one draw is each */
	double *share_had;	/* (had.cols) how likely an interaction is */
};

/* Entries that share user and item become one.  `how` and `exponent` say how
 * draws are made. */
void pairdata_init(struct pairdata *, const struct inter *, enum csr_merge,
    enum drawing how, double exponent);
void pairdata_release(struct pairdata *);

/* Draw number j of example e: a function of seed, epoch, e and j, for j <
 * PAIRDATA_DRAWS.  A number of had.cols. */
uint32_t pairdata_draw(const struct pairdata *, uint64_t seed, uint64_t epoch,
    size_t e, size_t j);

/* The same whatever the user has had. */
uint32_t pairdata_draw_any(const struct pairdata *, uint64_t seed,
    uint64_t epoch, size_t e, size_t j);

/* The columns of attributes (finished) as one matrix (ids, all features). */
void pairdata_features(const struct attributes *, struct csr *out);

#endif
