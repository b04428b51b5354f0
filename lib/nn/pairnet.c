#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "nn/pairnet.h"

/* --- parameters ----------------------------------------------------------- */

static struct param *
table(struct params *ps, const char *side, const char *name, const char *of,
    struct param_spec spec)
{
	char full[64];

	snprintf(full, sizeof full, "%s_%s%s", side, name, of);
	spec.name = full;
	spec.init = spec.cols > 1 ? PARAM_NORMAL : PARAM_CONSTANT;
	spec.scale = spec.cols > 1 ? spec.scale : 0;
	spec.sparse = 1;
	return params_add(ps, &spec);
}

static const char *const side_name[PAIRNET_SIDES] = { "user", "item" };
static const char *const side_ids[PAIRNET_SIDES] = { "user_ids", "item_ids" };

static void
add_tables(struct pairnet *net, const char *name, size_t cols,
    double deviation, struct pairnet_table *out[PAIRNET_SIDES])
{
	for (size_t i = 0; i < PAIRNET_SIDES; i++)
		out[i]->ids = table(net->params, side_name[i], name, "",
		    (struct param_spec){ .rows = net->side[i].n,
		    .cols = cols, .scale = deviation, .ids = side_ids[i] });
	for (size_t i = 0; i < PAIRNET_SIDES; i++)
		if (net->side[i].of != NULL)
			out[i]->features = table(net->params, side_name[i],
			    name, ".features", (struct param_spec){
			    .rows = net->side[i].of->cols, .cols = cols,
			    .scale = deviation });
}

void
pairnet_tables(struct pairnet *net, size_t which, const char *name,
    size_t cols, double deviation)
{
	add_tables(net, name, cols, deviation, (struct pairnet_table *[]){
	    &net->side[PAIRNET_USER].table[which],
	    &net->side[PAIRNET_ITEM].table[which] });
}

void
pairnet_biases(struct pairnet *net)
{
	add_tables(net, "bias", 1, 0, (struct pairnet_table *[]){
	    &net->side[PAIRNET_USER].bias, &net->side[PAIRNET_ITEM].bias });
}

int
pairnet_init(struct pairnet *net, const struct pairnet_kind *kind,
    const struct pairnet_shape *shape)
{
	*net = (struct pairnet){ .kind = kind, .params = params_new(),
		.factors = shape->factors };
	for (size_t i = 0; i < PAIRNET_SIDES; i++) {
		net->side[i].n = shape->n[i];
		net->side[i].of = shape->of[i];
	}
	if (kind->has_layers && tower_parse(shape->layers, &net->tower) != 0)
		return -1;
	net->tower.norm = tower_norm_of(shape->norm);
	kind->declare(net);
	return 0;
}

void
pairnet_release(struct pairnet *net)
{
	params_free(net->params);
	*net = (struct pairnet){ .kind = NULL };
}

/* --- for kinds ------------------------------------------------------------ */

struct node *
pairnet_look(const struct pairnet_net *in, const struct pairnet_side *side,
    const struct pairnet_table *t, struct node *ids)
{
	if (t->features == NULL)
		return op_embed(in->graph, ids,
		    (struct param *[]){ t->ids }, 1);
	return op_bag(in->graph, ids, t->ids, t->features, side->of);
}

struct node *
pairnet_half(const struct pairnet *net, const struct pairnet_net *in,
    size_t side, struct node *x)
{
	const struct tower *t = &net->tower;

	return side == PAIRNET_USER ?
	    op_part(in->graph, x, t->W[0], 0, NULL) :
	    op_part(in->graph, x, t->W[0], t->W[0]->rows - x->shape.cols,
	    t->norm == TOWER_PLAIN ? t->b[0] : NULL);
}

struct node *
pairnet_hidden(const struct pairnet *net, const struct pairnet_net *in,
    struct node *user, struct node *item)
{
	const struct tower *t = &net->tower;
	struct node *x;

	if (t->norm == TOWER_PLAIN)
		x = op_meet(in->graph, user, item, OP_RELU);
	else
		x = op_relu(in->graph, tower_normed(t, in->graph,
		    op_meet(in->graph, user, item, OP_LINEAR), 0));
	if (in->dropout > 0)
		x = op_dropout(in->graph, x, in->dropout);
	return tower_nodes(t, in->graph, x, 1, in->dropout);
}

/* --- the graph of training ------------------------------------------------ */

static enum op_group_loss
group_loss(enum loss loss)
{
	switch (loss) {
	case LOSS_MSE: return OP_GROUP_MSE;
	case LOSS_BCE: return OP_GROUP_BCE;
	case LOSS_BPR: return OP_GROUP_BPR;
	case LOSS_HINGE: return OP_GROUP_HINGE;
	case LOSS_SOFTMAX: return OP_GROUP_SOFTMAX;
	case LOSS_MAE:
	case LOSS_GBCE:
	case LOSS_BPR_MAX: break;
	}
	assert(0);
	return OP_GROUP_BCE;
}

static void
add_loss(const struct pairnet *net, const struct pairnet_way *way,
    struct pairnet_net *in)
{
	struct graph *g = in->graph;

	if (!net->ratings) {
		in->loss = op_group(g, in->score, group_loss(way->loss),
		    way->hard);
		return;
	}
	in->target = op_floats(g, 0, 1, 1);
	in->loss = way->loss == LOSS_MAE ? op_mae(g, in->score, in->target) :
	    op_mse(g, in->score, in->target);
}

void
pairnet_build(const struct pairnet *net, size_t most,
    const struct pairnet_way *way, struct pairnet_net *in)
{
	const struct pairnet_kind *kind = net->kind;
	struct pairnet_parts user, item;
	size_t axis = 0;

	*in = (struct pairnet_net){ .graph = graph_new(most),
		.per = way->contrast ? 1 : 1 + way->negatives,
		.dropout = way->dropout };
	if (way->contrast)
		axis = graph_axis(in->graph, most + way->negatives);
	in->ids[PAIRNET_USER] = op_ids(in->graph, 0, 1, 1);
	in->ids[PAIRNET_ITEM] = op_ids(in->graph, axis, in->per, 1);
	user = kind->side(net, in, PAIRNET_USER, in->ids[PAIRNET_USER]);
	item = kind->side(net, in, PAIRNET_ITEM, in->ids[PAIRNET_ITEM]);
	if (way->contrast) {
		in->log_q = op_floats(in->graph, axis, 1, 1);
		in->loss = op_contrast(in->graph, user.part[0], item.part[0],
		    in->ids[PAIRNET_ITEM], in->log_q, way->others);
		return;
	}
	in->score = kind->join(net, in, &user, &item);
	add_loss(net, way, in);
}
