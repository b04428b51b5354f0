#include <math.h>
#include <stdio.h>

#include "nn/ops.h"
#include "nn/seqnet.h"

static const double first_embedding = 0.02;	/* standard deviation */

static struct param *
add_param(struct seqnet *net, const char *name, size_t block,
    const char *part, struct param_spec spec)
{
	char full[64];

	if (block > 0)
		snprintf(full, sizeof full, "block%zu.%s.%s", block, name,
		    part);
	else
		snprintf(full, sizeof full, "%s.%s", name, part);
	spec.name = full;
	return params_add(net->params, &spec);
}

struct seqnet_layer
seqnet_layer(struct seqnet *net, const char *name, size_t block, size_t in,
    size_t out)
{
	struct param_spec spec = { .rows = in, .cols = out,
		.init = PARAM_UNIFORM,
		.scale = sqrt(6.0 / (double)(in + out)) };

	if (net->kind->first_weight > 0) {
		spec.init = PARAM_NORMAL;
		spec.scale = net->kind->first_weight;
	}
	return (struct seqnet_layer){
		add_param(net, name, block, "weight", spec),
		add_param(net, name, block, "bias", (struct param_spec){
		    .rows = 1, .cols = out, .no_decay = 1 }) };
}

struct seqnet_layer
seqnet_norm(struct seqnet *net, const char *name, size_t block)
{
	return (struct seqnet_layer){
		add_param(net, name, block, "gain", (struct param_spec){
		    .rows = 1, .cols = net->factors, .scale = 1,
		    .no_decay = 1 }),
		add_param(net, name, block, "bias", (struct param_spec){
		    .rows = 1, .cols = net->factors, .no_decay = 1 }) };
}

struct node *
seqnet_dense(const struct seqnet_net *in, struct node *x,
    struct seqnet_layer l)
{
	return op_dense(in->graph, x, l.W, l.b, OP_LINEAR);
}

struct node *
seqnet_had(const struct seqnet *net, const struct seqnet_net *in)
{
	return op_embed_times(in->graph, in->item, net->items,
	    sqrt((double)net->factors));
}

struct node *
seqnet_dropout(const struct seqnet_net *in, struct node *x)
{
	return in->dropout > 0 ? op_dropout(in->graph, x, in->dropout) : x;
}

/* A filter sees no more than the items that are looked at. */
static int
find_windows(struct seqnet *net, const char *text)
{
	if (windows_parse(text, &net->windows) != 0)
		return -1;
	for (size_t i = 0; i < net->windows.n; i++)
		if (net->windows.width[i] > net->recent)
			return err_msg("windows '%s': %zu is more than the "
			    "%zu recent items", text, net->windows.width[i],
			    net->recent);
	return 0;
}

int
seqnet_init(struct seqnet *net, const struct seqnet_kind *kind, size_t n_items,
    const struct nn_options *o)
{
	*net = (struct seqnet){ .kind = kind, .params = params_new(),
		.n_items = n_items, .factors = o->factors,
		.length = o->length, .heads = o->heads,
		.n_blocks = o->blocks, .units = o->units,
		.recent = o->recent };
	if (kind->has_windows && find_windows(net, o->windows) != 0)
		return -1;
	net->items = params_add(net->params, &(struct param_spec){
	    .name = "item_embeddings", .rows = n_items, .cols = o->factors,
	    .init = PARAM_NORMAL, .scale = first_embedding, .sparse = 1,
	    .ids = "item_ids" });
	if (kind->has_places)
		net->places = params_add(net->params, &(struct param_spec){
		    .name = "places", .rows = o->length, .cols = o->factors,
		    .init = PARAM_NORMAL, .scale = first_embedding });
	kind->declare(net);
	return 0;
}

void
seqnet_release(struct seqnet *net)
{
	params_free(net->params);
	*net = (struct seqnet){ .kind = NULL };
}

static void
add_loss(const struct seqnet *net, const struct seqloss *loss,
    struct seqnet_net *in)
{
	struct graph *g = in->graph;
	const size_t others = graph_axis(g, loss->candidates);

	in->target = op_ids(g, in->item->shape.axis, 1, 1);
	in->candidate = op_ids(g, others, 1, 1);
	in->level = op_floats(g, others, 1, 1);
	in->loss = op_contest(g, &(struct op_contest){ .h = in->steps,
	    .target = in->target, .candidates = in->candidate,
	    .level = in->level, .table = net->items, .rule = loss->rule,
	    .weight = loss->weight });
}

void
seqnet_build(const struct seqnet *net, size_t most, const struct seqloss *loss,
    double dropout, struct seqnet_net *in)
{
	struct graph *g = graph_new(most);
	const size_t steps = graph_axis(g, most * net->length);

	*in = (struct seqnet_net){ .graph = g, .dropout = dropout,
		.item = op_ids(g, steps, 1, 1),
		.seq = op_ids(g, steps, 1, 1) };
	if (net->places != NULL)
		in->place = op_ids(g, steps, 1, 1);
	in->steps = net->kind->steps(net, in);
	if (loss != NULL)
		add_loss(net, loss, in);
}

void
seqnet_put(const struct seqnet *net, const struct seqnet_net *in,
    struct work *w, const uint32_t *items, size_t n, uint32_t seq, size_t m)
{
	uint32_t *item = work_ids(w, in->item) + m;
	uint32_t *number = work_ids(w, in->seq) + m;

	for (size_t t = 0; t < n; t++) {
		item[t] = items[t];
		number[t] = seq;
	}
	for (uint32_t t = 0; in->place != NULL && t < n; t++)
		work_ids(w, in->place)[m + t] =
		    (uint32_t)(net->length - n) + t;
}

size_t
seqnet_items(const struct seqnet *net, const struct inter *in, size_t user,
    size_t most, uint32_t *out)
{
	const struct csr *m = &in->by_user;
	uint64_t from = m->indptr[user + 1];
	size_t n = 0;

	for (size_t k = 0; k < most && from > m->indptr[user];)
		k += m->indices[--from] < net->n_items;
	for (; from < m->indptr[user + 1]; from++)
		if (m->indices[from] < net->n_items)
			out[n++] = m->indices[from];
	return n;
}
