#include <math.h>

#include "nn/pairnet.h"

/*
 * cosine: score(u, i) = a p_u . q_i / (|p_u| |q_i|) + b
 *
 * twotower (Yi et al. 2019, "Sampling-bias-corrected neural modeling for large
 * corpus item recommendations"): the same, with p_u and q_i made by dense
 * layers, one tower for users and one for items.
 *
 * a, the inverse of their temperature, and b are learnt.
 */

static const double first_embedding = 0.1;	/* standard deviation */
static const double first_scale = 10;

static void
declare_scale(struct pairnet *net)
{
	net->gain = params_add(net->params, &(struct param_spec){
	    .name = "scale", .rows = 1, .cols = 1, .init = PARAM_CONSTANT,
	    .scale = first_scale, .no_decay = 1 });
	net->offset = params_add(net->params, &(struct param_spec){
	    .name = "offset", .rows = 1, .cols = 1, .no_decay = 1 });
}

static void
declare_cosine(struct pairnet *net)
{
	pairnet_tables(net, 0, "embeddings", net->factors, first_embedding);
	declare_scale(net);
}

static struct pairnet_parts
aim(const struct pairnet *net, const struct pairnet_net *in, size_t which,
    struct node *x)
{
	x = op_direction(in->graph, x);
	if (which == PAIRNET_USER)
		x = op_gain(in->graph, x, net->gain);
	return (struct pairnet_parts){ { x }, 1 };
}

static struct node *
look(const struct pairnet *net, const struct pairnet_net *in, size_t which,
    struct node *ids)
{
	const struct pairnet_side *s = &net->side[which];
	struct node *x = pairnet_look(in, s, &s->table[0], ids);

	return in->dropout > 0 ? op_dropout(in->graph, x, in->dropout) : x;
}

static struct pairnet_parts
side_cosine(const struct pairnet *net, const struct pairnet_net *in,
    size_t which, struct node *ids)
{
	return aim(net, in, which, look(net, in, which, ids));
}

static struct node *
join(const struct pairnet *net, const struct pairnet_net *in,
    const struct pairnet_parts *u, const struct pairnet_parts *v)
{
	return op_shift(in->graph, op_dot(in->graph, u->part[0], v->part[0]),
	    net->offset);
}

const struct pairnet_kind cosine_kind = {
	.name = "cosine", .is_product = 1,
	.declare = declare_cosine, .side = side_cosine, .join = join
};

static void
declare(struct pairnet *net)
{
	static const char *const prefix[] = { "user_", "item_" };

	pairnet_tables(net, 0, "embeddings", net->factors, first_embedding);
	for (size_t i = 0; i < PAIRNET_SIDES; i++) {
		net->side[i].tower = net->tower;
		tower_params_to(&net->side[i].tower, net->params, prefix[i],
		    net->factors, net->factors);
	}
	declare_scale(net);
}

static struct pairnet_parts
side(const struct pairnet *net, const struct pairnet_net *in, size_t which,
    struct node *ids)
{
	return aim(net, in, which, tower_nodes(&net->side[which].tower,
	    in->graph, look(net, in, which, ids), 0, in->dropout));
}

const struct pairnet_kind twotower_kind = {
	.name = "twotower", .has_layers = 1, .is_product = 1, .contrasts = 1,
	.declare = declare, .side = side, .join = join
};
