#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/vocabfile.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/sparsenet.h"
#include "nn/sparsestep.h"

enum {
	AHEAD = 4,		/* examples whose entries are called for */
	LINE = 16		/* features of a cache line */
};

static const double first_embedding = 0.01;	/* standard deviation */

/* --- the network ---------------------------------------------------------- */

struct param *
sparsenet_table(struct sparsenet *net, const char *name, size_t cols)
{
	return params_add(net->params, &(struct param_spec){ .name = name,
	    .rows = net->n_features, .cols = cols,
	    .init = cols > 1 ? PARAM_NORMAL : PARAM_CONSTANT,
	    .scale = cols > 1 ? first_embedding : 0, .sparse = 1,
	    .ids = "feature_ids" });
}

int
sparsenet_init(struct sparsenet *net, const struct sparsenet_kind *kind,
    const struct vocabulary *v, const struct nn_options *o)
{
	*net = (struct sparsenet){ .kind = kind, .params = params_new(),
		.n_features = vocabulary_features(v),
		.n_fields = vocabulary_fields(v), .factors = o->factors,
		.n_cross = o->cross, .n_blocks = o->blocks,
		.heads = o->heads };
	if (kind->has_blocks && o->factors % o->heads != 0)
		return err_msg("--factors %zu is not a multiple of --heads "
		    "%zu", o->factors, o->heads);
	if (kind->has_layers &&
	    tower_parse(o->layers, &net->tower) != 0)
		return -1;
	net->tower.norm = tower_norm_of(o->norm);
	if (kind->has_past) {
		net->attention = (struct tower){ .n = 1,
			.width = { kind->attention_units } };
		if (sparsepast_init(net, v, o->attend) != 0)
			return -1;
	}
	net->offset = params_add(net->params, &(struct param_spec){
	    .name = "offset", .rows = 1, .cols = 1, .no_decay = 1 });
	net->linear = sparsenet_table(net, "linear", 1);
	kind->declare(net);
	return 0;
}

void
sparsenet_release(struct sparsenet *net)
{
	params_free(net->params);
	free(net->like);
	*net = (struct sparsenet){ .kind = NULL };
}

struct node *
sparsenet_linear(const struct sparsenet *net, const struct sparsenet_net *in)
{
	return op_shift(in->graph, op_total(in->graph, op_lookup(in->graph,
	    in->feature, in->value, net->linear), in->slot, net->n_fields),
	    net->offset);
}

struct node *
sparsenet_fields(const struct sparsenet *net, const struct sparsenet_net *in,
    struct node *rows)
{
	return op_pool(in->graph, rows, in->slot, net->n_fields);
}

void
sparsenet_build(const struct sparsenet *net, size_t most_examples,
    size_t most_entries, double dropout, struct sparsenet_net *in)
{
	struct graph *g = graph_new(most_examples);
	const size_t entries = graph_axis(g, most_entries);

	*in = (struct sparsenet_net){ .graph = g,
		.feature = op_ids(g, entries, 1, 1),
		.value = op_floats(g, entries, 1, 1),
		.slot = op_ids(g, entries, 1, 1),
		.label = op_floats(g, 0, 1, 1), .dropout = dropout };
	if (net->kind->has_past)
		sparsepast_build(in, most_entries);
	in->score = net->kind->score(net, in);
	in->loss = op_bce(g, in->score, in->label);
}

/* Examples come in a random order: the entries of one that comes later are
 * called for, and where those of one after that are. */
static void
fetch(const struct examples *x, const uint32_t *example, size_t left)
{
	uint64_t to;

	if (left > 2 * AHEAD)
		__builtin_prefetch(&x->start[example[2 * AHEAD]]);
	if (left <= AHEAD)
		return;
	to = x->start[example[AHEAD] + 1];
	for (uint64_t e = x->start[example[AHEAD]]; e < to + LINE; e += LINE) {
		__builtin_prefetch(x->feature + e);
		__builtin_prefetch(x->value + e);
		__builtin_prefetch(x->field + e);
	}
}

void
sparsenet_feed(const struct sparsenet *net, const struct sparsenet_net *in,
    struct work *w, const struct examples *x, const uint32_t *example,
    size_t first, size_t n)
{
	uint32_t *feature = work_ids(w, in->feature);
	uint32_t *slot = work_ids(w, in->slot);
	float *value = work_floats(w, in->value);
	size_t m = 0;

	for (size_t r = 0; r < n; r++) {
		const size_t i = example != NULL ? example[r] : first + r;

		if (example != NULL)
			fetch(x, example + r, n - r);
		for (size_t e = x->start[i]; e < x->start[i + 1]; e++, m++) {
			feature[m] = x->feature[e];
			value[m] = x->value[e];
			slot[m] = (uint32_t)(r * net->n_fields + x->field[e]);
		}
	}
	work_rows(w, in->feature->shape.axis, m);
	if (net->kind->has_past)
		sparsepast_feed(net, in, w, x, example, first, n);
}

/* --- training ------------------------------------------------------------- */

struct sparse_data {
	const struct sparsenet *net;
	const struct sparsenet_net *in;
	const struct examples *x;
};

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct sparse_data *d = arg;
	float *label = work_floats(w, d->in->label);

	for (size_t r = 0; r < piece->n; r++)
		label[r] = d->x->label[piece->example[r]];
	sparsenet_feed(d->net, d->in, w, d->x, piece->example, 0, piece->n);
}

static int
write_model(const struct nn_job *job, const struct sparsenet *net)
{
	struct st_writer *w = nn_writer(net->kind->name, job);

	vocabfile_put(w, job->vocabulary);
	params_put(net->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct sparsenet *net)
{
	const struct nn_options *o = job->options;
	const int by_hand = sparsestep_can(net) && !(o->clip > 0) &&
	    !(o->adversarial > 0);
	const size_t shard = by_hand ? 1 : fit_shard(o->batch);
	struct sparsenet_net in;
	struct sparse_data d = { net, &in, job->examples };
	struct scorer scorer = { .vocabulary = job->vocabulary };
	struct fit_task task = { .params = net->params,
		.n_examples = job->examples->n, .feed = feed, .arg = &d };
	struct sparsestep *step = NULL;
	int status;

	if (by_hand) {
		step = sparsestep_new(net, job->examples, o->batch);
		task.step = sparsestep_take;
		task.step_arg = step;
		task.step_bytes = sparsestep_bytes(step);
	}
	sparsenet_build(net, shard, examples_most_entries(job->examples,
	    shard), o->dropout, &in);
	task.graph = in.graph;
	task.loss = in.loss;
	sparsenet_serve(net, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(in.graph);
	sparsestep_free(step);
	return status;
}

int
sparsenet_train(struct nn_job *job)
{
	struct sparsenet net;
	int status = -1;

	if (job->examples->n > UINT32_MAX)
		return err_msg("%zu rows are more than an epoch can have",
		    job->examples->n);
	if (sparsenet_init(&net, job->method->sparse, job->vocabulary,
	    job->options) == 0 && nn_begin(job, net.params) == 0 &&
	    fit(job, &net) == 0)
		status = write_model(job, &net);
	sparsenet_release(&net);
	return status;
}
