#ifndef SRS_BPR_H
#define SRS_BPR_H

/*
 * bpr.h -- Bayesian personalised ranking (Rendle et al. 2009): an item that a
 * user had should score higher than one that the user had not.  Maximises
 *
 *	sum log sigma(p_u.(q_i - q_j))
 *	    - lambda / 2 (|p_u|^2 + |q_i|^2 + |q_j|^2)
 *
 * over what users had (i) and items drawn at random (j), by stochastic
 * gradient ascent.  Negatives come from the column of the grid (sgd.h) that
 * the item is in, a random part of all items: so blocks of a diagonal share
 * nothing, and the result does not depend on threads.
 */

#include "base/err.h"
#include "mf/mf.h"
#include "mf/sampled.h"
#include "model/scorer.h"

int bpr_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int bpr_load(struct scorer *) SRS_MUST_CHECK;

/* Its loss over drawn items, which folds in. */
extern const struct sampled_method bpr_method;

/*
 * A step on p, q_i and q_j (k each), at the old values: with g = sigma(-x),
 * x = p.(q_i - q_j),
 *
 *	p <- p + rate (g (q_i - q_j) - lambda p)
 *	q_i <- q_i + rate (g p - lambda q_i)
 *	q_j <- q_j - rate (g p + lambda q_j)
 *
 * Returns -log sigma(x).
 */
double bpr_step(float *p, float *qi, float *qj, size_t k, float rate,
    float lambda);

#endif
