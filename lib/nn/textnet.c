#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/vocabfile.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/textnet.h"

static const double first_embedding = 0.1;	/* standard deviation */

enum { USUAL_FACTORS = 100 };

/* --- what of a text counts ------------------------------------------------ */

static const struct choice pools[] = {
	[TEXTNET_MAX] = { "max", "the greatest in the text", NULL },
	[TEXTNET_MEAN] = { "mean", "the mean over the text", NULL },
	[TEXTNET_BOTH] = { "both", "one beside the other", NULL },
};

enum { N_POOLS = sizeof pools / sizeof *pools };

const struct choice *
textnet_pool_choice(size_t i)
{
	return i < N_POOLS ? &pools[i] : NULL;
}

static enum textnet_pool
pool_of(const struct choice *what)
{
	return what == NULL ? TEXTNET_MAX : (enum textnet_pool)(what - pools);
}

size_t
textnet_pooled(const struct textnet *net, size_t units)
{
	return net->pool == TEXTNET_BOTH ? 2 * units : units;
}

struct node *
textnet_over(const struct textnet *net, const struct textnet_net *in,
    struct node *x)
{
	struct graph *g = in->graph;

	switch (net->pool) {
	case TEXTNET_MAX:
		break;
	case TEXTNET_MEAN:
		return op_over(g, x, in->text, OP_OVER_MEAN);
	case TEXTNET_BOTH:
		return op_concat(g, (struct node *[]){
		    op_over(g, x, in->text, OP_OVER_MAX),
		    op_over(g, x, in->text, OP_OVER_MEAN) }, 2);
	}
	return op_over(g, x, in->text, OP_OVER_MAX);
}

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
    const struct vocabulary *v, const struct grams *runs, size_t n_classes,
    const struct nn_options *o)
{
	*net = (struct textnet){ .kind = kind, .params = params_new(),
		.n_words = vocabulary_features(v), .n_classes = n_classes,
		.factors = o->factors + o->own_factors, .units = o->units,
		.length = o->length, .pool = pool_of(o->pool), .runs = runs };
	if (kind->has_windows && windows_parse(o->windows, &net->windows) != 0)
		return -1;
	net->words = params_add(net->params, &(struct param_spec){
	    .name = "word_embeddings", .rows = net->n_words,
	    .cols = o->factors, .init = PARAM_NORMAL,
	    .scale = first_embedding, .sparse = 1, .ids = "feature_ids" });
	if (o->own_factors > 0)
		net->own = params_add(net->params, &(struct param_spec){
		    .name = "own_embeddings", .rows = net->n_words,
		    .cols = o->own_factors, .sparse = 1,
		    .ids = "feature_ids" });
	if (runs != NULL)
		net->grams = params_add(net->params, &(struct param_spec){
		    .name = "ngram_embeddings",
		    .rows = idmap_count(runs->ids), .cols = net->factors,
		    .sparse = 1, .ids = "ngram_ids" });
	kind->declare(net);
	net->out = textnet_layer(net, "classes", net->width +
	    (net->grams != NULL ? net->factors : 0), n_classes);
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

/* The embeddings of the words. */
static struct node *
look(const struct textnet *net, const struct textnet_net *in)
{
	struct graph *g = in->graph;
	struct node *x = op_embed(g, in->word,
	    (struct param *[]){ net->words }, 1);

	return net->own == NULL ? x : op_concat(g, (struct node *[]){ x,
	    op_embed(g, in->word, (struct param *[]){ net->own }, 1) }, 2);
}

/* x, and the mean of the texts' runs of words. */
static struct node *
beside_grams(const struct textnet *net, struct textnet_net *in,
    size_t most_words, struct node *x)
{
	struct graph *g = in->graph;
	const size_t runs = graph_axis(g, most_words *
	    (net->runs->longest - 1));

	in->gram = op_ids(g, runs, 1, 1);
	in->gram_text = op_ids(g, runs, 1, 1);
	return op_concat(g, (struct node *[]){ x, op_over(g, op_embed(g,
	    in->gram, (struct param *[]){ net->grams }, 1), in->gram_text,
	    OP_OVER_MEAN) }, 2);
}

void
textnet_build(const struct textnet *net, size_t most_texts, size_t most_words,
    double dropout, const struct classes *learnt, struct textnet_net *in)
{
	struct graph *g = graph_new(most_texts);
	const size_t words = graph_axis(g, most_words);
	struct node *x;

	*in = (struct textnet_net){ .graph = g, .dropout = dropout,
		.word = op_ids(g, words, 1, 1),
		.text = op_ids(g, words, 1, 1) };
	if (learnt != NULL)
		in->classes = *learnt;
	in->classes.n = net->n_classes;
	x = net->kind->sum(net, in, look(net, in));
	if (net->grams != NULL)
		x = beside_grams(net, in, most_words, x);
	x = op_dense(g, drop(in, x), net->out.W, net->out.b, OP_LINEAR);
	in->shares = op_shares(g, x);
	in->loss = classes_loss(&in->classes, g, x);
}

/* --- inputs --------------------------------------------------------------- */

/* Where the words, or runs of words, of texts are put. */
struct feeding {
	uint32_t *id, *text;
	size_t n;
	double drop;
	struct rng rng;			/* what is left out */
};

static struct feeding
begin(struct work *w, struct node *id, struct node *text, double drop)
{
	return (struct feeding){ .id = work_ids(w, id),
		.text = work_ids(w, text), .drop = drop };
}

static void
put(struct feeding *f, uint32_t id, uint32_t text)
{
	if (f->drop > 0 && rng_real(&f->rng) < f->drop)
		return;
	f->id[f->n] = id;
	f->text[f->n++] = text;
}

/* The runs of a text's n words. */
static void
put_grams(const struct grams *g, struct feeding *f, const uint32_t *word,
    size_t n, uint32_t text)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = g->word[word[i]];

		for (size_t k = 1; k < g->longest && i + k < n; k++) {
			uint32_t number;

			hash = grams_hash(g, hash, word[i + k]);
			number = grams_find(g, hash);
			if (number != GRAMS_NONE)
				put(f, number, text);
		}
	}
}

void
textnet_feed(const struct textnet *net, const struct textnet_net *in,
    struct work *w, const struct textnet_texts *texts)
{
	const struct examples *x = texts->x;
	struct feeding words = begin(w, in->word, in->text, texts->drop);
	struct feeding grams = { .n = 0 };

	if (in->gram != NULL)
		grams = begin(w, in->gram, in->gram_text, texts->drop);
	for (uint32_t r = 0; r < texts->n; r++) {
		const size_t i = texts->example != NULL ? texts->example[r] :
		    texts->first + r;
		const size_t from = x->start[i], all = x->start[i + 1] - from;
		const size_t n = all < net->length ? all : net->length;
		const uint64_t stream = hash_mix(texts->epoch, i);

		rng_init(&words.rng, texts->seed, rng_stream("text.words",
		    stream));
		for (size_t e = 0; e < n; e++)
			put(&words, x->feature[from + e], r);
		rng_init(&grams.rng, texts->seed, rng_stream("text.ngrams",
		    stream));
		if (in->gram != NULL)
			put_grams(net->runs, &grams, x->feature + from, n, r);
	}
	work_rows(w, in->word->shape.axis, words.n);
	if (in->gram != NULL)
		work_rows(w, in->gram->shape.axis, grams.n);
}

/* --- training ------------------------------------------------------------- */

struct text_data {
	const struct textnet *net;
	const struct textnet_net *in;
	const struct examples *x;
	double drop;
};

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct text_data *d = arg;

	classes_feed(&d->in->classes, w, piece);
	textnet_feed(d->net, d->in, w, &(struct textnet_texts){ .x = d->x,
	    .example = piece->example, .n = piece->n, .drop = d->drop,
	    .seed = piece->seed, .epoch = piece->epoch });
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
	if (net->runs != NULL)
		model_put_ids(w, "ngram_ids", net->runs->ids);
	params_put(net->params, w);
	return nn_write(job, w);
}

static int
fit(struct nn_job *job, struct textnet *net)
{
	const struct nn_options *o = job->options;
	const size_t shard = fit_shard(o->batch);
	const struct classes learnt = { .label = job->examples->label,
		.shares = job->shares };
	struct textnet_net in;
	struct text_data d = { net, &in, job->examples, o->word_dropout };
	struct scorer scorer = { .vocabulary = job->vocabulary };
	struct fit_task task = { .params = net->params,
		.n_examples = job->examples->n, .feed = feed, .arg = &d };
	const size_t words = examples_most_entries(job->examples, shard);
	int status;

	textnet_build(net, shard, words < shard * o->length ? words :
	    shard * o->length, o->dropout, &learnt, &in);
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
	const struct nn_options *o = job->options;
	struct grams runs = { .longest = 0 };
	struct textnet net = { .kind = NULL };
	int status = -1;

	if (job->examples->n > UINT32_MAX)
		return err_msg("%zu rows are more than an epoch can have",
		    job->examples->n);
	if (n_classes < 2)
		return err_msg("all labels are '%.*s': there is nothing to "
		    "tell apart", SPAN_ARGS(idmap_name(v->classes, 0)));
	note_lengths(job);
	if (o->ngrams > 1 && grams_learn(&runs, v, job->examples, o->length,
	    o->ngrams, o->ngram_least) != 0)
		goto done;
	job->runs = runs.ids;
	if (textnet_init(&net, job->method->text, v, o->ngrams > 1 ? &runs :
	    NULL, n_classes, o) == 0 && nn_begin(job, net.params) == 0 &&
	    fit(job, &net) == 0)
		status = write_model(job, &net);
done:
	job->runs = NULL;
	textnet_release(&net);
	grams_release(&runs);
	return status;
}
