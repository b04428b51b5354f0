#ifndef SRS_MLP_H
#define SRS_MLP_H

/*
 * mlp.h -- a binary classifier of rows of numbers: dense layers with ReLU and
 * a sigmoid at the end, trained on the binary cross-entropy.
 *
 *	p(x) = 1 / (1 + exp(-MLP((x - mean) / deviation)))
 *
 * Mean and standard deviation of each column are those of the training table
 * and are stored in the model; a column that is constant there counts nothing.
 */

#include <stddef.h>

#include "nn/nn.h"
#include "nn/params.h"
#include "nn/tower.h"

#define MLP_DEFAULTS "label features teacher teacher-weight=0.5 " \
	"class-weight layers=64,32 epochs=20 batch=256 " \
	"learning-rate=0.001 weight-decay=0.0001 dropout=0 optimizer=adamw " \
	"schedule=constant"

struct mlp {
	struct params *params;
	struct tower tower;
	size_t n_features;
	float *mean;		/* (n_features) of the training rows */
	float *scale;		/* (n_features) 1 / deviation; 0: constant */
};

/* Declares the parameters; no memory for them yet.  mean and scale are 0. */
void mlp_init(struct mlp *, size_t n_features, const struct tower *);
void mlp_release(struct mlp *);

/* The network: x (n, features) standardised, label (n, 1). */
struct mlp_net {
	struct graph *graph;
	struct node *x, *label, *loss, *probability;
};

void mlp_build(const struct mlp *, size_t most_examples, double dropout,
    struct mlp_net *);

/* out (n, features) <- standardised rows (n, features). */
void mlp_standardise(const struct mlp *, const float *rows, size_t n,
    float *out);

int mlp_train(struct nn_job *);
int mlp_load(struct scorer *);

/* Makes *s a scorer of the model, which must stay. */
void mlp_serve(const struct mlp *, struct scorer *s);

#endif
