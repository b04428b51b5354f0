#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * score(x) = FM(x) + MLP(e(x))
 *
 * The factorization machine and the layers share the embeddings.  Guo et al.
 * 2017, "DeepFM: a factorization-machine based neural network for CTR
 * prediction", equation 1.
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
	struct node *rows = op_lookup(g, in->feature, in->value, net->table);
	struct node *fm = op_add(g, sparsenet_linear(net, in), op_pairs(g,
	    rows, in->slot, net->n_fields));

	return op_add(g, fm, tower_nodes(&net->tower, g, sparsenet_fields(net,
	    in, rows), 0, in->dropout));
}

const struct sparsenet_kind deepfm_kind = {
	.name = "deepfm", .has_factors = 1, .has_layers = 1,
	.declare = declare, .score = score
};
