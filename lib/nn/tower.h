#ifndef SRS_TOWER_H
#define SRS_TOWER_H

/*
 * tower.h -- dense layers on top of each other, down to one number or
 * a few.
 *
 *	tower_parse("64,32", &t);
 *	t.norm = TOWER_LAYER;			if they are normalised
 *	tower_params(&t, ps, 128);		layer1 (128, 64), ...
 *	y = tower_nodes(&t, g, x, 0, dropout);
 */

#include <stddef.h>

#include "base/choice.h"
#include "base/err.h"
#include "model/model.h"
#include "nn/graph.h"

enum { TOWER_MOST = 16, TOWER_WIDEST = 65536 };

/* What hidden layers do with x W before their ReLU. */
enum tower_norm {
	TOWER_PLAIN,		/* x W + bias */
	TOWER_BATCH,		/* op_batch_norm(), with that bias */
	TOWER_LAYER		/* op_norm(), with that bias */
};

/* Their names, in the order of enum tower_norm; NULL is TOWER_PLAIN. */
const struct choice *tower_norm_choice(size_t i);
enum tower_norm tower_norm_of(const struct choice *);

/* That of a model, NULL of one without it.  0, or -1 after a message. */
int tower_norm_read(const struct st_file *, const struct choice **)
    SRS_MUST_CHECK;

struct tower {
	size_t n;			/* hidden layers */
	size_t width[TOWER_MOST];	/* (n) */
	enum tower_norm norm;
	struct param *W[TOWER_MOST + 1], *b[TOWER_MOST + 1];	/* (n + 1) */
	struct param *gain[TOWER_MOST];		/* (n) of norms; or NULL */
	struct param *mean[TOWER_MOST], *variance[TOWER_MOST];	/* of batches */
};

/* Sizes of hidden layers, separated by commas: "64,32", which are plain.  At
 * least one.  0, or -1 after a message. */
int tower_parse(const char *text, struct tower *) SRS_MUST_CHECK;

/* Parameters layer1.weight (in, width[0]), layer1.bias, ... and those of the
 * last layer, of one column; for norms also layer1.gain, layer1.mean and
 * layer1.variance.  First weights are uniform with variance 2 / in (He et al.
 * 2015), biases zero. */
void tower_params(struct tower *, struct params *, size_t in);

/* The same with a last layer of `out` columns, and PREFIXlayer1.weight, ... */
void tower_params_to(struct tower *, struct params *, const char *prefix,
    size_t in, size_t out);

/*
 * (rows, 1 or out) <- x, which is the input of layer `from` (0: the first).
 * Hidden layers have ReLU, and dropout after it if the rate is not 0; the
 * last layer is linear.
 */
struct node *tower_nodes(const struct tower *, struct graph *,
    struct node *x, size_t from, double dropout);

/* What hidden layer i makes of its product x W (rows, width[i]), if it has a
 * norm: without it the bias is the product's. */
struct node *tower_normed(const struct tower *, struct graph *, struct node *x,
    size_t i);

#endif
