#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/nearest.h"
#include "knn/need.h"
#include "knn/past.h"
#include "knn/rated.h"
#include "knn/rateitem.h"
#include "model/model.h"

struct rateitem {
	struct rated rated;
	struct csr near;	/* (items, items) nearest first; a view */
	uint32_t **place;	/* (workers)(items) 1 + where in the row of the
				 * user at hand an item stands, 0: nowhere */
	size_t n_workers;
};

/* --- training ------------------------------------------------------------- */

/* near (items, items) <- the items most like each */
static void
find_near(const struct knn_task *task, const struct rated_data *d,
    struct csr *near)
{
	const struct knn_options *o = task->options;
	uint32_t *ranks = idmap_ranks(task->data->items);
	struct nearest_space space;
	struct csr x, xt;

	past_or(NULL, &d->x, d->x.rows, d->x.cols, &x);
	rated_compare(o->similarity, &d->bias, &x);
	csr_transpose(&x, &xt);
	nearest_space_init(&space, &x, &(struct nearest_rule){ o->similarity,
	    o->asymmetry, o->shrink, similarity_is_common(o->similarity) },
	    ranks);
	nearest_table(&space, &xt, o->top, task->tick, near);
	nearest_space_release(&space);
	csr_release(&xt);
	csr_release(&x);
	free(ranks);
}

static int
learn(const struct knn_task *task, const struct rated_data *d,
    struct knn_result *result)
{
	struct st_writer *w = model_writer("item");
	struct csr near;
	int status;

	find_near(task, d, &near);
	rated_put(w, task, d);
	model_put_csr(w, "item_neighbours", &near);
	result->n_weights = csr_count(&near);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	csr_release(&near);
	return status;
}

int
rateitem_train(const struct knn_task *task, struct knn_result *result)
{
	const struct knn_options *o = task->options;
	struct rated_data d;
	int status;

	rated_fit(task, &d);
	status = need_check(&(struct need){ need_near(&d.x, o->top),
	    o->memory, "keep fewer with --top", task->forecast },
	    "the weights of %zu items", d.x.cols);
	if (status == 0)
		status = learn(task, &d, result);
	rated_data_release(&d);
	return status;
}

/* --- scoring -------------------------------------------------------------- */

/* place <- where the items of user u stand in the row; `on` 0 clears it. */
static void
mark(const struct rated *r, uint32_t u, uint32_t *place, int on)
{
	const uint64_t from = u < r->rest.rows ? r->rest.indptr[u] : 0;
	const size_t n = u < r->rest.rows ? csr_row_count(&r->rest, u) : 0;

	for (size_t j = 0; j < n; j++)
		place[r->rest.indices[from + j]] = on ? (uint32_t)j + 1 : 0;
}

/* The prediction of a known item for the user who is marked. */
static double
predict(const struct rateitem *m, uint32_t u, uint32_t i,
    const uint32_t *place)
{
	const struct rated *r = &m->rated;
	const double b = rated_baseline(r, u, i);
	struct rated_sum sum = { 0, 0 };
	size_t left = r->neighbours;

	for (uint64_t p = m->near.indptr[i];
	    p < m->near.indptr[i + 1] && left > 0; p++) {
		const uint32_t at = place[m->near.indices[p]];

		if (at == 0)
			continue;
		rated_add(&sum, m->near.values[p],
		    r->rest.values[r->rest.indptr[u] + at - 1]);
		left--;
	}
	return rated_predict(r, b, sum);
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct rateitem *m = s->state;
	const size_t n_items = scorer_items(s);
	uint32_t *place = m->place[worker];

	for (size_t u = 0; u < n; u++) {
		mark(&m->rated, users[u], place, 1);
		for (uint32_t i = 0; i < n_items; i++)
			scores[u * n_items + i] = (float)predict(m, users[u],
			    i, place);
		mark(&m->rated, users[u], place, 0);
	}
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct rateitem *m = s->state;
	const struct rated *r = &m->rated;
	uint32_t *place = m->place[worker];

	for (size_t i = 0; i < n; i++) {
		if (i == 0 || users[i] != users[i - 1])
			mark(r, users[i], place, 1);
		scores[i] = bias_limit(&r->bias, items[i] < m->near.rows ?
		    predict(m, users[i], items[i], place) :
		    rated_baseline(r, users[i], items[i]));
		if (i + 1 == n || users[i + 1] != users[i])
			mark(r, users[i], place, 0);
	}
}

/* --- the scorer ----------------------------------------------------------- */

static int
prepare(struct scorer *s)
{
	struct rateitem *m = s->state;

	rated_prepare(s, &m->rated);
	m->n_workers = par_threads();
	m->place = mem_array("scratch", m->n_workers, sizeof *m->place);
	for (size_t i = 0; i < m->n_workers; i++)
		m->place[i] = mem_array("scratch", scorer_items(s),
		    sizeof **m->place);
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct rateitem *m = s->state;

	return rated_knows(&m->rated, u);
}

static void
rateitem_free(struct scorer *s)
{
	struct rateitem *m = s->state;

	for (size_t i = 0; i < m->n_workers; i++)
		free(m->place[i]);
	free(m->place);
	rated_release(&m->rated);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.pairs = pairs,
	.any_pairs = 1,
	.knows_user = knows_user,
	.free = rateitem_free,
};

int
rateitem_load(struct scorer *s)
{
	struct rateitem *m = mem_array("a model", 1, sizeof *m);
	const size_t n = idmap_count(s->items);

	s->state = m;
	s->ops = &ops;
	if (rated_load(s, &m->rated) != 0)
		return -1;
	return model_csr(s->file, "item_neighbours", n, n, &m->near);
}
