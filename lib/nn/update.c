#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/kernelslots.h"
#include "nn/touched.h"
#include "nn/update.h"

enum {
	PIECE = 4096,		/* floats of a piece of work, about */
	WIDE = 64,		/* columns of rows that move where they are */
	AHEAD = 4,		/* rows that are called for before */
	LINE = 16,		/* floats of a cache line */
	TABLES = 3,		/* of a sparse parameter's rows: weights and
				 * moments */
	SCRATCH = TABLES + 2	/* the same, gradients, what own rows are
				 * multiplied by */
};

/* A piece of dense parameters. */
struct stretch {
	const struct param *p;
	size_t from, n;		/* of the block */
};

struct update {
	struct params *ps;
	float *m, *v;		/* (ps->size) or NULL */
	struct touched *touched;
	struct stretch *stretch;	/* (n_stretches) */
	size_t n_stretches, cap_stretches;
	float **rows;		/* (threads) (SCRATCH, most) rows of tables */
	size_t n_threads, most;
	float *saved;		/* (touched_floats) rows before they were
				 * moved; NULL: they never were */
	float length;
	double *square;		/* (cap_squares) of the gradient, by piece */
	size_t cap_squares;
	/* of the step that is taken */
	struct shard *const *shards;
	size_t n_shards;	/* whose dense gradients are yet to be added */
	struct optim_step step, row_step;
	float factor;		/* of the gradient */
};

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
update_new(const struct plan *plan, struct params *ps,
    const struct optim *optim, size_t n_shards)
{
	struct update *u = mem_array("optimiser", 1, sizeof *u);
	u->ps = ps;
	if (optim_needs_m(optim->rule))
		u->m = mem_array("optimiser", ps->size, sizeof(float));
	if (optim_needs_v(optim->rule))
		u->v = mem_array("optimiser", ps->size, sizeof(float));
	u->touched = touched_new(plan, ps, n_shards);
	for (size_t i = 0; i < ps->n; i++) {
		const struct param *p = ps->p[i];

		if (u->m != NULL)
			optim_begin(optim, p->spec.no_decay, p->x,
			    u->m + p->offset, p->rows * p->cols);
		if (!p->spec.sparse && param_learns(p))
			add_stretches(u, p);
	}
	u->n_threads = par_threads();
	u->most = touched_most(u->touched);
	u->rows = mem_array("optimiser", u->n_threads, sizeof(float *));
	for (size_t i = 0; i < u->n_threads; i++)
		u->rows[i] = mem_array("optimiser", u->most,
		    SCRATCH * sizeof(float));
	return u;
}

void
update_free(struct update *u)
{
	if (u == NULL)
		return;
	for (size_t i = 0; i < u->n_threads; i++)
		free(u->rows[i]);
	free(u->rows);
	touched_free(u->touched);
	free(u->stretch);
	free(u->saved);
	free(u->square);
	free(u->m);
	free(u->v);
	free(u);
}

size_t
update_moments_bytes(const struct update *u)
{
	return ((size_t)(u->m != NULL) + (size_t)(u->v != NULL)) *
	    u->ps->size * sizeof(float);
}

size_t
update_rows_bytes(const struct update *u)
{
	return touched_bytes(u->touched);
}

float *
update_m(struct update *u)
{
	return u->m;
}

float *
update_v(struct update *u)
{
	return u->v;
}

static float *
at(float *moments, size_t offset)
{
	return moments != NULL ? moments + offset : NULL;
}

/* The gradient of a stretch: of all shards, in the first. */
static float *
add_shards(const struct update *u, const struct stretch *s)
{
	float *g = u->shards[0]->grad + s->from;

	for (size_t i = 1; i < u->n_shards; i++)
		vec_axpy(1, u->shards[i]->grad + s->from, g, s->n);
	return g;
}

/* --- how long the gradient is --------------------------------------------- */

static double
square(const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)x[i];
	return sum;
}

/* Piece i, as move_piece() has them. */
static void
measure_piece(void *arg, size_t i, size_t worker)
{
	struct update *u = arg;

	u->square[i] = 0;
	if (i < u->n_stretches) {
		const struct stretch *s = &u->stretch[i];

		u->square[i] = square(add_shards(u, s), s->n);
	} else {
		const struct touched_rows r = touched_rows(u->touched,
		    i - u->n_stretches);

		touched_gradient(&r, 1, u->rows[worker]);
		u->square[i] = square(u->rows[worker], r.n * r.p->cols);
	}
}

/* What the gradient is multiplied by, to be no longer than `clip`. */
static float
shorten(struct update *u, double clip, size_t pieces)
{
	double sum = 0;

	u->square = mem_grow("gradients", u->square, &u->cap_squares, pieces,
	    sizeof *u->square);
	par_for(pieces, measure_piece, u);
	u->n_shards = 1;
	for (size_t i = 0; i < pieces; i++)
		sum += u->square[i];
	return sum > clip * clip ? (float)(clip / sqrt(sum)) : 1;
}

/* --- statistics ----------------------------------------------------------- */

/* Toward the mean of what the examples of the shards left. */
static void
follow(const struct update *u, const struct param *p,
    struct shard *const *shards, size_t n)
{
	double examples = 0;

	if (p->spec.statistic == PARAM_NO_STATISTIC || p->spec.frozen)
		return;
	for (size_t s = 0; s < n; s++)
		examples += (double)shards[s]->examples;
	for (size_t i = 0; i < p->rows * p->cols; i++) {
		double sum = 0;

		for (size_t s = 0; s < n; s++)
			sum += (double)shards[s]->examples *
			    (double)shards[s]->grad[p->offset + i];
		p->x[i] += u->step.follow * ((float)(sum / examples) -
		    p->x[i]);
	}
}

/* --- the step ------------------------------------------------------------- */

/* Of a stretch of dense parameters. */
static void
move_dense(struct update *u, const struct stretch *s)
{
	float *g = add_shards(u, s);

	if (u->factor < 1)
		for (size_t i = 0; i < s->n; i++)
			g[i] *= u->factor;
	optim_move(&u->step, s->p->spec.no_decay, u->ps->block + s->from, g,
	    at(u->m, s->from), at(u->v, s->from), s->n);
}

struct tables {
	float *x[TABLES];	/* (p->rows, p->cols) or NULL */
};

static struct tables
tables_of(const struct update *u, const struct param *p)
{
	return (struct tables){ { u->ps->block + p->offset,
		at(u->m, p->offset), at(u->v, p->offset) } };
}

/* Rows of a sparse parameter that move. */
struct moving {
	const struct param *p;
	const uint32_t *row;	/* (n) */
	size_t n;
	float *g;		/* (n, p->cols) */
};

/* Rows that are long: each where it is. */
static void
move_wide(const struct update *u, const struct moving *r,
    const struct optim_step *step)
{
	const struct tables t = tables_of(u, r->p);
	const size_t d = r->p->cols;

	for (size_t k = 0; k < r->n; k++) {
		const size_t from = r->row[k] * d;

		for (size_t i = 0; k + AHEAD < r->n && i < TABLES; i++)
			for (size_t c = 0; t.x[i] != NULL && c < d; c += LINE)
				__builtin_prefetch(t.x[i] +
				    r->row[k + AHEAD] * d + c, 1);
		optim_move(step, r->p->spec.no_decay, t.x[0] + from,
		    r->g + k * d, at(t.x[1], from), at(t.x[2], from), d);
	}
}

/* Others are brought together, in scratch (3, most): weights, moments. */
static void
move_narrow(const struct update *u, const struct moving *r, const float *own,
    const struct optim_step *step, float *scratch)
{
	const struct tables t = tables_of(u, r->p);
	const size_t n = r->n, d = r->p->cols, most = u->most;

	for (size_t i = 0; i < TABLES; i++)
		if (t.x[i] != NULL)
			kernel_get_rows(scratch + i * most, t.x[i], r->row, n,
			    d);
	if (own != NULL)
		kernel_add_own(r->g, scratch, own, n, d);
	optim_move(step, r->p->spec.no_decay, scratch, r->g, scratch + most,
	    scratch + 2 * most, n * d);
	for (size_t i = 0; i < TABLES; i++)
		if (t.x[i] != NULL)
			kernel_put_rows(t.x[i], scratch + i * most, r->row, n,
			    d);
}

/* own (r->n) or NULL is what the rows themselves are multiplied by in their
 * gradient; r->g is of no more than u->most floats. */
static void
move_rows(struct update *u, const struct moving *r, const float *own,
    float *scratch)
{
	const struct optim_step *step = r->p->cols > 1 ? &u->row_step :
	    &u->step;

	if (r->p->cols >= WIDE && own == NULL)
		move_wide(u, r, step);
	else
		move_narrow(u, r, own, step, scratch);
}

/* Of some of the rows that were touched; scratch is (SCRATCH, most). */
static void
move_touched(struct update *u, const struct touched_rows *r, float *scratch)
{
	const struct moving moving = { r->p, r->row, r->n, scratch };
	float *own = scratch + (TABLES + 1) * u->most;
	const int has_own = u->step.l2 > 0 && r->p->cols > 1;

	touched_gradient(r, u->factor, scratch);
	if (has_own)
		touched_times(r, u->step.l2 / u->step.gain, own);
	move_rows(u, &moving, has_own ? own : NULL, scratch + u->most);
}

/* Piece i of the dense parameters, then of the rows of the sparse ones. */
static void
move_piece(void *arg, size_t i, size_t worker)
{
	struct update *u = arg;
	const unsigned mode = kernel_flush_tiny();

	if (i < u->n_stretches) {
		move_dense(u, &u->stretch[i]);
	} else {
		const struct touched_rows r = touched_rows(u->touched,
		    i - u->n_stretches);

		move_touched(u, &r, u->rows[worker]);
	}
	kernel_flush_end(mode);
}

/* Statistics, after the rest. */
static void
follow_all(const struct update *u, struct shard *const *shards, size_t n)
{
	for (size_t i = 0; i < u->ps->n; i++)
		follow(u, u->ps->p[i], shards, n);
}

void
update_begin(struct update *u, const struct optim_step *step)
{
	u->step = *step;
	u->row_step = optim_row_step(step);
	u->factor = 1;
}

void
update_step(struct update *u, struct shard *const *shards, size_t n,
    const struct optim_step *step, double clip)
{
	size_t pieces;

	update_begin(u, step);
	u->shards = shards;
	u->n_shards = n;
	touched_find(u->touched, shards, n);
	pieces = u->n_stretches + touched_pieces(u->touched);
	if (clip > 0)
		u->factor = shorten(u, clip, pieces);
	par_for(pieces, move_piece, u);
	follow_all(u, shards, n);
}

void
update_dense(struct update *u, struct shard *const *shards, size_t n)
{
	u->shards = shards;
	u->n_shards = n;
	par_for(u->n_stretches, move_piece, u);
	follow_all(u, shards, n);
}

void
update_rows(struct update *u, const struct param *p, const uint32_t *row,
    size_t n, float *g, const float *own, size_t worker)
{
	const size_t step = u->most / p->cols;

	for (size_t k = 0; k < n; k += step) {
		const struct moving moving = { p, row + k,
			n - k < step ? n - k : step, g + k * p->cols };

		move_rows(u, &moving, own != NULL ? own + k : NULL,
		    u->rows[worker]);
	}
}

/* --- moved for a while ---------------------------------------------------- */

static void
perturb_piece(void *arg, size_t i, size_t worker)
{
	struct update *u = arg;
	const struct touched_rows r = touched_rows(u->touched, i);
	const size_t cols = r.p->cols;
	const float *g = u->rows[worker];

	touched_gradient(&r, 1, u->rows[worker]);
	for (size_t k = 0; cols > 1 && k < r.n; k++, g += cols) {
		const double norm = sqrt(square(g, cols));
		float *x = u->ps->block + r.p->offset + r.row[k] * cols;

		memcpy(u->saved + r.at + k * cols, x, cols * sizeof *x);
		if (norm > 0)
			vec_axpy((float)((double)u->length / norm), g, x,
			    cols);
	}
}

static void
restore_piece(void *arg, size_t i, size_t worker)
{
	struct update *u = arg;
	const struct touched_rows r = touched_rows(u->touched, i);
	const size_t cols = r.p->cols;

	(void)worker;
	for (size_t k = 0; cols > 1 && k < r.n; k++)
		memcpy(u->ps->block + r.p->offset + r.row[k] * cols,
		    u->saved + r.at + k * cols, cols * sizeof *u->saved);
}

void
update_perturb(struct update *u, struct shard *const *shards, size_t n,
    double length)
{
	if (u->saved == NULL)
		u->saved = mem_array("rows moved", touched_floats(u->touched),
		    sizeof *u->saved);
	u->length = (float)length;
	touched_find(u->touched, shards, n);
	par_for(touched_pieces(u->touched), perturb_piece, u);
}

void
update_restore(struct update *u)
{
	par_for(touched_pieces(u->touched), restore_piece, u);
}
