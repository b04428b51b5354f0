/* factorscore.c -- the scorer of factors.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/factors.h"
#include "mf/foldin.h"

enum {
	BLOCK = 512,		/* users of one product */
	FOLD_USERS = 64		/* new users of a piece */
};

struct state {
	struct factors_view f;
	struct factors_fold fold;
	float *gathered;	/* (workers, BLOCK, k) factors of a block */
	struct foldin users;	/* those >= n_model_users */
	struct mat all_items;	/* with new ones, if there are any */
	float *all_item_bias;	/* or NULL */
};

/* --- users and items ---------------------------------------------------- */

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct state *m = s->state;

	if (u < s->n_model_users)
		return 1;
	return u - s->n_model_users < m->users.x.rows &&
	    m->users.is_known[u - s->n_model_users];
}

/* p_u (k) */
static const float *
user_row(const struct scorer *s, uint32_t u)
{
	const struct state *m = s->state;

	return u < s->n_model_users ? mat_row(&m->f.user, u) :
	    mat_row(&m->users.x, u - s->n_model_users);
}

/* mean + user_bias_u */
static float
user_level(const struct scorer *s, uint32_t u)
{
	const struct state *m = s->state;

	if (m->f.user_bias == NULL)
		return 0;
	return m->f.mean + (u < s->n_model_users ? m->f.user_bias[u] :
	    m->users.bias[u - s->n_model_users]);
}

/* --- scores ------------------------------------------------------------- */

/* Rows of users (n, k): in place if they stand one after the other. */
static const float *
gather(const struct scorer *s, const uint32_t *users, size_t n, float *P)
{
	const struct state *m = s->state;
	const size_t k = m->f.item.cols;
	size_t i = 1;

	while (i < n && users[i] == users[i - 1] + 1)
		i++;
	if (i == n && users[n - 1] < s->n_model_users)
		return user_row(s, users[0]);
	for (i = 0; i < n; i++)
		memcpy(P + i * k, user_row(s, users[i]), k * sizeof *P);
	return P;
}

/* Up to BLOCK users: scores (n, width) <- level + item_bias + P Q', for the
 * items from `first` on. */
static void
small_tile(const struct scorer *s, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, float *P)
{
	const struct state *m = s->state;
	const size_t k = m->f.item.cols;
	const float *bias = m->f.item_bias;

	for (size_t i = 0; i < n && bias != NULL; i++) {
		const float level = user_level(s, users[i]);
		float *row = scores + i * width;

		for (size_t j = 0; j < width; j++)
			row[j] = level + bias[first + j];
	}
	blas_gemm(0, 1, n, width, k, 1, gather(s, users, n, P), k,
	    mat_row(&m->f.item, first), k, bias != NULL ? 1 : 0, scores, width);
}

static void
tile(const struct scorer *s, const uint32_t *users, size_t n, size_t first,
    size_t width, float *scores, size_t worker)
{
	const struct state *m = s->state;
	float *P = m->gathered + worker * BLOCK * m->f.item.cols;

	for (size_t i = 0; i < n; i += BLOCK)
		small_tile(s, users + i, n - i < BLOCK ? n - i : BLOCK,
		    first, width, scores + i * width, P);
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct state *m = s->state;
	const size_t k = m->f.item.cols;

	(void)worker;
	for (size_t i = 0; i < n; i++)
		scores[i] = vec_dot(user_row(s, users[i]),
		    mat_row(&m->f.item, items[i]), k);
}

/* A rating; of a user or item that is not known, what the rest says. */
static float
rating(const struct scorer *s, uint32_t user, uint32_t item)
{
	const struct factors_view *f = &((const struct state *)s->state)->f;
	const int has_user = scorer_knows_user(s, user);
	const int has_item = item < f->item.rows;
	float x = has_user ? user_level(s, user) : f->mean;

	if (has_item)
		x += f->item_bias[item];
	if (has_user && has_item)
		x += vec_dot(user_row(s, user), mat_row(&f->item, item),
		    f->item.cols);
	return x < f->min ? f->min : x > f->max ? f->max : x;
}

static void
ratings(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	(void)worker;
	for (size_t i = 0; i < n; i++)
		scores[i] = rating(s, users[i], items[i]);
}

/* --- vectors ------------------------------------------------------------ */

static const float *
user_vector(const struct scorer *s, uint32_t u, float *level)
{
	*level = user_level(s, u);
	return user_row(s, u);
}

static void
vectors(const struct scorer *s, struct scorer_vectors *v)
{
	const struct factors_view *f = &((const struct state *)s->state)->f;

	*v = (struct scorer_vectors){ f->item.cols, f->item.x, f->item_bias,
		user_vector };
}

/* --- fold-in ------------------------------------------------------------ */

/* The rows of one matrix after those of another; to is new. */
static void
join(const struct mat *a, const struct mat *b, struct mat *to)
{
	mat_init(to, "factors", a->rows + b->rows, a->cols);
	memcpy(to->x, a->x, a->rows * a->cols * sizeof *to->x);
	if (b->rows > 0)
		memcpy(mat_row(to, a->rows), b->x,
		    b->rows * b->cols * sizeof *to->x);
}

/* The same of biases, if there are any. */
static float *
join_biases(const float *a, size_t n_a, const float *b, size_t n_b)
{
	float *to = a == NULL ? NULL : mem_array("biases", n_a + n_b,
	    sizeof *to);

	if (to != NULL)
		memcpy(to, a, n_a * sizeof *to);
	if (to != NULL && n_b > 0)
		memcpy(to + n_a, b, n_b * sizeof *to);
	return to;
}

static int
fold_users(struct scorer *s)
{
	struct state *m = s->state;
	struct factors_fold fold = m->fold;
	int status;

	m->users = (struct foldin){ .what = "user", .names = s->users,
		.had = &s->history->by_user, .first = s->n_model_users,
		.n_columns = m->f.item.rows };
	status = foldin_run(&m->users, &fold, &m->f);
	free(fold.own);
	return status;
}

/* The users that items are folded in from: all that have factors. */
struct everyone {
	struct mat user;
	float *bias;
	unsigned char *counts;
};

static void
gather_everyone(const struct scorer *s, struct everyone *all)
{
	const struct state *m = s->state;
	const size_t n = s->history->by_user.rows;

	join(&m->f.user, &m->users.x, &all->user);
	all->bias = join_biases(m->f.user_bias, m->f.user.rows,
	    m->users.bias, m->users.x.rows);
	all->counts = mem_array("users", n, 1);
	for (uint32_t u = 0; u < n; u++)
		all->counts[u] = (unsigned char)knows_user(s, u);
}

/* From here on items are those of the model and then the new ones. */
static void
add_items(struct state *m, const struct foldin *new)
{
	join(&m->f.item, &new->x, &m->all_items);
	m->all_item_bias = join_biases(m->f.item_bias, m->f.item.rows,
	    new->bias, new->x.rows);
	m->f.item = m->all_items;
	m->f.item_bias = m->all_item_bias;
}

static int
fold_items(struct scorer *s)
{
	struct state *m = s->state;
	struct factors_fold fold = m->fold;
	struct factors_view f = m->f;
	struct everyone all;
	struct foldin in;
	struct csr by_item;
	int status;

	gather_everyone(s, &all);
	f.user = all.user;
	f.user_bias = all.bias;
	f = foldin_turned(&f);
	fold.of_items = 1;
	csr_transpose(&s->history->by_user, &by_item);
	in = (struct foldin){ .what = "item", .names = s->items,
		.had = &by_item, .first = m->f.item.rows,
		.n_columns = f.item.rows, .counts = all.counts };
	status = foldin_run(&in, &fold, &f);
	if (status == 0)
		add_items(m, &in);
	foldin_release(&in);
	csr_release(&by_item);
	mat_release(&all.user);
	free(all.bias);
	free(all.counts);
	free(fold.own);
	return status;
}

static int
prepare(struct scorer *s)
{
	struct state *m = s->state;

	m->gathered = mem_array("factors of a block of users",
	    par_threads() * BLOCK, m->f.item.cols * sizeof *m->gathered);
	if (s->history == NULL || m->fold.solve == NULL)
		return 0;
	if (s->history->by_user.rows > s->n_model_users && fold_users(s) != 0)
		return -1;
	return idmap_count(s->items) > m->f.item.rows ? fold_items(s) : 0;
}

/* --- the scorer --------------------------------------------------------- */

static void
free_state(struct scorer *s)
{
	struct state *m = s->state;

	if (m == NULL)
		return;
	free(m->gathered);
	foldin_release(&m->users);
	mat_release(&m->all_items);
	free(m->all_item_bias);
	free(m);
	s->state = NULL;
}

static const struct scorer_ops preference_ops = {
	.prepare = prepare,
	.tile = tile,
	.pairs = pairs,
	.knows_user = knows_user,
	.vectors = vectors,
	.free = free_state,
};

static const struct scorer_ops rating_ops = {
	.prepare = prepare,
	.tile = tile,
	.pairs = ratings,
	.any_pairs = 1,
	.knows_user = knows_user,
	.vectors = vectors,
	.free = free_state,
};

static struct state *
begin(struct scorer *s, int predicts_ratings)
{
	struct state *m = mem_array("a model", 1, sizeof *m);

	s->ops = predicts_ratings ? &rating_ops : &preference_ops;
	s->state = m;
	s->predicts_ratings = predicts_ratings;
	return m;
}

struct scorer *
factors_scorer(const struct factors *f, const struct inter *data,
    int predicts_ratings)
{
	struct scorer *s = mem_array("a model", 1, sizeof *s);

	begin(s, predicts_ratings)->f = factors_view(f);
	s->users = data->users;
	s->items = data->items;
	s->n_model_users = f->user.rows;
	s->history = data;
	s->unknown = predicts_ratings ? f->mean : NAN;
	return s;
}

void
factors_scorer_free(struct scorer *s)
{
	if (s == NULL)
		return;
	free_state(s);
	free(s);
}

/* Biases, mean and limits, of a model of ratings. */
static int
load_ratings(struct scorer *s, struct factors_view *f)
{
	double mean, min, max;
	const float *user = model_vec(s->file, "user_bias", s->n_model_users);
	const float *item = user == NULL ? NULL :
	    model_vec(s->file, "item_bias", f->item.rows);

	if (item == NULL || model_real(s->file, "mean", &mean) != 0 ||
	    model_real(s->file, "min", &min) != 0 ||
	    model_real(s->file, "max", &max) != 0)
		return -1;
	f->user_bias = user;
	f->item_bias = item;
	f->mean = (float)mean;
	f->min = (float)min;
	f->max = (float)max;
	s->unknown = f->mean;
	return 0;
}

int
factors_load(struct scorer *s, int predicts_ratings,
    const struct factors_fold *fold)
{
	struct state *m = begin(s, predicts_ratings);

	m->fold = *fold;
	s->folds_items = fold->solve != NULL;
	if (model_mat(s->file, "user_factors", s->n_model_users, SIZE_MAX,
	    &m->f.user) != 0 ||
	    model_mat(s->file, "item_factors", idmap_count(s->items),
	    m->f.user.cols, &m->f.item) != 0)
		return -1;
	if (m->f.item.cols == 0)
		return err_msg("%s: the model has no factors",
		    st_path(s->file));
	if (fold->options.pooling > 0 && model_mat(s->file, "pooling",
	    m->f.item.cols, m->f.item.cols, &m->f.pooling) != 0)
		return -1;
	return predicts_ratings ? load_ratings(s, &m->f) : 0;
}
