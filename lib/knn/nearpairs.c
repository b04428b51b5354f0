#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/gramrows.h"
#include "knn/nearpairs.h"
#include "knn/rowlists.h"
#include "linalg/vec.h"
#include "rank/topk.h"

enum {
	STRIP = 1 << 21,	/* products that are looked at together */
	STRIP_ROWS = 16,	/* but not of fewer columns than these */
	COLUMNS = 256		/* of a piece of step 2 */
};

/* What columns have when they are x of s(x, y): terms of similarity.h, one
 * after the other. */
struct selves {
	double *p, *a, *c;	/* (n) */
	double overlap, shrink;
};

struct job {
	const struct nearest_space *space;
	const struct csr *xt;
	struct selves x;
	struct topk *top;	/* (n) the nearest so far */
	struct gramrows pairs;
	size_t first, rows;	/* the strip */
	double *dot;		/* (rows, n) row i: i.j for all j < i */
	float *score;		/* (workers, n) */
	struct rowlists found;
};

int
nearpairs_pays(const struct nearest_space *s, size_t keep)
{
	const double n = (double)s->x->cols;
	double pairs = 0;

	if (s->rule.common || keep == 0 || keep > s->x->cols / 2)
		return 0;
	for (size_t d = 0; d < s->x->rows; d++)
		pairs += (double)csr_row_count(s->x, d) *
		    (double)csr_row_count(s->x, d);
	return pairs >= n * n;
}

static struct nearest_vector
vector_of(const struct csr *xt, size_t i)
{
	return (struct nearest_vector){ xt->indices + xt->indptr[i],
	    xt->values + xt->indptr[i], csr_row_count(xt, i), i };
}

static void
selves_init(struct selves *x, const struct nearest_space *s,
    const struct csr *xt)
{
	const size_t n = xt->rows;

	x->p = mem_array("similarities", n, sizeof *x->p);
	x->a = mem_array("similarities", n, sizeof *x->a);
	x->c = mem_array("similarities", n, sizeof *x->c);
	for (size_t i = 0; i < n; i++) {
		const struct nearest_self self = nearest_self_of(s,
		    vector_of(xt, i));

		x->p[i] = self.t.p;
		x->a[i] = self.t.a;
		x->c[i] = self.t.c;
		x->overlap = self.overlap;
		x->shrink = self.shrink;
	}
}

static void
selves_release(struct selves *x)
{
	free(x->p);
	free(x->a);
	free(x->c);
}

static struct nearest_self
self_of(const struct selves *x, size_t i)
{
	return (struct nearest_self){ { .p = x->p[i], .a = x->a[i],
	    .c = x->c[i] }, x->overlap, x->shrink };
}

/* Step 1 for one column of the strip */
static void
find_before(void *arg, size_t row, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->xt->rows, i = job->first + row;
	double *dot = job->dot + row * n;
	float *score = job->score + worker * n;

	gramrows_row(&job->pairs, i, dot);
	nearest_scores(job->space, self_of(&job->x, i), dot, i, score);
	topk_scan(&job->top[i], score, 0, i);
}

/* score (n) <- of column y for the columns x first .. first + n - 1 */
VEC_CLONES static void
score_for(const struct selves *x, size_t first, size_t n, const double *dot,
    struct similarity_terms y, float *score)
{
	const double *p = x->p + first, *a = x->a + first, *c = x->c + first;
	const double overlap = x->overlap, shrink = x->shrink;

	for (size_t j = 0; j < n; j++)
		score[j] = nearest_score((struct nearest_self){ {
		    .p = p[j], .a = a[j], .c = c[j] }, overlap, shrink },
		    dot[j], y.p, y.b, y.c);
}

/* The score that must be reached to enter a list. */
static float
bar_of(const struct topk *t)
{
	return t->n < t->k ? 0 : t->best[0].score;
}

/* Step 2 for some columns */
static void
offer_after(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const struct nearest_space *s = job->space;
	const size_t n = job->xt->rows, from = piece * COLUMNS;
	struct topk *top = job->top + from;
	float bar[COLUMNS], score[COLUMNS];

	(void)worker;
	for (size_t j = 0; j < COLUMNS && from + j < n; j++)
		bar[j] = bar_of(&top[j]);
	for (size_t r = 0; r < job->rows; r++) {
		const size_t i = job->first + r;
		const size_t m = i < from ? 0 : i - from < COLUMNS ?
		    i - from : COLUMNS;

		score_for(&job->x, from, m, job->dot + r * n + from,
		    (struct similarity_terms){ .p = s->p[i], .b = s->b[i],
		    .c = s->c[i] }, score);
		for (size_t j = 0; j < m; j++)
			if (score[j] >= bar[j]) {
				topk_scan(&top[j], score + j, i, 1);
				bar[j] = bar_of(&top[j]);
			}
	}
}

static void
do_strip(struct job *job)
{
	gramrows_strip(&job->pairs, job->first, job->first + job->rows);
	par_for(job->rows, find_before, job);
	par_for(par_pieces(job->first + job->rows, COLUMNS), offer_after, job);
}

static void
end_lists(void *arg, size_t piece, size_t worker)
{
	struct job *job = arg;
	size_t i, end;

	(void)worker;
	for (rowlists_rows(&job->found, piece, &i, &end); i < end; i++)
		rowlists_add(&job->found, i, job->top[i].best,
		    topk_end(&job->top[i]));
}

void
nearpairs_table(const struct nearest_space *s, const struct csr *xt,
    size_t keep, struct tick *tick, struct csr *out)
{
	const size_t n = xt->rows;
	const size_t rows = n > STRIP / STRIP_ROWS ? STRIP_ROWS : STRIP / n;
	struct topk_item *best = mem_array("neighbours", n,
	    keep * sizeof *best);
	struct job job = { .space = s, .xt = xt };

	assert(n == s->x->cols && keep >= 1 && keep <= n && !s->rule.common);
	selves_init(&job.x, s, xt);
	job.top = mem_array("neighbours", n, sizeof *job.top);
	for (size_t i = 0; i < n; i++)
		topk_begin(&job.top[i], best + i * keep, keep, s->ranks);
	job.dot = mem_array("products of columns", rows < n ? rows : n,
	    n * sizeof *job.dot);
	job.score = mem_array("similarities", par_threads(),
	    n * sizeof *job.score);
	gramrows_init(&job.pairs, s->x, xt);
	for (; job.first < n; job.first += job.rows) {
		job.rows = n - job.first < rows ? n - job.first : rows;
		tick_at(tick, job.first, n);
		do_strip(&job);
	}
	tick_at(tick, n, n);
	rowlists_init(&job.found, n, n);
	par_for(job.found.n_pieces, end_lists, &job);
	rowlists_end(&job.found, out);
	gramrows_release(&job.pairs);
	selves_release(&job.x);
	free(job.top);
	free(job.dot);
	free(job.score);
	free(best);
}
