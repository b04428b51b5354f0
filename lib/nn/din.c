#include "nn/ops.h"
#include "nn/sparsenet.h"

/*
 * Zhou et al. 2018, "Deep interest network for click-through rate prediction",
 * equation 3: what a person had counts by how it goes with what is shown,
 *
 *	u = sum over e of a(e, t) e,	score(x) = linear + MLP(fields, u)
 *
 * with a() two dense layers on e, t and their product.  As there, the weights
 * do not sum to 1.
 */

enum { UNITS = 36 };		/* of the hidden layer of a(): figure 2 */

static void
declare(struct sparsenet *net)
{
	const size_t d = net->factors;

	net->table = sparsenet_table(net, "embeddings", d);
	tower_params_to(&net->attention, net->params, "attention.", 3 * d, 1);
	tower_params(&net->tower, net->params, (net->n_fields + 1) * d);
}

static struct node *
rows_of(const struct sparsenet *net, const struct sparsenet_net *in,
    struct node *ids)
{
	return op_embed(in->graph, ids, (struct param *[]){ net->table }, 1);
}

static struct node *
score(const struct sparsenet *net, const struct sparsenet_net *in)
{
	struct graph *g = in->graph;
	struct node *fields = sparsenet_fields(net, in, op_lookup(g,
	    in->feature, in->value, net->table));
	struct node *had = rows_of(net, in, in->past);
	struct node *shown = rows_of(net, in, in->past_shown);
	struct node *both[3] = { had, shown, op_multiply(g, had, shown) };
	struct node *weight = tower_nodes(&net->attention, g,
	    op_concat(g, both, 3), 0, 0);
	struct node *part[2] = { fields, op_total(g, op_times(g, had, weight),
	    in->past_of, 1) };

	return op_add(g, sparsenet_linear(net, in), tower_nodes(&net->tower,
	    g, op_concat(g, part, 2), 0, in->dropout));
}

const struct sparsenet_kind din_kind = {
	.name = "din", .has_factors = 1, .has_layers = 1, .has_past = 1,
	.attention_units = UNITS, .declare = declare, .score = score
};
