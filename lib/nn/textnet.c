#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/vocabfile.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/textnet.h"

static const double first_embedding = 0.1;	/* standard deviation */

enum { USUAL_FACTORS = 100 };

/* --- the network ---------------------------------------------------------- */

struct textnet_layer
textnet_layer(struct textnet *net, const char *name, size_t in, size_t out)
{
	char weight[64], bias[64];

	snprintf(weight, sizeof weight, "%s.weight", name);
	snprintf(bias, sizeof bias, "%s.bias", name);
	return (struct textnet_layer){
		params_add(net->params, &(struct param_spec){ .name = weight,
		    .rows = in, .cols = out, .init = PARAM_UNIFORM,
		    .scale = sqrt(6.0 / (double)(in + out)) }),
		params_add(net->params, &(struct param_spec){ .name = bias,
		    .rows = 1, .cols = out, .no_decay = 1 }) };
}

int
textnet_init(struct textnet *net, const struct textnet_kind *kind,
    const struct vocabulary *v, size_t n_classes, const struct nn_options *o)
{
	*net = (struct textnet){ .kind = kind, .params = params_new(),
		.n_words = vocabulary_features(v), .n_classes = n_classes,
		.factors = o->factors, .units = o->units,
		.length = o->length };
	if (kind->has_windows && windows_parse(o->windows, &net->windows) != 0)
		return -1;
	net->words = params_add(net->params, &(struct param_spec){
	    .name = "word_embeddings", .rows = net->n_words,
	    .cols = net->factors, .init = PARAM_NORMAL,
	    .scale = first_embedding, .sparse = 1, .ids = "feature_ids" });
	kind->declare(net);
	net->out = textnet_layer(net, "classes", net->width, n_classes);
	return 0;
}

void
textnet_release(struct textnet *net)
{
	params_free(net->params);
	*net = (struct textnet){ .kind = NULL };
}

static struct node *
drop(const struct textnet_net *in, struct node *x)
{
	return in->dropout > 0 ? op_dropout(in->graph, x, in->dropout) : x;
}

void
textnet_build(const struct textnet *net, size_t most_texts, size_t most_words,
    double dropout, struct textnet_net *in)
{
	struct graph *g = graph_new(most_texts);
	const size_t words = graph_axis(g, most_words);
	struct node *x;

	*in = (struct textnet_net){ .graph = g, .dropout = dropout,
		.word = op_ids(g, words, 1, 1), .text = op_ids(g, words, 1, 1),
		.class = op_ids(g, 0, 1, 1) };
	x = op_embed(g, in->word, (struct param *[]){ net->words }, 1);
	x = drop(in, net->kind->sum(net, in, x));
	x = op_dense(g, x, net->out.W, net->out.b, OP_LINEAR);
	in->shares = op_shares(g, x);
	in->loss = op_cross_entropy(g, x, in->class);
}

void
textnet_feed(const struct textnet *net, const struct textnet_net *in,
    struct work *w, const struct examples *x, const uint32_t *example,
    size_t first, size_t n)
{
	uint32_t *word = work_ids(w, in->word);
	uint32_t *text = work_ids(w, in->text);
	size_t m = 0;

	for (uint32_t r = 0; r < n; r++) {
		const size_t i = example != NULL ? example[r] : first + r;
		const size_t from = x->start[i];
		const size_t all = x->start[i + 1] - from;

		for (size_t e = 0; e < all && e < net->length; e++, m++) {
			word[m] = x->feature[from + e];
			text[m] = r;
		}
	}
	work_rows(w, in->word->shape.axis, m);
}

/* --- training ------------------------------------------------------------- */

struct text_data {
	const struct textnet *net;
	const struct textnet_net *in;
	const struct examples *x;
};

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct text_data *d = arg;
	uint32_t *class = work_ids(w, d->in->class);

	for (size_t r = 0; r < piece->n; r++)
		class[r] = (uint32_t)d->x->label[piece->example[r]];
	textnet_feed(d->net, d->in, w, d->x, piece->example, 0, piece->n);
}

static void
note_lengths(const struct nn_job *job)
{
	const struct examples *x = job->examples;
	const size_t most = job->options->length;
	size_t cut = 0;

	for (size_t i = 0; i < x->n; i++)
		cut += x->start[i + 1] - x->start[i] > most;
	if (cut > 0)
		train_note(job->train, "%zu texts have more than %zu words: "
		    "the first %zu are read", cut, most, most);
}

static int
write_model(const struct nn_job *job, const struct textnet *net)
{
	struct st_writer *w = nn_writer(net->kind->name, job);

	vocabfile_put(w, job->vocabulary);
	if (!vocabulary_is_binary(job->vocabulary))
		model_put_ids(w, "class_names", job->vocabulary->classes);
	params_put(net->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct textnet *net)
{
	const struct nn_options *o = job->options;
	const size_t shard = fit_shard(o->batch);
	struct textnet_net in;
	struct text_data d = { net, &in, job->examples };
	struct scorer scorer = { .vocabulary = job->vocabulary };
	struct fit_task task = { .params = net->params,
		.n_examples = job->examples->n, .feed = feed, .arg = &d };
	const size_t words = examples_most_entries(job->examples, shard);
	int status;

	textnet_build(net, shard, words < shard * o->length ? words :
	    shard * o->length, o->dropout, &in);
	task.graph = in.graph;
	task.loss = in.loss;
	if (!vocabulary_is_binary(job->vocabulary)) {
		scorer.classes = job->vocabulary->classes;
		scorer.outputs = net->n_classes;
	}
	textnet_serve(net, &scorer);
	status = nn_fit(job, &task, &scorer);
	scorer.ops->free(&scorer);
	graph_free(in.graph);
	return status;
}

void
textnet_settle(struct nn_options *o, const struct nn_job *data)
{
	(void)data;
	if (o->factors == SIZE_MAX)
		o->factors = USUAL_FACTORS;
}

int
textnet_train(struct nn_job *job)
{
	const struct vocabulary *v = job->vocabulary;
	const size_t n_classes = idmap_count(v->classes);
	struct textnet net;
	int status = -1;

	if (job->examples->n > UINT32_MAX)
		return err_msg("%zu rows are more than an epoch can have",
		    job->examples->n);
	if (n_classes < 2)
		return err_msg("all labels are '%.*s': there is nothing to "
		    "tell apart", SPAN_ARGS(idmap_name(v->classes, 0)));
	note_lengths(job);
	if (textnet_init(&net, job->method->text, v, n_classes,
	    job->options) == 0 && nn_begin(job, net.params) == 0 &&
	    fit(job, &net) == 0)
		status = write_model(job, &net);
	textnet_release(&net);
	return status;
}
