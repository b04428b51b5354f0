#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/ease.h"
#include "knn/nearest.h"
#include "knn/need.h"
#include "knn/past.h"
#include "knn/rowlists.h"
#include "knn/sansa.h"
#include "knn/weighting.h"
#include "linalg/blas.h"
#include "model/model.h"

enum {
	PIECES = 32,		/* of parallel work between two ticks */
	BYTES = 16		/* of a product of two items, or a weight */
};

/* --- the factor ----------------------------------------------------------- */

/* One worker's memory for the set S of a row. */
struct row {
	uint32_t *where;	/* (items) 1 + place in S, 0: not there */
	uint32_t *who;		/* (top + 1) S, the row's own item last */
	double *G;		/* (top + 1, top + 1) G_SS */
	struct topk_item *found;	/* (top + 1) */
};

struct job {
	const struct csr *near;	/* (items, items) cosines to those before it:
				 * its own, nearest first, then the others */
	const uint64_t *n_own;	/* (items) how many are its own */
	const double *lengths;	/* (items) of the columns of x */
	const double *ridge;	/* (items) */
	const uint32_t *order;	/* (items) place by popularity */
	size_t top, first;
	struct row *rows;	/* (workers) */
	struct rowlists found;
};

/* S <- the items most like i of those before it, and i. */
static size_t
choose(const struct job *job, struct row *r, uint32_t i)
{
	const uint32_t *who = job->near->indices + job->near->indptr[i];
	const size_t n = job->n_own[i] < job->top ? (size_t)job->n_own[i] :
	    job->top;

	memcpy(r->who, who, n * sizeof *who);
	r->who[n] = i;
	return n + 1;
}

/* G (n, n) <- the products within S, each from the row of the later of two; a
 * product that neither has kept is taken as 0. */
static void
gather(const struct job *job, struct row *r, size_t n)
{
	const struct csr *near = job->near;

	memset(r->G, 0, n * n * sizeof *r->G);
	for (size_t a = 0; a < n; a++)
		r->where[r->who[a]] = (uint32_t)a + 1;
	for (size_t a = 0; a < n; a++) {
		const uint32_t i = r->who[a];

		r->G[a * n + a] = job->lengths[i] * job->lengths[i] +
		    job->ridge[i];
		for (uint64_t p = near->indptr[i]; p < near->indptr[i + 1];
		    p++) {
			const uint32_t j = near->indices[p];
			const uint32_t b = r->where[j];

			if (b > 0)
				r->G[a * n + b - 1] = r->G[(b - 1) * n + a] =
				    (double)near->values[p] *
				    job->lengths[i] * job->lengths[j];
		}
	}
	for (size_t a = 0; a < n; a++)
		r->where[r->who[a]] = 0;
}

/*
 * found (n) <- W_iS.  With i last in S, y is the last column of G_SS^-1 =
 * L'^-1 L^-1, so that y / sqrt(y_i) is the last column of L'^-1.  A set whose
 * missing products leave it without a factor is halved, its nearest kept.
 */
static size_t
solve(const struct job *job, struct row *r, size_t n)
{
	const uint32_t own = r->who[n - 1];

	for (gather(job, r, n); blas_potrf_double(n, r->G, n) != 0;
	    gather(job, r, n)) {
		n = n / 2 + n % 2;
		r->who[n - 1] = own;
	}
	for (size_t a = n; a-- > 0;) {
		double y = a == n - 1;

		for (size_t b = a + 1; b < n; b++)
			y -= r->G[b * n + a] * (double)r->found[b].score;
		r->found[a].item = r->who[a];
		r->found[a].score = (float)(y / r->G[a * n + a]);
	}
	return n;
}

static void
solve_piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	struct row *r = &job->rows[worker];
	size_t item, end;

	for (rowlists_rows(&job->found, job->first + i, &item, &end);
	    item < end; item++)
		rowlists_add(&job->found, item, r->found,
		    solve(job, r, choose(job, r, (uint32_t)item)));
}

/* near (items, items) <- the cosines that are kept, nearest first;
 * lengths (items) <- those of the columns. */
static void
find_near(const struct csr *x, size_t keep, const uint32_t *ranks,
    struct tick *tick, struct csr *near, double *lengths)
{
	const struct nearest_rule cosine = { .similarity =
	    choice_find(similarity_choice, span_of("cosine")) };
	struct nearest_space space;
	struct csr xt;

	csr_transpose(x, &xt);
	nearest_space_init(&space, x, &cosine, ranks);
	memcpy(lengths, space.b, x->cols * sizeof *lengths);
	nearest_table(&space, &xt, keep, tick, near);
	nearest_space_release(&space);
	csr_release(&xt);
}

/* What sorts items from the longest column to the shortest. */
struct sized {
	double length;
	uint32_t item, rank;
};

static int
longer_first(const void *va, const void *vb)
{
	const struct sized *a = va, *b = vb;

	if (a->length > b->length)
		return -1;
	if (a->length < b->length)
		return 1;
	return (a->rank < b->rank) - (a->rank > b->rank);
}

/* (items) the place of each; the caller frees. */
static uint32_t *
order_by_length(const double *lengths, const uint32_t *ranks, size_t n)
{
	struct sized *all = mem_array("items", n, sizeof *all);
	uint32_t *order = mem_array("items", n, sizeof *order);

	for (uint32_t i = 0; i < n; i++)
		all[i] = (struct sized){ lengths[i], i, ranks[i] };
	qsort(all, n, sizeof *all, longer_first);
	for (uint32_t i = 0; i < n; i++)
		order[all[i].item] = i;
	free(all);
	return order;
}

/* What turns kept cosines into rows of earlier items. */
struct earlier {
	const struct csr *near;	/* (items, items) nearest first */
	size_t keep;		/* entries that a row has at most */
	const uint32_t *order, *ranks;
	struct csr *out;
	uint64_t *at;		/* (items) where the next of a row goes */
};

/* Has j no room for its cosine with i, so that only i's row has it? */
static int
is_lost(const struct earlier *e, uint32_t i, uint32_t j, float cosine)
{
	const uint64_t last = e->near->indptr[j + 1] - 1;

	return csr_row_count(e->near, j) >= e->keep &&
	    topk_compare((struct topk_item){ e->near->values[last],
	    e->near->indices[last] }, (struct topk_item){ cosine, i },
	    e->ranks) < 0;
}

/* Puts what rows have of earlier items, or what others have of them; only
 * counts, as long as there is no memory for that. */
static void
put_earlier(const struct earlier *e, int is_own)
{
	const struct csr *near = e->near;

	for (uint32_t i = 0; i < near->rows; i++)
		for (uint64_t p = near->indptr[i]; p < near->indptr[i + 1];
		    p++) {
			const uint32_t j = near->indices[p];
			uint64_t to;

			if ((e->order[j] < e->order[i]) != is_own || (!is_own &&
			    !is_lost(e, i, j, near->values[p])))
				continue;
			to = e->at[is_own ? i : j]++;
			if (e->out->indices == NULL)
				continue;
			e->out->indices[to] = is_own ? j : i;
			e->out->values[to] = near->values[p];
		}
}

/*
 * near <- each cosine in the row of the item that is later in order, and
 * n_own (items) <- how many of a row were there.  It makes rows of popular
 * items short, which nearly all others are like and which are looked at most.
 */
static void
keep_earlier(struct csr *near, size_t keep, const uint32_t *order,
    const uint32_t *ranks, uint64_t *n_own)
{
	const size_t n = near->rows;
	struct csr out = { .rows = n, .cols = n };
	struct earlier e = { near, keep, order, ranks, &out, n_own };

	put_earlier(&e, 1);
	e.at = mem_array("neighbours", n, sizeof *e.at);
	memcpy(e.at, n_own, n * sizeof *e.at);
	put_earlier(&e, 0);
	out.indptr = mem_array("neighbours", n + 1, sizeof *out.indptr);
	for (size_t i = 0; i < n; i++)
		out.indptr[i + 1] = out.indptr[i] + e.at[i];
	memcpy(e.at, out.indptr, n * sizeof *e.at);
	out.indices = mem_array("neighbours", csr_count(&out),
	    sizeof *out.indices);
	out.values = mem_array("neighbours", csr_count(&out),
	    sizeof *out.values);
	put_earlier(&e, 1);
	put_earlier(&e, 0);
	free(e.at);
	csr_release(near);
	*near = out;
}

static void
solve_rows(struct job *job, size_t n, struct tick *tick, struct csr *out)
{
	const size_t n_workers = par_threads(), most = job->top + 1;

	job->rows = mem_array("scratch", n_workers, sizeof *job->rows);
	for (size_t i = 0; i < n_workers; i++) {
		struct row *r = &job->rows[i];

		r->where = mem_array("scratch", n, sizeof *r->where);
		r->who = mem_array("scratch", most, sizeof *r->who);
		r->found = mem_array("scratch", most, sizeof *r->found);
		r->G = mem_array("scratch", most, most * sizeof *r->G);
	}
	rowlists_init(&job->found, n, n);
	for (; job->first < job->found.n_pieces; job->first += PIECES) {
		const size_t left = job->found.n_pieces - job->first;

		tick_at(tick, job->first * ROWLISTS_ROWS, n);
		par_for(left < PIECES ? left : PIECES, solve_piece, job);
	}
	rowlists_end(&job->found, out);
	for (size_t i = 0; i < n_workers; i++) {
		free(job->rows[i].where);
		free(job->rows[i].who);
		free(job->rows[i].found);
		free(job->rows[i].G);
	}
	free(job->rows);
}

void
sansa_factor(const struct csr *x, const struct sansa_options *o,
    const uint32_t *ranks, struct tick *tick, struct csr *W, float *diagonal)
{
	const size_t n = x->cols, keep = o->memory / BYTES / n + 1;
	double *lengths = mem_array("items", n, sizeof *lengths);
	uint64_t *n_own = mem_array("items", n, sizeof *n_own);
	double *ridge = ease_ridge(x, o->lambda, o->dropout);
	struct job job = { .lengths = lengths, .ridge = ridge };
	struct csr near, rows;
	uint32_t *order;

	job.top = o->top < n ? o->top : n;
	tick_step(tick, "neighbours", "items");
	find_near(x, keep, ranks, tick, &near, lengths);
	order = order_by_length(lengths, ranks, n);
	keep_earlier(&near, keep, order, ranks, n_own);
	job.n_own = n_own;
	job.near = &near;
	job.order = order;
	tick_step(tick, "weights", "items");
	solve_rows(&job, n, tick, &rows);
	csr_unique(&rows, CSR_SUM, W);
	memset(diagonal, 0, n * sizeof *diagonal);
	for (uint64_t p = 0; p < csr_count(W); p++)
		diagonal[W->indices[p]] += W->values[p] * W->values[p];
	csr_release(&rows);
	csr_release(&near);
	free(order);
	free(n_own);
	free(ridge);
	free(lengths);
}

int
sansa_train(const struct knn_task *task, struct knn_result *result)
{
	struct knn_options o = *task->options;
	struct sansa_options so = { o.lambda, o.dropout, o.top, o.memory };
	const size_t n = idmap_count(task->data->items);
	struct st_writer *w;
	uint32_t *ranks;
	float *diagonal;
	struct csr x, W;
	int status;

	if (need_check(&(struct need){ need_sparse((double)n *
	    ((double)o.top + 1)), o.memory, "keep fewer with --top",
	    task->forecast }, "%zu weights of each of %zu items", o.top,
	    n) != 0)
		return -1;
	w = model_writer("sansa");
	ranks = idmap_ranks(task->data->items);
	diagonal = mem_array("items", n, sizeof *diagonal);
	past_matrix(task->data, n, o.values, &x);
	weighting_activity(&x, o.activity);
	if (isnan(o.lambda))
		so.lambda = o.lambda = ease_lambda(&x);
	sansa_factor(&x, &so, ranks, task->tick, &W, diagonal);
	knn_put_items(w, task);
	model_put_csr(w, "inverse_factor", &W);
	model_put_vec(w, "inverse_diagonal", diagonal, n);
	knn_put_settings(w, &o);
	result->n_weights = csr_count(&W) + n;
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	csr_release(&W);
	csr_release(&x);
	free(diagonal);
	free(ranks);
	return status;
}

/* --- scoring -------------------------------------------------------------- */

struct sansa {
	const struct choice *values;
	struct csr W;		/* (items, items) a view */
	struct csr Wt;		/* owned */
	const float *diagonal;	/* (items) a view */
	struct csr past;	/* (users, items) what users had; owned */
	float *z;		/* (workers, items) zero between users */
};

/* y (items) <- y - a m_r: a times row r of m is taken off */
static void
take_row(const struct csr *m, size_t r, float a, float *y)
{
	for (uint64_t p = m->indptr[r]; p < m->indptr[r + 1]; p++)
		y[m->indices[p]] -= a * m->values[p];
}

/* row <- x - x W'W diag^-1; z <- -W x' on the way */
static void
score_user(const struct sansa *m, uint32_t u, float *z, float *row)
{
	const struct csr *past = &m->past;
	const size_t n = m->W.cols;

	memset(row, 0, n * sizeof *row);
	for (uint64_t p = past->indptr[u]; p < past->indptr[u + 1]; p++)
		take_row(&m->Wt, past->indices[p], past->values[p], z);
	for (size_t k = 0; k < n; k++) {
		if (!(z[k] < 0 || z[k] > 0))
			continue;
		take_row(&m->W, k, -z[k], row);
		z[k] = 0;
	}
	for (size_t i = 0; i < n; i++)
		row[i] /= m->diagonal[i];
	for (uint64_t p = past->indptr[u]; p < past->indptr[u + 1]; p++)
		row[past->indices[p]] += past->values[p];
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct sansa *m = s->state;
	const size_t n_items = scorer_items(s);

	for (size_t i = 0; i < n; i++)
		score_user(m, users[i], m->z + worker * n_items,
		    scores + i * n_items);
}

static int
prepare(struct scorer *s)
{
	struct sansa *m = s->state;

	past_matrix(s->history, scorer_items(s), m->values, &m->past);
	csr_transpose(&m->W, &m->Wt);
	m->z = mem_array("scratch", par_threads(),
	    scorer_items(s) * sizeof *m->z);
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct sansa *m = s->state;

	return u < m->past.rows && csr_row_count(&m->past, u) > 0;
}

static void
sansa_free(struct scorer *s)
{
	struct sansa *m = s->state;

	csr_release(&m->past);
	csr_release(&m->Wt);
	free(m->z);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.knows_user = knows_user,
	.free = sansa_free,
};

int
sansa_load(struct scorer *s)
{
	struct sansa *m = mem_array("a model", 1, sizeof *m);
	const size_t n = idmap_count(s->items);

	s->state = m;
	s->ops = &ops;
	s->needs_history = 1;
	if (past_choice_of(s->file, "values", past_values_choice,
	    &m->values) != 0)
		return -1;
	m->diagonal = model_vec(s->file, "inverse_diagonal", n);
	if (m->diagonal == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!(m->diagonal[i] > 0))
			return err_msg("%s: tensor 'inverse_diagonal' has a "
			    "number that is not above zero",
			    st_path(s->file));
	return model_csr(s->file, "inverse_factor", n, n, &m->W);
}
