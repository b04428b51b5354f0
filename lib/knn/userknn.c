#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/nearest.h"
#include "knn/past.h"
#include "knn/rateuser.h"
#include "knn/userknn.h"
#include "knn/weighting.h"
#include "model/model.h"

struct work {
	struct nearest near;
	struct topk_item *best;	/* (neighbours) */
};

struct userknn {
	const struct choice *values, *weighting;
	size_t neighbours;
	struct nearest_rule rule;
	struct csr stored;	/* (model's users, items); a view */
	struct csr had_by;	/* (items, model's users) weighted; owned */
	struct csr past;	/* (users, items) weighted; owned */
	struct nearest_space space;
	uint32_t *ranks;	/* (users) */
	struct work *work;	/* (n_workers) */
	size_t n_workers;
};

/* --- training ------------------------------------------------------------- */

static int
train_implicit(const struct knn_task *task, struct knn_result *result)
{
	const struct knn_options *o = task->options;
	struct st_writer *w = model_writer("user");
	struct csr x;
	int status;

	past_matrix(task->data, idmap_count(task->data->items), o->values,
	    &x);
	model_put_ids(w, "user_ids", task->data->users);
	knn_put_items(w, task);
	model_put_csr(w, "interactions", &x);
	knn_put_settings(w, o);
	result->n_weights = csr_count(&x);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	csr_release(&x);
	return status;
}

int
userknn_train(const struct knn_task *task, struct knn_result *result)
{
	return knn_is_explicit(task->options) ? rateuser_train(task, result) :
	    train_implicit(task, result);
}

/* --- scoring -------------------------------------------------------------- */

/* scores (n_items) <- those of user u */
static void
score_user(const struct scorer *s, uint32_t u, struct work *w, float *scores)
{
	const struct userknn *m = s->state;
	const uint64_t from = m->past.indptr[u];
	const struct nearest_vector v = {
	    m->past.indices + from, m->past.values + from,
	    csr_row_count(&m->past, u),
	    u < s->n_model_users ? u : SIZE_MAX };
	const size_t n = nearest_best(&w->near, &m->space, v, m->neighbours,
	    w->best);

	memset(scores, 0, scorer_items(s) * sizeof *scores);
	for (size_t b = 0; b < n; b++) {
		const uint32_t who = w->best[b].item;

		for (uint64_t p = m->stored.indptr[who];
		    p < m->stored.indptr[who + 1]; p++)
			scores[m->stored.indices[p]] += w->best[b].score *
			    m->stored.values[p];
	}
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct userknn *m = s->state;

	for (size_t i = 0; i < n; i++)
		score_user(s, users[i], &m->work[worker],
		    scores + i * scorer_items(s));
}

/* --- the scorer ----------------------------------------------------------- */

/* past <- what users had, and had_by <- the same of the training, weighted. */
static void
weight(struct scorer *s, struct userknn *m)
{
	const size_t n_items = scorer_items(s);
	struct csr fresh = { 0 }, x;
	struct weighting how;

	if (s->history != NULL)
		past_matrix(s->history, n_items, m->values, &fresh);
	past_or(s->history != NULL ? &fresh : NULL, &m->stored,
	    idmap_count(s->users), n_items, &m->past);
	past_or(NULL, &m->stored, m->stored.rows, n_items, &x);
	weighting_init(&how, m->weighting, &m->stored);
	weighting_matrix(&how, &m->past);
	weighting_matrix(&how, &x);
	csr_transpose(&x, &m->had_by);
	weighting_release(&how);
	csr_release(&x);
	csr_release(&fresh);
}

static int
prepare(struct scorer *s)
{
	struct userknn *m = s->state;

	weight(s, m);
	m->ranks = idmap_ranks(s->users);
	nearest_space_init(&m->space, &m->had_by, &m->rule, m->ranks);
	if (m->neighbours > m->stored.rows)
		m->neighbours = m->stored.rows;
	m->n_workers = par_threads();
	m->work = mem_array("scratch", m->n_workers, sizeof *m->work);
	for (size_t i = 0; i < m->n_workers; i++) {
		nearest_init(&m->work[i].near, &m->space);
		m->work[i].best = mem_array("scratch", m->neighbours,
		    sizeof *m->work[i].best);
	}
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct userknn *m = s->state;

	return u < m->past.rows && csr_row_count(&m->past, u) > 0;
}

static void
userknn_free(struct scorer *s)
{
	struct userknn *m = s->state;

	for (size_t i = 0; i < m->n_workers; i++) {
		nearest_release(&m->work[i].near);
		free(m->work[i].best);
	}
	free(m->work);
	nearest_space_release(&m->space);
	csr_release(&m->had_by);
	csr_release(&m->past);
	free(m->ranks);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.knows_user = knows_user,
	.free = userknn_free,
};

static int
load_implicit(struct scorer *s)
{
	struct userknn *m = mem_array("a model", 1, sizeof *m);

	s->state = m;
	s->ops = &ops;
	if (past_choice_of(s->file, "values", past_values_choice,
	    &m->values) != 0 ||
	    past_choice_of(s->file, "weighting", weighting_choice,
	    &m->weighting) != 0 ||
	    model_size(s->file, "neighbours", &m->neighbours) != 0 ||
	    nearest_load_rule(s->file, &m->rule) != 0)
		return -1;
	return model_csr(s->file, "interactions", s->n_model_users,
	    idmap_count(s->items), &m->stored);
}

int
userknn_load(struct scorer *s)
{
	const struct choice *feedback;

	if (past_choice_of(s->file, "feedback", knn_feedback_choice,
	    &feedback) != 0)
		return -1;
	return feedback == knn_feedback_choice(1) ? rateuser_load(s) :
	    load_implicit(s);
}
