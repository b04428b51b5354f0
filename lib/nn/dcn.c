#include <math.h>
#include <stdio.h>

#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * x_0 = e(x), x_l+1 = x_0 * (W_l x_l + b_l) + x_l element by element,
 * score(x) = linear(x) + w . x_L + MLP(x_0)
 *
 * Wang et al. 2021, "DCN V2: improved deep & cross network", equation 1 and
 * figure 1b (crosses and layers side by side).
 */

static void
declare(struct sparsenet *net)
{
	const size_t width = net->n_fields * net->factors;
	char name[64];

	net->table = sparsenet_table(net, "embeddings", net->factors);
	tower_params(&net->tower, net->params, width);
	for (size_t l = 0; l < net->n_cross; l++) {
		snprintf(name, sizeof name, "cross%zu.weight", l + 1);
		net->cross_W[l] = params_add(net->params,
		    &(struct param_spec){ .name = name, .rows = width,
		    .cols = width, .init = PARAM_UNIFORM,
		    .scale = sqrt(3.0 / (double)width) });
		snprintf(name, sizeof name, "cross%zu.bias", l + 1);
		net->cross_b[l] = params_add(net->params,
		    &(struct param_spec){ .name = name, .rows = 1,
		    .cols = width, .no_decay = 1 });
	}
	net->cross_out = params_add(net->params, &(struct param_spec){
	    .name = "cross.weight", .rows = width, .cols = 1,
	    .init = PARAM_UNIFORM, .scale = sqrt(3.0 / (double)width) });
	net->cross_out_b = params_add(net->params, &(struct param_spec){
	    .name = "cross.bias", .rows = 1, .cols = 1, .no_decay = 1 });
}

static struct node *
score(const struct sparsenet *net, const struct sparsenet_net *in)
{
	struct graph *g = in->graph;
	struct node *x0 = sparsenet_fields(net, in, op_lookup(g, in->feature,
	    in->value, net->table));
	struct node *x = x0;

	for (size_t l = 0; l < net->n_cross; l++)
		x = op_add(g, op_multiply(g, x0, op_dense(g, x,
		    net->cross_W[l], net->cross_b[l], OP_LINEAR)), x);
	x = op_dense(g, x, net->cross_out, net->cross_out_b, OP_LINEAR);
	return op_add(g, sparsenet_linear(net, in), op_add(g, x,
	    tower_nodes(&net->tower, g, x0, 0, in->dropout)));
}

const struct sparsenet_kind dcn_kind = {
	.name = "dcn", .has_factors = 1, .has_layers = 1, .has_cross = 1,
	.declare = declare, .score = score
};
