#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * score(x) = b + sum of w_i x_i + MLP(e(x))
 *
 * e(x) are the embeddings of the fields side by side.  Cheng et al. 2016,
 * "Wide & deep learning for recommender systems", equation 3; the wide part
 * has the features as they are, crosses of them are columns of the input.
 */

static void
declare(struct sparsenet *net)
{
	net->table = sparsenet_table(net, "embeddings", net->factors);
	tower_params(&net->tower, net->params, net->n_fields * net->factors);
}

static struct node *
score(const struct sparsenet *net, const struct sparsenet_net *in)
{
	struct graph *g = in->graph;
	struct node *x = sparsenet_fields(net, in, op_lookup(g, in->feature,
	    in->value, net->table));

	return op_add(g, sparsenet_linear(net, in), tower_nodes(&net->tower,
	    g, x, 0, in->dropout));
}

const struct sparsenet_kind widedeep_kind = {
	.name = "widedeep", .has_factors = 1, .has_layers = 1,
	.declare = declare, .score = score
};
