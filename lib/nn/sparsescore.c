#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "model/vocabfile.h"
#include "nn/ops.h"
#include "nn/sparsenet.h"
#include "nn/work.h"

enum {
	CHUNK = 256,		/* examples that go through at once */
	ENTRIES = 64		/* room for so many of each, at first */
};

/* A worker's network: it is made anew when an example is longer than all
 * before it. */
struct worker {
	struct sparsenet_net in;
	struct plan *plan;
	struct work *work;
	size_t room;			/* entries */
};

struct serving {
	const struct sparsenet *net;
	struct sparsenet own;		/* a loaded model; else not used */
	struct worker *worker;		/* (n_workers) */
	size_t n_workers;
};

static void
release(struct worker *w)
{
	work_free(w->work);
	plan_free(w->plan);
	graph_free(w->in.graph);
}

static void
make(const struct serving *s, struct worker *w, size_t room)
{
	w->room = room;
	sparsenet_build(s->net, CHUNK, room, 0, &w->in);
	w->in.score = op_sigmoid(w->in.graph, w->in.score);
	w->plan = plan_new(w->in.graph, s->net->params, w->in.score, 0);
	w->work = work_new(w->plan);
}

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	if (s->worker != NULL)
		return 0;
	s->n_workers = par_threads();
	s->worker = mem_array("network", s->n_workers, sizeof *s->worker);
	for (size_t i = 0; i < s->n_workers; i++)
		make(s, &s->worker[i], CHUNK * ENTRIES);
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	for (size_t i = 0; i < s->n_workers; i++)
		release(&s->worker[i]);
	free(s->worker);
	if (s->own.params != NULL)
		sparsenet_release(&s->own);
	free(s);
}

static void
score(const struct scorer *scorer, const struct examples *x, size_t first,
    size_t n, float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	struct worker *w = &s->worker[worker];

	for (size_t at = first, k; at < first + n; at += k) {
		const uint64_t *start = x->start + at;

		for (k = 1; k < CHUNK && at + k < first + n &&
		    start[k + 1] - start[0] <= w->room; k++)
			;
		if (start[k] - start[0] > w->room) {
			release(w);
			make(s, w, (size_t)(start[k] - start[0]));
		}
		work_begin(w->work, &(struct work_place){ .shard = NULL });
		work_rows(w->work, 0, k);
		sparsenet_feed(s->net, &w->in, w->work, x, NULL, at, k);
		memcpy(scores + (at - first), work_forward(w->work),
		    k * sizeof *scores);
	}
}

static const struct scorer_ops ops = {
	.prepare = prepare, .examples = score, .free = serving_free
};

void
sparsenet_serve(const struct sparsenet *net, struct scorer *scorer)
{
	struct serving *s = mem_array("a model", 1, sizeof *s);

	s->net = net;
	scorer->state = s;
	scorer->ops = &ops;
}

/* The options that the network's shape is made of. */
static int
read_options(const struct st_file *f, const struct sparsenet_kind *kind,
    struct nn_options *o)
{
	*o = (struct nn_options){ .layers = st_meta(f, "layers"),
		.attend = st_meta(f, "attend") };
	if (kind->has_layers && o->layers == NULL)
		return err_msg("%s: the metadata has no 'layers'", st_path(f));
	if (tower_norm_read(f, &o->norm) != 0)
		return -1;
	if (kind->has_factors &&
	    model_size(f, "factors", &o->factors) != 0)
		return -1;
	if (kind->has_cross &&
	    model_size(f, "cross", &o->cross) != 0)
		return -1;
	if (o->cross > CROSS_MOST)
		return err_msg("%s: cross %zu is more than %d", st_path(f),
		    o->cross, CROSS_MOST);
	if (kind->has_blocks && (model_size(f, "blocks", &o->blocks) != 0 ||
	    model_size(f, "heads", &o->heads) != 0))
		return -1;
	if (o->blocks > SPARSENET_BLOCKS)
		return err_msg("%s: blocks %zu is more than %d", st_path(f),
		    o->blocks, SPARSENET_BLOCKS);
	if (kind->has_blocks && (o->heads == 0 || o->factors % o->heads != 0))
		return err_msg("%s: factors %zu is not a multiple of heads "
		    "%zu", st_path(f), o->factors, o->heads);
	return 0;
}

int
sparsenet_load(struct scorer *scorer, const struct sparsenet_kind *kind)
{
	const struct st_file *f = scorer->file;
	struct nn_options options;
	struct sparsenet net;
	struct serving *s;

	if (scorer->vocabulary == NULL)
		return err_msg("%s: the model has no fields", st_path(f));
	if (read_options(f, kind, &options) != 0)
		return -1;
	if (sparsenet_init(&net, kind, scorer->vocabulary, &options) != 0 ||
	    params_load(net.params, f) != 0) {
		sparsenet_release(&net);
		return -1;
	}
	sparsenet_serve(&net, scorer);
	s = scorer->state;
	s->own = net;
	s->net = &s->own;
	return 0;
}
