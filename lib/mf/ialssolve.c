/* ialssolve.c -- the half-step of ials.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/gather.h"
#include "linalg/normal.h"
#include "linalg/vec.h"
#include "mf/ials.h"

enum {
	GRAM_PIECES = 16,	/* at most: each has a (k, k) matrix */
	GRAM_ROWS = 512,	/* at least, of a piece */
	GATHER = 128,		/* rows of Y of one product */
	ROWS = 32		/* rows of X of a piece */
};

static const struct choice solvers[] = {
	{ "cholesky", "exactly, by Cholesky factorization", NULL },
	{ "cg", "a few steps of conjugate gradients from where it was", NULL },
	{ "block", "some factors at a time (iALS++)", NULL },
};

const struct choice *
ials_solver_choice(size_t i)
{
	return i < sizeof solvers / sizeof *solvers ? &solvers[i] : NULL;
}

enum ials_solver
ials_solver(const struct mf_options *o)
{
	return o->solver == NULL ? IALS_CHOLESKY :
	    (enum ials_solver)(o->solver - solvers);
}

/* --- Y'Y ---------------------------------------------------------------- */

struct gram_job {
	const struct mat *Y;
	size_t rows;		/* of a piece */
	float alpha;
	float *partial;		/* (pieces, k, k) */
};

static void
gram_piece(void *arg, size_t piece, size_t worker)
{
	const struct gram_job *job = arg;
	const size_t k = job->Y->cols, from = piece * job->rows;
	const size_t left = job->Y->rows - from;

	(void)worker;
	blas_syrk(k, left < job->rows ? left : job->rows, job->alpha,
	    mat_row(job->Y, from), k, 0, job->partial + piece * k * k, k);
}

/* The upper triangle <- the lower one. */
static void
make_symmetric(float *A, size_t k)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < i; j++)
			A[j * k + i] = A[i * k + j];
}

void
ials_gram(const struct mat *Y, double alpha0, float *gram)
{
	const size_t k = Y->cols;
	const size_t even = par_pieces(Y->rows, GRAM_PIECES);
	struct gram_job job = { Y, even < GRAM_ROWS ? GRAM_ROWS : even,
		(float)alpha0, NULL };
	const size_t n = par_pieces(Y->rows, job.rows);

	job.partial = mem_array("products of factors", n,
	    k * k * sizeof *job.partial);
	par_for(n, gram_piece, &job);
	memset(gram, 0, k * k * sizeof *gram);
	for (size_t piece = 0; piece < n; piece++)
		vec_axpy(1, job.partial + piece * k * k, gram, k * k);
	make_symmetric(gram, k);
	free(job.partial);
}

/* --- one row ------------------------------------------------------------ */

double
ials_ridge(const struct ials_side *side, const float *weights, size_t n)
{
	double n_x = side->alpha0 * (double)side->Y->rows;

	for (size_t i = 0; i < n; i++)
		n_x += (double)weights[i];
	return side->lambda * pow(n_x, side->nu);
}

size_t
ials_scratch(size_t k)
{
	return (normal_rows(k) + GATHER + 1) * normal_width(k);
}

/*
 * Method: rows of Y are gathered, each times the root of its weight, so that
 * the product of the gathered G adds G'G = sum c y y' to A.
 */
int
ials_row(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch, double *loss)
{
	const size_t k = side->Y->cols, w = normal_width(k);
	float *A = scratch;			/* (k, w), upper triangle */
	float *G = A + normal_rows(k) * w;	/* (GATHER, w) */
	float *b = G + GATHER * w;		/* (w) */
	const float ridge = (float)ials_ridge(side, weights, n);
	double sum = 0;				/* of c */

	/* 1: A <- alpha0 Y'Y + lambda (n_x + alpha0 |Y|)^nu I, b <- 0 */
	normal_start(k, side->gram, ridge, A);
	memset(b, 0, w * sizeof *b);
	if (side->has_prior) {
		sum += (double)ridge * vec_square_sum(x, k);
		vec_axpy(ridge, x, b, k);
	}

	/* 2: A <- A + sum c y y', b <- b + sum c y; b is kept in x */
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		gather_scaled(side->Y->x, k, k, columns + i, weights + i,
		    weights + i, m, w, G, b);
		normal_add(k, G, m, A);
		for (size_t j = i; j < i + m; j++)
			sum += (double)weights[j];
	}
	memcpy(x, b, k * sizeof *x);

	/* 3: x <- A^-1 b, where the loss is sum c - b.x */
	if (normal_factor(k, A) != 0)
		return -1;
	normal_solve(k, A, b);
	*loss = sum - (double)vec_dot(x, b, k);
	memcpy(x, b, k * sizeof *x);
	return 0;
}

/* --- all rows ----------------------------------------------------------- */

struct solve_job {
	struct ials_side side;
	const struct csr *had;
	struct mat *X;
	float *scratch;		/* (workers, n_scratch) */
	size_t n_scratch;
	enum ials_solver solver;
	const struct mat *prior;	/* of X's shape, or NULL */
	unsigned char *failed;	/* (pieces) */
	double *loss;		/* (pieces) */
};

static int
solve_row(const struct solve_job *job, size_t r, float *scratch, double *loss)
{
	const uint64_t at = job->had->indptr[r];
	const uint32_t *columns = job->had->indices + at;
	const float *weights = job->had->values + at;
	const size_t n = csr_row_count(job->had, r);
	float *x = mat_row(job->X, r);

	switch (job->solver) {
	case IALS_CG:
		*loss = ials_cg_row(&job->side, columns, weights, n, x,
		    scratch);
		return 0;
	case IALS_BLOCK:
		return ials_block_row(&job->side, columns, weights, n, x,
		    scratch, loss);
	case IALS_CHOLESKY:
		break;
	}
	if (job->side.spectrum != NULL && ials_is_few(&job->side, weights, n))
		return ials_few_row(&job->side, columns, weights, n, x,
		    scratch, loss);
	if (job->prior != NULL) {
		memcpy(x, mat_row(job->prior, r), job->X->cols * sizeof *x);
		if (n == 0)
			memset(x, 0, job->X->cols * sizeof *x);
	}
	return job->prior != NULL && n == 0 ? 0 : ials_row(&job->side,
	    columns, weights, n, x, scratch, loss);
}

static void
solve_piece(void *arg, size_t piece, size_t worker)
{
	const struct solve_job *job = arg;

	for (size_t r = piece * ROWS; r < (piece + 1) * ROWS &&
	    r < job->had->rows; r++) {
		double loss = 0;

		if (solve_row(job, r, job->scratch + worker * job->n_scratch,
		    &loss) != 0)
			job->failed[piece] = 1;
		job->loss[piece] += loss;
	}
}

static size_t
longest_row(const struct csr *m)
{
	size_t longest = 0;

	for (size_t r = 0; r < m->rows; r++)
		if (csr_row_count(m, r) > longest)
			longest = csr_row_count(m, r);
	return longest;
}

/* Floats for the solver. */
static size_t
scratch_for(const struct solve_job *job, size_t k)
{
	const size_t many = ials_scratch(k), few = ials_few_scratch(k);

	switch (job->solver) {
	case IALS_CG:
		return ials_cg_scratch(k);
	case IALS_BLOCK:
		return ials_block_scratch(k, job->side.block,
		    longest_row(job->had));
	case IALS_CHOLESKY:
		break;
	}
	return many > few ? many : few;
}

/* 0, or -1 after a message. */
static int
solve_all(struct solve_job *job, size_t k, double *loss)
{
	const size_t n_pieces = par_pieces(job->had->rows, ROWS);
	size_t n_failed = 0;

	/* whole lines of the cache, so that workers share none */
	job->n_scratch = (scratch_for(job, k) + 15) / 16 * 16;
	job->scratch = mem_array("systems of equations", par_threads(),
	    job->n_scratch * sizeof *job->scratch);
	job->failed = mem_array("systems of equations", n_pieces, 1);
	job->loss = mem_array("the loss", n_pieces, sizeof *job->loss);
	par_for(n_pieces, solve_piece, job);
	*loss = 0;
	for (size_t i = 0; i < n_pieces; i++) {
		n_failed += job->failed[i];
		*loss += job->loss[i];
	}
	free(job->scratch);
	free(job->failed);
	free(job->loss);
	return n_failed == 0 ? 0 : err_msg("the data do not determine the "
	    "factors: give a larger --lambda");
}

int
ials_solve(const struct csr *had, struct mat *Y, struct mat *X,
    const struct mat *prior, const struct mf_options *o, double *loss)
{
	const size_t k = Y->cols;
	struct solve_job job = {
		{ Y, NULL, NULL, o->alpha0, o->lambda, o->nu,
		(o->block < k ? o->block : k), o->steps, prior != NULL },
		had, X, .solver = ials_solver(o), .prior = prior };
	float *gram = mem_array("products of factors", k, k * sizeof *gram);
	float *spectrum = NULL;
	int status = 0;

	if (prior != NULL) {
		ials_gram(Y, o->alpha0, gram);
	} else {
		spectrum = mem_array("products of factors", k,
		    sizeof *spectrum);
		status = ials_turn(Y, X, o->alpha0, spectrum);
		for (size_t j = 0; j < k; j++)
			gram[j * k + j] = spectrum[j];
	}
	job.side.gram = gram;
	job.side.spectrum = spectrum;
	if (status == 0)
		status = solve_all(&job, k, loss);
	free(gram);
	free(spectrum);
	return status;
}
