#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "linalg/blas.h"
#include "linalg/rsvd.h"

enum {
	ROWS = 256,		/* of a piece of parallel work */
	PARTS = 16		/* sums that are added up at the end */
};

/* Added to the diagonal of X'X, whose own is 1, so that it has a factor. */
static const double shift = 1e-10;

/* --- products ------------------------------------------------------------- */

struct gram {
	const struct mat *X;
	double *parts;		/* (PARTS, l, l) lower triangles */
	double *rows;		/* (workers, ROWS, l) */
};

/* Part i of X'X: the rows i ROWS, (i + PARTS) ROWS, ... */
static void
gram_part(void *arg, size_t part, size_t worker)
{
	const struct gram *g = arg;
	const size_t n = g->X->rows, l = g->X->cols;
	double *x = g->rows + worker * ROWS * l;
	double *C = g->parts + part * l * l;

	for (size_t r = part * ROWS; r < n; r += PARTS * ROWS) {
		const size_t m = n - r < ROWS ? n - r : ROWS;

		for (size_t i = 0; i < m * l; i++)
			x[i] = (double)g->X->x[r * l + i];
		blas_syrk_double(l, m, x, l, 1, C, l);
	}
}

void
rsvd_gram(const struct mat *X, double *C)
{
	const size_t l = X->cols;
	struct gram g = { .X = X };

	g.parts = mem_array("a subspace", PARTS, l * l * sizeof *g.parts);
	g.rows = mem_array("a subspace", par_threads() * ROWS,
	    l * sizeof *g.rows);
	par_for(PARTS, gram_part, &g);
	memcpy(C, g.parts, l * l * sizeof *C);
	for (size_t p = 1; p < PARTS; p++)
		for (size_t i = 0; i < l * l; i++)
			C[i] += g.parts[p * l * l + i];
	free(g.parts);
	free(g.rows);
}

struct rotate {
	const struct mat *X;	/* (n, l) */
	const float *W;		/* (k, l) or a triangle (l, l) */
	struct mat *out;	/* (n, k) */
};

/* out <- X W' */
static void
rotate_rows(void *arg, size_t piece, size_t worker)
{
	const struct rotate *t = arg;
	const size_t first = piece * ROWS, l = t->X->cols, k = t->out->cols;
	const size_t m = t->X->rows - first < ROWS ? t->X->rows - first : ROWS;

	(void)worker;
	blas_gemm(0, 1, m, k, l, 1, mat_row(t->X, first), l, t->W, l, 0,
	    mat_row(t->out, first), k);
}

/* X <- X W'^-1 */
static void
solve_rows(void *arg, size_t piece, size_t worker)
{
	const struct rotate *t = arg;
	const size_t first = piece * ROWS, l = t->X->cols;
	const size_t m = t->X->rows - first < ROWS ? t->X->rows - first : ROWS;

	(void)worker;
	blas_trsm(m, l, t->W, l, mat_row(t->X, first), l);
}

/* --- at right angles ------------------------------------------------------ */

/* W (l, l) <- the factor of C, whose diagonal is made 1 for that. */
static void
scaled_factor(double *C, size_t l, float *W)
{
	double *length = mem_array("a subspace", l, sizeof *length);
	int status;

	for (size_t i = 0; i < l; i++)
		length[i] = C[i * l + i] > 0 ? sqrt(C[i * l + i]) : 1;
	for (size_t i = 0; i < l; i++) {
		for (size_t j = 0; j <= i; j++)
			C[i * l + j] /= length[i] * length[j];
		C[i * l + i] += shift * (double)l;
	}
	status = blas_potrf_double(l, C, l);
	assert(status == 0);
	(void)status;
	for (size_t i = 0; i < l; i++)
		for (size_t j = 0; j <= i; j++)
			W[i * l + j] = (float)(C[i * l + j] * length[i]);
	free(length);
}

void
rsvd_orthonormal(struct mat *X)
{
	const size_t l = X->cols;
	double *C = mem_array("a subspace", l * l, sizeof *C);
	float *W = mem_array("a subspace", l * l, sizeof *W);
	struct rotate t = { X, W, NULL };

	for (int pass = 0; pass < 2; pass++) {
		rsvd_gram(X, C);
		scaled_factor(C, l, W);
		par_for(par_pieces(X->rows, ROWS), solve_rows, &t);
	}
	free(C);
	free(W);
}

/* --- the decomposition ---------------------------------------------------- */

static void
start(struct mat *Q, uint64_t seed)
{
	struct rng r;

	rng_init(&r, seed, rng_stream("rsvd.start", 0));
	for (size_t i = 0; i < Q->rows * Q->cols; i++)
		Q->x[i] = (float)rng_normal(&r);
}

/* W (k, l) <- the vectors of Y'Y with the largest values, s (k) <- roots. */
static int
principal(const struct mat *Y, size_t k, float *W, float *s)
{
	const size_t l = Y->cols;
	double *C = mem_array("a subspace", l * l, sizeof *C);
	double *w = mem_array("a subspace", l, sizeof *w);
	int status;

	rsvd_gram(Y, C);
	status = blas_syev_double(l, C, l, w);
	for (size_t i = 0; i < k; i++) {
		const size_t from = l - 1 - i;	/* they ascend */

		s[i] = (float)sqrt(fmax(w[from], 0));
		for (size_t j = 0; j < l; j++)
			W[i * l + j] = (float)C[from * l + j];
	}
	free(C);
	free(w);
	return status == 0 ? 0 : err_msg("the singular values of the data "
	    "cannot be computed");
}

static void
divide_columns(struct mat *U, const float *s)
{
	for (size_t i = 0; i < U->rows; i++)
		for (size_t j = 0; j < U->cols; j++)
			if (s[j] > 0)
				mat_row(U, i)[j] /= s[j];
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Dimensions of the subspace of `rank` wanted ones, of a matrix with so many
 * at most. */
static size_t
width_of(size_t rank, size_t most, size_t oversample)
{
	return least(most, rank + (oversample > 0 ? oversample : 16 +
	    rank / 8));
}

double
rsvd_bytes(size_t rows, size_t cols, size_t rank)
{
	const size_t most = least(rows, cols);
	const size_t l = width_of(least(rank, most), most, 0);

	return ((double)rows + 2 * (double)cols) * (double)l * sizeof(float);
}

int
rsvd(const struct csr *A, const struct csr *At,
    const struct rsvd_options *o, struct mat *U, float *s, struct mat *V)
{
	const size_t most = least(A->rows, A->cols), k = least(o->rank, most);
	const size_t l = width_of(k, most, o->oversample);
	const size_t n_iterations = o->iterations > 0 ? o->iterations : 6;
	float *W = mem_array("a subspace", k * l, sizeof *W);
	struct mat Q, Y;
	struct rotate t = { &Q, W, V };
	int status;

	assert(At->rows == A->cols && At->cols == A->rows);
	mat_init(&Q, "a subspace", A->cols, l);
	mat_init(&Y, "a subspace", A->rows, l);

	/* 1: a random subspace; 2: turned; 3: its largest directions */
	start(&Q, o->seed);
	for (size_t i = 0; i < n_iterations; i++) {
		rsvd_orthonormal(&Q);
		csr_times(A, Q.x, l, Y.x);
		csr_times(At, Y.x, l, Q.x);
	}
	rsvd_orthonormal(&Q);
	csr_times(A, Q.x, l, Y.x);
	status = principal(&Y, k, W, s);

	mat_init(V, "singular vectors", A->cols, k);
	par_for(par_pieces(Q.rows, ROWS), rotate_rows, &t);
	if (U != NULL) {
		mat_init(U, "singular vectors", A->rows, k);
		t = (struct rotate){ &Y, W, U };
		par_for(par_pieces(Y.rows, ROWS), rotate_rows, &t);
		divide_columns(U, s);
	}
	mat_release(&Q);
	mat_release(&Y);
	free(W);
	return status;
}
