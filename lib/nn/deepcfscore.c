#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "model/model.h"
#include "nn/deepcf.h"
#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/work.h"

enum { CHUNK = 256 };		/* pairs that go through the layers at once */

struct serving {
	const struct deepcf *m;
	struct deepcf own;		/* a loaded model; else not used */
	/* W_1' e of the first layer's user part and item part; items with its
	 * bias.  The last row is that of an embedding of zero. */
	float *user_part;		/* (users + 1, width) */
	float *item_part;		/* (items + 1, width) */
	/* the layers after the first */
	struct graph *graph;
	struct node *in;		/* (n, width) */
	struct plan *plan;
	struct work **work;		/* (n_workers) */
	size_t n_workers;
};

/* --- the parts of the first layer ----------------------------------------- */

struct parts {
	const struct param *table;	/* (n, factors) */
	const float *W;			/* (factors, width) */
	const float *b;			/* (width) or NULL */
	float *out;			/* (n + 1, width) */
	size_t width;
};

static void
part_piece(void *arg, size_t i, size_t worker)
{
	const struct parts *p = arg;
	const size_t from = i * CHUNK, left = p->table->rows - from;
	const size_t n = left < CHUNK ? left : CHUNK;
	const size_t d = p->table->cols;
	float *out = p->out + from * p->width;

	(void)worker;
	if (p->b != NULL)
		kernel_set_rows(out, p->b, n, p->width);
	blas_gemm(0, 0, n, p->width, d, 1, p->table->x + from * d, d, p->W,
	    p->width, p->b != NULL ? 1 : 0, out, p->width);
}

static void
compute_part(const struct deepcf *m, const struct param *rows, size_t from,
    const float *b, float *out)
{
	struct parts p = { rows, m->tower.W[0]->x + from * m->tower.width[0],
		b, out, m->tower.width[0] };

	par_for(par_pieces(rows->rows, CHUNK), part_piece, &p);
	if (b != NULL)
		memcpy(out + rows->rows * p.width, b, p.width * sizeof *b);
}

static void
make_tail(struct serving *s)
{
	const struct tower *t = &s->m->tower;

	s->graph = graph_new(CHUNK);
	s->in = op_floats(s->graph, 0, 1, t->width[0]);
	s->plan = plan_new(s->graph, s->m->params,
	    tower_nodes(t, s->graph, s->in, 1, 0), 0);
	s->n_workers = par_threads();
	s->work = mem_array("network", s->n_workers, sizeof(struct work *));
	for (size_t i = 0; i < s->n_workers; i++)
		s->work[i] = work_new(s->plan);
}

static int
prepare(struct scorer *scorer)
{
	struct serving *s = scorer->state;
	const struct deepcf *m = s->m;
	const size_t width = m->tower.width[0];

	if (s->graph == NULL) {
		make_tail(s);
		s->user_part = mem_array("user part of the first layer",
		    m->users->rows + 1, width * sizeof(float));
		s->item_part = mem_array("item part of the first layer",
		    m->items->rows + 1, width * sizeof(float));
	}
	compute_part(m, m->users, 0, NULL, s->user_part);
	compute_part(m, m->items, m->factors, m->tower.b[0]->x, s->item_part);
	return 0;
}

static void
serving_free(struct scorer *scorer)
{
	struct serving *s = scorer->state;

	for (size_t i = 0; i < s->n_workers; i++)
		work_free(s->work[i]);
	free(s->work);
	plan_free(s->plan);
	graph_free(s->graph);
	free(s->user_part);
	free(s->item_part);
	deepcf_release(&s->own);
	free(s);
}

/* --- scores --------------------------------------------------------------- */

/* What is not in the model has the row after the last. */
static size_t
row_of(const struct param *table, uint32_t id)
{
	return id < table->rows ? id : table->rows;
}

static float
bias_of(const struct param *table, uint32_t id)
{
	return id < table->rows ? table->x[id] : 0;
}

/* The layers after the first, for n <= CHUNK rows of what it gives. */
static const float *
run_tail(struct work *w, size_t n)
{
	work_begin(w, &(struct work_place){ .shard = NULL });
	work_rows(w, 0, n);
	return work_forward(w);
}

static void
pairs_chunk(const struct serving *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, struct work *w)
{
	const struct deepcf *m = s->m;
	const size_t width = m->tower.width[0];
	float *x = work_floats(w, s->in);
	const float *y;

	for (size_t r = 0; r < n; r++)
		kernel_add(x + r * width,
		    s->user_part + row_of(m->users, users[r]) * width,
		    s->item_part + row_of(m->items, items[r]) * width, width);
	kernel_relu(x, x, n * width);
	y = run_tail(w, n);
	for (size_t r = 0; r < n; r++)
		scores[r] = y[r] + ((m->mean + bias_of(m->user_bias,
		    users[r])) + bias_of(m->item_bias, items[r]));
}

static void
pairs(const struct scorer *scorer, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	const struct deepcf *m = s->m;

	for (size_t at = 0; at < n; at += CHUNK)
		pairs_chunk(s, users + at, items + at,
		    n - at < CHUNK ? n - at : CHUNK, scores + at,
		    s->work[worker]);
	for (size_t i = 0; m->ratings && i < n; i++)
		scores[i] = scores[i] < m->min ? m->min :
		    scores[i] > m->max ? m->max : scores[i];
}

/* Items at .. at + n - 1 of one user. */
static void
block_chunk(const struct serving *s, uint32_t user, size_t at, size_t n,
    float *scores, struct work *w)
{
	const struct deepcf *m = s->m;
	const size_t width = m->tower.width[0];
	const float base = m->mean + m->user_bias->x[user];
	const float *y;

	kernel_relu_rows(work_floats(w, s->in), s->item_part + at * width,
	    s->user_part + user * width, n, width);
	y = run_tail(w, n);
	for (size_t r = 0; r < n; r++)
		scores[r] = y[r] + (base + m->item_bias->x[at + r]);
}

static void
block(const struct scorer *scorer, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	const struct serving *s = scorer->state;
	const size_t n_items = s->m->items->rows;

	for (size_t u = 0; u < n; u++)
		for (size_t at = 0; at < n_items; at += CHUNK)
			block_chunk(s, users[u], at,
			    n_items - at < CHUNK ? n_items - at : CHUNK,
			    scores + u * n_items + at, s->work[worker]);
}

static const struct scorer_ops implicit_ops = {
	.prepare = prepare, .block = block, .pairs = pairs,
	.free = serving_free
};

static const struct scorer_ops ratings_ops = {
	.prepare = prepare, .block = block, .pairs = pairs, .any_pairs = 1,
	.free = serving_free
};

void
deepcf_serve(const struct deepcf *m, struct scorer *scorer)
{
	struct serving *s = mem_array("a model", 1, sizeof *s);

	s->m = m;
	scorer->state = s;
	scorer->ops = m->ratings ? &ratings_ops : &implicit_ops;
	scorer->predicts_ratings = m->ratings;
	scorer->unknown = m->ratings ? m->mean : NAN;
}

/* --- loading -------------------------------------------------------------- */

static int
load_settings(const struct st_file *f, struct deepcf *m)
{
	const char *feedback = st_meta(f, "feedback");
	double mean, min, max;

	m->ratings = feedback != NULL && strcmp(feedback, "ratings") == 0;
	if (!m->ratings)
		return 0;
	if (model_real(f, "mean", &mean) != 0 ||
	    model_real(f, "min", &min) != 0 ||
	    model_real(f, "max", &max) != 0)
		return -1;
	m->mean = (float)mean;
	m->min = (float)min;
	m->max = (float)max;
	return 0;
}

int
deepcf_load(struct scorer *scorer)
{
	struct st_file *f = scorer->file;
	const char *layers = st_meta(f, "layers");
	struct tower tower;
	struct serving *s;
	struct deepcf m;
	size_t factors;

	if (layers == NULL)
		return err_msg("%s: the metadata has no 'layers'", st_path(f));
	if (model_size(f, "factors", &factors) != 0 ||
	    tower_parse(layers, &tower) != 0)
		return -1;
	if (factors == 0)
		return err_msg("%s: a model of 0 factors", st_path(f));
	deepcf_init(&m, idmap_count(scorer->users), idmap_count(scorer->items),
	    factors, &tower);
	if (load_settings(f, &m) != 0 || params_load(m.params, f) != 0) {
		deepcf_release(&m);
		return -1;
	}
	deepcf_serve(&m, scorer);
	s = scorer->state;
	s->own = m;
	s->m = &s->own;
	scorer->value = NULL;
	return 0;
}
