/* factorscore.c -- the scorer of factors.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "mf/factors.h"

enum {
	BLOCK = 512,		/* users of one product */
	FOLD_USERS = 64		/* new users of a piece */
};

struct state {
	struct factors_view f;
	struct factors_fold fold;
	float *gathered;	/* (workers, BLOCK, k) factors of a block */
	/* users >= n_model_users, from their history */
	struct mat new_user;	/* (new users, k) */
	float *new_bias;	/* (new users) */
	unsigned char *is_known;	/* (new users) */
};

/* --- users and items ---------------------------------------------------- */

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct state *m = s->state;

	if (u < s->n_model_users)
		return 1;
	return u - s->n_model_users < m->new_user.rows &&
	    m->is_known[u - s->n_model_users];
}

/* p_u (k) */
static const float *
user_row(const struct scorer *s, uint32_t u)
{
	const struct state *m = s->state;

	return u < s->n_model_users ? mat_row(&m->f.user, u) :
	    mat_row(&m->new_user, u - s->n_model_users);
}

/* mean + user_bias_u */
static float
user_level(const struct scorer *s, uint32_t u)
{
	const struct state *m = s->state;

	if (m->f.user_bias == NULL)
		return 0;
	return m->f.mean + (u < s->n_model_users ? m->f.user_bias[u] :
	    m->new_bias[u - s->n_model_users]);
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

/* --- fold-in ------------------------------------------------------------ */

struct fold_job {
	const struct scorer *s;
	float *scratch;		/* (workers, n_scratch) */
	uint32_t *items;	/* (workers, longest) */
	float *values;		/* (workers, longest) */
	size_t longest;		/* history of a new user */
	unsigned char *failed;	/* (new users) */
};

static void
fold_user(const struct fold_job *job, size_t u, size_t worker)
{
	struct state *m = job->s->state;
	const struct csr *had = &job->s->history->by_user;
	uint32_t *items = job->items + worker * job->longest;
	float *values = job->values + worker * job->longest;
	const size_t row = job->s->n_model_users + u;
	float bias = 0;
	size_t n = 0;

	for (uint64_t i = had->indptr[row]; i < had->indptr[row + 1]; i++)
		if (had->indices[i] < m->f.item.rows) {
			items[n] = had->indices[i];
			values[n++] = had->values[i];
		}
	if (n == 0)
		return;
	job->failed[u] = m->fold.solve(&m->fold, &m->f, items, values, n,
	    mat_row(&m->new_user, u), &bias,
	    job->scratch + worker * m->fold.n_scratch) != 0;
	m->new_bias[u] = bias;
	m->is_known[u] = 1;
}

static void
fold_piece(void *arg, size_t piece, size_t worker)
{
	const struct fold_job *job = arg;
	const struct state *m = job->s->state;

	for (size_t u = piece * FOLD_USERS; u < (piece + 1) * FOLD_USERS &&
	    u < m->new_user.rows; u++)
		fold_user(job, u, worker);
}

static size_t
longest_history(const struct scorer *s)
{
	size_t longest = 0;

	for (size_t u = s->n_model_users; u < s->history->by_user.rows; u++) {
		const size_t n = csr_row_count(&s->history->by_user, u);

		longest = n > longest ? n : longest;
	}
	return longest;
}

/* Users of the history that the model does not have. */
static int
fold_in(struct scorer *s)
{
	struct state *m = s->state;
	const size_t n = s->history->by_user.rows - s->n_model_users;
	struct fold_job job = { .s = s, .longest = longest_history(s) };
	const size_t workers = par_threads();
	int status = 0;

	mat_init(&m->new_user, "new users' factors", n, m->f.item.cols);
	m->new_bias = mem_array("new users' biases", n, sizeof *m->new_bias);
	m->is_known = mem_array("new users", n, 1);
	m->fold.begin(&m->fold, &m->f);
	job.scratch = mem_array("fold-in", workers,
	    m->fold.n_scratch * sizeof *job.scratch);
	job.items = mem_array("fold-in", workers,
	    (job.longest + 1) * sizeof *job.items);
	job.values = mem_array("fold-in", workers,
	    (job.longest + 1) * sizeof *job.values);
	job.failed = mem_array("fold-in", n, 1);
	par_for(par_pieces(n, FOLD_USERS), fold_piece, &job);
	for (size_t u = 0; u < n && status == 0; u++)
		if (job.failed[u])
			status = err_msg("user '%.*s' is new, and its "
			    "interactions do not determine its factors: a "
			    "weight is negative, or lambda near 0",
			    SPAN_ARGS(idmap_name(s->users, (uint32_t)
			    (s->n_model_users + u))));
	free(job.scratch);
	free(job.items);
	free(job.values);
	free(job.failed);
	return status;
}

static int
prepare(struct scorer *s)
{
	struct state *m = s->state;

	m->gathered = mem_array("factors of a block of users",
	    par_threads() * BLOCK, m->f.item.cols * sizeof *m->gathered);
	if (s->history == NULL || m->fold.solve == NULL ||
	    s->history->by_user.rows <= s->n_model_users)
		return 0;
	return fold_in(s);
}

/* --- the scorer --------------------------------------------------------- */

static void
free_state(struct scorer *s)
{
	struct state *m = s->state;

	if (m == NULL)
		return;
	free(m->fold.gram);
	free(m->gathered);
	mat_release(&m->new_user);
	free(m->new_bias);
	free(m->is_known);
	free(m);
	s->state = NULL;
}

static const struct scorer_ops preference_ops = {
	.prepare = prepare,
	.tile = tile,
	.pairs = pairs,
	.knows_user = knows_user,
	.free = free_state,
};

static const struct scorer_ops rating_ops = {
	.prepare = prepare,
	.tile = tile,
	.pairs = ratings,
	.any_pairs = 1,
	.knows_user = knows_user,
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
	if (model_mat(s->file, "user_factors", s->n_model_users, SIZE_MAX,
	    &m->f.user) != 0 ||
	    model_mat(s->file, "item_factors", idmap_count(s->items),
	    m->f.user.cols, &m->f.item) != 0)
		return -1;
	if (m->f.item.cols == 0)
		return err_msg("%s: the model has no factors",
		    st_path(s->file));
	return predicts_ratings ? load_ratings(s, &m->f) : 0;
}
