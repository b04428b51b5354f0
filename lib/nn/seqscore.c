#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "model/model.h"
#include "nn/product.h"
#include "nn/seqnet.h"
#include "nn/workers.h"

enum { CHUNK = 16 };		/* users */

struct serving {
	struct product product;		/* first: see product.h */
	const struct seqnet *net;
	struct seqnet own;		/* a loaded model; else not used */
	struct seqnet_net in;
	struct workers workers;
	uint32_t **had;			/* (workers) (length) */
	float *h;			/* (users, factors) */
	char *knows;			/* (users) */
};

/* --- what the network makes of each user ---------------------------------- */

struct reading {
	struct serving *s;
	const struct inter *history;
};

/* The last step of each sequence is what counts. */
static void
take_last(const struct serving *s, const float *steps, const uint32_t *user,
    const size_t *end, size_t n)
{
	const size_t d = s->net->factors;

	for (size_t i = 0; i < n; i++)
		memcpy(s->h + user[i] * d, steps + (end[i] - 1) * d,
		    d * sizeof *steps);
}

static void
read_chunk(void *arg, size_t piece, size_t worker)
{
	const struct reading *rd = arg;
	struct serving *s = rd->s;
	struct work *w = s->workers.work[worker];
	const size_t length = s->net->length, rows = rd->history->by_user.rows;
	uint32_t user[CHUNK], *had = s->had[worker];
	size_t end[CHUNK], n = 0, m = 0;

	work_begin(w, &(struct work_place){ .shard = NULL });
	for (size_t u = piece * CHUNK; u < (piece + 1) * CHUNK && u < rows;
	    u++) {
		const size_t k = seqnet_items(s->net, rd->history, u, length,
		    had);

		s->knows[u] = k > 0;
		if (k == 0)
			continue;
		seqnet_put(s->net, &s->in, w, had, k, (uint32_t)n, m);
		m += k;
		user[n] = (uint32_t)u;
		end[n++] = m;
	}
	if (n == 0)
		return;
	work_rows(w, 0, n);
	work_rows(w, s->in.item->shape.axis, m);
	take_last(s, work_forward(w), user, end, n);
}

static void
make_workers(struct serving *s)
{
	seqnet_build(s->net, CHUNK, NULL, 0, &s->in);
	workers_init(&s->workers, s->in.graph, s->net->params, s->in.steps);
	product_init(&s->product, s->net->factors);
	s->had = mem_array("network", s->workers.n, sizeof(uint32_t *));
	for (size_t i = 0; i < s->workers.n; i++)
		s->had[i] = mem_array("a sequence", s->net->length,
		    sizeof(uint32_t));
}

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;
	struct reading rd = { s, scorer->history };
	const size_t n = scorer->history->by_user.rows;

	if (s->workers.plan == NULL)
		make_workers(s);
	free(s->h);
	free(s->knows);
	s->h = mem_array("users", n, s->net->factors * sizeof *s->h);
	s->knows = mem_array("users", n, 1);
	par_for(par_pieces(n, CHUNK), read_chunk, &rd);
	s->product.users = s->h;
	s->product.items = s->net->items->x;
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	for (size_t i = 0; i < s->workers.n; i++)
		free(s->had[i]);
	free(s->had);
	workers_release(&s->workers);
	product_release(&s->product);
	graph_free(s->in.graph);
	free(s->h);
	free(s->knows);
	if (s->own.params != NULL)
		seqnet_release(&s->own);
	free(s);
}

/* --- scores --------------------------------------------------------------- */

static int
knows_user(const struct scorer *scorer, uint32_t u)
{
	const struct serving *s = scorer->state;

	return u < scorer->history->by_user.rows && s->knows[u];
}

static const struct scorer_ops ops = {
	.prepare = prepare, .tile = product_tile, .pairs = product_pairs,
	.knows_user = knows_user, .vectors = product_vectors,
	.free = serving_free
};

void
seqnet_serve(const struct seqnet *net, struct scorer *scorer)
{
	struct serving *s = mem_array("a model", 1, sizeof *s);

	s->net = net;
	scorer->state = s;
	scorer->ops = &ops;
	scorer->needs_history = 1;
	scorer->value = NULL;
}

/* --- loading -------------------------------------------------------------- */

enum { UNITS_MOST = 65536 };

static int
read_options(const struct st_file *f, const struct seqnet_kind *kind,
    struct nn_options *o)
{
	*o = (struct nn_options){ .heads = 1, .units = 1, .recent = 1,
		.windows = st_meta(f, "windows") };
	if (model_size(f, "factors", &o->factors) != 0 ||
	    model_size(f, "length", &o->length) != 0 ||
	    (kind->has_blocks && model_size(f, "blocks", &o->blocks) != 0) ||
	    (kind->has_windows && (model_size(f, "units", &o->units) != 0 ||
	    model_size(f, "recent", &o->recent) != 0)) ||
	    (kind->has_heads && model_size(f, "heads", &o->heads) != 0))
		return -1;
	if (o->heads == 0 || o->factors == 0 || o->factors % o->heads != 0)
		return err_msg("%s: factors %zu is not a multiple of heads "
		    "%zu", st_path(f), o->factors, o->heads);
	if (o->length == 0 || o->blocks > SEQNET_BLOCKS)
		return err_msg("%s: length %zu, blocks %zu", st_path(f),
		    o->length, o->blocks);
	if (kind->has_windows && o->windows == NULL)
		return err_msg("%s: the metadata has no 'windows'",
		    st_path(f));
	if (o->units == 0 || o->units > UNITS_MOST || o->recent == 0 ||
	    o->recent > UNITS_MOST)
		return err_msg("%s: units %zu, recent %zu", st_path(f),
		    o->units, o->recent);
	return 0;
}

int
seqnet_load(struct scorer *scorer, const struct seqnet_kind *kind)
{
	struct nn_options options;
	struct seqnet net;
	struct serving *s;

	if (read_options(scorer->file, kind, &options) != 0)
		return -1;
	if (seqnet_init(&net, kind, idmap_count(scorer->items),
	    &options) != 0 || params_load(net.params, scorer->file) != 0) {
		seqnet_release(&net);
		return -1;
	}
	seqnet_serve(&net, scorer);
	s = scorer->state;
	s->own = net;
	s->net = &s->own;
	return 0;
}
