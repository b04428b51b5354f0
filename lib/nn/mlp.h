#ifndef SRS_MLP_H
#define SRS_MLP_H

/*
 * mlp.h -- dense layers with ReLU on rows of numbers: a classifier or a
 * regression, as the loss says.
 *
 *	loss		labels		y = MLP((x - mean) / deviation), score
 *	bce		0 and 1		1 / (1 + exp(-y)), the probability of 1
 *	hinge		0 and 1		y: the sign tells, its size is a margin
 *	softmax		classes		exp(y_c) / sum exp(y): probabilities
 *	mse, mae	numbers		y, in standard units of the labels
 *
 * Mean and standard deviation of each column, and of labels that are numbers,
 * are those of the training table and are stored in the model; a column that
 * is constant there counts nothing.
 */

#include <stddef.h>

#include "nn/classes.h"
#include "nn/nn.h"
#include "nn/params.h"
#include "nn/tower.h"

#define MLP_DEFAULTS "label features teacher teacher-weight=0.5 " \
	"class-weight layers=64,32 norm=none epochs=20 batch=256 " \
	"learning-rate=0.001 weight-decay=0.0001 dropout=0 optimizer=adamw " \
	"schedule=constant loss=bce"

struct mlp {
	struct params *params;
	struct tower tower;
	enum loss loss;
	size_t n_features;
	size_t outputs;		/* classes of the softmax, else 1 */
	float *mean;		/* (n_features) of the training rows */
	float *scale;		/* (n_features) 1 / deviation; 0: constant */
	float label_mean;	/* of labels that are numbers */
	float label_deviation;
};

/* A network for this loss, of so many classes (1 but for the softmax).
 * Declares the parameters; no memory for them yet.  mean and scale are 0. */
void mlp_init(struct mlp *, size_t n_features, enum loss, size_t outputs,
    const struct tower *);
void mlp_release(struct mlp *);

/* Does it learn labels that are numbers?  Their standard units are those of
 * the network. */
int mlp_is_regression(const struct mlp *);

/* x (n, features) standardised; label (n, 1), of the softmax classes; score
 * (n, outputs), in standard units. */
struct mlp_net {
	struct graph *graph;
	struct node *x, *label, *loss, *score;
	struct classes classes;		/* of the softmax */
};

/* `learnt` has what the softmax learns; NULL: for serving, or of others. */
void mlp_build(const struct mlp *, size_t most_examples, double dropout,
    const struct classes *learnt, struct mlp_net *);

/* out (n, features) <- standardised rows (n, features). */
void mlp_standardise(const struct mlp *, const float *rows, size_t n,
    float *out);

int mlp_train(struct nn_job *);
int mlp_load(struct scorer *);

/* Makes *s a scorer of the model, which must stay. */
void mlp_serve(const struct mlp *, struct scorer *s);

#endif
