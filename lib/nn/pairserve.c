#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "model/model.h"
#include "nn/pairnet.h"
#include "nn/product.h"
#include "nn/workers.h"

enum { CHUNK = 256 };		/* pairs that go through the layers at once */

/* What is made of all users, or all items; the last row is that of an unknown
 * one. */
struct made {
	size_t n;			/* without that row */
	size_t n_parts;
	float *part[PAIRNET_PARTS];	/* (n + 1, cols) */
	size_t cols[PAIRNET_PARTS];
};

struct serving {
	struct product product;		/* of a product; see product.h */
	const struct pairnet *net;
	struct pairnet own;		/* a loaded network; else not used */
	struct csr own_of[PAIRNET_SIDES];	/* views of its file */
	struct made made[PAIRNET_SIDES];
	/* of others, the join: rows of pairs, and of their users */
	struct graph *graph;
	struct pairnet_parts in[PAIRNET_SIDES];
	struct node *out;
	struct workers workers;
};

/* --- the sides ------------------------------------------------------------ */

struct making {
	struct workers workers;
	struct node *ids;
	float *out;			/* (n + 1, cols) */
	size_t n, cols;
};

static void
make_chunk(void *arg, size_t i, size_t worker)
{
	const struct making *m = arg;
	struct work *w = m->workers.work[worker];
	const size_t from = i * CHUNK, left = m->n + 1 - from;
	const size_t n = left < CHUNK ? left : CHUNK;

	work_begin(w, &(struct work_place){ .shard = NULL });
	work_rows(w, 0, n);
	for (size_t r = 0; r < n; r++)
		work_ids(w, m->ids)[r] = from + r < m->n ?
		    (uint32_t)(from + r) : OP_NO_ROW;
	memcpy(m->out + from * m->cols, work_forward(w), n * m->cols *
	    sizeof *m->out);
}

static void
make_part(struct serving *s, struct node *ids, struct node *part,
    struct made *made, size_t number)
{
	struct making m = { .ids = ids, .n = made->n,
		.cols = part->shape.cols };

	if (made->part[number] == NULL)
		made->part[number] = mem_array("sides of a network",
		    made->n + 1, m.cols * sizeof(float));
	made->cols[number] = m.cols;
	m.out = made->part[number];
	workers_init(&m.workers, part->graph, s->net->params, part);
	par_for(par_pieces(made->n + 1, CHUNK), make_chunk, &m);
	workers_release(&m.workers);
}

static void
make_side(struct serving *s, size_t side)
{
	const struct pairnet *net = s->net;
	struct pairnet_net in = { .graph = graph_new(CHUNK) };
	struct node *ids = op_ids(in.graph, 0, 1, 1);
	const struct pairnet_parts parts = net->kind->side(net, &in, side,
	    ids);

	s->made[side].n = net->side[side].n;
	s->made[side].n_parts = parts.n;
	for (size_t k = 0; k < parts.n; k++)
		make_part(s, ids, parts.part[k], &s->made[side], k);
	graph_free(in.graph);
}

/* --- the join ------------------------------------------------------------- */

static void
make_join(struct serving *s)
{
	struct pairnet_net in = { .graph = graph_new(CHUNK) };
	const size_t users = graph_axis(in.graph, CHUNK);

	s->graph = in.graph;
	for (size_t side = 0; side < PAIRNET_SIDES; side++) {
		const struct made *made = &s->made[side];

		s->in[side].n = made->n_parts;
		for (size_t k = 0; k < made->n_parts; k++)
			s->in[side].part[k] = op_floats(s->graph,
			    side == PAIRNET_USER ? users : 0, 1,
			    made->cols[k]);
	}
	s->out = s->net->kind->join(s->net, &in, &s->in[PAIRNET_USER],
	    &s->in[PAIRNET_ITEM]);
	workers_init(&s->workers, s->graph, s->net->params, s->out);
}

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;
	const struct pairnet *net = s->net;

	for (size_t side = 0; side < PAIRNET_SIDES; side++)
		make_side(s, side);
	if (!net->kind->is_product && s->workers.plan == NULL)
		make_join(s);
	if (!net->kind->is_product)
		return 0;
	if (s->product.gathered == NULL)
		product_init(&s->product, s->made[PAIRNET_ITEM].cols[0]);
	s->product.users = s->made[PAIRNET_USER].part[0];
	s->product.items = s->made[PAIRNET_ITEM].part[0];
	s->product.level = net->offset != NULL ? net->offset->x[0] : 0;
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	workers_release(&s->workers);
	graph_free(s->graph);
	product_release(&s->product);
	for (size_t i = 0; i < PAIRNET_SIDES; i++)
		for (size_t k = 0; k < PAIRNET_PARTS; k++)
			free(s->made[i].part[k]);
	if (s->own.params != NULL)
		pairnet_release(&s->own);
	free(s);
}

/* --- vectors -------------------------------------------------------------- */

struct mat
pairnet_vectors(const struct scorer *scorer, size_t side)
{
	const struct made *made =
	    &((const struct serving *)scorer->state)->made[side];

	return (struct mat){ .rows = made->n, .cols = made->cols[0],
		.x = made->part[0] };
}

/* --- scores of others ----------------------------------------------------- */

/* Row r of a part's input <- the part of id[r], for `rows` rows; what is not
 * known, and rows from n on, have the row after the last. */
static void
gather(const struct serving *s, struct work *w, size_t side,
    const uint32_t *id, size_t n, size_t rows)
{
	const struct made *made = &s->made[side];

	for (size_t k = 0; k < made->n_parts; k++) {
		const size_t cols = made->cols[k];
		float *x = work_floats(w, s->in[side].part[k]);

		for (size_t r = 0; r < rows; r++) {
			const size_t row = r < n && id[r] < made->n ? id[r] :
			    made->n;

			memcpy(x + r * cols, made->part[k] + row * cols,
			    cols * sizeof *x);
		}
	}
}

/* What is joined of the first n rows of items and of users, plus the mean.  All
 * rows are worked out, because products of matrices of another size may end in
 * other bits: a pair has one score, wherever it stands in a file. */
static void
join(const struct serving *s, struct work *w, size_t n, size_t users,
    float *scores)
{
	const float *y;

	work_rows(w, 0, CHUNK);
	work_rows(w, 1, users);
	y = work_forward(w);
	for (size_t r = 0; r < n; r++)
		scores[r] = y[r] + s->net->mean;
}

static void
pairs(const struct scorer *scorer, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	const struct pairnet *net = s->net;
	struct work *w = s->workers.work[worker];

	for (size_t at = 0; at < n; at += CHUNK) {
		const size_t k = n - at < CHUNK ? n - at : CHUNK;

		work_begin(w, &(struct work_place){ .shard = NULL });
		gather(s, w, PAIRNET_USER, users + at, k, CHUNK);
		gather(s, w, PAIRNET_ITEM, items + at, k, CHUNK);
		join(s, w, k, CHUNK, scores + at);
	}
	for (size_t i = 0; net->ratings && i < n; i++)
		scores[i] = scores[i] < net->min ? net->min :
		    scores[i] > net->max ? net->max : scores[i];
}

/* Items at .. at + n - 1 of one user. */
static void
block_chunk(const struct serving *s, uint32_t user, size_t at, size_t n,
    float *scores, struct work *w)
{
	const struct made *items = &s->made[PAIRNET_ITEM];

	work_begin(w, &(struct work_place){ .shard = NULL });
	gather(s, w, PAIRNET_USER, &user, 1, 1);
	for (size_t k = 0; k < items->n_parts; k++) {
		const size_t cols = items->cols[k];
		float *x = work_floats(w, s->in[PAIRNET_ITEM].part[k]);

		memcpy(x, items->part[k] + at * cols, n * cols * sizeof *x);
		memset(x + n * cols, 0, (CHUNK - n) * cols * sizeof *x);
	}
	join(s, w, n, 1, scores);
}

static void
block(const struct scorer *scorer, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	const size_t n_items = s->made[PAIRNET_ITEM].n;

	for (size_t u = 0; u < n; u++)
		for (size_t at = 0; at < n_items; at += CHUNK)
			block_chunk(s, users[u], at,
			    n_items - at < CHUNK ? n_items - at : CHUNK,
			    scores + u * n_items + at, s->workers.work[worker]);
}

static const struct scorer_ops product_ops = {
	.prepare = prepare, .tile = product_tile, .pairs = product_pairs,
	.vectors = product_vectors, .free = serving_free
};

static const struct scorer_ops implicit_ops = {
	.prepare = prepare, .block = block, .pairs = pairs,
	.free = serving_free
};

static const struct scorer_ops ratings_ops = {
	.prepare = prepare, .block = block, .pairs = pairs, .any_pairs = 1,
	.free = serving_free
};

static void
take(struct scorer *scorer, struct serving *s, const struct pairnet *net)
{
	s->net = net;
	scorer->state = s;
	scorer->ops = net->ratings ? &ratings_ops : net->kind->is_product ?
	    &product_ops : &implicit_ops;
	scorer->predicts_ratings = net->ratings;
	scorer->unknown = net->ratings ? net->mean : NAN;
}

void
pairnet_serve(const struct pairnet *net, struct scorer *scorer)
{
	take(scorer, mem_array("a model", 1, sizeof(struct serving)), net);
}

/* --- loading -------------------------------------------------------------- */

static int
load_ratings(const struct st_file *f, struct pairnet *net)
{
	const char *feedback = st_meta(f, "feedback");
	double mean, min, max;

	if (!net->kind->has_ratings || feedback == NULL ||
	    strcmp(feedback, "ratings") != 0)
		return 0;
	net->ratings = 1;
	if (model_real(f, "mean", &mean) != 0 ||
	    model_real(f, "min", &min) != 0 ||
	    model_real(f, "max", &max) != 0)
		return -1;
	net->mean = (float)mean;
	net->min = (float)min;
	net->max = (float)max;
	return 0;
}

static int
read_shape(struct scorer *scorer, struct serving *s,
    const struct pairnet_kind *kind, struct pairnet_shape *shape)
{
	static const char *const name[] = { "user_features",
		"item_features" };
	static const char *const shape_of[] = { "user_features.shape",
		"item_features.shape" };
	const struct st_file *f = scorer->file;

	*shape = (struct pairnet_shape){
		.n = { idmap_count(scorer->users),
		    idmap_count(scorer->items) },
		.layers = st_meta(f, "layers") };
	if (kind->has_layers && shape->layers == NULL)
		return err_msg("%s: the metadata has no 'layers'", st_path(f));
	if (tower_norm_read(f, &shape->norm) != 0 ||
	    model_size(f, "factors", &shape->factors) != 0)
		return -1;
	if (shape->factors == 0)
		return err_msg("%s: a model of 0 factors", st_path(f));
	for (size_t i = 0; i < PAIRNET_SIDES; i++) {
		if (st_find(f, shape_of[i]) == NULL)
			continue;
		if (model_csr(f, name[i], shape->n[i], SIZE_MAX,
		    &s->own_of[i]) != 0)
			return -1;
		shape->of[i] = &s->own_of[i];
	}
	return 0;
}

static int
load(struct scorer *scorer, struct serving *s,
    const struct pairnet_kind *kind)
{
	struct pairnet_shape shape;

	if (read_shape(scorer, s, kind, &shape) != 0)
		return -1;
	if (pairnet_init(&s->own, kind, &shape) != 0)
		return -1;
	if (load_ratings(scorer->file, &s->own) != 0)
		return -1;
	return params_load(s->own.params, scorer->file);
}

int
pairnet_load(struct scorer *scorer, const struct pairnet_kind *kind)
{
	struct serving *s = mem_array("a model", 1, sizeof *s);

	scorer->state = s;
	if (load(scorer, s, kind) != 0) {
		serving_free(scorer);
		return -1;
	}
	take(scorer, s, &s->own);
	scorer->value = NULL;
	return 0;
}
