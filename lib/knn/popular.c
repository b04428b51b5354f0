#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "knn/past.h"
#include "knn/popular.h"
#include "model/model.h"

/* What of `in` is not older than `days` before its newest, to be freed; NULL
 * after a message. */
static struct inter *
recent(const struct inter *in, double days)
{
	const double day = 86400e3;	/* in the unit of times */
	const struct csr *m = &in->by_user;
	int64_t newest = INT64_MIN;
	struct inter *out;

	if (!in->has_times) {
		err_msg("--window needs a column 'timestamp'");
		return NULL;
	}
	for (uint64_t p = 0; p < csr_count(m); p++)
		if (in->times[p] > newest)
			newest = in->times[p];
	out = inter_new(in->users, in->items, 0, 0);
	for (uint32_t u = 0; u < m->rows; u++)
		for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1]; p++)
			if ((double)newest - (double)in->times[p] <=
			    days * day)
				inter_add(out, u, m->indices[p], m->values[p],
				    0);
	inter_finish(out);
	return out;
}

/* x <- what counts: 0, or -1 after a message */
static int
counted(const struct knn_task *task, struct csr *x)
{
	const struct knn_options *o = task->options;
	const size_t n = idmap_count(task->data->items);
	struct inter *late;

	if (!(o->window > 0)) {
		past_matrix(task->data, n, o->values, x);
		return 0;
	}
	late = recent(task->data, o->window);
	if (late == NULL)
		return -1;
	past_matrix(late, n, o->values, x);
	inter_free(late);
	return 0;
}

int
popular_train(const struct knn_task *task, struct knn_result *result)
{
	const struct knn_options *o = task->options;
	const size_t n = idmap_count(task->data->items);
	struct st_writer *w;
	double *sum;
	float *scores;
	struct csr x;
	int status;

	if (counted(task, &x) != 0)
		return -1;
	sum = mem_array("item scores", n, sizeof *sum);
	scores = mem_array("item scores", n, sizeof *scores);
	w = model_writer("popular");
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
