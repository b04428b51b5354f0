#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/gram.h"
#include "knn/itemitem.h"
#include "knn/need.h"
#include "knn/past.h"
#include "knn/rowlists.h"
#include "knn/slim.h"
#include "knn/weighting.h"
#include "linalg/vec.h"
#include "model/model.h"

enum {
	PIECES = 32,		/* of parallel work between two ticks */
	GROWTH = 64,		/* coordinates that join at a time */
	SWEEPS = 100		/* over the coordinates before others join */
};

/* Slopes below this, as a share of G_jj, are none. */
static const double flat = 1e-3;

/* One worker's memory for a column; A is the set of `n` coordinates. */
struct column {
	float *slope;		/* (items) G_ij - sum_k G_ik w_k */
	float *open;		/* (items) the same of what may join */
	struct topk_item *joining;	/* (GROWTH) */
	struct topk_item *found;	/* (items) */
	uint32_t *who;		/* (n of items) A */
	double *w, *own;	/* (n) their weights, and slopes */
	float *G;		/* (n, n) of A, in rows of `stride` */
	size_t n, cap_G;
};

struct job {
	const struct mat *G;
	const struct slim_options *options;
	const uint32_t *ranks;
	size_t first;
	struct column *columns;	/* (workers) */
	struct rowlists found;
};

/* slope (items) <- G_:j - G w */
static void
find_slopes(const struct job *job, struct column *c, size_t j)
{
	const size_t n = job->G->cols;

	memcpy(c->slope, mat_row(job->G, j), n * sizeof *c->slope);
	for (size_t a = 0; a < c->n; a++)
		if (c->w[a] > 0)
			vec_axpy((float)-c->w[a], mat_row(job->G, c->who[a]),
			    c->slope, n);
}

/* Adds the coordinates whose weights should grow from 0 the most; returns
 * how many. */
static size_t
grow(const struct job *job, struct column *c, size_t j)
{
	const size_t n = job->G->cols;
	const float least = (float)(job->options->l1 +
	    flat * (double)mat_row(job->G, j)[j]);
	size_t found;

	for (size_t i = 0; i < n; i++)
		c->open[i] = c->slope[i] > least ? c->slope[i] : -INFINITY;
	c->open[j] = -INFINITY;
	for (size_t a = 0; a < c->n; a++)
		c->open[c->who[a]] = -INFINITY;
	found = topk_select(c->open, n, job->ranks, GROWTH, c->joining);
	for (size_t i = 0; i < found; i++) {
		c->who[c->n] = c->joining[i].item;
		c->w[c->n++] = 0;
	}
	return found;
}

/* G (n, n) <- what A needs of the large one. */
static void
gather(const struct job *job, struct column *c)
{
	c->G = mem_grow("a column", c->G, &c->cap_G, c->n * c->n,
	    sizeof *c->G);
	for (size_t a = 0; a < c->n; a++) {
		const float *row = mat_row(job->G, c->who[a]);

		for (size_t b = 0; b < c->n; b++)
			c->G[a * c->n + b] = row[c->who[b]];
	}
}

/* Sets each weight of A to its best, the others given, until none moves. */
static void
descend(const struct job *job, struct column *c, double still)
{
	const struct slim_options *o = job->options;
	double moved = INFINITY;

	for (int sweep = 0; sweep < SWEEPS && moved > still; sweep++) {
		moved = 0;
		for (size_t a = 0; a < c->n; a++) {
			const float *row = c->G + a * c->n;
			const double square = (double)row[a];
			const double w = fmax((c->own[a] + square * c->w[a] -
			    o->l1) / (square + o->lambda), 0);
			const double step = w - c->w[a];

			if (!(fabs(step) > 0))
				continue;
			for (size_t b = 0; b < c->n; b++)
				c->own[b] -= step * (double)row[b];
			c->w[a] = w;
			moved = fmax(moved, fabs(step) * square);
		}
	}
}

static void
solve_column(const struct job *job, struct column *c, size_t j)
{
	const double still = flat / 4 * (double)mat_row(job->G, j)[j];

	c->n = 0;
	find_slopes(job, c, j);
	while (grow(job, c, j) > 0) {
		gather(job, c);
		for (size_t a = 0; a < c->n; a++)
			c->own[a] = (double)c->slope[c->who[a]];
		descend(job, c, still);
		find_slopes(job, c, j);
	}
}

static void
solve_piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	struct column *c = &job->columns[worker];
	const size_t top = job->options->top;
	size_t j, end;

	for (rowlists_rows(&job->found, job->first + i, &j, &end); j < end;
	    j++) {
		size_t n;

		solve_column(job, c, j);
		for (size_t k = 0; k < job->G->cols; k++)
			c->open[k] = -INFINITY;
		for (size_t a = 0; a < c->n; a++)
			if (c->w[a] > 0)
				c->open[c->who[a]] = (float)c->w[a];
		n = topk_select(c->open, job->G->cols, job->ranks,
		    top == 0 || top > c->n ? c->n : top, c->found);
		rowlists_add(&job->found, j, c->found, n);
	}
}

static void
column_init(struct column *c, size_t n)
{
	c->slope = mem_array("a column", n, sizeof *c->slope);
	c->open = mem_array("a column", n, sizeof *c->open);
	c->joining = mem_array("a column", GROWTH, sizeof *c->joining);
	c->found = mem_array("a column", n, sizeof *c->found);
	c->who = mem_array("a column", n + GROWTH, sizeof *c->who);
	c->w = mem_array("a column", n + GROWTH, sizeof *c->w);
	c->own = mem_array("a column", n + GROWTH, sizeof *c->own);
}

static void
column_release(struct column *c)
{
	free(c->slope);
	free(c->open);
	free(c->joining);
	free(c->found);
	free(c->who);
	free(c->w);
	free(c->own);
	free(c->G);
}

void
slim_solve(const struct mat *G, const struct slim_options *o,
    const uint32_t *ranks, struct tick *tick, struct csr *W)
{
	const size_t n = G->cols, n_workers = par_threads();
	struct job job = { .G = G, .options = o, .ranks = ranks };
	struct csr columns;

	job.columns = mem_array("columns", n_workers, sizeof *job.columns);
	for (size_t i = 0; i < n_workers; i++)
		column_init(&job.columns[i], n);
	rowlists_init(&job.found, n, n);
	for (; job.first < job.found.n_pieces; job.first += PIECES) {
		const size_t left = job.found.n_pieces - job.first;

		tick_at(tick, job.first * ROWLISTS_ROWS, n);
		par_for(left < PIECES ? left : PIECES, solve_piece, &job);
	}
	tick_at(tick, n, n);
	rowlists_end(&job.found, &columns);
	csr_transpose(&columns, W);
	csr_release(&columns);
	for (size_t i = 0; i < n_workers; i++)
		column_release(&job.columns[i]);
	free(job.columns);
}

int
slim_train(const struct knn_task *task, struct knn_result *result)
{
	const struct knn_options *o = task->options;
	const size_t n = idmap_count(task->data->items);
	const struct slim_options so = { o->lambda, o->l1, o->top };
	uint32_t *ranks;
	struct csr x, xt, W;
	struct mat G;
	int status;

	if (need_check(&(struct need){ need_pairs(n, sizeof *G.x), o->memory,
	    "keep fewer items or take --method sansa", task->forecast },
	    "the products of %zu items", n) != 0)
		return -1;
	ranks = idmap_ranks(task->data->items);
	past_matrix(task->data, n, o->values, &x);
	weighting_activity(&x, o->activity);
	csr_transpose(&x, &xt);
	mat_init(&G, "products of items", n, n);
	gram_full(&x, &xt, &G);
	csr_release(&xt);
	csr_release(&x);
	slim_solve(&G, &so, ranks, task->tick, &W);
	mat_release(&G);
	result->n_weights = csr_count(&W);
	status = itemitem_save(task, model_writer("slim"), &W, NULL);
	csr_release(&W);
	free(ranks);
	return status;
}
