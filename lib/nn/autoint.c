#include <math.h>
#include <stdio.h>

#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * e_0 = the fields' embeddings, a row each
 * e_l+1 = relu(attention of e_l Q_l, e_l K_l, e_l V_l + e_l R_l)
 * score(x) = linear(x) + w . e_L + MLP(e_0)
 *
 * Song et al. 2019, "AutoInt: automatic feature interaction learning via
 * self-attentive neural networks", equations 5 to 8 and, with the layers
 * beside it, AutoInt+.  Weights of attention are of products
 * over the root of a head's width, as in Vaswani et al. 2017.
 */

enum { QUERY, KEY, VALUE, REST };

static void
declare(struct sparsenet *net)
{
	static const char *const part[SPARSENET_LOOKS] = { "query", "key",
		"value", "rest" };
	const size_t d = net->factors, width = net->n_fields * d;
	char name[64];

	net->table = sparsenet_table(net, "embeddings", d);
	tower_params(&net->tower, net->params, width);
	for (size_t l = 0; l < net->n_blocks; l++)
		for (size_t i = 0; i < SPARSENET_LOOKS; i++) {
			snprintf(name, sizeof name, "block%zu.%s", l + 1,
			    part[i]);
			net->look[l][i] = params_add(net->params,
			    &(struct param_spec){ .name = name, .rows = d,
			    .cols = d, .init = PARAM_UNIFORM,
			    .scale = sqrt(3.0 / (double)d) });
		}
	net->look_out = params_add(net->params, &(struct param_spec){
	    .name = "blocks.weight", .rows = width, .cols = 1,
	    .init = PARAM_UNIFORM, .scale = sqrt(3.0 / (double)width) });
	net->look_out_b = params_add(net->params, &(struct param_spec){
	    .name = "blocks.bias", .rows = 1, .cols = 1, .no_decay = 1 });
}

/* e_l+1 (n fields, d) of e_l */
static struct node *
interact(const struct sparsenet *net, struct graph *g, struct node *e,
    size_t l)
{
	struct node *of[SPARSENET_LOOKS];

	for (size_t i = 0; i < SPARSENET_LOOKS; i++)
		of[i] = op_part(g, e, net->look[l][i], 0, NULL);
	return op_relu(g, op_add(g, op_attention(g, &(struct op_attention){
	    .q = of[QUERY], .k = of[KEY], .v = of[VALUE],
	    .heads = net->heads }), of[REST]));
}

static struct node *
score(const struct sparsenet *net, const struct sparsenet_net *in)
{
	struct graph *g = in->graph;
	struct node *x = sparsenet_fields(net, in, op_lookup(g, in->feature,
	    in->value, net->table));
	struct node *e = op_reshape(g, x, net->n_fields);

	for (size_t l = 0; l < net->n_blocks; l++)
		e = interact(net, g, e, l);
	e = op_dense(g, op_reshape(g, e, 1), net->look_out, net->look_out_b,
	    OP_LINEAR);
	return op_add(g, sparsenet_linear(net, in), op_add(g, e,
	    tower_nodes(&net->tower, g, x, 0, in->dropout)));
}

const struct sparsenet_kind autoint_kind = {
	.name = "autoint", .has_factors = 1, .has_layers = 1, .has_blocks = 1,
	.declare = declare, .score = score
};
