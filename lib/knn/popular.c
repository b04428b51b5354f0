#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "knn/past.h"
#include "knn/popular.h"
#include "model/model.h"

int
popular_train(const struct knn_task *task, struct knn_result *result)
{
	const struct knn_options *o = task->options;
	const size_t n = idmap_count(task->data->items);
	double *sum = mem_array("item scores", n, sizeof *sum);
	float *scores = mem_array("item scores", n, sizeof *scores);
	struct st_writer *w = model_writer("popular");
	struct csr x;
	int status;

	past_matrix(task->data, n, o->values, &x);
	for (uint64_t i = 0; i < csr_count(&x); i++)
		sum[x.indices[i]] += (double)x.values[i];
	for (size_t i = 0; i < n; i++)
		scores[i] = (float)sum[i];
	csr_release(&x);
	free(sum);

	model_put_ids(w, "item_ids", task->data->items);
	model_put_vec(w, "item_scores", scores, n);
	knn_put_settings(w, o);
	result->n_weights = n;
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	free(scores);
	return status;
}

struct popular {
	const float *scores;	/* (items) a view of the file */
};

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct popular *m = s->state;
	const size_t n_items = scorer_items(s);

	(void)users;
	(void)worker;
	for (size_t i = 0; i < n; i++)
		memcpy(scores + i * n_items, m->scores,
		    n_items * sizeof *scores);
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct popular *m = s->state;

	(void)users;
	(void)worker;
	for (size_t i = 0; i < n; i++)
		scores[i] = items[i] < scorer_items(s) ?
		    m->scores[items[i]] : s->unknown;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	(void)s;
	(void)u;
	return 1;
}

static void
popular_free(struct scorer *s)
{
	free(s->state);
}

static const struct scorer_ops ops = {
	.block = block,
	.pairs = pairs,
	.any_pairs = 1,
	.knows_user = knows_user,
	.free = popular_free,
};

int
popular_load(struct scorer *s)
{
	struct popular *m = mem_array("a model", 1, sizeof *m);

	s->ops = &ops;
	s->state = m;
	s->value = NULL;
	m->scores = model_vec(s->file, "item_scores", idmap_count(s->items));
	return m->scores != NULL ? 0 : -1;
}
