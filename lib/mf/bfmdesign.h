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
 */

#include <stddef.h>
#include <stdint.h>

#include "data/inter.h"
#include "linalg/csr.h"

enum { BFM_USER, BFM_ITEM, BFM_MOMENT };
enum { BFM_BLOCKS = 3, BFM_GROUPS = 16 };

struct bfm_group {
	size_t n;		/* features */
	struct csr rows;	/* (n, rows) by feature, the rows that have it
				 * and its value there; owned.  indptr NULL:
				 * row j has feature j with value 1 */
};

struct bfm_block {
	size_t rows, features;
	uint32_t *row_of;	/* (ratings) the row that a rating has; owned */
	float *count;		/* (rows) ratings that have it; owned */
	struct bfm_group group[BFM_GROUPS];
	size_t n_groups;
};

/* The rows of the moment block: those of user u are first[u] .. first[u + 1]
 * - 1, their bins ascend. */
struct bfm_moments {
	double width;		/* seconds of a bin */
	size_t users;
	uint64_t *first;	/* (users + 1) owned, or NULL: no moments */
	int64_t *bin;		/* (first[users]) owned */
};

struct bfm_design {
	size_t n;		/* ratings, by user and time */
	size_t n_blocks;	/* 2, or 3 with moments */
	struct bfm_block block[BFM_BLOCKS];
	struct bfm_moments moments;
};

/* Which sets of a row's partners are features of it. */
enum bfm_implicit { BFM_OF_USERS = 1, BFM_OF_ITEMS = 2 };

/* implicit: a sum of the above; width: of bins of time in seconds, 0: without
 * moments.  O(ratings). */
void bfm_design_init(struct bfm_design *, const struct inter *ratings,
    unsigned implicit, double width);
/* Adds features to a block, one group: m (rows, features) with values. */
void bfm_design_add(struct bfm_block *, const struct csr *m);

void bfm_design_release(struct bfm_design *);

/* The row of a user (any number) at a time (thousandths of a second), or
 * UINT32_MAX: training had no rating there. */
uint32_t bfm_moments_find(const struct bfm_moments *, uint32_t user,
    int64_t time);

#endif
