#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "knn/gram.h"
#include "knn/gramrows.h"
#include "linalg/blas.h"
#include "linalg/spdinv.h"

enum {
	ROWS = 16,		/* of a piece of parallel work */
	STRIP = 1024		/* rows of X'X that are made together */
};

struct job {
	const struct csr *x, *xt;
	const double *ridge;	/* (n); NULL: none */
	struct mat *P;
	double *D;		/* (n, n) instead of P; or NULL */
	struct gramrows rows;
	size_t first;		/* row of the strip */
	double *sum;		/* (workers, n) */
	const double *w;	/* (n) of the probe */
	double *out;		/* (n) */
};

/* Calls piece for ROWS of n rows at a time. */
static void
for_rows(size_t n, void (*piece)(void *arg, size_t i, size_t worker),
    struct job *job)
{
	par_for(par_pieces(n, ROWS), piece, job);
}

static void
make_row(void *arg, size_t row, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->P->cols, i = job->first + row;
	double *sum = job->sum + worker * n;

	gramrows_row(&job->rows, i, sum);
	if (job->ridge != NULL)
		sum[i] += job->ridge[i];
	if (job->D != NULL)
		memcpy(job->D + i * n, sum, (i + 1) * sizeof *sum);
	else
		for (size_t j = 0; j <= i; j++)
			mat_row(job->P, i)[j] = (float)sum[j];
}

/* The lower triangle of P, or D */
static void
make_lower(struct job *job)
{
	const size_t n = job->P->cols;

	job->sum = mem_array("sums of products", par_threads(),
	    n * sizeof *job->sum);
	gramrows_init(&job->rows, job->x, job->xt);
	for (job->first = 0; job->first < n; job->first += STRIP) {
		const size_t left = n - job->first;
		const size_t rows = left < STRIP ? left : STRIP;

		gramrows_strip(&job->rows, job->first, job->first + rows);
		par_for(rows, make_row, job);
	}
	gramrows_release(&job->rows);
	free(job->sum);
}

static void
to_floats(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->P->cols;

	(void)worker;
	for (size_t i = piece * ROWS; i < n && i < (piece + 1) * ROWS; i++)
		for (size_t j = 0; j < n; j++)
			mat_row(job->P, i)[j] = (float)job->D[i * n + j];
}

/* y (m->rows) <- m z */
static void
product(const struct csr *m, const double *z, double *y)
{
	for (size_t r = 0; r < m->rows; r++) {
		y[r] = 0;
		for (uint64_t p = m->indptr[r]; p < m->indptr[r + 1]; p++)
			y[r] += (double)m->values[p] * z[m->indices[p]];
	}
}

/* out <- P w, or D w */
static void
dense_product(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->P->cols;

	(void)worker;
	for (size_t i = piece * ROWS; i < n && i < (piece + 1) * ROWS; i++) {
		const float *row = mat_row(job->P, i);
		double sum = 0;

		for (size_t j = 0; j < n; j++)
			sum += (job->D != NULL ? job->D[i * n + j] :
			    (double)row[j]) * job->w[j];
		job->out[i] = sum;
	}
}

/* max |P (X'X + diag(ridge)) v - v| */
static double
error_of(struct job *job)
{
	const size_t n = job->P->cols;
	double *v = mem_array("a probe", n, sizeof *v);
	double *xv = mem_array("a probe", job->x->rows, sizeof *xv);
	double *w = mem_array("a probe", n, sizeof *w);
	double worst = 0;
	struct rng r;

	rng_init(&r, 1, rng_stream("gram.probe", 0));
	for (size_t i = 0; i < n; i++)
		v[i] = rng_below(&r, 2) ? 1 : -1;
	product(job->x, v, xv);
	product(job->xt, xv, w);
	for (size_t i = 0; i < n; i++)
		w[i] += job->ridge[i] * v[i];
	job->w = w;
	job->out = mem_array("a probe", n, sizeof *job->out);
	for_rows(n, dense_product, job);
	for (size_t i = 0; i < n; i++) {
		const double off = fabs(job->out[i] - v[i]);

		worst = isfinite(off) ? fmax(worst, off) : INFINITY;
	}
	free(job->out);
	free(v);
	free(xv);
	free(w);
	return worst;
}

int
gram_inverse(const struct csr *x, const struct csr *xt, const double *ridge,
    int in_double, struct tick *tick, struct mat *P, double *error)
{
	const size_t n = x->cols;
	struct job job = { .x = x, .xt = xt, .ridge = ridge, .P = P };
	int status;

	assert(P->rows == n && P->cols == n);
	if (in_double)
		job.D = mem_array("a matrix of items in doubles", n,
		    n * sizeof *job.D);
	make_lower(&job);
	status = in_double ? blas_potrf_double(n, job.D, n) :
	    spdinv(n, P->x, tick);
	if (status == 0 && in_double)
		status = blas_potri_double(n, job.D, n);
	if (status == 0)
		*error = error_of(&job);
	if (status == 0 && in_double)
		for_rows(n, to_floats, &job);
	tick_at(tick, n, n);
	free(job.D);
	return status;
}

static void
mirror_rows(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->P->cols;

	(void)worker;
	for (size_t i = piece * ROWS; i < n && i < (piece + 1) * ROWS; i++)
		for (size_t j = i + 1; j < n; j++)
			mat_row(job->P, i)[j] = mat_row(job->P, j)[i];
}

void
gram_full(const struct csr *x, const struct csr *xt, struct mat *G)
{
	struct job job = { .x = x, .xt = xt, .P = G };

	assert(G->rows == x->cols && G->cols == x->cols);
	make_lower(&job);
	for_rows(x->cols, mirror_rows, &job);
}
