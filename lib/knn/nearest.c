#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/nearest.h"
#include "knn/nearpairs.h"
#include "knn/past.h"
#include "knn/rowlists.h"
#include "linalg/vec.h"

enum { PIECES = 32 };		/* of parallel work between two ticks */

/* p, b, c (n) <- the terms of the columns, from the sums in b and c. */
static void
set_terms(struct nearest_space *s)
{
	for (size_t i = 0; i < s->x->cols; i++) {
		const struct similarity_terms t = similarity_terms(
		    s->rule.similarity, s->rule.asymmetry,
		    (struct similarity_sums){ s->b[i], s->c[i],
		    (double)s->x->rows });

		s->p[i] = t.p;
		s->b[i] = t.b;
		s->c[i] = t.c;
	}
}

void
nearest_space_init(struct nearest_space *s, const struct csr *x,
    const struct nearest_rule *rule, const uint32_t *ranks)
{
	const uint64_t n = csr_count(x);
	double squares = 0;

	*s = (struct nearest_space){ .x = x, .rule = *rule, .ranks = ranks };
	s->p = mem_array("similarities", x->cols, sizeof *s->p);
	s->b = mem_array("similarities", x->cols, sizeof *s->b);
	s->c = mem_array("similarities", x->cols, sizeof *s->c);
	for (uint64_t i = 0; i < n; i++) {
		const double value = (double)x->values[i];

		s->b[x->indices[i]] += value;
		s->c[x->indices[i]] += value * value;
		squares += value * value;
	}
	if (n > 0)
		s->shrink = rule->shrink * (squares / (double)n);
	set_terms(s);
}

void
nearest_space_release(struct nearest_space *s)
{
	free(s->p);
	free(s->b);
	free(s->c);
	*s = (struct nearest_space){ 0 };
}

int
nearest_load_rule(const struct st_file *f, struct nearest_rule *rule)
{
	*rule = (struct nearest_rule){ .asymmetry = 0.5 };
	if (st_meta(f, "similarity") == NULL)
		rule->similarity = similarity_choice(0);
	else if (past_choice_of(f, "similarity", similarity_choice,
	    &rule->similarity) != 0)
		return -1;
	if (st_meta(f, "asymmetry") != NULL &&
	    model_real(f, "asymmetry", &rule->asymmetry) != 0)
		return -1;
	if (model_real(f, "shrink", &rule->shrink) != 0)
		return -1;
	return rule->shrink >= 0 ? 0 : err_msg("%s: metadata 'shrink': %g is "
	    "negative", st_path(f), rule->shrink);
}

void
nearest_init(struct nearest *w, const struct nearest_space *s)
{
	const size_t n = s->x->cols;

	*w = (struct nearest){ 0 };
	w->sum = mem_array("similarities", n, sizeof *w->sum);
	w->who = mem_array("similarities", n, sizeof *w->who);
	w->score = mem_array("similarities", n, sizeof *w->score);
	w->rank = mem_array("similarities", n, sizeof *w->rank);
	if (!s->rule.common)
		return;
	w->xx = mem_array("similarities", n, sizeof *w->xx);
	w->yy = mem_array("similarities", n, sizeof *w->yy);
}

void
nearest_release(struct nearest *w)
{
	free(w->sum);
	free(w->xx);
	free(w->yy);
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

/* The same for the lengths over what both have. */
static void
add_lengths(const struct csr *x, struct nearest_vector v, struct nearest *w)
{
	for (size_t i = 0; i < v.n; i++) {
		const double a = (double)v.values[i];

		for (uint64_t p = x->indptr[v.dims[i]];
		    p < x->indptr[v.dims[i] + 1]; p++) {
			const double y = (double)x->values[p];

			w->xx[x->indices[p]] += a * a;
			w->yy[x->indices[p]] += y * y;
		}
	}
}

struct nearest_self
nearest_self_of(const struct nearest_space *s, struct nearest_vector v)
{
	struct similarity_sums sums = { .dims = (double)s->x->rows };

	for (size_t i = 0; i < v.n; i++) {
		sums.sum += (double)v.values[i];
		sums.squares += (double)v.values[i] * (double)v.values[i];
	}
	return (struct nearest_self){ similarity_terms(s->rule.similarity,
	    s->rule.asymmetry, sums), similarity_overlap(s->rule.similarity),
	    s->shrink };
}

/* The similarity to column c, whose sums are cleared. */
static inline float
take(struct nearest *w, const struct nearest_space *s, struct nearest_self x,
    size_t c)
{
	const double dot = w->sum[c];
	double length;

	w->sum[c] = 0;
	if (w->xx == NULL)
		return nearest_score(x, dot, s->p[c], s->b[c], s->c[c]);
	length = sqrt(w->xx[c] * w->yy[c]);
	w->xx[c] = w->yy[c] = 0;
	return nearest_or_none((float)(dot / (length + x.shrink)));
}

VEC_CLONES static void
score_all(const struct nearest_space *s, struct nearest_self x,
    const double *dot, size_t n, float *score)
{
	const double *p = s->p, *b = s->b, *c = s->c;

	for (size_t i = 0; i < n; i++)
		score[i] = nearest_score(x, dot[i], p[i], b[i], c[i]);
}

void
nearest_scores(const struct nearest_space *s, struct nearest_self x,
    const double *dot, size_t n, float *score)
{
	score_all(s, x, dot, n, score);
}

static void
offer(struct nearest *w, const struct nearest_space *s,
    struct nearest_self x, size_t c, size_t self)
{
	const float score = take(w, s, x, c);

	if (!(score > 0) || c == self)
		return;
	w->who[w->n_found] = (uint32_t)c;
	w->score[w->n_found] = score;
	w->rank[w->n_found++] = s->ranks[c];
}

/* Of the columns that share a dimension with v, who has `work` of them; one
 * that was taken has a sum of 0 when it comes again. */
static void
collect(struct nearest *w, const struct nearest_space *s,
    struct nearest_vector v, uint64_t work)
{
	const struct csr *x = s->x;
	const struct nearest_self self = nearest_self_of(s, v);

	w->n_found = 0;
	if (work >= x->cols) {
		for (size_t c = 0; c < x->cols; c++)
			offer(w, s, self, c, v.self);
		return;
	}
	for (size_t i = 0; i < v.n; i++)
		for (uint64_t p = x->indptr[v.dims[i]];
		    p < x->indptr[v.dims[i] + 1]; p++)
			offer(w, s, self, x->indices[p], v.self);
}

static uint64_t
add_vector(struct nearest *w, const struct nearest_space *s,
    struct nearest_vector v)
{
	if (s->rule.common)
		add_lengths(s->x, v, w);
	return add_rows(s->x, v, w->sum);
}

void
nearest_all(struct nearest *w, const struct nearest_space *s,
    struct nearest_vector v)
{
	collect(w, s, v, add_vector(w, s, v));
}

size_t
nearest_best(struct nearest *w, const struct nearest_space *s,
    struct nearest_vector v, size_t k, struct topk_item *best)
{
	const uint64_t work = add_vector(w, s, v);
	size_t n;

	if (work >= s->x->cols && !s->rule.common) {
		score_all(s, nearest_self_of(s, v), w->sum, s->x->cols,
		    w->score);
		memset(w->sum, 0, s->x->cols * sizeof *w->sum);
		if (v.self < s->x->cols)
			w->score[v.self] = -INFINITY;
		return topk_select(w->score, s->x->cols, s->ranks, k, best);
	}
	collect(w, s, v, work);
	n = topk_select(w->score, w->n_found, w->rank, k, best);
	for (size_t i = 0; i < n; i++)
		best[i].item = w->who[best[i].item];
	return n;
}

/* --- all columns ---------------------------------------------------------- */

struct job {
	const struct nearest_space *space;
	const struct csr *xt;
	size_t keep, first;	/* first: piece that the round begins with */
	struct nearest *scratch;	/* (workers) */
	struct topk_item *best;	/* (workers, keep) */
	struct rowlists found;
};

static void
find_piece(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	const struct csr *xt = job->xt;
	struct topk_item *best = job->best + worker * job->keep;
	size_t c, end;

	for (rowlists_rows(&job->found, job->first + i, &c, &end); c < end;
	    c++) {
		const struct nearest_vector v = {
		    xt->indices + xt->indptr[c], xt->values + xt->indptr[c],
		    csr_row_count(xt, c), c };	/* c >= n: is not among x */

		rowlists_add(&job->found, c, best, nearest_best(
		    &job->scratch[worker], job->space, v, job->keep, best));
	}
}

/* One row after the other. */
static void
find_rows(const struct nearest_space *s, const struct csr *xt, size_t keep,
    struct tick *tick, struct csr *out)
{
	const size_t n = s->x->cols, rows = xt->rows;
	const size_t n_workers = par_threads();
	struct job job = { .space = s, .xt = xt, .keep = keep };

	job.scratch = mem_array("scratch", n_workers, sizeof *job.scratch);
	for (size_t i = 0; i < n_workers; i++)
		nearest_init(&job.scratch[i], s);
	job.best = mem_array("neighbours", n_workers,
	    job.keep * sizeof *job.best);
	rowlists_init(&job.found, rows, n);
	for (; job.first < job.found.n_pieces; job.first += PIECES) {
		const size_t left = job.found.n_pieces - job.first;

		tick_at(tick, job.first * ROWLISTS_ROWS, rows);
		par_for(left < PIECES ? left : PIECES, find_piece, &job);
	}
	tick_at(tick, rows, rows);
	rowlists_end(&job.found, out);
	for (size_t i = 0; i < n_workers; i++)
		nearest_release(&job.scratch[i]);
	free(job.scratch);
	free(job.best);
}

void
nearest_table(const struct nearest_space *s, const struct csr *xt,
    size_t keep, struct tick *tick, struct csr *out)
{
	const size_t n = s->x->cols;
	const size_t most = keep == 0 || keep > n ? n : keep;

	assert(xt->rows >= n && xt->cols == s->x->rows);
	if (xt->rows == n && nearpairs_pays(s, most))
		nearpairs_table(s, xt, most, tick, out);
	else
		find_rows(s, xt, most, tick, out);
}
