/* ialsturn.c -- the axes of ials.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "mf/ials.h"

enum { TURN = 256 };		/* rows of a piece */

struct turn_job {
	struct mat *m;
	const float *V;		/* (k, k) a vector in each row */
	float *copy;		/* (workers, TURN, k) */
};

static void
turn_piece(void *arg, size_t piece, size_t worker)
{
	const struct turn_job *job = arg;
	const size_t k = job->m->cols, from = piece * TURN;
	const size_t left = job->m->rows - from, n = left < TURN ? left : TURN;
	float *copy = job->copy + worker * TURN * k;

	blas_gemm(0, 1, n, k, k, 1, mat_row(job->m, from), k, job->V, k, 0,
	    copy, k);
	memcpy(mat_row(job->m, from), copy, n * k * sizeof *copy);
}

/* m <- m V' */
static void
turn(struct mat *m, const float *V, float *copy)
{
	struct turn_job job = { m, V, copy };

	par_for(par_pieces(m->rows, TURN), turn_piece, &job);
}

/* w (k) <- the eigenvalues of G (k, k), whose rows become their vectors. */
static int
find_axes(size_t k, float *G, float *w)
{
	double *A = mem_array("products of factors", k, k * sizeof *A);
	double *values = mem_array("products of factors", k, sizeof *values);
	int status = 0;

	for (size_t i = 0; i < k * k; i++) {
		A[i] = (double)G[i];
		if (!isfinite(A[i]))
			status = -1;
	}
	if (status == 0)
		status = blas_syev_double(k, A, k, values);
	for (size_t i = 0; status == 0 && i < k * k; i++)
		G[i] = (float)A[i];
	for (size_t i = 0; i < k; i++)
		w[i] = (float)values[i];
	free(A);
	free(values);
	return status == 0 ? 0 : err_msg("the factors are not finite: give a "
	    "larger --lambda");
}

int
ials_turn(struct mat *Y, struct mat *X, double alpha0, float *spectrum)
{
	const size_t k = Y->cols;
	float *V = mem_array("products of factors", k, k * sizeof *V);
	float *copy = mem_array("factors", par_threads(),
	    TURN * k * sizeof *copy);
	int status;

	ials_gram(Y, alpha0, V);
	status = find_axes(k, V, spectrum);
	if (status == 0) {
		turn(Y, V, copy);
		turn(X, V, copy);
	}
	free(V);
	free(copy);
	return status;
}
