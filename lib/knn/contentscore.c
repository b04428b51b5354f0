#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/contentscore.h"
#include "knn/past.h"
#include "model/model.h"

struct contentscore {
	struct scorer inner;	/* the model, of the old items only; file and
				 * users are the outer one's */
	size_t n_old, n_items;
	double mix;
	const struct choice *values;	/* of x; NULL: ratings */
	struct csr near;	/* (items, old) a view of the file */
	struct csr like;	/* (old, items) its transpose; owned */
	struct csr past;	/* (users, items) x; owned */
	float **content;	/* (n_workers)(items) */
	size_t n_workers;
};

/* --- scores --------------------------------------------------------------- */

/* The weighted mean of y over what is most like item j; `none` without. */
static float
mean_of_near(const struct csr *near, size_t j, const float *y, float none)
{
	double sum = 0, weight = 0;

	for (uint64_t p = near->indptr[j]; p < near->indptr[j + 1]; p++) {
		sum += (double)near->values[p] * (double)y[near->indices[p]];
		weight += (double)near->values[p];
	}
	return weight > 0 ? (float)(sum / weight) : none;
}

/* c (items) <- c_uj */
static void
add_content(const struct contentscore *m, uint32_t u, float *c)
{
	const struct csr *x = &m->past;

	memset(c, 0, m->n_items * sizeof *c);
	for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++) {
		const size_t i = x->indices[p];
		const struct csr *s = i < m->n_old ? &m->like : &m->near;

		for (uint64_t q = s->indptr[i]; q < s->indptr[i + 1]; q++)
			c[s->indices[q]] += x->values[p] * s->values[q];
	}
}

static double
deviation(const float *x, size_t n)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i];
	for (size_t i = 0; i < n; i++)
		squares += pow((double)x[i] - sum / (double)n, 2);
	return sqrt(squares / (double)n);
}

/* r_u */
static double
scale_of(const struct contentscore *m, const float *y, const float *c)
{
	const double of_y = deviation(y, m->n_old);
	const double of_c = deviation(c, m->n_old);

	if (!(of_c > 0))
		return 0;
	return of_y > 0 ? of_y / of_c : 1;
}

/* y (items), whose old ones are there <- the scores of user u */
static void
mix_scores(const struct contentscore *m, uint32_t u, float *y, float *c)
{
	double r;

	for (size_t j = m->n_old; j < m->n_items; j++)
		y[j] = mean_of_near(&m->near, j, y, 0);
	if (!(m->mix > 0))
		return;
	add_content(m, u, c);
	r = scale_of(m, y, c);
	for (size_t j = 0; j < m->n_items; j++)
		y[j] = (float)((1 - m->mix) * (double)y[j] +
		    m->mix * r * (double)c[j]);
}

/* x (n, wide) <- x (n, narrow), in place */
static void
spread_rows(float *x, size_t n, size_t narrow, size_t wide)
{
	for (size_t i = n; i-- > 0;)
		memmove(x + i * wide, x + i * narrow, narrow * sizeof *x);
}

/* The model's scores of the old items, 0 for users whom it does not know. */
static void
inner_block(const struct contentscore *m, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	for (size_t i = 0, end; i < n; i = end) {
		float *x = scores + i * m->n_items;

		for (end = i; end < n && scorer_knows_user(&m->inner,
		    users[end]); end++)
			;
		if (end > i) {
			scorer_block(&m->inner, users + i, end - i, x, worker);
			spread_rows(x, end - i, m->n_old, m->n_items);
		} else {
			memset(x, 0, m->n_items * sizeof *x);
			end++;
		}
	}
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct contentscore *m = s->state;

	inner_block(m, users, n, scores, worker);
	for (size_t i = 0; i < n; i++)
		mix_scores(m, users[i], scores + i * m->n_items,
		    m->content[worker]);
}

/* m_uj for a new item j */
static float
rating_of_new(const struct contentscore *m, uint32_t u, uint32_t j,
    size_t worker)
{
	const struct csr *near = &m->near;
	const uint32_t none = IDMAP_NONE;
	double sum = 0, weight = 0;
	float y;

	for (uint64_t p = near->indptr[j]; p < near->indptr[j + 1]; p++) {
		m->inner.ops->pairs(&m->inner, &u, &near->indices[p], 1, &y,
		    worker);
		sum += (double)near->values[p] * (double)y;
		weight += (double)near->values[p];
	}
	if (weight > 0)
		return (float)(sum / weight);
	m->inner.ops->pairs(&m->inner, &u, &none, 1, &y, worker);
	return y;
}

static void
rating_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const struct contentscore *m = s->state;

	for (size_t i = 0; i < n; i++)
		if (items[i] >= m->n_old && items[i] < m->n_items)
			scores[i] = rating_of_new(m, users[i], items[i],
			    worker);
		else
			m->inner.ops->pairs(&m->inner, &users[i], &items[i],
			    1, &scores[i], worker);
}

/* --- the scorer ----------------------------------------------------------- */

static int
prepare(struct scorer *s)
{
	struct contentscore *m = s->state;

	m->inner.history = s->history;
	if (s->history != NULL)
		past_matrix(s->history, m->n_items, m->values, &m->past);
	m->n_workers = par_threads();
	m->content = mem_array("scores", m->n_workers, sizeof *m->content);
	for (size_t i = 0; i < m->n_workers; i++)
		m->content[i] = mem_array("scores", m->n_items,
		    sizeof **m->content);
	return m->inner.ops->prepare != NULL ?
	    m->inner.ops->prepare(&m->inner) : 0;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct contentscore *m = s->state;

	return scorer_knows_user(&m->inner, u) ||
	    (m->mix > 0 && u < m->past.rows &&
	    csr_row_count(&m->past, u) > 0);
}

static void
contentscore_free(struct scorer *s)
{
	struct contentscore *m = s->state;

	if (m->inner.ops != NULL && m->inner.ops->free != NULL)
		m->inner.ops->free(&m->inner);
	idmap_free(m->inner.items);
	for (size_t i = 0; i < m->n_workers; i++)
		free(m->content[i]);
	free(m->content);
	csr_release(&m->like);
	csr_release(&m->past);
	free(m);
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.knows_user = knows_user,
	.free = contentscore_free,
};

static const struct scorer_ops rating_ops = {
	.prepare = prepare,
	.block = block,
	.pairs = rating_pairs,
	.any_pairs = 1,
	.knows_user = knows_user,
	.free = contentscore_free,
};

/* The first n of them, in a map of their own. */
static struct idmap *
first_ids(const struct idmap *ids, size_t n)
{
	struct idmap *first = idmap_new();

	for (uint32_t i = 0; i < n; i++)
		idmap_add(first, idmap_name(ids, i));
	return first;
}

int
contentscore_is_in(const struct scorer *s)
{
	return st_find(s->file, "content.shape") != NULL;
}

/* near and how many are old: 0, or -1 after a message. */
static int
load_content(struct scorer *s, struct contentscore *m)
{
	m->n_items = idmap_count(s->items);
	if (model_csr(s->file, "content", m->n_items, SIZE_MAX,
	    &m->near) != 0)
		return -1;
	m->n_old = m->near.cols;
	if (m->n_old == 0 || m->n_old > m->n_items)
		return err_msg("%s: matrix 'content': %zu columns for %zu "
		    "items", st_path(s->file), m->n_old, m->n_items);
	csr_transpose(&m->near, &m->like);
	return 0;
}

static int
load_settings(struct scorer *s, struct contentscore *m)
{
	if (s->predicts_ratings)
		return 0;
	if (model_real(s->file, "mix", &m->mix) != 0 ||
	    past_choice_of(s->file, "values", past_values_choice,
	    &m->values) != 0)
		return -1;
	s->needs_history = 1;
	return m->mix >= 0 && m->mix <= 1 ? 0 : err_msg("%s: metadata 'mix': "
	    "%g is not from 0 to 1", st_path(s->file), m->mix);
}

int
contentscore_load(struct scorer *s, int (*load)(struct scorer *))
{
	struct contentscore *m = mem_array("a model", 1, sizeof *m);

	s->state = m;
	s->ops = &ops;
	if (load_content(s, m) != 0)
		return -1;
	m->inner = *s;
	m->inner.ops = NULL;
	m->inner.state = NULL;
	m->inner.items = first_ids(s->items, m->n_old);
	if (load(&m->inner) != 0)
		return -1;
	s->needs_history = m->inner.needs_history;
	s->predicts_ratings = m->inner.predicts_ratings;
	s->unknown = m->inner.unknown;
	s->value = m->inner.value;
	if (s->predicts_ratings)
		s->ops = &rating_ops;
	return load_settings(s, m);
}
