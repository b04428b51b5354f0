#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "knn/itemitem.h"
#include "knn/nearest.h"
#include "knn/need.h"
#include "knn/past.h"
#include "knn/rp3beta.h"
#include "knn/weighting.h"
#include "model/model.h"

static double
row_sum(const struct csr *x, size_t r)
{
	double sum = 0;

	for (uint64_t p = x->indptr[r]; p < x->indptr[r + 1]; p++)
		sum += fmax((double)x->values[p], 0);
	return sum;
}

/* x_ui <- (x_ui / sqrt(sum_k x_uk))^alpha, half of the step in the middle:
 * then column i times column j is what W needs of its users. */
static void
halve_steps(struct csr *x, double alpha)
{
	for (size_t u = 0; u < x->rows; u++) {
		const double sum = row_sum(x, u);

		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++) {
			const double v = (double)x->values[p];

			x->values[p] = v > 0 ?
			    (float)pow(v / sqrt(sum), alpha) : 0;
		}
	}
}

/* power (cols) <- the sums of the columns to the power e; 1 for those of 0. */
static void
column_powers(const struct csr *x, double e, double *power)
{
	for (uint64_t p = 0; p < csr_count(x); p++)
		power[x->indices[p]] += fmax((double)x->values[p], 0);
	for (size_t i = 0; i < x->cols; i++)
		power[i] = power[i] > 0 ? pow(power[i], e) : 1;
}

void
rp3beta_weights(struct csr *x, const struct rp3beta_options *o,
    const uint32_t *ranks, struct tick *tick, struct csr *W)
{
	const struct nearest_rule product = { .similarity =
	    choice_find(similarity_choice, span_of("product")) };
	double *first = mem_array("sums of items", x->cols, sizeof *first);
	double *last = mem_array("sums of items", x->cols, sizeof *last);
	struct nearest_space space;
	struct csr xt, near;

	column_powers(x, o->alpha, first);
	column_powers(x, o->beta, last);
	halve_steps(x, o->alpha);
	weighting_activity(x, o->activity);
	csr_transpose(x, &xt);
	nearest_space_init(&space, x, &product, ranks);

	/* Row j of `near`: the items from which most walks come to j.  What
	 * all of its weights are divided by does not change their order. */
	for (size_t i = 0; i < x->cols; i++)
		space.b[i] = first[i];
	nearest_table(&space, &xt, o->top, tick, &near);
	for (size_t j = 0; j < near.rows; j++)
		for (uint64_t p = near.indptr[j]; p < near.indptr[j + 1]; p++)
			near.values[p] = (float)((double)near.values[p] /
			    last[j]);
	csr_transpose(&near, W);
	csr_release(&near);
	nearest_space_release(&space);
	csr_release(&xt);
	free(first);
	free(last);
}

static int
train(const struct knn_task *task, const char *name, double beta,
    struct knn_result *result)
{
	const struct knn_options *o = task->options;
	const struct rp3beta_options ro = { o->alpha, beta, o->activity,
	    o->top };
	uint32_t *ranks = idmap_ranks(task->data->items);
	struct csr x, W = { 0 };
	int status;

	past_matrix(task->data, idmap_count(task->data->items), o->values,
	    &x);
	status = need_check(&(struct need){ need_near(&x, o->top), o->memory,
	    "keep fewer with --top", task->forecast },
	    "the weights of %zu items", x.cols);
	if (status == 0) {
		rp3beta_weights(&x, &ro, ranks, task->tick, &W);
		result->n_weights = csr_count(&W);
		status = itemitem_save(task, model_writer(name), &W, NULL);
	}
	csr_release(&x);
	csr_release(&W);
	free(ranks);
	return status;
}

int
rp3beta_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "rp3beta", task->options->beta, result);
}

int
p3alpha_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "p3alpha", 0, result);
}
