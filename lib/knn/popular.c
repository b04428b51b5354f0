#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "knn/past.h"
#include "knn/popular.h"
#include "knn/segments.h"
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

/* scores (items) <- the sums of x's columns */
static void
sum_columns(const struct csr *x, float *scores)
{
	double *sum = mem_array("item scores", x->cols, sizeof *sum);

	for (uint64_t i = 0; i < csr_count(x); i++)
		sum[x->indices[i]] += (double)x->values[i];
	for (size_t i = 0; i < x->cols; i++)
		scores[i] = (float)sum[i];
	free(sum);
}

static void
put_segments(const struct knn_task *task, const struct csr *x,
    struct segments *s, struct st_writer *w, struct knn_result *result)
{
	segments_count(s, task->segment, task->data->items, x);
	segments_put(s, w, task->segment);
	model_put_ids(w, "user_ids", task->data->users);
	result->n_weights += csr_count(&s->counts);
	snprintf(result->note, sizeof result->note, "%zu segments; %zu users "
	    "have none and are given what is popular with all",
	    s->counts.rows, segments_without(s, x));
}

int
popular_train(const struct knn_task *task, struct knn_result *result)
{
	const size_t n = idmap_count(task->data->items);
	struct segments segments = { 0 };
	struct st_writer *w;
	float *scores;
	struct csr x;
	int status;

	if (counted(task, &x) != 0)
		return -1;
	w = model_writer("popular");
	scores = mem_array("item scores", n, sizeof *scores);
	sum_columns(&x, scores);
	result->n_weights = n;
	if (task->segment != NULL)
		put_segments(task, &x, &segments, w, result);
	csr_release(&x);

	model_put_ids(w, "item_ids", task->data->items);
	model_put_vec(w, "item_scores", scores, n);
	knn_put_settings(w, task->options);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	segments_release(&segments);
	free(scores);
	return status;
}

/* --- scoring -------------------------------------------------------------- */

struct popular {
	const float *scores;	/* (items) a view of the file */
	int has_segments;
	struct segments segments;
};

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct popular *m = s->state;
	const size_t n_items = scorer_items(s);

	(void)worker;
	for (size_t i = 0; i < n; i++)
		if (m->has_segments)
			segments_block(&m->segments, m->scores, users[i],
			    scores + i * n_items);
		else
			memcpy(scores + i * n_items, m->scores,
			    n_items * sizeof *scores);
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct popular *m = s->state;

	(void)worker;
	for (size_t i = 0; i < n; i++)
		if (items[i] >= scorer_items(s))
			scores[i] = s->unknown;
		else
			scores[i] = m->has_segments ?
			    segments_pair(&m->segments, m->scores, users[i],
			    items[i]) : m->scores[items[i]];
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	(void)s;
	(void)u;
	return 1;
}

static int
knows_segment(const struct scorer *s, uint32_t u)
{
	const struct popular *m = s->state;

	return !m->has_segments || segments_knows(&m->segments, u);
}

static void
popular_free(struct scorer *s)
{
	struct popular *m = s->state;

	segments_release(&m->segments);
	free(m);
}

static const struct scorer_ops ops = {
	.block = block,
	.pairs = pairs,
	.any_pairs = 1,
	.knows_user = knows_user,
	.knows_segment = knows_segment,
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
	m->has_segments = st_find(s->file, "user_segments") != NULL;
	if (m->scores == NULL)
		return -1;
	return m->has_segments ?
	    segments_load(&m->segments, s, m->scores) : 0;
}
