#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * score(x) = b + sum of w_i x_i + sum over i < j of v_i . v_j x_i x_j
 *
 * Rendle 2010, "Factorization machines", equation 1.
 */

static void
declare(struct sparsenet *net)
{
	net->table = sparsenet_table(net, "embeddings", net->factors);
}

static struct node *
score(const struct sparsenet *net, const struct sparsenet_net *in)
{
	struct graph *g = in->graph;
	struct node *rows = op_lookup(g, in->feature, in->value, net->table);

	return op_add(g, sparsenet_linear(net, in), op_pairs(g, rows,
	    in->slot, net->n_fields));
}

const struct sparsenet_kind fm_kind = {
	.name = "fm", .has_factors = 1, .is_fm = 1, .declare = declare,
	.score = score
};
