#ifndef SRS_BFMCHAIN_H
#define SRS_BFMCHAIN_H

/*
 * bfmchain.h -- a Markov chain of factorisation machines: Gibbs sampling from
 * the posterior (Rendle 2012, "Factorization machines with libFM", section
 * 3.3; with relation blocks Rendle 2013).
 *
 * With x the features of a rating, of all blocks together,
 *
 *	y = w_0 + sum_j w_j x_j + sum_(j < l) v_j.v_l x_j x_l + e
 *	e ~ N(0, 1 / alpha)		alpha ~ Gamma(1/2, 1/2)
 *	w_j ~ N(mu, 1 / lambda)		and each v_jf so, with mu and lambda
 *	mu ~ N(0, 1 / lambda)		of its group and its f
 *	lambda ~ Gamma(1/2, 1/2)
 *
 * y in units of its standard deviation, 0 being its mean.
 *
 * A sample is kept by rows of blocks, not by features, which is all that it
 * takes to predict: with Q_r = sum_j v_j x_j over the features of row r and
 * a_r = sum_j w_j x_j + sum_(j < l) v_j.v_l x_j x_l within it,
 *
 *	prediction(user u, item i) = a_u + a_i + Q_u.Q_i
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/mat.h"
#include "mf/bfmdesign.h"
#include "mf/bfmparams.h"

struct bfm_chain;

/*
 * A chain of its own for each `number`, a function of the seed, not begun:
 * bfm_chain_renew() comes first.  noise: alpha is drawn, else it is 1.  The
 * design stays the caller's.
 */
struct bfm_chain *bfm_chain_new(const struct bfm_design *, size_t k,
    int draws_noise, uint64_t seed, size_t number);
void bfm_chain_free(struct bfm_chain *);

/*
 * Everything that follows from y (ratings; NULL: all 0) and the parameters
 * anew, without the rounding errors of the sweeps.  O(k (ratings + entries of
 * the blocks)).
 */
void bfm_chain_renew(struct bfm_chain *, const float *y);

/*
 * Draws every parameter once, each given all others.  O(k (ratings + entries
 * of the blocks)).
 */
void bfm_chain_sweep(struct bfm_chain *);

/* Row r of block b <- Q_r (k), a_r as they are now; w_0 is in a_r of the
 * users.  rows (rows of b, k + 1). */
void bfm_chain_rows(const struct bfm_chain *, size_t b, struct mat *rows);

/* (ratings) y less prediction; may be changed along with y. */
float *bfm_chain_error(struct bfm_chain *);

/* What a chain goes on from, to be stored or changed before
 * bfm_chain_renew(): this, and V and the priors' mu of each block. */
struct bfm_state {
	double w0, alpha;
	uint64_t draws;		/* streams of random numbers used */
};

struct bfm_state *bfm_chain_state(struct bfm_chain *);
struct bfm_params *bfm_chain_params(struct bfm_chain *, size_t b);

#endif
