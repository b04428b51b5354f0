#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fusesolve.h"
#include "fuse/fusestack.h"
#include "linalg/blas.h"

enum { ROWS_PER_BLOCK = 256, ROWS_PER_PIECE = 8192, PIECES_MAX = 16 };
static const double slight = 1e-4;

void
fusestack_init(struct fusestack *t, size_t S, size_t K)
{
	*t = (struct fusestack){ .S = S, .K = K, .D = S * K };
	t->sum = mem_array("moments", (t->D + 2) * (t->D + 2),
	    sizeof *t->sum);
}

void
fusestack_release(struct fusestack *t)
{
	free(t->sum);
}

/* --- sums ----------------------------------------------------------------- */

struct job {
	const struct fusestack *of;
	const float *rows, *y;
	size_t n, each;			/* rows, of a piece */
	const unsigned char *in;
	double *sum;			/* (pieces, D + 2, D + 2) */
};

/* z (D + 2) <- the products of a row, 1, y. */
static void
make_row(const struct job *job, size_t i, double *z)
{
	const struct fusestack *t = job->of;
	const float *x = job->rows + i * (t->S + t->K - 1), *m = x + t->S;

	for (size_t s = 0; s < t->S; s++) {
		const double xs = job->in[s] ? (double)x[s] : 0;

		*z++ = xs;
		for (size_t k = 1; k < t->K; k++)
			*z++ = xs * (double)m[k - 1];
	}
	*z++ = 1;
	*z = (double)job->y[i];
}

static void
sum_piece(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const size_t W = job->of->D + 2, from = piece * job->each;
	const size_t to = from + job->each < job->n ? from + job->each :
	    job->n;
	double *z = mem_array("rows", ROWS_PER_BLOCK * W, sizeof *z);
	double *sum = job->sum + piece * W * W;

	(void)worker;
	for (size_t at = from; at < to; at += ROWS_PER_BLOCK) {
		const size_t n = to - at < ROWS_PER_BLOCK ? to - at :
		    ROWS_PER_BLOCK;

		for (size_t i = 0; i < n; i++)
			make_row(job, at + i, z + i * W);
		blas_syrk_double(W, n, z, W, 1, sum, W);
	}
	free(z);
}

void
fusestack_add(struct fusestack *t, const float *rows, const float *y,
    size_t n, const unsigned char *in)
{
	const size_t W = t->D + 2;
	struct job job = { t, rows, y, n, n / PIECES_MAX + 1, in, NULL };
	size_t pieces;

	if (job.each < ROWS_PER_PIECE)
		job.each = ROWS_PER_PIECE;
	pieces = par_pieces(n, job.each);
	job.sum = mem_array("moments", pieces * W * W, sizeof *job.sum);
	par_for(pieces, sum_piece, &job);
	for (size_t i = 0; i < pieces; i++)
		for (size_t c = 0; c < W * W; c++)
			t->sum[c] += job.sum[i * W * W + c];
	t->n += (double)n;
	free(job.sum);
}

void
fusestack_clear(struct fusestack *t)
{
	memset(t->sum, 0, (t->D + 2) * (t->D + 2) * sizeof *t->sum);
	t->n = 0;
}

void
fusestack_join(struct fusestack *t, const struct fusestack *more)
{
	for (size_t c = 0; c < (t->D + 2) * (t->D + 2); c++)
		t->sum[c] += more->sum[c];
	t->n += more->n;
}

/* With the columns z, 1, y it is u' sum u for u = (v, b, -1). */
double
fusestack_error(const struct fusestack *t, const double *v, double b)
{
	const size_t D = t->D, W = D + 2;
	double error = 0;

	for (size_t i = 0; i < W; i++) {
		const double u = i < D ? v[i] : i == D ? b : -1;
		const double *row = t->sum + i * W;
		double sum = u * row[i];

		for (size_t k = 0; k < i; k++)
			sum += 2 * (k < D ? v[k] : b) * row[k];
		error += u * sum;
	}
	return error;
}

/* --- the minimum ---------------------------------------------------------- */

void
fusestack_solve(const struct fusestack *t, double ridge, double *v, double *b)
{
	const size_t D = t->D, W = D + 2;
	const double *one = t->sum + D * W, *y = one + W, n = t->n;
	double *A = mem_array("moments", D * D + D, sizeof *A), *c = A + D * D;
	double variance = 0;

	for (size_t i = 0; i < D; i++) {
		for (size_t j = 0; j <= i; j++)
			A[i * D + j] = A[j * D + i] = t->sum[i * W + j] / n -
			    one[i] / n * (one[j] / n);
		c[i] = y[i] / n - one[i] / n * (y[D] / n);
		if (i % t->K == 0)
			variance += A[i * D + i] / (double)t->S;
	}
	variance = fmax(variance, 1e-12);
	for (size_t i = 0; i < D; i++)
		A[i * D + i] += variance * (i % t->K == 0 ? slight : ridge);
	fusesolve_spd(A, c, D, v);
	*b = y[D] / n;
	for (size_t i = 0; i < D; i++)
		*b -= v[i] * one[i] / n;
	free(A);
}
