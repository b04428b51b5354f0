#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/rsvd.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/puresvd.h"

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
	const struct factors_method method = { .epoch = epoch, .arg = &m,
		.advice = "weights must be finite" };
	int status = -1;

	once.epochs = 1;
	all.options = &once;
	inter_matrix(task->data, CSR_SUM, &m.by_user);
	csr_transpose(&m.by_user, &m.by_item);
	factors_init(&m.f, m.by_user.rows, m.by_user.cols, once.factors, 0);
	if (factors_train(&m.f, &all, &method, result) == 0)
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
	(void)f;
	fold->n_scratch = 1;
}

static int
fold_solve(const struct factors_fold *fold, const struct factors_view *f,
    const uint32_t *items, const float *values, size_t n, float *x,
    float *bias, float *scratch)
{
	(void)fold;
	(void)bias;
	(void)scratch;
	project(&f->item, items, values, n, x);
	return 0;
}

int
puresvd_load(struct scorer *s)
{
	const struct factors_fold fold = { fold_begin, fold_solve,
		.gram = NULL };

	return factors_load(s, 0, &fold);
}
