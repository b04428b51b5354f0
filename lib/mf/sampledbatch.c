/* sampledbatch.c -- loss, gradient and step of a batch (sampled.h). */

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/sampled.h"
#include "mf/sampledpool.h"
#include "prep/alias.h"

enum {
	ROWS = 16,		/* rows of a product */
	DRAWN = 64,		/* drawn items of a product */
	VECTORS = 64		/* that one piece takes steps in */
};

static const uint32_t NONE = UINT32_MAX;

/* Vectors of one side that the batch touches. */
struct slots {
	uint32_t *of;			/* (ids) slot, or NONE */
	uint32_t *id;			/* (n of at most some) */
	size_t n;
	struct mat slope;		/* (at most some, k) dL/dx */
};

struct sampled_batch {
	const struct sampled_method *method;
	const struct mf_options *options;
	const struct csr *had;
	struct alias_slot *alias;	/* (items) */
	double *share;			/* (items) probability of a draw */
	int is_cosine;
	struct slots user, item;	/* items: those drawn come first */
	size_t n_drawn;			/* different ones */
	float *weight;			/* (n_drawn) */
	struct mat X, Y;		/* (rows, k), (n_drawn, k) */
	struct mat slope_X;		/* (rows, k) */
	float *G;			/* (rows, n_drawn) scores, slopes */
	float *score;			/* (rows, SAMPLED_HAD) the same */
	struct sampled_pool *pool;	/* or NULL */
	double *loss;			/* (rows) */
	/* of the batch at hand */
	struct sampled_side *users, *items;
	const struct sampled_chunk *row;
	const uint32_t *row_item;
	size_t n_rows;
	double rate;
};

const struct choice *
sampled_similarity_choice(size_t i)
{
	static const struct choice similarities[] = {
		{ "dot", "the product of the factors", NULL },
		{ "cosine", "that of factors of length 1", NULL },
	};

	return i < sizeof similarities / sizeof *similarities ?
	    &similarities[i] : NULL;
}

int
sampled_is_cosine(const struct sampled_method *m, const struct mf_options *o)
{
	return o->similarity == NULL ? m->similarity == SAMPLED_COSINE :
	    o->similarity == sampled_similarity_choice(SAMPLED_COSINE);
}

/* --- memory ------------------------------------------------------------- */

static void
slots_init(struct slots *s, size_t n_ids, size_t most, size_t k)
{
	s->of = mem_array("a batch", n_ids, sizeof *s->of);
	for (size_t i = 0; i < n_ids; i++)
		s->of[i] = NONE;
	s->id = mem_array("a batch", most, sizeof *s->id);
	mat_init(&s->slope, "slopes", most, k);
}

static void
slots_release(struct slots *s)
{
	free(s->of);
	free(s->id);
	mat_release(&s->slope);
}

/* Probabilities in proportion to interactions^X. */
static void
build_alias(struct sampled_batch *b, double exponent)
{
	const size_t n = b->had->cols;
	double sum = 0;

	b->alias = mem_array("odds of items", n, sizeof *b->alias);
	b->share = mem_array("odds of items", n, sizeof *b->share);
	for (uint64_t i = 0; i < csr_count(b->had); i++)
		b->share[b->had->indices[i]]++;
	for (size_t i = 0; i < n; i++)
		sum += b->share[i] = pow(b->share[i], exponent);
	for (size_t i = 0; i < n; i++)
		b->share[i] /= sum;
	alias_build(b->alias, b->share, n);
}

struct sampled_batch *
sampled_batch_new(const struct sampled_method *method,
    const struct mf_options *o, const struct csr *had,
    struct sampled_pool *pool, size_t n_rows)
{
	struct sampled_batch *b = mem_array("a batch", 1, sizeof *b);
	const size_t n = o->negatives, k = o->factors;
	const size_t touched = n + n_rows * (SAMPLED_HAD + (pool != NULL ?
	    pool->most : 0));

	b->method = method;
	b->options = o;
	b->had = had;
	b->pool = pool;
	b->is_cosine = sampled_is_cosine(method, o);
	build_alias(b, isnan(o->popularity) ? 0 : o->popularity);
	slots_init(&b->user, had->rows, n_rows, k);
	slots_init(&b->item, had->cols, touched < had->cols ? touched :
	    had->cols, k);
	b->weight = mem_array("a batch", n, sizeof *b->weight);
	mat_init(&b->X, "a batch", n_rows, k);
	mat_init(&b->slope_X, "a batch", n_rows, k);
	mat_init(&b->Y, "a batch", n, k);
	b->G = mem_array("a batch", n_rows, n * sizeof *b->G);
	b->score = mem_array("a batch", n_rows,
	    SAMPLED_HAD * sizeof *b->score);
	b->loss = mem_array("a batch", n_rows, sizeof *b->loss);
	return b;
}

void
sampled_batch_free(struct sampled_batch *b)
{
	if (b == NULL)
		return;
	free(b->alias);
	free(b->share);
	slots_release(&b->user);
	slots_release(&b->item);
	free(b->weight);
	mat_release(&b->X);
	mat_release(&b->Y);
	mat_release(&b->slope_X);
	free(b->G);
	free(b->score);
	free(b->loss);
	free(b);
}

static void
put_real(struct st_writer *w, const char *name, double x)
{
	if (!isnan(x))
		model_put_real(w, name, x);
}

void
sampled_batch_put(const struct sampled_batch *b, struct st_writer *w)
{
	const struct mf_options *o = b->options;

	model_put_real(w, "rate", o->rate);
	model_put_size(w, "negatives", o->negatives);
	put_real(w, "popularity", o->popularity);
	put_real(w, "temperature", o->temperature);
	put_real(w, "margin", o->margin);
	put_real(w, "negative-weight", o->negative_weight);
	if (b->pool != NULL) {
		model_put_real(w, "pooling", o->pooling);
		model_put_size(w, "pooled", o->pooled);
	}
	st_put_meta(w, "similarity", sampled_similarity_choice(b->is_cosine ?
	    SAMPLED_COSINE : SAMPLED_DOT)->name);
}

/* --- 1: which vectors --------------------------------------------------- */

static uint32_t
slot_for(struct slots *s, uint32_t id)
{
	if (s->of[id] == NONE) {
		s->of[id] = (uint32_t)s->n;
		s->id[s->n++] = id;
	}
	return s->of[id];
}

/* One that is drawn c times of N, with probability q each time, stands for
 * c / (N q) of |items|. */
static void
draw(struct sampled_batch *b, uint64_t seed, uint64_t number)
{
	const size_t n = b->options->negatives;
	const uint32_t n_items = (uint32_t)b->had->cols;
	struct rng r;

	rng_init(&r, seed, rng_stream("sampled.items", number));
	memset(b->weight, 0, n * sizeof *b->weight);
	for (size_t i = 0; i < n; i++)
		b->weight[slot_for(&b->item, alias_draw(b->alias, n_items,
		    rng_u64(&r)))]++;
	b->n_drawn = b->item.n;
	for (size_t j = 0; j < b->n_drawn; j++)
		b->weight[j] /= (float)(b->share[b->item.id[j]] *
		    (double)n_items * (double)n);
}

static struct sampled_rows
rows_of(const struct sampled_batch *b)
{
	return (struct sampled_rows){ b->had, b->row, b->row_item,
		&b->users->own, b->items->factors };
}

static void
make_slots(struct sampled_batch *b, size_t r)
{
	const struct sampled_rows rows = rows_of(b);
	const struct sampled_chunk *row = &b->row[r];
	const size_t pooled = b->pool == NULL ? 0 :
	    sampled_pool_count(b->pool, &rows, r);

	slot_for(&b->user, row->user);
	for (size_t i = 0; i < row->n; i++)
		slot_for(&b->item, b->row_item[row->from + i]);
	for (size_t i = 0; i < pooled; i++)
		slot_for(&b->item, sampled_pool_item(&rows, r, i));
}

static void
gather_piece(void *arg, size_t piece, size_t worker)
{
	const struct sampled_batch *b = arg;
	const size_t k = b->Y.cols;

	(void)worker;
	for (size_t j = piece * VECTORS; j < (piece + 1) * VECTORS &&
	    j < b->n_drawn; j++)
		memcpy(mat_row(&b->Y, j), mat_row(b->items->factors,
		    b->item.id[j]), k * sizeof *b->Y.x);
}

/* --- 2: scores and slopes ----------------------------------------------- */

/* What the user had is not among the drawn. */
static void
leave_out_had(const struct sampled_batch *b, uint32_t user, float *scores)
{
	const struct csr *m = b->had;

	for (uint64_t i = m->indptr[user]; i < m->indptr[user + 1]; i++) {
		const uint32_t slot = b->item.of[m->indices[i]];

		if (slot < b->n_drawn)
			scores[slot] = -INFINITY;
	}
}

static void
row_loss(const struct sampled_batch *b, size_t r)
{
	const struct sampled_chunk *row = &b->row[r];
	const size_t k = b->X.cols;
	const float *x = mat_row(&b->X, r);
	const struct sampled_row seen = { b->score + r * SAMPLED_HAD, row->n,
		b->G + r * b->n_drawn, b->weight, b->n_drawn, b->had->cols,
		r * 2654435761 % b->n_drawn };

	for (size_t i = 0; i < row->n; i++)
		seen.had[i] = vec_dot(x, mat_row(b->items->factors,
		    b->row_item[row->from + i]), k);
	leave_out_had(b, row->user, seen.drawn);
	b->loss[r] = b->method->loss(b->options, &seen);
}

/* X of some rows */
static void
set_users(struct sampled_batch *b, size_t first, size_t n)
{
	const struct sampled_rows rows = rows_of(b);

	if (b->pool != NULL)
		sampled_pool_rows(b->pool, &rows, first, n, &b->X);
	for (size_t r = first; r < first + n && b->pool == NULL; r++)
		memcpy(mat_row(&b->X, r), mat_row(b->users->factors,
		    b->row[r].user), b->X.cols * sizeof *b->X.x);
}

static void
score_piece(void *arg, size_t piece, size_t worker)
{
	struct sampled_batch *b = arg;
	const size_t k = b->X.cols, first = piece * ROWS;
	const size_t left = b->n_rows - first, n = left < ROWS ? left : ROWS;
	float *G = b->G + first * b->n_drawn;

	(void)worker;
	set_users(b, first, n);
	blas_gemm(0, 1, n, b->n_drawn, k, 1, mat_row(&b->X, first), k,
	    b->Y.x, k, 0, G, b->n_drawn);
	for (size_t r = first; r < first + n; r++)
		row_loss(b, r);
	blas_gemm(0, 0, n, k, b->n_drawn, 1, G, b->n_drawn, b->Y.x, k, 0,
	    mat_row(&b->slope_X, first), k);
	for (size_t r = first; r < first + n; r++)
		for (size_t i = 0; i < b->row[r].n; i++)
			vec_axpy(b->score[r * SAMPLED_HAD + i],
			    mat_row(b->items->factors,
			    b->row_item[b->row[r].from + i]),
			    mat_row(&b->slope_X, r), k);
	if (b->pool != NULL)
		sampled_pool_slopes(b->pool, first, n, &b->X, &b->slope_X);
}

/* dL/dY = G' X, some rows of it */
static void
drawn_piece(void *arg, size_t piece, size_t worker)
{
	const struct sampled_batch *b = arg;
	const size_t k = b->X.cols, first = piece * DRAWN;
	const size_t left = b->n_drawn - first;

	(void)worker;
	blas_gemm(1, 0, left < DRAWN ? left : DRAWN, k, b->n_rows, 1,
	    b->G + first, b->n_drawn, b->X.x, k, 0,
	    mat_row(&b->item.slope, first), k);
}

/* What row r says of the items that its user is made of. */
static void
add_pooled(struct sampled_batch *b, size_t r)
{
	const struct sampled_rows rows = rows_of(b);
	const size_t n = sampled_pool_count(b->pool, &rows, r);

	for (size_t i = 0; i < n; i++)
		vec_axpy(1 / (float)n, mat_row(&b->pool->mean, r),
		    mat_row(&b->item.slope, b->item.of[sampled_pool_item(&rows,
		    r, i)]), b->X.cols);
}

/* What rows say of the vectors that they share. */
static void
add_up(struct sampled_batch *b)
{
	const size_t k = b->X.cols;
	const float by_own = b->pool != NULL ? 1 - b->pool->share : 1;

	memset(b->user.slope.x, 0, b->user.n * k * sizeof *b->user.slope.x);
	memset(b->item.slope.x + b->n_drawn * k, 0, (b->item.n - b->n_drawn) *
	    k * sizeof *b->item.slope.x);
	for (size_t r = 0; r < b->n_rows; r++) {
		const struct sampled_chunk *row = &b->row[r];

		vec_axpy(by_own, mat_row(&b->slope_X, r),
		    mat_row(&b->user.slope, b->user.of[row->user]), k);
		for (size_t i = 0; i < row->n; i++)
			vec_axpy(b->score[r * SAMPLED_HAD + i],
			    mat_row(&b->X, r), mat_row(&b->item.slope,
			    b->item.of[b->row_item[row->from + i]]), k);
		if (b->pool != NULL)
			add_pooled(b, r);
	}
}

/* --- 3: steps ----------------------------------------------------------- */

static void
take_step(const struct sampled_batch *b, struct sampled_side *side,
    uint32_t id, float *slope)
{
	const size_t k = b->X.cols;
	float *factors = mat_row(side->factors, id), *x = side->own.x != NULL ?
	    mat_row(&side->own, id) : factors;

	if (side->is_unit) {
		vec_axpy(-vec_dot(slope, factors, k), factors, slope, k);
		vec_scale((float)(1 / sqrt(vec_square_sum(x, k))), slope, k);
	} else if (!b->is_cosine) {
		vec_axpy((float)b->options->lambda, x, slope, k);
	}
	side->steps[id]++;
	sampled_adam(x, mat_row(&side->first, id), mat_row(&side->second, id),
	    slope, k, side->steps[id], b->rate);
	if (side->is_unit)
		sampled_side_unit(side, id);
}

static void
step_piece(void *arg, size_t piece, size_t worker)
{
	const struct sampled_batch *b = arg;

	(void)worker;
	for (size_t i = piece * VECTORS; i < (piece + 1) * VECTORS &&
	    i < b->user.n + b->item.n; i++) {
		const size_t j = i - b->user.n;

		if (i < b->user.n)
			take_step(b, b->users, b->user.id[i],
			    mat_row(&b->user.slope, i));
		else
			take_step(b, b->items, b->item.id[j],
			    mat_row(&b->item.slope, j));
	}
}

static void
forget(struct slots *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->of[s->id[i]] = NONE;
	s->n = 0;
}

double
sampled_batch_run(struct sampled_batch *b, struct sampled_side *user,
    struct sampled_side *item, const struct sampled_chunk *rows, size_t n,
    const uint32_t *items, uint64_t seed, uint64_t number, double rate)
{
	double loss = 0;

	assert(n <= b->X.rows);
	b->users = user;
	b->items = item;
	b->row = rows;
	b->n_rows = n;
	b->row_item = items;
	b->rate = rate;
	draw(b, seed, number);
	for (size_t r = 0; r < n; r++)
		make_slots(b, r);
	par_for(par_pieces(b->n_drawn, VECTORS), gather_piece, b);
	par_for(par_pieces(n, ROWS), score_piece, b);
	par_for(par_pieces(b->n_drawn, DRAWN), drawn_piece, b);
	if (b->pool != NULL)
		sampled_pool_back(b->pool, n, &b->slope_X, rate);
	add_up(b);
	if (rate > 0)
		par_for(par_pieces(b->user.n + b->item.n, VECTORS),
		    step_piece, b);
	forget(&b->user);
	forget(&b->item);
	for (size_t r = 0; r < n; r++)
		loss += b->loss[r];
	return loss;
}
