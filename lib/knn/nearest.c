#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/nearest.h"

enum {
	COLUMNS = 32,		/* of a piece of parallel work */
	PIECES = 32		/* between two ticks */
};

void
nearest_space_init(struct nearest_space *s, const struct csr *x,
    double shrink, const uint32_t *ranks)
{
	const uint64_t n = csr_count(x);
	double squares = 0;

	*s = (struct nearest_space){ .x = x, .ranks = ranks };
	s->norms = mem_array("lengths", x->cols, sizeof *s->norms);
	for (uint64_t i = 0; i < n; i++) {
		const double square = (double)x->values[i] *
		    (double)x->values[i];

		s->norms[x->indices[i]] += square;
		squares += square;
	}
	if (n > 0)
		s->shrink = shrink * (squares / (double)n);
	for (size_t c = 0; c < x->cols; c++)
		s->norms[c] = sqrt(s->norms[c]);
}

void
nearest_space_release(struct nearest_space *s)
{
	free(s->norms);
	s->norms = NULL;
}

int
nearest_load_shrink(const struct st_file *f, double *shrink)
{
	if (model_real(f, "shrink", shrink) != 0)
		return -1;
	return *shrink >= 0 ? 0 : err_msg("%s: metadata 'shrink': %g is "
	    "negative", st_path(f), *shrink);
}

void
nearest_init(struct nearest *w, const struct nearest_space *s)
{
	const size_t n = s->x->cols;

	w->sum = mem_array("similarities", n, sizeof *w->sum);
	w->who = mem_array("similarities", n, sizeof *w->who);
	w->score = mem_array("similarities", n, sizeof *w->score);
	w->rank = mem_array("similarities", n, sizeof *w->rank);
	w->n_found = 0;
}

void
nearest_release(struct nearest *w)
{
	free(w->sum);
	free(w->who);
	free(w->score);
	free(w->rank);
}

/* sum (n) <- sum + the rows of x that v has, times its values: v.y for every
 * y.  Returns the number of entries in them. */
static uint64_t
add_rows(const struct csr *x, struct nearest_vector v, double *sum)
{
	uint64_t work = 0;

	for (size_t i = 0; i < v.n; i++) {
		const uint64_t end = x->indptr[v.dims[i] + 1];
		const double a = (double)v.values[i];

		for (uint64_t p = x->indptr[v.dims[i]]; p < end; p++)
			sum[x->indices[p]] += a * (double)x->values[p];
		work += csr_row_count(x, v.dims[i]);
	}
	return work;
}

/* Takes column c if it is a neighbour, and clears its sum. */
static inline void
take(struct nearest *w, const struct nearest_space *s, size_t c, size_t self,
    double norm)
{
	const double dot = w->sum[c];
	float score;

	w->sum[c] = 0;
	if (!(dot > 0) || c == self)
		return;
	score = (float)(dot / (norm * s->norms[c] + s->shrink));
	if (!(score > 0))
		return;
	w->who[w->n_found] = (uint32_t)c;
	w->score[w->n_found] = score;
	w->rank[w->n_found++] = s->ranks[c];
}

void
nearest_all(struct nearest *w, const struct nearest_space *s,
    struct nearest_vector v)
{
	const struct csr *x = s->x;
	const uint64_t work = add_rows(x, v, w->sum);
	double norm = 0;

	for (size_t i = 0; i < v.n; i++)
		norm += (double)v.values[i] * (double)v.values[i];
	norm = sqrt(norm);
	w->n_found = 0;
	if (work >= x->cols) {
		for (size_t c = 0; c < x->cols; c++)
			take(w, s, c, v.self, norm);
		return;
	}
	for (size_t i = 0; i < v.n; i++)
		for (uint64_t p = x->indptr[v.dims[i]];
		    p < x->indptr[v.dims[i] + 1]; p++)
			take(w, s, x->indices[p], v.self, norm);
}

size_t
nearest_best(struct nearest *w, const struct nearest_space *s,
    struct nearest_vector v, size_t k, struct topk_item *best)
{
	size_t n;

	nearest_all(w, s, v);
	n = topk_select(w->score, w->n_found, w->rank, k, best);
	for (size_t i = 0; i < n; i++)
		best[i].item = w->who[best[i].item];
	return n;
}

/* --- all columns ---------------------------------------------------------- */

/* The neighbours of the columns of one piece, one column after the other. */
struct found {
	struct topk_item *best;	/* (n of cap) */
	size_t n, cap;
};

struct job {
	const struct nearest_space *space;
	const struct csr *xt;
	size_t keep, first;	/* first: piece that the round begins with */
	struct nearest *scratch;	/* (workers) */
	struct topk_item *best;	/* (workers, keep) */
	struct found *found;	/* (pieces) */
	uint64_t *indptr;	/* (n + 1) indptr[c + 1]: how many c has */
};

static void
find_piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	const struct csr *xt = job->xt;
	const size_t begin = (job->first + i) * COLUMNS;
	const size_t end = xt->rows - begin < COLUMNS ? xt->rows :
	    begin + COLUMNS;
	struct topk_item *best = job->best + worker * job->keep;
	struct found *f = &job->found[job->first + i];

	for (size_t c = begin; c < end; c++) {
		const struct nearest_vector v = {
		    xt->indices + xt->indptr[c], xt->values + xt->indptr[c],
		    csr_row_count(xt, c), c };
		size_t n;

		n = nearest_best(&job->scratch[worker], job->space, v,
		    job->keep, best);
		if (f->cap - f->n < n)
			f->best = mem_grow("neighbours", f->best, &f->cap,
			    f->n + n, sizeof *f->best);
		for (size_t j = 0; j < n; j++)
			f->best[f->n++] = best[j];
		job->indptr[c + 1] = n;
	}
}

/* Makes one matrix of what the pieces found, and frees that. */
static void
join(struct job *job, size_t n_pieces, struct csr *out)
{
	uint64_t to = 0;

	*out = (struct csr){ .rows = job->xt->rows, .cols = job->xt->rows,
	    .indptr = job->indptr };
	for (size_t c = 0; c < out->rows; c++)
		out->indptr[c + 1] += out->indptr[c];
	out->indices = mem_array("neighbours", csr_count(out),
	    sizeof *out->indices);
	out->values = mem_array("neighbours", csr_count(out),
	    sizeof *out->values);
	for (size_t i = 0; i < n_pieces; i++) {
		for (size_t j = 0; j < job->found[i].n; j++, to++) {
			out->indices[to] = job->found[i].best[j].item;
			out->values[to] = job->found[i].best[j].score;
		}
		free(job->found[i].best);
	}
	assert(to == csr_count(out));
}

void
nearest_table(const struct nearest_space *s, const struct csr *xt,
    size_t keep, struct tick *tick, struct csr *out)
{
	const size_t n = s->x->cols, n_pieces = par_pieces(n, COLUMNS);
	const size_t n_workers = par_threads();
	struct job job = { .space = s, .xt = xt };

	assert(xt->rows == n && xt->cols == s->x->rows);
	job.keep = keep == 0 || keep > n ? n : keep;
	job.scratch = mem_array("scratch", n_workers, sizeof *job.scratch);
	for (size_t i = 0; i < n_workers; i++)
		nearest_init(&job.scratch[i], s);
	job.best = mem_array("neighbours", n_workers,
	    job.keep * sizeof *job.best);
	job.found = mem_array("neighbours", n_pieces, sizeof *job.found);
	job.indptr = mem_array("neighbours", n + 1, sizeof *job.indptr);
	for (; job.first < n_pieces; job.first += PIECES) {
		const size_t left = n_pieces - job.first;

		tick_at(tick, job.first * COLUMNS, n);
		par_for(left < PIECES ? left : PIECES, find_piece, &job);
	}
	tick_at(tick, n, n);
	join(&job, n_pieces, out);
	for (size_t i = 0; i < n_workers; i++)
		nearest_release(&job.scratch[i]);
	free(job.scratch);
	free(job.best);
	free(job.found);
}
