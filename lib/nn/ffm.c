#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * score(x) = b + sum of w_i x_i + sum over i < j of v_i,f(j) . v_j,f(i) x_i x_j
 *
 * with a vector of each feature for each field f.  Juan et al. 2016,
 * "Field-aware factorization machines for CTR prediction", equation 4; with
 * the linear part of a factorization machine.
 */

static void
declare(struct sparsenet *net)
{
	net->table = sparsenet_table(net, "embeddings",
	    net->n_fields * net->factors);
}

static struct node *
score(const struct sparsenet *net, const struct sparsenet_net *in)
{
	struct graph *g = in->graph;

	return op_add(g, sparsenet_linear(net, in), op_field_pairs(g,
	    in->feature, in->value, in->slot, net->table, net->n_fields));
}

const struct sparsenet_kind ffm_kind = {
	.name = "ffm", .has_factors = 1, .declare = declare, .score = score
};
