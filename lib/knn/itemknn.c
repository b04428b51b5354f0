#include <stdlib.h>

#include "knn/itemitem.h"
#include "knn/itemknn.h"
#include "knn/nearest.h"
#include "knn/need.h"
#include "knn/past.h"
#include "knn/rateitem.h"
#include "knn/weighting.h"
#include "model/model.h"

void
itemknn_weights(struct csr *x, const struct knn_options *options,
    const uint32_t *ranks, struct tick *tick, struct csr *W)
{
	struct weighting how;
	struct nearest_space space;
	struct csr xt, near;

	/* Items are the documents, and users the words in them: who had few
	 * items says more about each. */
	csr_transpose(x, &xt);
	weighting_init(&how, options->weighting, &xt);
	weighting_matrix(&how, &xt);
	weighting_release(&how);
	csr_release(x);
	csr_transpose(&xt, x);

	nearest_space_init(&space, x, &(struct nearest_rule){
	    options->similarity, options->asymmetry, options->shrink, 0 },
	    ranks);
	nearest_table(&space, &xt, options->neighbours, tick, &near);
	nearest_space_release(&space);
	csr_release(&xt);
	csr_transpose(&near, W);
	csr_release(&near);
}

static int
train_implicit(const struct knn_task *task, struct knn_result *result)
{
	const struct knn_options *o = task->options;
	uint32_t *ranks = idmap_ranks(task->data->items);
	struct csr x, W = { 0 };
	int status;

	past_matrix(task->data, idmap_count(task->data->items), o->values,
	    &x);
	status = need_check(&(struct need){ need_near(&x, o->neighbours),
	    o->memory, "take fewer --neighbours", task->forecast },
	    "%zu neighbours of each of %zu items", o->neighbours, x.cols);
	if (status == 0) {
		itemknn_weights(&x, o, ranks, task->tick, &W);
		result->n_weights = csr_count(&W);
		status = itemitem_save(task, model_writer("item"), &W, NULL);
	}
	csr_release(&x);
	csr_release(&W);
	free(ranks);
	return status;
}

int
itemknn_train(const struct knn_task *task, struct knn_result *result)
{
	return knn_is_explicit(task->options) ? rateitem_train(task, result) :
	    train_implicit(task, result);
}

int
itemknn_load(struct scorer *s)
{
	const struct choice *feedback;

	if (past_choice_of(s->file, "feedback", knn_feedback_choice,
	    &feedback) != 0)
		return -1;
	return feedback == knn_feedback_choice(1) ? rateitem_load(s) :
	    itemitem_load(s);
}
