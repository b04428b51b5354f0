#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/sessionknn.h"
#include "knn/sessions.h"
#include "model/model.h"
#include "rank/topk.h"

static const double day = 86400e3;	/* in the unit of times */

/* --- training ------------------------------------------------------------- */

/* out <- rows of m in the order given */
static void
reorder(const struct csr *m, const uint32_t *order, struct csr *out)
{
	uint64_t to = 0;

	*out = (struct csr){ .rows = m->rows, .cols = m->cols };
	out->indptr = mem_array("sessions", m->rows + 1, sizeof *out->indptr);
	out->indices = mem_array("sessions", csr_count(m),
	    sizeof *out->indices);
	out->values = mem_array("sessions", csr_count(m),
	    sizeof *out->values);
	for (size_t r = 0; r < m->rows; r++) {
		const uint64_t from = m->indptr[order[r]];
		const size_t n = csr_row_count(m, order[r]);

		memcpy(out->indices + to, m->indices + from,
		    n * sizeof *out->indices);
		memcpy(out->values + to, m->values + from,
		    n * sizeof *out->values);
		to += n;
		out->indptr[r + 1] = to;
	}
}

/* ages (users) <- days before the newest, in the order given */
static void
put_ages(struct st_writer *w, const struct inter *in, const uint32_t *order,
    float *ages)
{
	const size_t n = in->by_user.rows;
	int64_t newest;

	if (!in->has_times)
		return;
	newest = sessions_time(in, order[n - 1]);
	for (size_t i = 0; i < n; i++)
		ages[i] = (float)((double)(newest -
		    sessions_time(in, order[i])) / day);
	model_put_vec(w, "session_ages", ages, n);
	model_put_real(w, "newest", (double)newest);
}

static int
train(const struct knn_task *task, const char *name,
    struct knn_result *result)
{
	const struct inter *in = task->data;
	struct st_writer *w = model_writer(name);
	uint32_t *order = sessions_order(in);
	float *ages = mem_array("sessions", in->by_user.rows, sizeof *ages);
	struct csr m, sorted;
	int status;

	sessions_places(in, idmap_count(in->items), &m);
	reorder(&m, order, &sorted);
	model_put_ids(w, "item_ids", in->items);
	model_put_csr(w, "sessions", &sorted);
	put_ages(w, in, order, ages);
	knn_put_settings(w, task->options);
	result->n_weights = csr_count(&sorted);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	csr_release(&sorted);
	csr_release(&m);
	free(order);
	free(ages);
	return status;
}

int
vsknn_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "vsknn", result);
}

int
stan_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "stan", result);
}

int
vstan_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "vstan", result);
}

/* --- scoring -------------------------------------------------------------- */

/* One worker's memory. */
struct work {
	float *like;		/* (sessions) 0 between users */
	float *place;		/* (items) 1 + t of the items of s; 0: not */
	uint32_t *touched;	/* (sessions) who shares an item */
	float *score;		/* (sessions) the same as a row, */
	uint32_t *rank;		/* with their numbers as ranks */
	struct topk_item *best;	/* (neighbours) */
};

struct sessionknn {
	int is_linear;		/* vsknn */
	double position, recency, distance, matched;	/* 0: no such factor */
	size_t neighbours, sample;
	struct csr sessions;	/* (sessions, items) a view */
	struct csr with;	/* (items, sessions) owned */
	const float *ages;	/* (sessions) or NULL; a view */
	double newest;
	float *idf;		/* (items) 1 + idf log(...) */
	struct csr past;	/* (users, items) places; owned */
	struct work *work;	/* (n_workers) */
	size_t n_workers;
};

/* exp(-t / scale), or 1 without a scale */
static double
fade(double t, double scale)
{
	return scale > 0 ? exp(-t / scale) : 1;
}

/* How long ago an item of s was: t */
static double
steps_back(const struct csr *past, uint32_t u, uint64_t p)
{
	return (double)past->values[past->indptr[u + 1] - 1] -
	    (double)past->values[p];
}

/* touched (returned many) <- the sessions that share an item with u, and
 * like <- the sums of w(i). */
static size_t
meet(const struct sessionknn *m, uint32_t u, struct work *w)
{
	const struct csr *past = &m->past;
	const double length =
	    (double)past->values[past->indptr[u + 1] - 1];
	size_t n = 0;

	for (uint64_t p = past->indptr[u]; p < past->indptr[u + 1]; p++) {
		const uint32_t i = past->indices[p];
		const double t = steps_back(past, u, p);
		const float a = (float)(m->is_linear ? 1 - t / length :
		    fade(t, m->position));

		w->place[i] = (float)(t + 1);
		for (uint64_t q = m->with.indptr[i];
		    q < m->with.indptr[i + 1]; q++) {
			const uint32_t who = m->with.indices[q];

			if (!(w->like[who] > 0))
				w->touched[n++] = who;
			w->like[who] += a;
		}
	}
	return n;
}

static int
newest_first(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x < y) - (x > y);
}

/* best <- the sessions most like u's, of those touched (n). */
static size_t
choose(const struct scorer *s, uint32_t u, struct work *w, size_t n)
{
	const struct sessionknn *m = s->state;
	const int dated = m->ages != NULL && s->history->has_times;
	const double now = !dated ? 0 : ((double)sessions_time(s->history,
	    u) - m->newest) / day;
	size_t n_best;

	if (n > m->sample)
		qsort(w->touched, n, sizeof *w->touched, newest_first);
	for (size_t i = 0; i < n; i++) {
		const uint32_t who = w->touched[i];
		double like = (double)w->like[who] /
		    sqrt((double)csr_row_count(&m->past, u) *
		    (double)csr_row_count(&m->sessions, who));

		w->like[who] = 0;
		if (dated)
			like *= fade(fabs(now + (double)m->ages[who]),
			    m->recency);
		w->score[i] = (float)like;
		w->rank[i] = who;
	}
	n_best = topk_select(w->score, n < m->sample ? n : m->sample, w->rank,
	    m->neighbours, w->best);
	for (size_t b = 0; b < n_best; b++)
		w->best[b].item = w->touched[w->best[b].item];
	return n_best;
}

/* What one neighbour gives its items. */
static void
vote(const struct sessionknn *m, const struct work *w, struct topk_item n,
    float *scores)
{
	const struct csr *all = &m->sessions;
	const uint64_t from = all->indptr[n.item];
	const uint64_t end = all->indptr[n.item + 1];
	double latest = INFINITY, at = 0, like = (double)n.score;

	for (uint64_t p = from; p < end; p++) {
		const double t = (double)w->place[all->indices[p]] - 1;

		if (t >= 0 && t < latest) {
			latest = t;
			at = (double)all->values[p];
		}
	}
	like *= m->is_linear ? 1 / (1 + latest) : fade(latest, m->matched);
	for (uint64_t p = from; p < end; p++)
		scores[all->indices[p]] += (float)(like *
		    fade(fabs((double)all->values[p] - at), m->distance)) *
		    m->idf[all->indices[p]];
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct sessionknn *m = s->state;
	const struct csr *past = &m->past;
	struct work *w = &m->work[worker];

	for (size_t i = 0; i < n; i++) {
		const uint32_t u = users[i];
		float *row = scores + i * scorer_items(s);
		size_t n_best;

		memset(row, 0, scorer_items(s) * sizeof *row);
		n_best = choose(s, u, w, meet(m, u, w));
		for (size_t b = 0; b < n_best; b++)
			vote(m, w, w->best[b], row);
		for (uint64_t p = past->indptr[u]; p < past->indptr[u + 1];
		    p++)
			w->place[past->indices[p]] = 0;
	}
}

/* --- the scorer ----------------------------------------------------------- */

static void
work_init(struct work *w, const struct sessionknn *m)
{
	const size_t n = m->sessions.rows;

	w->like = mem_array("scratch", n, sizeof *w->like);
	w->place = mem_array("scratch", m->sessions.cols, sizeof *w->place);
	w->touched = mem_array("scratch", n, sizeof *w->touched);
	w->score = mem_array("scratch", n, sizeof *w->score);
	w->rank = mem_array("scratch", n, sizeof *w->rank);
	w->best = mem_array("scratch", m->neighbours, sizeof *w->best);
}

static int
prepare(struct scorer *s)
{
	struct sessionknn *m = s->state;

	sessions_places(s->history, scorer_items(s), &m->past);
	csr_transpose(&m->sessions, &m->with);
	for (size_t i = 0; i < m->sessions.cols; i++)
		m->idf[i] = (float)(1 + (double)m->idf[i] *
		    log((double)m->sessions.rows /
		    fmax((double)csr_row_count(&m->with, i), 1)));
	if (m->neighbours > m->sessions.rows)
		m->neighbours = m->sessions.rows;
	m->n_workers = par_threads();
	m->work = mem_array("scratch", m->n_workers, sizeof *m->work);
	for (size_t i = 0; i < m->n_workers; i++)
		work_init(&m->work[i], m);
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct sessionknn *m = s->state;

	return u < m->past.rows && csr_row_count(&m->past, u) > 0;
}

static void
sessionknn_free(struct scorer *s)
{
	struct sessionknn *m = s->state;

	for (size_t i = 0; i < m->n_workers; i++) {
		free(m->work[i].like);
		free(m->work[i].place);
		free(m->work[i].touched);
		free(m->work[i].score);
		free(m->work[i].rank);
		free(m->work[i].best);
	}
	free(m->work);
	csr_release(&m->with);
	csr_release(&m->past);
	free(m->idf);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.knows_user = knows_user,
	.free = sessionknn_free,
};

/* A setting that a method may not have, and that is never negative. */
static int
load_real(const struct st_file *f, const char *key, double *out)
{
	if (st_meta(f, key) == NULL)
		return 0;
	if (model_real(f, key, out) != 0)
		return -1;
	return *out >= 0 ? 0 : err_msg("%s: metadata '%s': %g is negative",
	    st_path(f), key, *out);
}

static int
load_settings(const struct st_file *f, struct sessionknn *m, double *idf)
{
	m->is_linear = strcmp(model_method(f), "vsknn") == 0;
	if (load_real(f, "position", &m->position) != 0 ||
	    load_real(f, "recency", &m->recency) != 0 ||
	    load_real(f, "distance", &m->distance) != 0 ||
	    load_real(f, "matched", &m->matched) != 0 ||
	    load_real(f, "idf", idf) != 0 ||
	    model_size(f, "neighbours", &m->neighbours) != 0 ||
	    model_size(f, "sample", &m->sample) != 0)
		return -1;
	return m->neighbours > 0 && m->sample > 0 ? 0 : err_msg("%s: a "
	    "setting of the model is 0", st_path(f));
}

int
sessionknn_load(struct scorer *s)
{
	struct sessionknn *m = mem_array("a model", 1, sizeof *m);
	const size_t n = idmap_count(s->items);
	double idf = 0;

	s->state = m;
	s->ops = &ops;
	s->needs_history = 1;
	s->value = NULL;
	m->idf = mem_array("a model", n, sizeof *m->idf);
	if (load_settings(s->file, m, &idf) != 0 ||
	    model_csr(s->file, "sessions", SIZE_MAX, n, &m->sessions) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		m->idf[i] = (float)idf;
	if (st_find(s->file, "session_ages") == NULL)
		return 0;
	m->ages = model_vec(s->file, "session_ages", m->sessions.rows);
	return m->ages != NULL ? model_real(s->file, "newest", &m->newest) :
	    -1;
}
