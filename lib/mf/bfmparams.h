#ifndef SRS_BFMPARAMS_H
#define SRS_BFMPARAMS_H

/*
 * bfmparams.h -- the parameters of one block of bfmchain.h, and their draws.
 *
 * For a rating d that has row r of the block, with a feature j of value x
 * there, a factor v of it, and the rest of the rating's features as they are,
 * the prediction's derivative by v is
 *
 *	h_d = x (q_r - v x + o_d)
 *
 * where q_r = sum_j v_j x_j in the row and o_d the same over the other
 * blocks' rows.  A draw of v takes sum h_d^2 and sum e_d h_d over the ratings
 * that have the feature, and of those only what is summed by rows: n, o, oo,
 * e and eo below.  So a block is drawn without a look at ratings (Rendle
 * 2013).
 *
 * Weights are factor k, for which h_d = x: with n, o and e taken as 0, oo as
 * the number of ratings and eo as the sum of e, the formulas are those of a
 * factor.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "mf/bfmdesign.h"

/* The prior of a group's parameters of one factor. */
struct bfm_prior {
	double mu, lambda;
};

/* A row of the block as a group is drawn: see bfmparams.c. */
struct bfm_row;

struct bfm_params {
	const struct bfm_block *block;
	size_t k;
	float *V;		/* (k + 1, features) */
	struct bfm_prior *prior;	/* (k + 1, BFM_GROUPS) */
	float *q;		/* (k + 1, rows) sum v x */
	float *s;		/* (k + 1, rows) sum (v x)^2 */
	/* over the ratings that have a row, (rows) each */
	float *n;		/* 1 */
	float *o, *oo;		/* o_d, o_d^2 */
	float *e, *eo;		/* e_d, e_d o_d */
	/* what a draw changed, (rows) each */
	float *dq;		/* q */
	float *change;		/* (q^2 - s) / 2 */
	float *z;		/* (features) scratch */
	struct bfm_row *row;	/* (rows) scratch */
};

/* Factors start small and at random, weights as 0. */
void bfm_params_init(struct bfm_params *, const struct bfm_block *, size_t k,
    struct rng *);
void bfm_params_release(struct bfm_params *);

/* q and s of factor f, from V. */
void bfm_params_sum(struct bfm_params *, size_t f);

/*
 * Draws factor f of all features, group by group with its prior, given n, o,
 * oo, e and eo, which are overwritten; e ~ N(0, 1 / alpha).  O(features +
 * entries of the groups).
 */
void bfm_params_draw(struct bfm_params *, size_t f, double alpha,
    struct rng *);

#endif
