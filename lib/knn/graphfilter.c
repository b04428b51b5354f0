#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/graphfilter.h"
#include "knn/need.h"
#include "knn/past.h"
#include "linalg/blas.h"
#include "linalg/rsvd.h"
#include "model/model.h"

enum { WIDTH = 32 };		/* users that are scored side by side */

/* --- training ------------------------------------------------------------- */

/* x (users, items) <- R, scale (items) <- D_I^-1/2 */
static void
normalise(struct csr *x, float *scale)
{
	double *sum = mem_array("sums of items", x->cols, sizeof *sum);

	for (uint64_t p = 0; p < csr_count(x); p++) {
		x->values[p] = fmaxf(x->values[p], 0);
		sum[x->indices[p]] += (double)x->values[p];
	}
	for (size_t i = 0; i < x->cols; i++)
		scale[i] = sum[i] > 0 ? (float)(1 / sqrt(sum[i])) : 0;
	for (size_t u = 0; u < x->rows; u++) {
		double of_user = 0;

		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++)
			of_user += (double)x->values[p];
		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++)
			x->values[p] *= scale[x->indices[p]] *
			    (float)(1 / sqrt(fmax(of_user, 1e-30)));
	}
	free(sum);
}

/* The eigenvectors take most of it: see rsvd().  0, or -1 after a message. */
static int
check_memory(const struct knn_task *task)
{
	const struct knn_options *o = task->options;
	const size_t n_users = idmap_count(task->data->users);
	const size_t n_items = idmap_count(task->data->items);
	const size_t least = n_users < n_items ? n_users : n_items;
	const size_t rank = o->factors < least ? o->factors : least;

	return need_check(&(struct need){ rsvd_bytes(n_users, n_items, rank),
	    o->memory, "take fewer --factors", task->forecast }, "%zu factors "
	    "of %zu users and %zu items", rank, n_users, n_items);
}

static int
learn(const struct knn_task *task, const char *name,
    struct knn_result *result)
{
	const struct knn_options *o = task->options;
	const size_t n = idmap_count(task->data->items);
	const struct rsvd_options ro = { .rank = o->factors,
		.seed = o->seed };
	float *scale = mem_array("scales of items", n, sizeof *scale);
	float *s = mem_array("singular values", o->factors, sizeof *s);
	struct st_writer *w = model_writer(name);
	struct mat V = { 0 };
	struct csr x, xt;
	int status;

	past_matrix(task->data, n, o->values, &x);
	normalise(&x, scale);
	csr_transpose(&x, &xt);
	status = rsvd(&x, &xt, &ro, NULL, s, &V);
	knn_put_items(w, task);
	model_put_csr(w, "interactions", &x);
	model_put_mat(w, "item_vectors", &V);
	model_put_vec(w, "item_scale", scale, n);
	knn_put_settings(w, o);
	result->n_weights = csr_count(&x) + (uint64_t)V.rows * V.cols;
	if (status == 0)
		status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	mat_release(&V);
	csr_release(&xt);
	csr_release(&x);
	free(scale);
	free(s);
	return status;
}

static int
train(const struct knn_task *task, const char *name,
    struct knn_result *result)
{
	return check_memory(task) == 0 ? learn(task, name, result) : -1;
}

int
gfcf_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "gfcf", result);
}

int
bspm_train(const struct knn_task *task, struct knn_result *result)
{
	return train(task, "bspm", result);
}

/* --- scoring -------------------------------------------------------------- */

/* One worker's memory; columns are users, `width` of them. */
struct panel {
	float *x, *y, *z;	/* (items, WIDTH) */
	float *of_users;	/* (model's users, WIDTH) */
	float *factors;		/* (k, WIDTH) */
};

struct graphfilter {
	const struct choice *values;
	double weight, sharpen;
	size_t steps;
	struct csr R;		/* (model's users, items); a view */
	struct csr Rt;		/* owned */
	struct mat V;		/* (items, k); a view */
	const float *scale;	/* (items) a view */
	struct csr past;	/* (users, items) what users had; owned */
	struct panel *panels;	/* (n_workers) */
	size_t n_workers;
};

/* z <- L y */
static void
filter(const struct graphfilter *m, struct panel *p, const float *y,
    size_t width, float *z)
{
	csr_times(&m->R, y, width, p->of_users);
	csr_times(&m->Rt, p->of_users, width, z);
}

/* y <- y + weight D^1/2 V V' D^-1/2 x; x is overwritten. */
static void
add_ideal(const struct graphfilter *m, struct panel *p, size_t width)
{
	const size_t n = m->V.rows, k = m->V.cols;

	for (size_t i = 0; i < n; i++)
		for (size_t u = 0; u < width; u++)
			p->x[i * width + u] *= m->scale[i];
	blas_gemm(1, 0, k, width, n, 1, m->V.x, k, p->x, width, 0,
	    p->factors, width);
	blas_gemm(0, 0, n, width, k, (float)m->weight, m->V.x, k, p->factors,
	    width, 0, p->x, width);
	for (size_t i = 0; i < n; i++)
		for (size_t u = 0; u < width && m->scale[i] > 0; u++)
			p->y[i * width + u] += p->x[i * width + u] /
			    m->scale[i];
}

/* y (items, width) <- the scores of these users. */
static void
score_panel(const struct graphfilter *m, struct panel *p,
    const uint32_t *users, size_t width)
{
	const size_t n = m->V.rows;
	const float step = (float)(m->sharpen / (double)m->steps);

	memset(p->x, 0, n * width * sizeof *p->x);
	for (size_t u = 0; u < width; u++)
		for (uint64_t q = m->past.indptr[users[u]];
		    q < m->past.indptr[users[u] + 1]; q++)
			p->x[m->past.indices[q] * width + u] =
			    m->past.values[q];
	filter(m, p, p->x, width, p->y);
	add_ideal(m, p, width);
	for (size_t s = 0; s < m->steps && step > 0; s++) {
		filter(m, p, p->y, width, p->z);
		for (size_t i = 0; i < n * width; i++)
			p->y[i] -= step * p->z[i];
	}
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct graphfilter *m = s->state;
	const size_t n_items = scorer_items(s);
	struct panel *p = &m->panels[worker];

	for (size_t first = 0, width; first < n; first += width) {
		width = n - first < WIDTH ? n - first : WIDTH;
		score_panel(m, p, users + first, width);
		for (size_t u = 0; u < width; u++)
			for (size_t i = 0; i < n_items; i++)
				scores[(first + u) * n_items + i] =
				    p->y[i * width + u];
	}
}

/* Pairs of WIDTH users at a time, as they come. */
static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct graphfilter *m = s->state;
	struct panel *p = &m->panels[worker];
	uint32_t who[WIDTH];

	for (size_t i = 0, end; i < n; i = end) {
		size_t width = 0, at = 0;

		for (end = i; end < n; end++) {
			if (end > i && users[end] == users[end - 1])
				continue;
			if (width == WIDTH)
				break;
			who[width++] = users[end];
		}
		score_panel(m, p, who, width);
		for (size_t j = i; j < end; j++) {
			at += j > i && users[j] != users[j - 1];
			scores[j] = p->y[items[j] * width + at];
		}
	}
}

/* --- the scorer ----------------------------------------------------------- */

static int
prepare(struct scorer *s)
{
	struct graphfilter *m = s->state;
	const size_t n = scorer_items(s);

	past_matrix(s->history, n, m->values, &m->past);
	csr_transpose(&m->R, &m->Rt);
	m->n_workers = par_threads();
	m->panels = mem_array("scratch", m->n_workers, sizeof *m->panels);
	for (size_t i = 0; i < m->n_workers; i++) {
		struct panel *p = &m->panels[i];

		p->x = mem_array("scratch", n, WIDTH * sizeof *p->x);
		p->y = mem_array("scratch", n, WIDTH * sizeof *p->y);
		p->z = mem_array("scratch", n, WIDTH * sizeof *p->z);
		p->of_users = mem_array("scratch", m->R.rows,
		    WIDTH * sizeof *p->of_users);
		p->factors = mem_array("scratch", m->V.cols,
		    WIDTH * sizeof *p->factors);
	}
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct graphfilter *m = s->state;

	return u < m->past.rows && csr_row_count(&m->past, u) > 0;
}

static void
graphfilter_free(struct scorer *s)
{
	struct graphfilter *m = s->state;

	for (size_t i = 0; i < m->n_workers; i++) {
		free(m->panels[i].x);
		free(m->panels[i].y);
		free(m->panels[i].z);
		free(m->panels[i].of_users);
		free(m->panels[i].factors);
	}
	free(m->panels);
	csr_release(&m->past);
	csr_release(&m->Rt);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.pairs = pairs,
	.knows_user = knows_user,
	.free = graphfilter_free,
};

int
graphfilter_load(struct scorer *s)
{
	struct graphfilter *m = mem_array("a model", 1, sizeof *m);
	const size_t n = idmap_count(s->items);

	s->state = m;
	s->ops = &ops;
	s->needs_history = 1;
	m->steps = 1;
	if (past_choice_of(s->file, "values", past_values_choice,
	    &m->values) != 0 ||
	    model_real(s->file, "weight", &m->weight) != 0)
		return -1;
	if (st_meta(s->file, "sharpen") != NULL &&
	    (model_real(s->file, "sharpen", &m->sharpen) != 0 ||
	    model_size(s->file, "steps", &m->steps) != 0))
		return -1;
	if (m->steps == 0)
		return err_msg("%s: metadata 'steps' is 0", st_path(s->file));
	m->scale = model_vec(s->file, "item_scale", n);
	if (m->scale == NULL ||
	    model_mat(s->file, "item_vectors", n, SIZE_MAX, &m->V) != 0)
		return -1;
	return model_csr(s->file, "interactions", SIZE_MAX, n, &m->R);
}
