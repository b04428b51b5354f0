#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/featureprior.h"
#include "mf/ials.h"
#include "mf/warm.h"

enum { ROWS = 32 };	/* rows of a piece of the loss */

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

		sum += ials_ridge(&job->side, job->had->values + from, n) *
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
	struct loss_job job = { { .Y = Y, .alpha0 = o->alpha0,
		.lambda = o->lambda, .nu = o->nu }, had, X, with_error, NULL };
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

/* One side, and what its features tell of it, if there are any. */
struct ials_rows {
	struct mat *x;
	const struct csr *had;
	struct feature_prior prior;
	int has_prior;
	float *ridge;			/* (rows) 0 of what nobody had */
};

struct ials {
	struct factors f;
	struct csr by_user, by_item;
	struct mf_options options;	/* with alpha0 */
	struct ials_rows user, item;
};

static void
init_rows(struct ials_rows *r, const struct ials *m, struct mat *x,
    const struct csr *had, const struct mat *Y, const struct attributes *a)
{
	const struct ials_side side = { .Y = Y, .alpha0 = m->options.alpha0,
		.lambda = m->options.lambda, .nu = m->options.nu };

	*r = (struct ials_rows){ .x = x, .had = had, .has_prior = a != NULL };
	if (a == NULL)
		return;
	feature_prior_init(&r->prior, a, x->rows, x->cols);
	r->ridge = mem_array("features", x->rows, sizeof *r->ridge);
	for (size_t i = 0; i < x->rows; i++)
		if (csr_row_count(had, i) > 0)
			r->ridge[i] = (float)ials_ridge(&side, had->values +
			    had->indptr[i], csr_row_count(had, i));
}

static void
release_rows(struct ials_rows *r)
{
	if (r->has_prior)
		feature_prior_release(&r->prior);
	free(r->ridge);
}

/* Rows that nobody had are of no weight while others are solved for. */
static void
clear_cold(struct ials_rows *r)
{
	if (!r->has_prior)
		return;
	feature_prior_expect(&r->prior);
	for (size_t i = 0; i < r->x->rows; i++)
		if (csr_row_count(r->had, i) == 0)
			memset(mat_row(r->x, i), 0, r->x->cols *
			    sizeof *r->x->x);
}

/* And are what their features say afterwards. */
static void
fill_cold(struct ials_rows *r)
{
	for (size_t i = 0; r->has_prior && i < r->x->rows; i++)
		if (csr_row_count(r->had, i) == 0)
			memcpy(mat_row(r->x, i), mat_row(&r->prior.mean, i),
			    r->x->cols * sizeof *r->x->x);
}

static int
solve_rows(struct ials_rows *r, struct mat *Y, const struct mf_options *o,
    double *loss)
{
	if (ials_solve(r->had, Y, r->x, r->has_prior ? &r->prior.mean : NULL,
	    o, loss) != 0)
		return -1;
	if (r->has_prior)
		feature_prior_fit(&r->prior, r->x, r->ridge);
	return 0;
}

/* The ridge of items: of their way from what is expected. */
static double
item_ridge(const struct ials *m)
{
	const struct ials_rows *r = &m->item;
	struct mat way;
	double sum;

	if (!r->has_prior)
		return side_loss(r->had, r->x, &m->f.user, &m->options, 0);
	mat_init(&way, "features", r->x->rows, r->x->cols);
	for (size_t i = 0; i < way.rows; i++)
		for (size_t p = 0; p < way.cols && r->ridge[i] > 0; p++)
			mat_row(&way, i)[p] = mat_row(r->x, i)[p] -
			    mat_row(&r->prior.mean, i)[p];
	sum = side_loss(r->had, &way, &m->f.user, &m->options, 0);
	mat_release(&way);
	return sum;
}

/* Items, then users: so users are always the answer to the items as they
 * are, and fold-in of the same history gives the same factors. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct ials *m = arg;

	(void)i;
	clear_cold(&m->item);
	clear_cold(&m->user);
	if (solve_rows(&m->item, &m->f.user, &m->options, loss) != 0 ||
	    solve_rows(&m->user, &m->f.item, &m->options, loss) != 0)
		return -1;
	*loss += item_ridge(m);
	fill_cold(&m->item);
	fill_cold(&m->user);
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
start(struct ials *m, const struct mf_task *task, struct mf_result *result)
{
	const struct mf_options *o = &m->options;
	double loss;

	factors_start(&m->f.item, o, task->train->seed, "ials.items");
	factors_start(&m->f.user, o, task->train->seed, "ials.users");
	if (warm_start(&m->f, task, "ials", result) != 0)
		return -1;
	clear_cold(&m->item);
	return o->epochs == 0 ? 0 : ials_solve(&m->by_user, &m->f.item,
	    &m->f.user, m->user.has_prior ? &m->user.prior.mean : NULL, o,
	    &loss);
}

/* What there is beside the factors is in checkpoints too. */
static size_t
list_state(const struct ials *m, struct factors_state *state)
{
	const struct mat *user = &m->user.prior.B, *item = &m->item.prior.B;
	size_t n = 0;

	if (m->user.has_prior)
		state[n++] = (struct factors_state){ "user_weights", user->x,
			user->rows * user->cols };
	if (m->item.has_prior)
		state[n++] = (struct factors_state){ "item_weights", item->x,
			item->rows * item->cols };
	return n;
}

static int
write_model(const struct ials *m, const struct mf_task *task,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer("ials");
	int status;

	factors_put(w, &m->f, task, result);
	model_put_real(w, "alpha0", m->options.alpha0);
	st_put_meta(w, "solver",
	    ials_solver_choice(ials_solver(task->options))->name);
	model_put_size(w, "block", task->options->block);
	model_put_size(w, "steps", task->options->steps);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

static void
init(struct ials *m, const struct mf_task *task)
{
	mf_matrix(task, &m->by_user);
	csr_transpose(&m->by_user, &m->by_item);
	if (isnan(m->options.alpha0))
		m->options.alpha0 = alpha0_for(&m->by_user,
		    m->options.unobserved);
	factors_init(&m->f, m->by_user.rows, m->by_user.cols,
	    task->options->factors, 0);
	init_rows(&m->user, m, &m->f.user, &m->by_user, &m->f.item,
	    task->user_features);
	init_rows(&m->item, m, &m->f.item, &m->by_item, &m->f.user,
	    task->item_features);
}

int
ials_train(const struct mf_task *task, struct mf_result *result)
{
	struct ials m = { .options = *task->options };
	struct factors_state state[2];
	struct factors_method method = { .epoch = epoch, .arg = &m,
		.advice = "give a larger --lambda", .state = state };
	int status = -1;

	if ((task->user_features != NULL || task->item_features != NULL) &&
	    ials_solver(task->options) != IALS_CHOLESKY)
		return err_msg("features need --solver cholesky");
	if (check_weights(task->data) != 0)
		return -1;
	init(&m, task);
	method.n_state = list_state(&m, state);
	method.bytes = csr_bytes(&m.by_user) + csr_bytes(&m.by_item);
	if (start(&m, task, result) == 0 &&
	    factors_train(&m.f, task, &method, result) == 0)
		status = write_model(&m, task, result);
	factors_release(&m.f);
	csr_release(&m.by_user);
	csr_release(&m.by_item);
	release_rows(&m.user);
	release_rows(&m.item);
	return status;
}

/* --- loading ------------------------------------------------------------ */

static void
fold_begin(struct factors_fold *fold, const struct factors_view *f)
{
	const size_t k = f->item.cols;

	fold->own = mem_array("products of factors", k,
	    k * sizeof *fold->own);
	ials_gram(&f->item, fold->alpha0, fold->own);
	fold->n_scratch = ials_scratch(k);
}

static int
fold_solve(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	const struct ials_side side = { .Y = &f->item, .gram = fold->own,
		.alpha0 = fold->alpha0, .lambda = fold->lambda,
		.nu = fold->nu };
	double loss;

	(void)bias;
	for (size_t i = 0; i < n; i++)
		if (!(values[i] >= 0))
			return -1;
	return ials_row(&side, items, values, n, x, scratch, &loss);
}

int
ials_load(struct scorer *s)
{
	struct factors_fold fold = { fold_begin, fold_solve, .own = NULL };

	if (model_real(s->file, "lambda", &fold.lambda) != 0 ||
	    model_real(s->file, "nu", &fold.nu) != 0 ||
	    model_real(s->file, "alpha0", &fold.alpha0) != 0)
		return -1;
	return factors_load(s, 0, &fold);
}
