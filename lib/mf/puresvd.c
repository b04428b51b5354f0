#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/blas.h"
#include "linalg/rsvd.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/ials.h"
#include "mf/puresvd.h"

static const double RIDGE = 1e-7;	/* of the trace, against rounding */

struct puresvd {
	struct factors f;
	struct csr by_user, by_item;
	uint64_t seed;
};

/* x (k) <- sum of value_i q_i */
static void
project(const struct mat *Q, const uint32_t *items, const float *values,
    size_t n, float *x)
{
	memset(x, 0, Q->cols * sizeof *x);
	for (size_t i = 0; i < n; i++)
		vec_axpy(values[i], mat_row(Q, items[i]), x, Q->cols);
}

/* All at once; the loss is the share of R's squares that is left. */
static int
epoch(void *arg, size_t i, double *loss)
{
	struct puresvd *m = arg;
	const size_t k = m->f.item.cols;
	const struct rsvd_options options = { .rank = k, .seed = m->seed };
	float *s = mem_array("singular values", k, sizeof *s);
	struct mat V = { NULL, 0, 0 };
	int status = -1;

	(void)i;
	if (rsvd(&m->by_user, &m->by_item, &options, NULL, s, &V) != 0)
		goto done;
	if (V.cols < k) {
		err_msg("the data have %zu dimensions only: give a smaller "
		    "--factors", V.cols);
		goto done;
	}
	memcpy(m->f.item.x, V.x, V.rows * k * sizeof *V.x);
	for (size_t u = 0; u < m->by_user.rows; u++) {
		const uint64_t at = m->by_user.indptr[u];

		project(&m->f.item, m->by_user.indices + at,
		    m->by_user.values + at, csr_row_count(&m->by_user, u),
		    mat_row(&m->f.user, u));
	}
	*loss = 1 - vec_square_sum(s, k) / vec_square_sum(m->by_user.values,
	    (size_t)csr_count(&m->by_user));
	status = 0;
done:
	mat_release(&V);
	free(s);
	return status;
}

static int
write_model(const struct puresvd *m, const struct mf_task *task,
    const struct mf_result *result)
{
	struct st_writer *w = model_writer("svd");
	int status;

	factors_put(w, &m->f, task, result);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

int
puresvd_train(const struct mf_task *task, struct mf_result *result)
{
	struct puresvd m = { .seed = task->train->seed };
	struct mf_options once = *task->options;
	struct mf_task all = *task;
	struct factors_method method = { .epoch = epoch, .arg = &m,
		.advice = "weights must be finite" };
	int status = -1;

	once.epochs = 1;
	all.options = &once;
	mf_matrix(task, &m.by_user);
	csr_transpose(&m.by_user, &m.by_item);
	factors_init(&m.f, m.by_user.rows, m.by_user.cols, once.factors, 0);
	method.bytes = csr_bytes(&m.by_user) + csr_bytes(&m.by_item) +
	    rsvd_bytes(m.by_user.rows, m.by_user.cols, once.factors);
	if (factors_train(&m.f, &all, &method, result) == 0)
		status = write_model(&m, task, result);
	factors_release(&m.f);
	csr_release(&m.by_user);
	csr_release(&m.by_item);
	return status;
}

/* --- loading ------------------------------------------------------------ */

/* Users are R V; items, the least squares V = (P'P)^-1 P'R of R by P V'. */
static void
fold_begin(struct factors_fold *fold, const struct factors_view *f)
{
	const size_t k = f->item.cols;
	double trace = 0;

	fold->n_scratch = 1;
	if (!fold->of_items)
		return;
	fold->own = mem_array("products of factors", k,
	    k * sizeof *fold->own);
	ials_gram(&f->item, 1, fold->own);
	for (size_t p = 0; p < k; p++)
		trace += (double)fold->own[p * k + p];
	for (size_t p = 0; p < k; p++)
		fold->own[p * k + p] += (float)(RIDGE * trace);
	fold->n_scratch = blas_potrf(k, fold->own, k) == 0 ? 1 : 0;
}

static int
fold_solve(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	const size_t k = f->item.cols;

	(void)bias;
	(void)scratch;
	project(&f->item, items, values, n, x);
	if (fold->of_items && fold->n_scratch == 0)
		return -1;
	if (fold->of_items)
		blas_potrs(k, 1, fold->own, k, x, 1);
	return 0;
}

int
puresvd_load(struct scorer *s)
{
	const struct factors_fold fold = { fold_begin, fold_solve,
		.own = NULL };

	return factors_load(s, 0, &fold);
}
