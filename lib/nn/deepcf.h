#ifndef SRS_DEEPCF_H
#define SRS_DEEPCF_H

/*
 * deepcf.h -- collaborative filtering by a network:
 *
 *	score(u, i) = m + b_u + b_i + MLP([p_u; q_i])
 *
 * with embeddings p_u and q_i side by side into dense layers with ReLU (the
 * MLP of He et al. 2017, "Neural collaborative filtering", section 3.3, with
 * the biases of matrix factorization).  Ratings: m is their mean and the
 * squared error is minimised; predictions for pairs are kept within the range
 * of the ratings, and an unknown user or item has an embedding of zero.
 * Implicit feedback: m = 0, what was observed is 1, sampled unobserved items
 * are 0, and the binary cross-entropy of the score as a logit is minimised.
 *
 * Scoring takes the first layer apart: its product with [p_u; q_i] is a sum of
 * a user's and an item's part, which are computed once for each.
 */

#include <stddef.h>

#include "nn/nn.h"
#include "nn/params.h"
#include "nn/tower.h"

#define DEEPCF_DEFAULTS "feedback value factors=32 layers=64,32 epochs " \
	"batch=1024 learning-rate=0.003 weight-decay dropout " \
	"optimizer=adam schedule=linear negatives=4"

struct deepcf {
	struct params *params;
	struct param *users, *items;		/* (n, factors) */
	struct param *user_bias, *item_bias;	/* (n, 1) */
	struct tower tower;
	size_t factors;
	int ratings;
	float mean, min, max;			/* of the ratings */
};

/* Declares the parameters; no memory for them yet. */
void deepcf_init(struct deepcf *, size_t n_users, size_t n_items,
    size_t factors, const struct tower *);
void deepcf_release(struct deepcf *);

/* The network for training; ids (n, 2), target (n, 1), loss (n, 1). */
struct deepcf_net {
	struct graph *graph;
	struct node *ids, *target, *loss;
};

void deepcf_build(const struct deepcf *, size_t most_examples,
    double dropout, struct deepcf_net *);

/*
 * Epochs, weight decay and dropout, if not set: for implicit feedback 15,
 * 0.0001 and 0; for up to 10^5 ratings 25, 0.001 and 0.3, of which decay and
 * dropout fall to 0.0003 and 0.1 for 10^6 ratings and more.
 */
void deepcf_settle(struct nn_options *, const struct nn_job *data);

int deepcf_train(struct nn_job *);
int deepcf_load(struct scorer *);

/*
 * Makes *s a scorer of the model, which must stay: with ops, state and what
 * is told of ratings.  Its prepare() computes the parts of the first layer
 * from the parameters as they are then.
 */
void deepcf_serve(const struct deepcf *, struct scorer *s);

#endif
