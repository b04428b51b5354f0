#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/model.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/seqnet.h"

static const double first_embedding = 0.02;	/* standard deviation */

/* --- the network ---------------------------------------------------------- */

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
	return (struct seqnet_layer){
		add_param(net, name, block, "weight", (struct param_spec){
		    .rows = in, .cols = out, .init = PARAM_UNIFORM,
		    .scale = sqrt(6.0 / (double)(in + out)) }),
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
seqnet_dropout(const struct seqnet_net *in, struct node *x)
{
	return in->dropout > 0 ? op_dropout(in->graph, x, in->dropout) : x;
}

void
seqnet_init(struct seqnet *net, const struct seqnet_kind *kind, size_t n_items,
    const struct nn_options *o)
{
	*net = (struct seqnet){ .kind = kind, .params = params_new(),
		.n_items = n_items, .factors = o->factors,
		.length = o->length, .heads = o->heads,
		.n_blocks = o->blocks };
	net->items = params_add(net->params, &(struct param_spec){
	    .name = "item_embeddings", .rows = n_items, .cols = o->factors,
	    .init = PARAM_NORMAL, .scale = first_embedding, .sparse = 1 });
	net->places = params_add(net->params, &(struct param_spec){
	    .name = "places", .rows = o->length, .cols = o->factors,
	    .init = PARAM_NORMAL, .scale = first_embedding });
	kind->declare(net);
}

void
seqnet_release(struct seqnet *net)
{
	params_free(net->params);
	*net = (struct seqnet){ .kind = NULL };
}

void
seqnet_build(const struct seqnet *net, size_t most, size_t candidates,
    double dropout, struct seqnet_net *in)
{
	struct graph *g = graph_new(most);
	const size_t steps = graph_axis(g, most * net->length);
	const size_t others = graph_axis(g, candidates);

	*in = (struct seqnet_net){ .graph = g, .dropout = dropout,
		.item = op_ids(g, steps, 1, 1),
		.place = op_ids(g, steps, 1, 1),
		.seq = op_ids(g, steps, 1, 1) };
	in->steps = net->kind->steps(net, in);
	in->target = op_ids(g, steps, 1, 1);
	in->candidate = op_ids(g, others, 1, 1);
	in->loss = op_softmax(g, in->steps, in->target, in->candidate,
	    net->items);
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

/* --- training ------------------------------------------------------------- */

/* Examples are the users that had two items and more. */
struct seq_data {
	const struct seqnet *net;
	const struct seqnet_net *in;
	const struct inter *inter;
	uint32_t *user;			/* (n) */
	size_t n, candidates;
	size_t targets;			/* steps of all */
	size_t cut;			/* users with more than is read */
};

static void
find_users(struct seq_data *d)
{
	const struct csr *m = &d->inter->by_user;
	const size_t most = d->net->length + 1;

	d->user = mem_array("sequences", m->rows, sizeof *d->user);
	for (uint32_t u = 0; u < m->rows; u++) {
		const size_t n = csr_row_count(m, u);

		if (n < 2)
			continue;
		d->user[d->n++] = u;
		d->targets += n < most ? n - 1 : most - 1;
		d->cut += n > most;
	}
}

/* The others that a part of a batch is told from: all, or some. */
static void
feed_candidates(const struct seq_data *d, struct work *w,
    const struct fit_piece *piece)
{
	uint32_t *out = work_ids(w, d->in->candidate);
	struct rng rng;

	work_rows(w, d->in->candidate->shape.axis, d->candidates);
	rng_init(&rng, piece->seed, rng_stream("seqnet.candidates",
	    piece->epoch));
	rng.index = (uint64_t)piece->example[0] << 24;	/* blocks of its own */
	for (uint32_t j = 0; j < d->candidates; j++)
		out[j] = d->candidates == d->net->n_items ? j :
		    rng_below(&rng, (uint32_t)d->net->n_items);
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct seq_data *d = arg;
	const size_t length = d->net->length;
	uint32_t *item = work_ids(w, d->in->item);
	uint32_t *place = work_ids(w, d->in->place);
	uint32_t *seq = work_ids(w, d->in->seq);
	uint32_t *target = work_ids(w, d->in->target);
	uint32_t *had = mem_array("a sequence", length + 1, sizeof *had);
	size_t m = 0;

	for (uint32_t r = 0; r < piece->n; r++) {
		const size_t n = seqnet_items(d->net, d->inter,
		    d->user[piece->example[r]], length + 1, had) - 1;

		for (size_t t = 0; t < n; t++, m++) {
			item[m] = had[t];
			target[m] = had[t + 1];
			place[m] = (uint32_t)(length - n + t);
			seq[m] = r;
		}
	}
	free(had);
	work_rows(w, d->in->item->shape.axis, m);
	feed_candidates(d, w, piece);
}

static int
write_model(const struct nn_job *job, const struct seqnet *net)
{
	struct st_writer *w = nn_writer(net->kind->name, job);

	model_put_ids(w, "item_ids", job->inter->items);
	params_put(net->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct seqnet *net, struct seq_data *d)
{
	const struct nn_options *o = job->options;
	struct seqnet_net in;
	struct scorer scorer = { .users = job->inter->users,
		.items = job->inter->items, .history = job->inter,
		.n_model_users = 0 };
	struct fit_task task = { .params = net->params, .n_examples = d->n,
		.unit = (double)d->targets / (double)d->n, .feed = feed,
		.arg = d };
	int status;

	seqnet_build(net, fit_shard(o->batch), d->candidates, o->dropout,
	    &in);
	d->in = &in;
	task.graph = in.graph;
	task.loss = in.loss;
	seqnet_serve(net, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(in.graph);
	return status;
}

int
seqnet_train(struct nn_job *job)
{
	const struct nn_options *o = job->options;
	const size_t n_items = idmap_count(job->inter->items);
	struct seqnet net;
	struct seq_data d = { .net = &net, .inter = job->inter };
	int status = -1;

	if (o->factors % o->heads != 0)
		return err_msg("--factors %zu is not a multiple of --heads "
		    "%zu", o->factors, o->heads);
	d.candidates = o->negatives < n_items ? o->negatives : n_items;
	seqnet_init(&net, job->method->sequence, n_items, o);
	find_users(&d);
	if (job->train->verbose && d.cut > 0)
		err_msg("%zu of %zu users had more than the last %zu items, "
		    "which are read", d.cut, d.n, o->length + 1);
	if (d.n == 0)
		err_msg("no user had two items: there is nothing to learn of "
		    "what is next");
	else if (nn_begin(job, net.params) == 0 && fit(job, &net, &d) == 0)
		status = write_model(job, &net);
	free(d.user);
	seqnet_release(&net);
	return status;
}
