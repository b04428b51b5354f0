#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/ials.h"

enum {
	GRAM_PIECES = 16,	/* at most: each has a (k, k) matrix */
	GRAM_ROWS = 512,	/* at least, of a piece */
	GATHER = 256,		/* rows of Y of one product */
	ROWS = 32		/* rows of X of a piece */
};

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
	free(job.partial);
}

/* --- one row ------------------------------------------------------------ */

/* lambda (n_x + alpha0 |Y|)^nu */
static double
ridge(const struct ials_side *side, const float *weights, size_t n)
{
	double n_x = side->alpha0 * (double)side->Y->rows;

	for (size_t i = 0; i < n; i++)
		n_x += (double)weights[i];
	return side->lambda * pow(n_x, side->nu);
}

size_t
ials_scratch(size_t k)
{
	return k * k + GATHER * k + GATHER;
}

/*
 * Method: rows of Y are gathered, each times the root s of its weight, so
 * that a BLAS product of the gathered G adds G'G = sum c y y' to A and
 * G's = sum c y to b.
 */
int
ials_row(const struct ials_side *side, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch)
{
	const size_t k = side->Y->cols;
	float *A = scratch;		/* (k, k), lower triangle */
	float *G = A + k * k;		/* (GATHER, k) */
	float *s = G + GATHER * k;	/* (GATHER) */
	const float diagonal = (float)ridge(side, weights, n);

	/* 1: A <- alpha0 Y'Y + lambda (n_x + alpha0 |Y|)^nu I, b <- 0 */
	memcpy(A, side->gram, k * k * sizeof *A);
	memset(x, 0, k * sizeof *x);
	for (size_t p = 0; p < k; p++)
		A[p * k + p] += diagonal;

	/* 2: A <- A + sum c y y', b <- b + sum c y; b is kept in x */
	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < GATHER ? n - i : GATHER;
		for (size_t j = 0; j < m; j++) {
			s[j] = sqrtf(weights[i + j]);
			memcpy(G + j * k, mat_row(side->Y, columns[i + j]),
			    k * sizeof *G);
			vec_scale(s[j], G + j * k, k);
		}
		blas_syrk(k, m, 1, G, k, 1, A, k);
		blas_gemv(1, k, m, 1, G, k, s, 1, x);
	}

	/* 3: x <- A^-1 b */
	if (blas_potrf(k, A, k) != 0)
		return -1;
	blas_potrs(k, 1, A, k, x, 1);
	return 0;
}

/* --- all rows ----------------------------------------------------------- */

struct solve_job {
	struct ials_side side;
	const struct csr *had;
	struct mat *X;
	float *scratch;		/* (workers, n_scratch) */
	size_t n_scratch;
	unsigned char *failed;	/* (pieces) */
};

static void
solve_piece(void *arg, size_t piece, size_t worker)
{
	const struct solve_job *job = arg;
	const struct csr *had = job->had;

	for (size_t r = piece * ROWS; r < (piece + 1) * ROWS && r < had->rows;
	    r++)
		if (ials_row(&job->side, had->indices + had->indptr[r],
		    had->values + had->indptr[r], csr_row_count(had, r),
		    mat_row(job->X, r), job->scratch + worker *
		    job->n_scratch) != 0)
			job->failed[piece] = 1;
}

int
ials_solve(const struct csr *had, const struct mat *Y, struct mat *X,
    const struct mf_options *o)
{
	const size_t k = Y->cols, n_pieces = par_pieces(had->rows, ROWS);
	float *gram = mem_array("products of factors", k, k * sizeof *gram);
	struct solve_job job = {
		{ Y, gram, o->alpha0, o->lambda, o->nu }, had, X,
		.n_scratch = ials_scratch(k) };
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

/* --- the loss ----------------------------------------------------------- */

struct loss_job {
	struct ials_side side;
	const struct csr *had;
	const struct mat *X;
	int with_error;		/* else the ridge only */
	double *partial;	/* (pieces) */
};

static void
loss_piece(void *arg, size_t piece, size_t worker)
{
	const struct loss_job *job = arg;
	const struct mat *X = job->X, *Y = job->side.Y;
	double sum = 0;

	(void)worker;
	for (size_t r = piece * ROWS; r < (piece + 1) * ROWS && r < X->rows;
	    r++) {
		const uint64_t from = job->had->indptr[r];
		const size_t n = csr_row_count(job->had, r);

		sum += ridge(&job->side, job->had->values + from, n) *
		    vec_square_sum(mat_row(X, r), X->cols);
		for (uint64_t i = from; job->with_error && i < from + n; i++) {
			const double e = (double)vec_dot(mat_row(X, r),
			    mat_row(Y, job->had->indices[i]), X->cols) - 1;

			sum += (double)job->had->values[i] * e * e;
		}
	}
	job->partial[piece] = sum;
}

/* The ridge of X and, if asked for, the error of what was had. */
static double
side_loss(const struct csr *had, const struct mat *X, const struct mat *Y,
    const struct mf_options *o, int with_error)
{
	const size_t n_pieces = par_pieces(X->rows, ROWS);
	struct loss_job job = { { Y, NULL, o->alpha0, o->lambda, o->nu }, had,
		X, with_error, NULL };
	double sum = 0;

	job.partial = mem_array("the loss", n_pieces, sizeof *job.partial);
	par_for(n_pieces, loss_piece, &job);
	for (size_t i = 0; i < n_pieces; i++)
		sum += job.partial[i];
	free(job.partial);
	return sum;
}

/* sum_u sum_i (p_u.q_i)^2 = sum_ab (P'P)_ab (Q'Q)_ab */
static double
all_pairs(const struct mat *P, const struct mat *Q)
{
	const size_t k = P->cols;
	float *G = mem_array("products of factors", k, k * sizeof *G);
	float *H = mem_array("products of factors", k, k * sizeof *H);
	double sum = 0;

	ials_gram(P, 1, G);
	ials_gram(Q, 1, H);
	for (size_t a = 0; a < k; a++)
		for (size_t b = 0; b <= a; b++)
			sum += (a == b ? 1 : 2) * (double)G[a * k + b] *
			    (double)H[a * k + b];
	free(G);
	free(H);
	return sum;
}

double
ials_loss(const struct csr *by_user, const struct csr *by_item,
    const struct mat *P, const struct mat *Q, const struct mf_options *o)
{
	return side_loss(by_user, P, Q, o, 1) +
	    side_loss(by_item, Q, P, o, 0) + o->alpha0 * all_pairs(P, Q);
}

/* --- training ----------------------------------------------------------- */

struct ials {
	struct factors f;
	struct csr by_user, by_item;
	struct mf_options options;	/* with alpha0 */
};

/* Items, then users: so users are always the answer to the items as they
 * are, and fold-in of the same history gives the same factors. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct ials *m = arg;

	(void)i;
	if (ials_solve(&m->by_item, &m->f.user, &m->f.item, &m->options) != 0 ||
	    ials_solve(&m->by_user, &m->f.item, &m->f.user, &m->options) != 0)
		return -1;
	*loss = ials_loss(&m->by_user, &m->by_item, &m->f.user, &m->f.item,
	    &m->options);
	return 0;
}

static int
check_weights(const struct inter *data)
{
	const struct csr *m = &data->by_user;

	for (size_t u = 0; u < m->rows; u++)
		for (uint64_t i = m->indptr[u]; i < m->indptr[u + 1]; i++)
			if (!(m->values[i] >= 0))
				return err_msg("user '%.*s', item '%.*s': a "
				    "weight of %g: weights are not negative",
				    SPAN_ARGS(idmap_name(data->users,
				    (uint32_t)u)),
				    SPAN_ARGS(idmap_name(data->items,
				    m->indices[i])), (double)m->values[i]);
	return 0;
}

/* What makes all pairs weigh `unobserved` times what was had. */
static double
alpha0_for(const struct csr *had, double unobserved)
{
	double sum = 0;

	for (uint64_t i = 0; i < csr_count(had); i++)
		sum += (double)had->values[i];
	return unobserved * sum / ((double)had->rows * (double)had->cols);
}

/* Random items, and the users that answer to them; or a constant for all. */
static int
start(struct ials *m, const struct mf_task *task)
{
	const struct mf_options *o = &m->options;

	factors_start(&m->f.item, o, task->train->seed, "ials.items");
	factors_start(&m->f.user, o, task->train->seed, "ials.users");
	return o->epochs == 0 ? 0 :
	    ials_solve(&m->by_user, &m->f.item, &m->f.user, o);
}

static int
write_model(const struct ials *m, const struct mf_task *task,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer("ials");
	int status;

	factors_put(w, &m->f, task, result);
	model_put_real(w, "alpha0", m->options.alpha0);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

int
ials_train(const struct mf_task *task, struct mf_result *result)
{
	struct ials m = { .options = *task->options };
	const struct factors_method method = { epoch, &m,
		"give a larger --lambda", 0 };
	int status = -1;

	if (check_weights(task->data) != 0)
		return -1;
	inter_matrix(task->data, CSR_SUM, &m.by_user);
	csr_transpose(&m.by_user, &m.by_item);
	if (isnan(m.options.alpha0))
		m.options.alpha0 = alpha0_for(&m.by_user,
		    m.options.unobserved);
	factors_init(&m.f, m.by_user.rows, m.by_user.cols,
	    task->options->factors, 0);
	if (start(&m, task) == 0 &&
	    factors_train(&m.f, task, &method, result) == 0)
		status = write_model(&m, task, result);
	factors_release(&m.f);
	csr_release(&m.by_user);
	csr_release(&m.by_item);
	return status;
}

/* --- loading ------------------------------------------------------------ */

static void
fold_begin(struct factors_fold *fold, const struct factors_view *f)
{
	const size_t k = f->item.cols;

	fold->gram = mem_array("products of factors", k,
	    k * sizeof *fold->gram);
	ials_gram(&f->item, fold->alpha0, fold->gram);
	fold->n_scratch = ials_scratch(k);
}

static int
fold_solve(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	const struct ials_side side = { &f->item, fold->gram, fold->alpha0,
		fold->lambda, fold->nu };

	(void)bias;
	for (size_t i = 0; i < n; i++)
		if (!(values[i] >= 0))
			return -1;
	return ials_row(&side, items, values, n, x, scratch);
}

int
ials_load(struct scorer *s)
{
	struct factors_fold fold = { fold_begin, fold_solve, .gram = NULL };

	if (model_real(s->file, "lambda", &fold.lambda) != 0 ||
	    model_real(s->file, "nu", &fold.nu) != 0 ||
	    model_real(s->file, "alpha0", &fold.alpha0) != 0)
		return -1;
	return factors_load(s, 0, &fold);
}
