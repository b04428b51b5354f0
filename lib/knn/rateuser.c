#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/nearest.h"
#include "knn/past.h"
#include "knn/rated.h"
#include "knn/rateuser.h"
#include "model/model.h"

/* One worker's memory. */
struct work {
	struct nearest near;
	float *similarity;	/* (model's users) to the user at hand; 0: not
				 * a neighbour */
	float *score;		/* (model's users) of an item's raters: their
				 * similarity, */
	uint32_t *rank;		/* rank, */
	uint64_t *at;		/* and place in their item's row */
	struct topk_item *best;	/* (neighbours) */
};

struct rateuser {
	struct rated rated;
	struct nearest_rule rule;
	struct csr raters;	/* (items, model's users) ratings less b_ui */
	struct csr compared;	/* (items, model's users) what is compared */
	struct csr own;		/* (users, items) the same of who is scored */
	struct nearest_space space;
	uint32_t *ranks;	/* (users) */
	struct work *work;	/* (n_workers) */
	size_t n_workers;
};

/* --- training ------------------------------------------------------------- */

int
rateuser_train(const struct knn_task *task, struct knn_result *result)
{
	struct st_writer *w = model_writer("user");
	struct rated_data d;
	int status;

	rated_fit(task, &d);
	rated_put(w, task, &d);
	result->n_weights = csr_count(&d.x);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	rated_data_release(&d);
	return status;
}

/* --- scoring -------------------------------------------------------------- */

/* Finds the users that are like user u; forget() must follow. */
static void
meet(const struct scorer *s, uint32_t u, struct work *w)
{
	const struct rateuser *m = s->state;
	const struct csr *own = &m->own;
	struct nearest_vector v = { .self = SIZE_MAX };

	w->near.n_found = 0;
	if (!rated_knows(&m->rated, u))
		return;
	v.dims = own->indices + own->indptr[u];
	v.values = own->values + own->indptr[u];
	v.n = csr_row_count(own, u);
	if (u < s->n_model_users)
		v.self = u;
	nearest_all(&w->near, &m->space, v);
	for (size_t i = 0; i < w->near.n_found; i++)
		w->similarity[w->near.who[i]] = w->near.score[i];
}

static void
forget(struct work *w)
{
	for (size_t i = 0; i < w->near.n_found; i++)
		w->similarity[w->near.who[i]] = 0;
}

/* The prediction of a known item for the user who was met. */
static double
predict(const struct rateuser *m, uint32_t u, uint32_t i, struct work *w)
{
	struct rated_sum sum = { 0, 0 };
	size_t n = 0, n_best;

	for (uint64_t p = m->raters.indptr[i]; p < m->raters.indptr[i + 1];
	    p++) {
		const uint32_t v = m->raters.indices[p];

		w->score[n] = w->similarity[v];
		w->rank[n] = m->ranks[v];
		w->at[n] = p;
		n += w->similarity[v] > 0;
	}
	n_best = topk_select(w->score, n, w->rank, m->rated.neighbours,
	    w->best);
	for (size_t b = 0; b < n_best; b++)
		rated_add(&sum, w->best[b].score,
		    m->raters.values[w->at[w->best[b].item]]);
	return rated_predict(&m->rated, rated_baseline(&m->rated, u, i), sum);
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct rateuser *m = s->state;
	const size_t n_items = scorer_items(s);
	struct work *w = &m->work[worker];

	for (size_t u = 0; u < n; u++) {
		meet(s, users[u], w);
		for (uint32_t i = 0; i < n_items; i++)
			scores[u * n_items + i] = (float)predict(m, users[u],
			    i, w);
		forget(w);
	}
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct rateuser *m = s->state;
	const struct rated *r = &m->rated;
	struct work *w = &m->work[worker];

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || users[i] != users[i - 1])
			meet(s, users[i], w);
		scores[i] = bias_limit(&r->bias, items[i] < m->raters.rows ?
		    predict(m, users[i], items[i], w) :
		    rated_baseline(r, users[i], items[i]));
		if (i + 1 == n || users[i + 1] != users[i])
			forget(w);
	}
}

/* --- the scorer ----------------------------------------------------------- */

static void
work_init(struct work *w, const struct rateuser *m)
{
	const size_t n = m->raters.cols;

	nearest_init(&w->near, &m->space);
	w->similarity = mem_array("scratch", n, sizeof *w->similarity);
	w->score = mem_array("scratch", n + 1, sizeof *w->score);
	w->rank = mem_array("scratch", n + 1, sizeof *w->rank);
	w->at = mem_array("scratch", n + 1, sizeof *w->at);
	w->best = mem_array("scratch", m->rated.neighbours, sizeof *w->best);
}

static void
work_release(struct work *w)
{
	nearest_release(&w->near);
	free(w->similarity);
	free(w->score);
	free(w->rank);
	free(w->at);
	free(w->best);
}

/* out (items, model's users) <- what `similarity` compares of the ratings of
 * the training. */
static void
compare_stored(const struct rateuser *m, const struct choice *similarity,
    struct csr *out)
{
	const struct csr *stored = &m->rated.stored;
	struct csr x;

	past_or(NULL, stored, stored->rows, stored->cols, &x);
	rated_compare(similarity, &m->rated.bias, &x);
	csr_transpose(&x, out);
	csr_release(&x);
}

static int
prepare(struct scorer *s)
{
	struct rateuser *m = s->state;

	compare_stored(m, m->rule.similarity, &m->compared);
	compare_stored(m, choice_find(similarity_choice, span_of("adjusted")),
	    &m->raters);
	rated_own(s, &m->rated, &m->own);
	rated_compare(m->rule.similarity, &m->rated.bias, &m->own);
	rated_prepare(s, &m->rated);
	if (m->rated.neighbours > s->n_model_users)
		m->rated.neighbours = s->n_model_users;
	m->ranks = idmap_ranks(s->users);
	nearest_space_init(&m->space, &m->compared, &m->rule, m->ranks);
	m->n_workers = par_threads();
	m->work = mem_array("scratch", m->n_workers, sizeof *m->work);
	for (size_t i = 0; i < m->n_workers; i++)
		work_init(&m->work[i], m);
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct rateuser *m = s->state;

	return rated_knows(&m->rated, u);
}

static void
rateuser_free(struct scorer *s)
{
	struct rateuser *m = s->state;

	for (size_t i = 0; i < m->n_workers; i++)
		work_release(&m->work[i]);
	free(m->work);
	nearest_space_release(&m->space);
	csr_release(&m->raters);
	csr_release(&m->compared);
	csr_release(&m->own);
	free(m->ranks);
	rated_release(&m->rated);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.pairs = pairs,
	.any_pairs = 1,
	.knows_user = knows_user,
	.free = rateuser_free,
};

int
rateuser_load(struct scorer *s)
{
	struct rateuser *m = mem_array("a model", 1, sizeof *m);

	s->state = m;
	s->ops = &ops;
	if (rated_load(s, &m->rated) != 0)
		return -1;
	if (nearest_load_rule(s->file, &m->rule) != 0)
		return -1;
	m->rule.common = similarity_is_common(m->rule.similarity);
	return 0;
}
