#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "knn/itemitem.h"
#include "knn/past.h"
#include "linalg/vec.h"
#include "model/model.h"

struct itemitem {
	const struct choice *values;	/* NULL: by age, see past_recent() */
	double decay;
	int is_dense;
	struct mat dense;	/* (items, items) a view of the file */
	struct csr sparse;	/* the same */
	struct csr past;	/* (users, items) what users had; owned */
};

/* --- the file ------------------------------------------------------------- */

int
itemitem_save(const struct knn_task *task, struct st_writer *w,
    const struct csr *sparse, const struct mat *dense)
{
	int status;

	assert((sparse == NULL) != (dense == NULL));
	knn_put_items(w, task);
	knn_put_settings(w, task->options);
	if (sparse != NULL)
		model_put_csr(w, "item_weights", sparse);
	else
		model_put_mat(w, "item_weights", dense);
	status = st_write(w, task->output, task->gzip);
	st_writer_free(w);
	return status;
}

/* --- scoring -------------------------------------------------------------- */

/* Columns of W that are worked on at a time: rows of 1 KiB stay in a cache
 * while all users of a block use them. */
enum { STRIP = 256 };

enum { LINE = 16 };	/* weights in a line of the cache */

void
itemitem_dense(const struct csr *x, const struct mat *W,
    const uint32_t *users, size_t n, size_t first, size_t width, float *scores)
{
	memset(scores, 0, n * width * sizeof *scores);
	for (size_t c = 0; c < width; c += STRIP) {
		const size_t strip = width - c < STRIP ? width - c : STRIP;

		for (size_t i = 0; i < n; i++)
			for (uint64_t p = x->indptr[users[i]];
			    p < x->indptr[users[i] + 1]; p++)
				vec_axpy(x->values[p],
				    mat_row(W, x->indices[p]) + first + c,
				    scores + i * width + c, strip);
	}
}

/*
 * y <- y + a w, for row r of W; meanwhile row `next` is on its way to the
 * cache: rows are short, and where the next one is nothing else can tell.
 */
static void
add_row(const struct csr *W, size_t r, size_t next, float a, float *y)
{
	const size_t n = csr_row_count(W, r);
	const uint32_t *column = W->indices + W->indptr[r];
	const float *w = W->values + W->indptr[r];
	const uint32_t *column_next = W->indices + W->indptr[next];
	const float *w_next = W->values + W->indptr[next];

	for (size_t q = 0; q < n; q += LINE) {
		const size_t end = q + LINE < n ? q + LINE : n;

		__builtin_prefetch(column_next + q);
		__builtin_prefetch(w_next + q);
		for (size_t i = q; i < end; i++)
			y[column[i]] += a * w[i];
	}
}

void
itemitem_sparse(const struct csr *x, const struct csr *W,
    const uint32_t *users, size_t n, float *scores)
{
	memset(scores, 0, n * W->cols * sizeof *scores);
	for (size_t i = 0; i < n; i++) {
		const uint64_t end = x->indptr[users[i] + 1];

		for (uint64_t p = x->indptr[users[i]]; p < end; p++)
			add_row(W, x->indices[p], x->indices[p + 1 < end ?
			    p + 1 : p], x->values[p], scores + i * W->cols);
	}
}

static void
dense_tile(const struct scorer *s, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker)
{
	const struct itemitem *m = s->state;

	(void)worker;
	itemitem_dense(&m->past, &m->dense, users, n, first, width, scores);
}

static void
sparse_block(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	const struct itemitem *m = s->state;

	(void)worker;
	itemitem_sparse(&m->past, &m->sparse, users, n, scores);
}

/* A column of the dense W is cheaper than all of its columns. */
static void
dense_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const struct itemitem *m = s->state;
	const struct csr *x = &m->past;

	(void)worker;
	for (size_t i = 0; i < n; i++) {
		const uint64_t end = x->indptr[users[i] + 1];
		float sum = 0;

		for (uint64_t p = x->indptr[users[i]]; p < end; p++)
			sum += x->values[p] *
			    mat_row(&m->dense, x->indices[p])[items[i]];
		scores[i] = sum;
	}
}

/* --- the scorer ----------------------------------------------------------- */

static int
prepare(struct scorer *s)
{
	struct itemitem *m = s->state;

	if (m->values != NULL)
		past_matrix(s->history, scorer_items(s), m->values, &m->past);
	else
		past_recent(s->history, scorer_items(s), m->decay, &m->past);
	return 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct itemitem *m = s->state;

	return u < m->past.rows && csr_row_count(&m->past, u) > 0;
}

static void
itemitem_free(struct scorer *s)
{
	struct itemitem *m = s->state;

	if (m == NULL)
		return;
	csr_release(&m->past);
	free(m);
}

static const struct scorer_ops dense_ops = {
	.prepare = prepare,
	.tile = dense_tile,
	.pairs = dense_pairs,
	.knows_user = knows_user,
	.free = itemitem_free,
};

static const struct scorer_ops sparse_ops = {
	.prepare = prepare,
	.block = sparse_block,
	.batch = 1,
	.knows_user = knows_user,
	.free = itemitem_free,
};

/* What was had counts by its age, or by its weight. */
static int
load_past(struct scorer *s, struct itemitem *m)
{
	if (st_meta(s->file, "decay") == NULL)
		return past_choice_of(s->file, "values", past_values_choice,
		    &m->values);
	s->value = NULL;
	return model_real(s->file, "decay", &m->decay);
}

int
itemitem_load(struct scorer *s)
{
	struct itemitem *m = mem_array("a model", 1, sizeof *m);
	const size_t n = idmap_count(s->items);

	m->is_dense = st_find(s->file, "item_weights") != NULL;
	s->state = m;
	s->ops = m->is_dense ? &dense_ops : &sparse_ops;
	s->needs_history = 1;
	if (load_past(s, m) != 0)
		return -1;
	return m->is_dense ?
	    model_mat(s->file, "item_weights", n, n, &m->dense) :
	    model_csr(s->file, "item_weights", n, n, &m->sparse);
}
