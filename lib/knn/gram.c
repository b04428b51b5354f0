#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "knn/gram.h"
#include "linalg/blas.h"
#include "linalg/spdinv.h"

enum { ROWS = 16 };		/* of a piece of parallel work */

struct job {
	const struct csr *x, *xt;
	const double *ridge;	/* (n); NULL: none */
	struct mat *P;
	double *D;		/* (n, n) instead of P; or NULL */
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

/* sum (i + 1) <- row i of X'X up to the diagonal, from the rows of X with i */
static void
lower_row(const struct csr *x, const struct csr *xt, size_t i, double *sum)
{
	memset(sum, 0, (i + 1) * sizeof *sum);
	for (uint64_t q = xt->indptr[i]; q < xt->indptr[i + 1]; q++) {
		const double a = (double)xt->values[q];
		uint64_t p = x->indptr[xt->indices[q]];

		for (; x->indices[p] < i; p++)
			sum[x->indices[p]] += a * (double)x->values[p];
		sum[i] += a * a;
	}
}

static void
make_rows(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t n = job->P->cols;
	double *sum = job->sum + worker * n;

	for (size_t i = piece * ROWS; i < n && i < (piece + 1) * ROWS; i++) {
		lower_row(job->x, job->xt, i, sum);
		if (job->ridge != NULL)
			sum[i] += job->ridge[i];
		if (job->D != NULL)
			memcpy(job->D + i * n, sum, (i + 1) * sizeof *sum);
		else
			for (size_t j = 0; j <= i; j++)
				mat_row(job->P, i)[j] = (float)sum[j];
	}
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
	job.sum = mem_array("sums of products", par_threads(),
	    n * sizeof *job.sum);

	for_rows(n, make_rows, &job);
	status = in_double ? blas_potrf_double(n, job.D, n) :
	    spdinv(n, P->x, tick);
	if (status == 0 && in_double)
		status = blas_potri_double(n, job.D, n);
	if (status == 0)
		*error = error_of(&job);
	if (status == 0 && in_double)
		for_rows(n, to_floats, &job);
	tick_at(tick, n, n);
	free(job.sum);
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
	job.sum = mem_array("sums of products", par_threads(),
	    x->cols * sizeof *job.sum);
	for_rows(x->cols, make_rows, &job);
	for_rows(x->cols, mirror_rows, &job);
	free(job.sum);
}
