#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/vec.h"
#include "mf/als.h"
#include "mf/factors.h"
#include "mf/ials.h"
#include "mf/measure.h"
#include "mf/warm.h"

enum { ROWS = 32 };		/* of a piece */

struct als {
	struct factors f;
	const struct csr *by_user;
	struct csr by_item;
	struct mf_options options;	/* in the ratings' own unit */
	double scale;
	const char *method;
	enum rating_solver solver;
};

/* --- a half-step -------------------------------------------------------- */

struct half {
	struct rating_side side;
	const struct csr *had;
	struct mat *X;
	float *bias;
	float *scratch;			/* (workers, n_scratch) */
	size_t n_scratch;
	unsigned char *failed;		/* (pieces) */
};

static void
solve_piece(void *arg, size_t piece, size_t worker)
{
	const struct half *h = arg;

	for (size_t r = piece * ROWS; r < (piece + 1) * ROWS &&
	    r < h->had->rows; r++) {
		const uint64_t at = h->had->indptr[r];
		const size_t n = csr_row_count(h->had, r);

		if (n > 0 && rating_row(&h->side, h->had->indices + at,
		    h->had->values + at, n, mat_row(h->X, r), &h->bias[r],
		    h->scratch + worker * h->n_scratch) != 0)
			h->failed[piece] = 1;
	}
}

static int
solve(const struct als *m, const struct csr *had, const struct mat *Y,
    const float *of_Y, struct mat *X, float *of_X)
{
	const size_t n_pieces = par_pieces(had->rows, ROWS);
	struct half h = { { Y, of_Y, m->f.mean, m->options.lambda,
		m->options.lambda_bias, m->options.nu, m->solver,
		m->options.steps }, had, X, of_X,
		.n_scratch = rating_scratch(Y->cols) };
	size_t n_failed = 0;

	h.scratch = mem_array("systems of equations", par_threads(),
	    h.n_scratch * sizeof *h.scratch);
	h.failed = mem_array("systems of equations", n_pieces, 1);
	par_for(n_pieces, solve_piece, &h);
	for (size_t i = 0; i < n_pieces; i++)
		n_failed += h.failed[i];
	free(h.scratch);
	free(h.failed);
	return n_failed == 0 ? 0 : err_msg("the ratings do not determine the "
	    "factors: give a larger --lambda");
}

/* --- an epoch ----------------------------------------------------------- */

struct errors {
	const struct als *m;
	double *squares;		/* (pieces) */
};

static void
error_piece(void *arg, size_t piece, size_t worker)
{
	const struct errors *job = arg;
	const struct factors *f = &job->m->f;
	const struct csr *had = job->m->by_user;

	(void)worker;
	for (size_t u = piece * ROWS; u < (piece + 1) * ROWS && u < had->rows;
	    u++)
		for (uint64_t i = had->indptr[u]; i < had->indptr[u + 1];
		    i++) {
			const uint32_t v = had->indices[i];
			const float e = had->values[i] - f->mean -
			    f->user_bias[u] - f->item_bias[v] -
			    vec_dot(mat_row(&f->user, u), mat_row(&f->item, v),
			    f->user.cols);

			job->squares[piece] += (double)e * (double)e;
		}
}

/* Items, then users; the loss is the root mean square of the errors. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct als *m = arg;
	struct factors *f = &m->f;
	const size_t n_pieces = par_pieces(m->by_user->rows, ROWS);
	struct errors job = { m, NULL };
	double sum = 0;

	(void)i;
	if (solve(m, &m->by_item, &f->user, f->user_bias, &f->item,
	    f->item_bias) != 0 ||
	    solve(m, m->by_user, &f->item, f->item_bias, &f->user,
	    f->user_bias) != 0)
		return -1;
	job.squares = mem_array("the loss", n_pieces, sizeof *job.squares);
	par_for(n_pieces, error_piece, &job);
	for (size_t p = 0; p < n_pieces; p++)
		sum += job.squares[p];
	free(job.squares);
	*loss = sqrt(sum / (double)csr_count(m->by_user));
	return 0;
}

/* --- training ----------------------------------------------------------- */

static void
make_nonnegative(struct mat *m)
{
	for (size_t i = 0; i < m->rows * m->cols; i++)
		m->x[i] = fabsf(m->x[i]);
}

static void
init(struct als *m, const char *method, enum rating_solver solver,
    const struct mf_task *task)
{
	const struct csr *ratings = &task->data->by_user;
	struct measure measure;

	*m = (struct als){ .by_user = ratings, .options = *task->options,
		.method = method, .solver = solver };
	csr_transpose(ratings, &m->by_item);
	measure_ratings(&measure, ratings);
	m->scale = measure.stdev;
	m->options.lambda *= m->scale;
	m->options.stdev *= sqrt(m->scale);
	factors_init(&m->f, ratings->rows, ratings->cols,
	    m->options.factors, 1);
	m->f.mean = (float)measure.mean;
	m->f.min = (float)measure.min;
	m->f.max = (float)measure.max;
	factors_start(&m->f.user, &m->options, task->train->seed,
	    "als.users");
	factors_start(&m->f.item, &m->options, task->train->seed,
	    "als.items");
	if (solver == RATING_NONNEGATIVE) {
		make_nonnegative(&m->f.user);
		make_nonnegative(&m->f.item);
	}
}

static int
write_model(const struct als *m, const struct mf_task *task,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer(m->method);
	int status;

	factors_put(w, &m->f, task, result);
	model_put_real(w, "lambda-bias", task->options->lambda_bias);
	model_put_real(w, "scale", m->scale);
	if (task->options->solver != NULL)
		st_put_meta(w, "solver", task->options->solver->name);
	if (task->options->steps != SIZE_MAX)
		model_put_size(w, "steps", task->options->steps);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

int
als_train_by(const char *name, enum rating_solver solver,
    const struct mf_task *task, struct mf_result *result)
{
	struct als m;
	struct factors_method method = { .epoch = epoch, .arg = &m,
		.advice = "give a larger --lambda", .predicts_ratings = 1 };
	int status = -1;

	init(&m, name, solver, task);
	method.bytes = csr_bytes(&m.by_item);
	if (warm_start(&m.f, task, name, result) == 0 &&
	    factors_train(&m.f, task, &method, result) == 0)
		status = write_model(&m, task, result);
	factors_release(&m.f);
	csr_release(&m.by_item);
	return status;
}

int
als_train(const struct mf_task *task, struct mf_result *result)
{
	switch (ials_solver(task->options)) {
	case IALS_CHOLESKY:
		return als_train_by("als", RATING_CHOLESKY, task, result);
	case IALS_CG:
		return als_train_by("als", RATING_CG, task, result);
	case IALS_BLOCK:
		break;
	}
	return err_msg("--solver block is not for --method als: give cholesky "
	    "or cg");
}
