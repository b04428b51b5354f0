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
    const float *weights, size_t n, float *x, float *scratch)
{
	const size_t k = side->Y->cols, w = normal_width(k);
	float *A = scratch;			/* (k, w), upper triangle */
	float *G = A + normal_rows(k) * w;	/* (GATHER, w) */
	float *b = G + GATHER * w;		/* (w) */

	/* 1: A <- alpha0 Y'Y + lambda (n_x + alpha0 |Y|)^nu I, b <- 0 */
	normal_start(k, side->gram, (float)ials_ridge(side, weights, n), A);
	memset(b, 0, w * sizeof *b);

	/* 2: A <- A + sum c y y', b <- b + sum c y */
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		gather_scaled(side->Y->x, k, columns + i, weights + i, m, w, G,
		    b);
		normal_add(k, G, m, A);
	}

	/* 3: x <- A^-1 b */
	if (normal_factor(k, A) != 0)
		return -1;
	normal_solve(k, A, b);
	memcpy(x, b, k * sizeof *x);
	return 0;
}

/* --- one row, block by block -------------------------------------------- */

/*
 * Method (Rendle et al. 2021, "iALS++: speeding up matrix factorization with
 * subspace optimization", algorithm 1): Newton's step on some coordinates at
 * a time.  With e_i = y_i.x - 1 kept up to date, the gradient and the second
 * derivative by the coordinates of a block are
 *
 *	g = alpha0 (Y'Y x)_block + sum c_i e_i y_i + ridge x
 *	H = alpha0 (Y'Y)_block + sum c_i y_i y_i' + ridge I
 *
 * Rows of Y are gathered GATHER at a time, so that long rows need no more
 * memory; each then goes through all blocks for itself.
 */
static int
block_row(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch)
{
	const size_t k = side->Y->cols, B = side->block;
	float *H = scratch;		/* (B, B) */
	float *g = H + B * B;		/* (B) */
	float *G = g + B;		/* (GATHER, B) */
	float *c = G + GATHER * B;	/* (GATHER) */
	float *e = c + GATHER;		/* (n) */
	const float diagonal = (float)ials_ridge(side, weights, n);

	gather_dots(side->Y->x, k, columns, n, x, e);
	for (size_t i = 0; i < n; i++)
		e[i] -= 1;
	for (size_t from = 0, m; from < k; from += m) {
		m = k - from < B ? k - from : B;

		/* 1: g, H without the interactions; Y'Y is symmetric */
		for (size_t p = 0; p < m; p++) {
			const float *row = side->gram + (from + p) * k;

			memcpy(H + p * m, row + from, m * sizeof *H);
			H[p * m + p] += diagonal;
			g[p] = vec_dot(row, x, k) + diagonal * x[from + p];
		}

		/* 2: and with them */
		for (size_t i = 0, rows; i < n; i += rows) {
			rows = n - i < GATHER ? n - i : GATHER;
			for (size_t j = 0; j < rows; j++) {
				const float s = sqrtf(weights[i + j]);

				memcpy(G + j * m, mat_row(side->Y,
				    columns[i + j]) + from, m * sizeof *G);
				vec_scale(s, G + j * m, m);
				c[j] = s * e[i + j];
			}
			blas_syrk(m, rows, 1, G, m, 1, H, m);
			blas_gemv(1, m, rows, 1, G, m, c, 1, g);
		}

		/* 3: the step, and what it changes */
		if (blas_potrf(m, H, m) != 0)
			return -1;
		blas_potrs(m, 1, H, m, g, 1);
		for (size_t p = 0; p < m; p++)
			x[from + p] -= g[p];
		for (size_t i = 0; i < n; i++)
			e[i] -= vec_dot(mat_row(side->Y, columns[i]) + from, g,
			    m);
	}
	return 0;
}

/* --- some rows by conjugate gradients ----------------------------------- */

/*
 * Method (Takacs, Pilaszy & Tikk 2011, "Applications of the conjugate gradient
 * method for implicit feedback collaborative filtering"): a few steps from
 * where the row is, without its matrix.  Rows go side by side, because the
 * products of all directions with Y'Y are one product of matrices.
 */
struct cg {
	float *P, *AP, *R;	/* (ROWS, k) directions, A P, residuals */
	double rr[ROWS];	/* |R|^2 */
	float diagonal[ROWS];
};

/* AP <- A times the rows of P, less the right side times `target`. */
static void
cg_product(const struct ials_side *side, const struct csr *had, size_t first,
    size_t n, const float *P, float target, struct cg *s)
{
	const size_t k = side->Y->cols;

	blas_gemm(0, 0, n, k, k, 1, P, k, side->gram, k, 0, s->AP, k);
	for (size_t i = 0; i < n; i++) {
		const uint64_t at = had->indptr[first + i];

		vec_axpy(s->diagonal[i], P + i * k, s->AP + i * k, k);
		gather_normal(side->Y->x, k, had->indices + at,
		    had->values + at, csr_row_count(had, first + i), target,
		    P + i * k, s->AP + i * k);
	}
}

static void
cg_step(struct cg *s, size_t i, float *x, size_t k)
{
	float *p = s->P + i * k, *r = s->R + i * k;
	const double curve = (double)vec_dot(p, s->AP + i * k, k);
	double rr;

	if (!(curve > 0))
		return;		/* it is there already */
	vec_axpy((float)(s->rr[i] / curve), p, x, k);
	vec_axpy((float)(-s->rr[i] / curve), s->AP + i * k, r, k);
	rr = vec_square_sum(r, k);
	vec_scale((float)(rr / s->rr[i]), p, k);
	vec_axpy(1, r, p, k);
	s->rr[i] = rr;
}

static void
cg_rows(const struct ials_side *side, const struct csr *had, size_t first,
    size_t n, struct mat *X, float *scratch)
{
	const size_t k = side->Y->cols;
	float *x = mat_row(X, first);
	struct cg s = { scratch, scratch + ROWS * k, scratch + 2 * ROWS * k,
		{ 0 }, { 0 } };

	for (size_t i = 0; i < n; i++)
		s.diagonal[i] = (float)ials_ridge(side, had->values +
		    had->indptr[first + i], csr_row_count(had, first + i));
	cg_product(side, had, first, n, x, 1, &s);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = i * k; j < (i + 1) * k; j++)
			s.P[j] = s.R[j] = -s.AP[j];
		s.rr[i] = vec_square_sum(s.R + i * k, k);
	}
	for (size_t step = 0; step < side->steps; step++) {
		cg_product(side, had, first, n, s.P, 0, &s);
		for (size_t i = 0; i < n; i++)
			cg_step(&s, i, x + i * k, k);
	}
}

/* --- all rows ----------------------------------------------------------- */

struct solve_job {
	struct ials_side side;
	const struct csr *had;
	struct mat *X;
	float *scratch;		/* (workers, n_scratch) */
	size_t n_scratch;
	enum ials_solver solver;
	unsigned char *failed;	/* (pieces) */
};

static void
solve_piece(void *arg, size_t piece, size_t worker)
{
	const struct solve_job *job = arg;
	const struct csr *had = job->had;

	const size_t first = piece * ROWS, left = had->rows - first;
	const size_t n = left < ROWS ? left : ROWS;
	float *scratch = job->scratch + worker * job->n_scratch;

	if (job->solver == IALS_CG) {
		cg_rows(&job->side, had, first, n, job->X, scratch);
		return;
	}
	for (size_t r = first; r < first + n; r++) {
		const uint64_t at = had->indptr[r];

		if ((job->solver == IALS_BLOCK ? block_row : ials_row)(
		    &job->side, had->indices + at, had->values + at,
		    csr_row_count(had, r), mat_row(job->X, r), scratch) != 0)
			job->failed[piece] = 1;
	}
}

/* Floats for the solver; `longest` is the longest row. */
static size_t
scratch_for(const struct mf_options *o, size_t longest, size_t k)
{
	switch (ials_solver(o)) {
	case IALS_CG:
		return 3 * ROWS * k;
	case IALS_BLOCK:
		return (o->block + GATHER + 1) * o->block + GATHER + longest;
	case IALS_CHOLESKY:
		break;
	}
	return ials_scratch(k);
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

int
ials_solve(const struct csr *had, const struct mat *Y, struct mat *X,
    const struct mf_options *o)
{
	const size_t k = Y->cols, n_pieces = par_pieces(had->rows, ROWS);
	float *gram = mem_array("products of factors", k, k * sizeof *gram);
	struct solve_job job = {
		{ Y, gram, o->alpha0, o->lambda, o->nu, o->block, o->steps },
		had, X, .n_scratch = scratch_for(o, longest_row(had), k),
		.solver = ials_solver(o) };
	size_t n_failed = 0;

	job.scratch = mem_array("systems of equations", par_threads(),
	    job.n_scratch * sizeof *job.scratch);
	job.failed = mem_array("systems of equations", n_pieces, 1);
	ials_gram(Y, o->alpha0, gram);
	par_for(n_pieces, solve_piece, &job);
	for (size_t i = 0; i < n_pieces; i++)
		n_failed += job.failed[i];
	free(gram);
	free(job.scratch);
	free(job.failed);
	return n_failed == 0 ? 0 : err_msg("the data do not determine the "
	    "factors: give a larger --lambda");
}

