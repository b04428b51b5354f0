#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/textnet.h"
#include "nn/workers.h"

enum { CHUNK = 64 };		/* texts that go through at once */

struct serving {
	const struct textnet *net;
	struct textnet own;		/* a loaded model; else not used */
	struct grams runs;		/* the same */
	struct textnet_net in;
	struct workers workers;
};

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	if (s->workers.plan != NULL)
		return 0;
	textnet_build(s->net, CHUNK, CHUNK * s->net->length, 0, NULL,
	    &s->in);
	workers_init(&s->workers, s->in.graph, s->net->params, s->in.shares);
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	workers_release(&s->workers);
	graph_free(s->in.graph);
	if (s->own.params != NULL)
		textnet_release(&s->own);
	grams_release(&s->runs);
	free(s);
}

/* All classes; of classes 0 and 1, the probability of 1. */
static void
score(const struct scorer *scorer, const struct examples *x, size_t first,
    size_t n, float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	const size_t c = s->net->n_classes;
	struct work *w = s->workers.work[worker];

	for (size_t at = 0; at < n; at += CHUNK) {
		const size_t k = n - at < CHUNK ? n - at : CHUNK;
		const float *shares;

		work_begin(w, &(struct work_place){ .shard = NULL });
		work_rows(w, 0, k);
		textnet_feed(s->net, &s->in, w, &(struct textnet_texts){
		    .x = x, .first = first + at, .n = k });
		shares = work_forward(w);
		if (scorer_outputs(scorer) == c)
			memcpy(scores + at * c, shares, k * c *
			    sizeof *scores);
		else
			for (size_t r = 0; r < k; r++)
				scores[at + r] = shares[r * c + 1];
	}
}

static const struct scorer_ops ops = {
	.prepare = prepare, .examples = score, .free = serving_free
};

void
textnet_serve(const struct textnet *net, struct scorer *scorer)
{
	struct serving *s = mem_array("a model", 1, sizeof *s);

	s->net = net;
	scorer->state = s;
	scorer->ops = &ops;
}

/* --- loading -------------------------------------------------------------- */

enum { LENGTH_MOST = 65536, UNITS_MOST = 65536, NGRAMS_MOST = 5 };

/* Models from before there was a choice have the greatest. */
static int
read_pool(const struct st_file *f, const struct choice **pool)
{
	const char *name = st_meta(f, "pool");

	*pool = choice_find(textnet_pool_choice, span_of(name != NULL ? name :
	    "max"));
	return *pool != NULL ? 0 : err_msg("%s: no pool is called '%s'",
	    st_path(f), name);
}

static int
read_options(const struct st_file *f, const struct textnet_kind *kind,
    struct nn_options *o)
{
	*o = (struct nn_options){ .windows = st_meta(f, "windows"),
		.units = 1, .ngrams = 1 };
	if (model_size(f, "factors", &o->factors) != 0 ||
	    model_size(f, "length", &o->length) != 0 ||
	    (kind->has_units && model_size(f, "units", &o->units) != 0))
		return -1;
	if (st_meta(f, "own-factors") != NULL &&
	    model_size(f, "own-factors", &o->own_factors) != 0)
		return -1;
	if (st_meta(f, "ngrams") != NULL &&
	    model_size(f, "ngrams", &o->ngrams) != 0)
		return -1;
	if (read_pool(f, &o->pool) != 0)
		return -1;
	if (kind->has_windows && o->windows == NULL)
		return err_msg("%s: the metadata has no 'windows'",
		    st_path(f));
	if (o->factors == 0 || o->length == 0 || o->length > LENGTH_MOST ||
	    o->units == 0 || o->units > UNITS_MOST ||
	    o->own_factors > UNITS_MOST)
		return err_msg("%s: factors %zu and %zu, length %zu, units "
		    "%zu", st_path(f), o->factors, o->own_factors, o->length,
		    o->units);
	if (o->ngrams == 0 || o->ngrams > NGRAMS_MOST)
		return err_msg("%s: ngrams %zu", st_path(f), o->ngrams);
	return 0;
}

static int
load_runs(const struct scorer *scorer, size_t longest, struct grams *runs)
{
	struct idmap *ids = model_ids(scorer->file, "ngram_ids");

	if (ids == NULL)
		return -1;
	grams_take(runs, scorer->vocabulary, ids, longest);
	return 0;
}

int
textnet_load(struct scorer *scorer, const struct textnet_kind *kind)
{
	const struct st_file *f = scorer->file;
	const size_t n_classes = scorer->classes != NULL ?
	    idmap_count(scorer->classes) : 2;
	struct nn_options options;
	struct serving *s;

	if (scorer->vocabulary == NULL ||
	    !vocabulary_is_text(scorer->vocabulary))
		return err_msg("%s: the model has no field of words",
		    st_path(f));
	if (read_options(f, kind, &options) != 0)
		return -1;
	textnet_serve(NULL, scorer);
	s = scorer->state;
	s->net = &s->own;
	if ((options.ngrams > 1 && load_runs(scorer, options.ngrams,
	    &s->runs) != 0) || textnet_init(&s->own, kind, scorer->vocabulary,
	    options.ngrams > 1 ? &s->runs : NULL, n_classes, &options) != 0 ||
	    params_load(s->own.params, f) != 0) {
		serving_free(scorer);
		scorer->ops = NULL;
		return -1;
	}
	if (scorer->classes != NULL)
		scorer->outputs = n_classes;
	return 0;
}
