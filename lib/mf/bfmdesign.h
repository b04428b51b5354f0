#ifndef SRS_BFMDESIGN_H
#define SRS_BFMDESIGN_H

/*
 * bfmdesign.h -- what a Bayesian factorisation machine learns from: ratings
 * and, by blocks, what is known of them.
 *
 * The features of a rating repeat: those of its user stand in all ratings of
 * the user.  So they are kept once, in a relation block with a row per user,
 * and a rating says which row of each block it has (Rendle 2013, "Scaling
 * factorization machines to relational data").  The features of a block come
 * in groups that share their priors:
 *
 *	user block	the user, one of n (the feature of row u is u)
 *			the items that the user rated, each with the value
 *			1 / sqrt(how many they are)	(SVD++)
 *	item block	the item, and the users that rated it ("flipped")
 *			both: a group for each column of attributes
 *	moment block	the user in one bin of time: ratings of one sitting
 *			have something in common
 *
 * Ratings stand in runs of the same user and moment, so that only a rating's
 * item is looked up: 4 bytes per rating, and as many again per set.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/inter.h"
#include "linalg/csr.h"

enum { BFM_USER, BFM_ITEM, BFM_MOMENT };
enum { BFM_BLOCKS = 3, BFM_GROUPS = 16 };

/* All features of a row have the same value there. */
struct bfm_group {
	size_t n;		/* features */
	uint64_t *indptr;	/* (n + 1) by feature, the rows that have it;
				 * owned.  NULL: row j has feature j, as 1 */
	uint32_t *row;		/* (indptr[n]) owned */
	float *value;		/* (rows) 0: the row has none; owned */
};

struct bfm_block {
	size_t rows, features;
	float *count;		/* (rows) ratings that have it; owned */
	struct bfm_group group[BFM_GROUPS];
	size_t n_groups;
};

/* Runs of ratings: those of user u are first[u] .. first[u + 1] - 1.  With
 * moments each is one, a row of that block, and their bins ascend; without,
 * each user has one. */
struct bfm_moments {
	double width;		/* seconds of a bin */
	size_t users;
	uint64_t *first;	/* (users + 1) owned */
	int64_t *bin;		/* (first[users]) owned, or NULL: no moments */
};

struct bfm_design {
	size_t n;		/* ratings, by user and time */
	const uint32_t *item;	/* (n) of each; the data's */
	uint64_t *begin;	/* (runs + 1) the ratings of a run; owned */
	size_t n_blocks;	/* 2, or 3 with moments */
	struct bfm_block block[BFM_BLOCKS];
	struct bfm_moments moments;
};

/* Which sets of a row's partners are features of it. */
enum bfm_implicit { BFM_OF_USERS = 1, BFM_OF_ITEMS = 2 };

/* implicit: a sum of the above; width: of bins of time in seconds, 0: without
 * moments.  The ratings stay the caller's.  O(ratings). */
void bfm_design_init(struct bfm_design *, const struct inter *ratings,
    unsigned implicit, double width);
/* Adds features to a block, one group: m (rows, features) with values, one
 * for all of a row. */
void bfm_design_add(struct bfm_block *, const struct csr *m);

void bfm_design_release(struct bfm_design *);

static inline size_t
bfm_design_runs(const struct bfm_design *d)
{
	return (size_t)d->moments.first[d->moments.users];
}

/* The row of a user (any number) at a time (thousandths of a second), or
 * UINT32_MAX: training had no rating there. */
uint32_t bfm_moments_find(const struct bfm_moments *, uint32_t user,
    int64_t time);

#endif
