#ifndef SRS_SGD_H
#define SRS_SGD_H

/*
 * sgd.h -- biased matrix factorisation of ratings by stochastic gradient
 * descent (Koren, Bell & Volinsky 2009, "Matrix factorization techniques for
 * recommender systems", eq. 5).
 *
 * With e_ui = r_ui - mean - b_u - b_i - p_u.q_i, minimises
 *
 *	L = sum_(u,i rated) e_ui^2
 *	  + lambda      (sum_u n_u^nu |p_u|^2 + sum_i n_i^nu |q_i|^2)
 *	  + lambda_bias (sum_u n_u^nu b_u^2   + sum_i n_i^nu b_i^2)
 *
 * n_u and n_i being numbers of ratings (nu = 1 is a ridge for each rating,
 * nu = 0 for each row), and ratings being in units of s, their standard
 * deviation: so the same settings serve any scale.  The parameters are kept in
 * the ratings' own unit, in which lambda becomes lambda s and the learning rate
 * of factors rate / s, while those of biases stay.
 *
 * Ratings lie in the blocks of a grid that depends on the data alone; blocks
 * of one diagonal share no user and no item and are worked on at once (Gemulla
 * et al. 2011; Chin et al. 2015), so the result does not depend on threads.
 * The next diagonal begins before all of one are done, where it can.
 *
 * Factors are floats, since halves were no gain where it was measured: at 32,
 * 64 and 128 factors a core took 35, 43 and 39 million ratings a second of
 * ml-1m with floats, 28, 29 and 21 with IEEE halves, and 23 and 22 of 10^7
 * ratings whose factors are in no cache, as the grid brings those of items
 * from there seldom and conversions take what is saved.  The RMSE on a held-out
 * tenth of ml-1m was 0.8374 and 0.8373 with halves; with bfloat16, rounded at
 * random, 0.8387.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "linalg/csr.h"
#include "mf/mf.h"
#include "model/scorer.h"

int sgd_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;

/* --- the grid ----------------------------------------------------------- */

enum { SGD_SIDE_MAX = 64 };

struct sgd_pair {
	uint32_t user, item;
};

struct sgd_grid {
	size_t side;			/* blocks: (side, side) */
	struct sgd_pair *pair;		/* by block; within one in random
					 * order, some users at a time */
	float *rating;			/* of each pair, or NULL */
	uint64_t *block;		/* (side * side + 1) where one begins */
	uint32_t *items;		/* (items) by column of blocks */
	uint32_t *column;		/* (side + 1) where one begins */
};

/* For k factors.  Without values of the matrix there are no ratings; a pair
 * takes 8 bytes, a rating 4. */
void sgd_grid_init(struct sgd_grid *, const struct csr *ratings, size_t k,
    uint64_t seed);
void sgd_grid_release(struct sgd_grid *);

/* The memory of its pairs and ratings, which is most of it. */
double sgd_grid_bytes(const struct sgd_grid *);

/*
 * Runs each block once, diagonal after diagonal in a random order of them, and
 * returns the sum of what run() did.  A block waits for those before it in its
 * row and its column and for no others; these never run at once, and always
 * in the same order.
 */
double sgd_grid_pass(const struct sgd_grid *, double (*run)(void *arg,
    size_t block), void *arg, struct rng *order);

/* --- one step ----------------------------------------------------------- */

/*
 * Descends the gradient of one rating's part of L / 2, all of it at the old
 * values: with weights l = lambda n^(nu - 1),
 *
 *	p <- p + rate (e q - l_p p)	q <- q + rate (e p - l_q q)
 *	b_u <- b_u + rate_bias (e - l_bu b_u)	and so for b_i
 */
struct sgd_row {
	float *x;		/* (k) factors */
	float *bias;
	float ridge, ridge_bias;	/* l */
};

/* r is r_ui - mean; biases have a rate of their own.  Returns the old e_ui. */
float sgd_step(const struct sgd_row *user, const struct sgd_row *item,
    size_t k, float r, float rate, float rate_bias);

#endif
