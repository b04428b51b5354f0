#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "model/model.h"
#include "nn/multvae.h"
#include "nn/product.h"
#include "nn/workers.h"

enum { CHUNK = 16 };			/* users */

struct serving {
	struct product product;		/* first: see product.h */
	const struct multvae *net;
	struct multvae own;		/* a loaded model; else not used */
	struct multvae_net in;
	struct workers workers;
	uint32_t **had;			/* (workers) (longest history) */
	size_t longest;
	float *top;			/* (users, width) */
	char *knows;			/* (users) */
};

/* --- what the network makes of each user ---------------------------------- */

struct reading {
	struct serving *s;
	const struct inter *history;
};

static void
read_chunk(void *arg, size_t piece, size_t worker)
{
	const struct reading *rd = arg;
	struct serving *s = rd->s;
	struct work *w = s->workers.work[worker];
	const size_t from = piece * CHUNK, d = s->product.k;
	const size_t left = rd->history->by_user.rows - from;
	const size_t n = left < CHUNK ? left : CHUNK;
	size_t m = 0;

	work_begin(w, &(struct work_place){ .shard = NULL });
	for (uint32_t r = 0; r < n; r++) {
		const size_t k = multvae_items(s->net, rd->history, from + r,
		    s->had[worker]);

		s->knows[from + r] = k > 0;
		for (size_t i = 0; i < k; i++, m++) {
			work_ids(w, s->in.item)[m] = s->had[worker][i];
			work_floats(w, s->in.value)[m] =
			    1 / sqrtf((float)k);
			work_ids(w, s->in.row)[m] = r;
		}
	}
	work_rows(w, 0, n);
	work_rows(w, s->in.item->shape.axis, m);
	memcpy(s->top + from * d, work_forward(w), n * d * sizeof *s->top);
}

static void
free_workers(struct serving *s)
{
	for (size_t i = 0; i < s->workers.n; i++)
		free(s->had[i]);
	free(s->had);
	workers_release(&s->workers);
	graph_free(s->in.graph);
}

static void
make_workers(struct serving *s, const struct inter *history)
{
	for (size_t u = 0; u < history->by_user.rows; u++)
		if (csr_row_count(&history->by_user, u) > s->longest)
			s->longest = csr_row_count(&history->by_user, u);
	multvae_build(s->net, CHUNK, CHUNK * s->longest, &s->in);
	workers_init(&s->workers, s->in.graph, s->net->params, s->in.top);
	s->had = mem_array("network", s->workers.n, sizeof(uint32_t *));
	for (size_t i = 0; i < s->workers.n; i++)
		s->had[i] = mem_array("a history", s->longest,
		    sizeof(uint32_t));
}

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;
	struct reading rd = { s, scorer->history };
	const size_t n = scorer->history->by_user.rows;

	if (s->workers.plan == NULL) {
		make_workers(s, scorer->history);
		product_init(&s->product, s->net->last->cols);
		s->top = mem_array("users", n, s->product.k *
		    sizeof *s->top);
		s->knows = mem_array("users", n, 1);
	}
	par_for(par_pieces(n, CHUNK), read_chunk, &rd);
	s->product.users = s->top;
	s->product.items = s->net->last->x;
	s->product.item_bias = s->net->last_b->x;
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	free_workers(s);
	product_release(&s->product);
	free(s->top);
	free(s->knows);
	if (s->own.params != NULL)
		multvae_release(&s->own);
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

static void
take(struct scorer *scorer, struct serving *s, const struct multvae *net)
{
	s->net = net;
	scorer->state = s;
	scorer->ops = &ops;
	scorer->needs_history = 1;
	scorer->value = NULL;
}

void
multvae_serve(const struct multvae *net, struct scorer *scorer)
{
	take(scorer, mem_array("a model", 1, sizeof(struct serving)), net);
}

int
multvae_load(struct scorer *scorer)
{
	const struct st_file *f = scorer->file;
	const char *layers = st_meta(f, "layers");
	struct serving *s;
	struct multvae net;
	size_t factors;

	if (layers == NULL)
		return err_msg("%s: the metadata has no 'layers'", st_path(f));
	if (model_size(f, "factors", &factors) != 0)
		return -1;
	if (factors == 0)
		return err_msg("%s: a model of 0 factors", st_path(f));
	if (multvae_init(&net, idmap_count(scorer->items), factors,
	    layers) != 0 || params_load(net.params, f) != 0) {
		multvae_release(&net);
		return -1;
	}
	s = mem_array("a model", 1, sizeof *s);
	s->own = net;
	take(scorer, s, &s->own);
	return 0;
}
