#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/update.h"

enum {
	PIECE = 4096,		/* floats of a piece of work, about */
	LINE = 16		/* floats of a cache line */
};

#define NONE UINT32_MAX

/* The rows of one sparse parameter that a batch touched.  Touches are
 * numbered through all shards; those of a row are a chain. */
struct rows {
	struct param *p;
	uint32_t *place;	/* (p->rows) in `row`, or NONE */
	uint32_t *row;		/* (n of most) those touched */
	uint32_t *first, *last;	/* (n) chains */
	uint32_t *next;		/* (touches) */
	float *scale;		/* (touches) */
	const float **g;	/* (touches) */
	size_t n, most;
	size_t per_piece;	/* rows of a piece */
};

/* A piece of dense parameters. */
struct stretch {
	const struct param *p;
	size_t from, n;		/* of the block */
};

struct update {
	struct params *ps;
	float *m, *v;		/* (ps->size) or NULL */
	struct rows *rows;	/* (n_rows) sparse ones that learn */
	size_t n_rows;
	struct stretch *stretch;	/* (n_stretches) */
	size_t n_stretches, cap_stretches;
	float **sum;		/* (threads) (widest sparse row) */
	size_t n_threads;
	/* of the step that is taken */
	struct shard *const *shards;
	size_t n_shards;
	struct optim_step step;
};

static void
rows_init(struct rows *r, struct param *p, size_t touches)
{
	assert(touches < NONE);
	r->p = p;
	r->most = touches < p->rows ? touches : p->rows;
	r->place = mem_array("gradients", p->rows, sizeof *r->place);
	for (size_t i = 0; i < p->rows; i++)
		r->place[i] = NONE;
	r->row = mem_array("gradients", r->most, sizeof *r->row);
	r->first = mem_array("gradients", r->most, sizeof *r->first);
	r->last = mem_array("gradients", r->most, sizeof *r->last);
	r->next = mem_array("gradients", touches, sizeof *r->next);
	r->scale = mem_array("gradients", touches, sizeof *r->scale);
	r->g = mem_array("gradients", touches, sizeof(float *));
	r->per_piece = p->cols < PIECE ? PIECE / p->cols : 1;
}

static void
add_stretches(struct update *u, const struct param *p)
{
	const size_t n = p->rows * p->cols;

	for (size_t at = 0; at < n; at += PIECE) {
		u->stretch = mem_grow("gradients", u->stretch,
		    &u->cap_stretches, u->n_stretches + 1,
		    sizeof *u->stretch);
		u->stretch[u->n_stretches++] = (struct stretch){ p,
			p->offset + at, n - at < PIECE ? n - at : PIECE };
	}
}

struct update *
update_new(const struct plan *plan, struct params *ps, enum optim_rule rule,
    size_t n_shards)
{
	struct update *u = mem_array("optimiser", 1, sizeof *u);
	size_t widest = 1;

	u->ps = ps;
	if (optim_needs_m(rule))
		u->m = mem_array("optimiser", ps->size, sizeof(float));
	if (optim_needs_v(rule))
		u->v = mem_array("optimiser", ps->size, sizeof(float));
	u->rows = mem_array("optimiser", ps->n_sparse, sizeof *u->rows);
	for (size_t i = 0; i < ps->n; i++) {
		struct param *p = ps->p[i];

		if (p->spec.frozen)
			continue;
		if (!p->spec.sparse) {
			add_stretches(u, p);
			continue;
		}
		rows_init(&u->rows[u->n_rows++], p,
		    plan->touches[p->number_sparse] * n_shards);
		if (p->cols > widest)
			widest = p->cols;
	}
	u->n_threads = par_threads();
	u->sum = mem_array("optimiser", u->n_threads, sizeof(float *));
	for (size_t i = 0; i < u->n_threads; i++)
		u->sum[i] = mem_array("optimiser", widest, sizeof(float));
	return u;
}

void
update_free(struct update *u)
{
	if (u == NULL)
		return;
	for (size_t i = 0; i < u->n_rows; i++) {
		struct rows *r = &u->rows[i];

		free(r->place);
		free(r->row);
		free(r->first);
		free(r->last);
		free(r->next);
		free(r->scale);
		free(r->g);
	}
	for (size_t i = 0; i < u->n_threads; i++)
		free(u->sum[i]);
	free(u->sum);
	free(u->rows);
	free(u->stretch);
	free(u->m);
	free(u->v);
	free(u);
}

/* 1: the rows that were touched, and the chain of gradients of each. */
static void
find_rows(void *arg, size_t i, size_t worker)
{
	struct update *u = arg;
	struct rows *r = &u->rows[i];
	uint32_t t = 0;

	(void)worker;
	r->n = 0;
	for (size_t s = 0; s < u->n_shards; s++) {
		const struct touches *touches =
		    &u->shards[s]->touches[r->p->number_sparse];

		for (size_t k = 0; k < touches->n; k++, t++) {
			uint32_t *place = &r->place[touches->row[k]];

			r->scale[t] = touches->scale[k];
			r->g[t] = touches->g[k];
			r->next[t] = NONE;
			if (*place == NONE) {
				*place = (uint32_t)r->n++;
				r->row[*place] = touches->row[k];
				r->first[*place] = t;
			} else {
				r->next[r->last[*place]] = t;
			}
			r->last[*place] = t;
		}
	}
	for (size_t k = 0; k < r->n; k++)
		r->place[r->row[k]] = NONE;
}

static float *
at(float *moments, size_t offset)
{
	return moments != NULL ? moments + offset : NULL;
}

/* 2a: a stretch of dense parameters. */
static void
move_dense(struct update *u, const struct stretch *s)
{
	float *g = u->shards[0]->grad + s->from;

	for (size_t i = 1; i < u->n_shards; i++)
		vec_axpy(1, u->shards[i]->grad + s->from, g, s->n);
	optim_move(&u->step, s->p->spec.no_decay, u->ps->block + s->from, g,
	    at(u->m, s->from), at(u->v, s->from), s->n);
}

/* Rows lie anywhere in tables that are larger than caches: the next one is
 * called for while this one is worked on. */
static void
fetch(const struct update *u, size_t offset, size_t cols)
{
	for (size_t c = 0; c < cols; c += LINE) {
		__builtin_prefetch(u->ps->block + offset + c, 1);
		if (u->m != NULL)
			__builtin_prefetch(u->m + offset + c, 1);
		if (u->v != NULL)
			__builtin_prefetch(u->v + offset + c, 1);
	}
}

static int
is_not_one(float x)
{
	return x < 1 || x > 1;
}

/* 2b: some of the rows of a sparse parameter; sum (cols) is scratch. */
static void
move_rows(struct update *u, const struct rows *r, size_t from, float *sum)
{
	const size_t cols = r->p->cols;
	const size_t to = from + r->per_piece < r->n ? from + r->per_piece :
	    r->n;

	for (size_t k = from; k < to; k++) {
		const size_t offset = r->p->offset + r->row[k] * cols;
		uint32_t t = r->first[k];
		const float *g = r->g[t];

		if (k + 1 < to)
			fetch(u, r->p->offset + r->row[k + 1] * cols, cols);
		if (r->next[t] != NONE || is_not_one(r->scale[t])) {
			memset(sum, 0, cols * sizeof *sum);
			for (; t != NONE; t = r->next[t])
				vec_axpy(r->scale[t], r->g[t], sum, cols);
			g = sum;
		}
		optim_move(&u->step, r->p->spec.no_decay,
		    u->ps->block + offset, g, at(u->m, offset),
		    at(u->v, offset), cols);
	}
}

/* Piece i of the dense parameters, then of the rows of each sparse one. */
static void
move_piece(void *arg, size_t i, size_t worker)
{
	struct update *u = arg;
	const unsigned mode = kernel_flush_tiny();

	if (i < u->n_stretches) {
		move_dense(u, &u->stretch[i]);
	} else {
		const struct rows *r = u->rows;
		size_t pieces = par_pieces(r->n, r->per_piece);

		for (i -= u->n_stretches; i >= pieces; r++) {
			i -= pieces;
			pieces = par_pieces(r[1].n, r[1].per_piece);
		}
		move_rows(u, r, i * r->per_piece, u->sum[worker]);
	}
	kernel_flush_end(mode);
}

void
update_step(struct update *u, struct shard *const *shards, size_t n,
    const struct optim_step *step)
{
	size_t pieces = u->n_stretches;

	u->shards = shards;
	u->n_shards = n;
	u->step = *step;
	par_for(u->n_rows, find_rows, u);
	for (size_t i = 0; i < u->n_rows; i++)
		pieces += par_pieces(u->rows[i].n, u->rows[i].per_piece);
	par_for(pieces, move_piece, u);
}
