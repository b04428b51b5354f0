/* bfmscore.c -- the model of bfm.h in use: its file and its scorer. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "mf/bfm.h"
#include "mf/bfmfold.h"

/* What a thread works with. */
struct worker {
	struct bfm_context context;
	uint32_t user;		/* that it is set to, */
	size_t moment;		/* SIZE_MAX: to none */
	struct bfm_fold *fold;	/* of users; NULL: none is new */
	float *row;		/* (samples, k + 1) of a new user */
	uint32_t *items;	/* (the longest history) */
	float *ratings;
};

struct state {
	struct bfm_samples samples;	/* of a file: all but curve is its */
	struct bfm_moments moments;	/* not owned */
	float min, max;
	struct worker *worker;
	size_t n_workers;
	/* items of the history that the model does not have */
	size_t n_new;
	float *new_item;	/* (n_new, samples, k + 1) */
	unsigned char *has_ratings;	/* (n_new) of users of the model */
};

/* --- scores ------------------------------------------------------------- */

static size_t
last_row(const struct bfm_samples *s, size_t b)
{
	return s->part[b].rows - 1;
}

/* The row of a user, item or moment; of one that is not known the last. */
static size_t
row_of(const struct bfm_samples *s, size_t b, uint32_t id)
{
	return id < last_row(s, b) ? id : last_row(s, b);
}

/* Ratings in history of user u and items of the model; how many. */
static size_t
ratings_of(const struct scorer *s, uint32_t u, uint32_t *items, float *ratings)
{
	const struct csr *had = &s->history->by_user;
	const size_t n_items = last_row(&((const struct state *)
	    s->state)->samples, BFM_ITEM);
	size_t n = 0;

	for (uint64_t i = had->indptr[u]; i < had->indptr[u + 1]; i++)
		if (had->indices[i] < n_items) {
			items[n] = had->indices[i];
			ratings[n++] = had->values[i];
		}
	return n;
}

/* Is there a history of u, who is not of the model? */
static int
is_new(const struct scorer *s, uint32_t u)
{
	return u >= s->n_model_users && s->history != NULL &&
	    u < s->history->by_user.rows;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const size_t n_items = last_row(&((const struct state *)
	    s->state)->samples, BFM_ITEM);
	const struct csr *had;

	if (u < s->n_model_users)
		return 1;
	if (!is_new(s, u))
		return 0;
	had = &s->history->by_user;
	for (uint64_t i = had->indptr[u]; i < had->indptr[u + 1]; i++)
		if (had->indices[i] < n_items)
			return 1;
	return 0;
}

/* The context of a user in a moment; kept until another is asked for. */
static const struct bfm_context *
context_of(const struct scorer *s, uint32_t user, size_t moment,
    size_t worker)
{
	const struct state *m = s->state;
	struct worker *w = &m->worker[worker];
	size_t n = 0;

	if (w->user == user && w->moment == moment)
		return &w->context;
	if (is_new(s, user))
		n = ratings_of(s, user, w->items, w->ratings);
	if (n > 0) {
		bfm_fold_row(w->fold, w->items, w->ratings, n, w->row);
		bfm_context_set_new(&w->context, &m->samples, w->row, moment);
	} else {
		bfm_context_set(&w->context, &m->samples,
		    row_of(&m->samples, BFM_USER, user), moment);
	}
	w->user = user;
	w->moment = moment;
	return &w->context;
}

static float
rating(const struct state *m, const struct bfm_context *c, uint32_t item)
{
	const struct bfm_samples *x = &m->samples;
	const size_t n_items = last_row(x, BFM_ITEM);

	if (item >= n_items && item - n_items < m->n_new &&
	    m->has_ratings[item - n_items])
		return bfm_context_rating_new(c, x, m->new_item +
		    (item - n_items) * x->n * (x->k + 1));
	return bfm_context_rating(c, x, row_of(x, BFM_ITEM, item));
}

static void
timed_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, const int64_t *times, size_t n, float *scores,
    size_t worker)
{
	const struct state *m = s->state;
	const struct bfm_samples *x = &m->samples;

	for (size_t i = 0; i < n; i++) {
		const uint32_t t = x->n_blocks <= BFM_MOMENT || times == NULL ?
		    UINT32_MAX : bfm_moments_find(&m->moments, users[i],
		    times[i]);
		const size_t moment = x->n_blocks <= BFM_MOMENT ? 0 :
		    row_of(x, BFM_MOMENT, t);

		scores[i] = fminf(fmaxf(rating(m, context_of(s, users[i],
		    moment, worker), items[i]), m->min), m->max);
	}
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	timed_pairs(s, users, items, NULL, n, scores, worker);
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct state *m = s->state;
	const struct bfm_samples *x = &m->samples;
	const size_t n_items = scorer_items(s);
	const size_t moment = x->n_blocks > BFM_MOMENT ?
	    last_row(x, BFM_MOMENT) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct bfm_context *c = context_of(s, users[i], moment,
		    worker);

		for (size_t j = 0; j < n_items; j++)
			scores[i * n_items + j] = rating(m, c, (uint32_t)j);
	}
}

/* --- fold-in ------------------------------------------------------------ */

struct fold_job {
	const struct scorer *s;
	struct csr by_item;	/* the history */
	struct bfm_fold **fold;	/* (workers) */
	float **ratings;	/* (workers) */
	uint32_t **users;
};

static void
fold_item(void *arg, size_t new, size_t worker)
{
	const struct fold_job *job = arg;
	struct state *m = job->s->state;
	const size_t item = last_row(&m->samples, BFM_ITEM) + new;
	const struct csr *had = &job->by_item;
	size_t n = 0;

	for (uint64_t i = had->indptr[item]; i < had->indptr[item + 1]; i++)
		if (had->indices[i] < job->s->n_model_users) {
			job->users[worker][n] = had->indices[i];
			job->ratings[worker][n++] = had->values[i];
		}
	m->has_ratings[new] = n > 0;
	if (n > 0)
		bfm_fold_row(job->fold[worker], job->users[worker],
		    job->ratings[worker], n, m->new_item + new *
		    m->samples.n * (m->samples.k + 1));
}

static size_t
longest_row(const struct csr *m, size_t from)
{
	size_t longest = 0;

	for (size_t r = from; r < m->rows; r++)
		if (csr_row_count(m, r) > longest)
			longest = csr_row_count(m, r);
	return longest;
}

/* Of items the rows are kept; those of users are made when they are asked
 * for. */
static void
fold_items(const struct scorer *s, size_t n_new)
{
	struct state *m = s->state;
	const struct bfm_samples *x = &m->samples;
	const size_t workers = par_threads();
	struct fold_job job = { .s = s };
	size_t longest;

	csr_transpose(&s->history->by_user, &job.by_item);
	longest = longest_row(&job.by_item, last_row(x, BFM_ITEM));
	m->n_new = n_new;
	m->new_item = mem_array("new items", n_new, x->n * (x->k + 1) *
	    sizeof *m->new_item);
	m->has_ratings = mem_array("new items", n_new, 1);
	job.fold = mem_array("fold-in", workers, sizeof *job.fold);
	job.users = mem_array("fold-in", workers, sizeof *job.users);
	job.ratings = mem_array("fold-in", workers, sizeof *job.ratings);
	for (size_t w = 0; w < workers; w++) {
		job.fold[w] = bfm_fold_new(x, BFM_ITEM, longest);
		job.users[w] = mem_array("fold-in", longest,
		    sizeof **job.users);
		job.ratings[w] = mem_array("fold-in", longest,
		    sizeof **job.ratings);
	}
	par_for(n_new, fold_item, &job);
	for (size_t w = 0; w < workers; w++) {
		bfm_fold_free(job.fold[w]);
		free(job.users[w]);
		free(job.ratings[w]);
	}
	free(job.fold);
	free(job.users);
	free(job.ratings);
	csr_release(&job.by_item);
}

/* Scratch for users who are not of the model. */
static void
prepare_users(const struct scorer *s, struct worker *w)
{
	const struct bfm_samples *x = &((struct state *)s->state)->samples;
	const size_t longest = longest_row(&s->history->by_user,
	    s->n_model_users);

	w->fold = bfm_fold_new(x, BFM_USER, longest);
	w->row = mem_array("fold-in", x->n, (x->k + 1) * sizeof *w->row);
	w->items = mem_array("fold-in", longest, sizeof *w->items);
	w->ratings = mem_array("fold-in", longest, sizeof *w->ratings);
}

static int
prepare(struct scorer *s)
{
	struct state *m = s->state;
	const size_t n_items = last_row(&m->samples, BFM_ITEM);

	m->n_workers = par_threads();
	m->worker = mem_array("samples", m->n_workers, sizeof *m->worker);
	for (size_t w = 0; w < m->n_workers; w++) {
		bfm_context_init(&m->worker[w].context, &m->samples);
		m->worker[w].moment = SIZE_MAX;
		if (is_new(s, (uint32_t)s->n_model_users))
			prepare_users(s, &m->worker[w]);
	}
	if (s->history != NULL && s->history->by_user.cols > n_items)
		fold_items(s, s->history->by_user.cols - n_items);
	return 0;
}

static void
free_state(struct scorer *s)
{
	struct state *m = s->state;

	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n_workers; i++) {
		struct worker *w = &m->worker[i];

		bfm_context_release(&w->context);
		bfm_fold_free(w->fold);
		free(w->row);
		free(w->items);
		free(w->ratings);
	}
	free(m->worker);
	free(m->new_item);
	free(m->has_ratings);
	if (s->file != NULL)
		free(m->samples.curve);
	free(m);
	s->state = NULL;
}

static const struct scorer_ops ops = {
	.prepare = prepare,
	.block = block,
	.pairs = pairs,
	.any_pairs = 1,
	.timed_pairs = timed_pairs,
	.knows_user = knows_user,
	.free = free_state,
};

static struct state *
begin(struct scorer *s)
{
	struct state *m = mem_array("a model", 1, sizeof *m);

	s->ops = &ops;
	s->state = m;
	s->predicts_ratings = 1;
	return m;
}

struct scorer *
bfm_scorer(const struct bfm_samples *samples,
    const struct bfm_moments *moments, const struct inter *data, float min,
    float max)
{
	struct scorer *s = mem_array("a model", 1, sizeof *s);
	struct state *m = begin(s);

	m->samples = *samples;
	m->moments = *moments;
	m->min = min;
	m->max = max;
	s->users = data->users;
	s->items = data->items;
	s->n_model_users = last_row(samples, BFM_USER);
	s->history = data;
	s->unknown = (float)samples->mean;
	return s;
}

void
bfm_scorer_free(struct scorer *s)
{
	if (s == NULL)
		return;
	free_state(s);
	free(s);
}

void
bfm_scorer_renew(struct scorer *s, size_t n)
{
	struct state *m = s->state;

	m->samples.n = n;
	for (size_t w = 0; w < m->n_workers; w++)
		m->worker[w].moment = SIZE_MAX;
}

void
bfm_scorer_samples(const struct scorer *s, const struct bfm_samples **samples,
    const struct bfm_moments **moments)
{
	const struct state *m = s->state;

	*samples = &m->samples;
	*moments = &m->moments;
}

/* --- the file ----------------------------------------------------------- */

static const char *const sample_names[BFM_BLOCKS] = {
	"user_samples", "item_samples", "moment_samples" };
static const char *const unit_names[BFM_BLOCKS] = {
	"user_units", "item_units", "moment_units" };

void
bfm_put(struct st_writer *w, const struct bfm_samples *s,
    const struct bfm_moments *moments)
{
	for (size_t b = 0; b < s->n_blocks; b++) {
		st_put(w, sample_names[b], ST_I8, (size_t[]){
		    s->part[b].rows, s->n, s->k + 1 }, 3, s->part[b].x);
		st_put(w, unit_names[b], ST_F32, (size_t[]){ s->n, s->k + 1 },
		    2, s->part[b].unit);
	}
	model_put_vec(w, "alpha", s->alpha, s->n);
	if (s->n_levels > 0) {
		model_put_vec(w, "levels", s->level, s->n_levels);
		st_put(w, "cuts", ST_F32, (size_t[]){ s->n, s->n_levels - 1 },
		    2, s->cuts);
	}
	if (s->n_blocks > BFM_MOMENT) {
		st_put(w, "moments.first", ST_I64,
		    (size_t[]){ moments->users + 1 }, 1, moments->first);
		st_put(w, "moments.bin", ST_I64,
		    (size_t[]){ last_row(s, BFM_MOMENT) }, 1, moments->bin);
		model_put_real(w, "moments.width", moments->width);
	}
	model_put_real(w, "mean", s->mean);
	model_put_real(w, "scale", s->scale);
}

/* Views are struct members without const; nothing writes through them. */
static void *
unconst(const void *p)
{
	return (void *)(uintptr_t)p;
}

/* rows: without the last, or SIZE_MAX. */
static int
load_part(const struct st_file *f, struct bfm_samples *s, size_t b,
    size_t rows)
{
	const struct st_tensor *t = st_want(f, sample_names[b], ST_I8,
	    (size_t[]){ rows == SIZE_MAX ? rows : rows + 1,
	    b > 0 ? s->n : SIZE_MAX, b > 0 ? s->k + 1 : SIZE_MAX }, 3);
	struct mat units;

	if (t == NULL)
		return -1;
	if (t->dims[0] == 0 || t->dims[1] == 0 || t->dims[2] < 2)
		return err_msg("%s: tensor '%s' is empty", st_path(f),
		    sample_names[b]);
	s->n = s->room = t->dims[1];
	s->k = t->dims[2] - 1;
	s->part[b].rows = t->dims[0];
	s->part[b].x = unconst(t->data);
	if (model_mat(f, unit_names[b], s->n, s->k + 1, &units) != 0)
		return -1;
	s->part[b].unit = units.x;
	return 0;
}

static int
check_moments(const struct st_file *f, const struct bfm_moments *m, size_t n)
{
	for (size_t u = 0; u < m->users; u++)
		if (m->first[u] > m->first[u + 1])
			return err_msg("%s: tensor 'moments.first' falls after"
			    " user %zu", st_path(f), u);
	if (m->first[0] != 0 || m->first[m->users] != n || !(m->width > 0))
		return err_msg("%s: tensor 'moments.first' does not go from 0 "
		    "to %zu, or moments have no width", st_path(f), n);
	return 0;
}

static int
load_moments(const struct st_file *f, struct state *m, size_t n_users)
{
	const struct st_tensor *first, *bin;
	const size_t any = SIZE_MAX;

	if (st_find(f, "moments.first") == NULL)
		return 0;
	first = st_want(f, "moments.first", ST_I64, (size_t[]){ n_users + 1 },
	    1);
	bin = first == NULL ? NULL : st_want(f, "moments.bin", ST_I64, &any,
	    1);
	if (bin == NULL || model_real(f, "moments.width",
	    &m->moments.width) != 0 || load_part(f, &m->samples, BFM_MOMENT,
	    bin->count) != 0)
		return -1;
	m->moments.users = n_users;
	m->moments.first = unconst(first->data);
	m->moments.bin = unconst(bin->data);
	m->samples.n_blocks = BFM_MOMENT + 1;
	return check_moments(f, &m->moments, bin->count);
}

static int
load_levels(const struct st_file *f, struct bfm_samples *s)
{
	const struct st_tensor *t = st_find(f, "levels");
	struct mat cuts;

	if (t == NULL)
		return 0;
	if (t->count < 2 || t->count > BFM_LEVELS_MAX)
		return err_msg("%s: %zu levels: not from 2 to %d", st_path(f),
		    t->count, BFM_LEVELS_MAX);
	s->n_levels = t->count;
	s->level = unconst(model_vec(f, "levels", s->n_levels));
	if (s->level == NULL ||
	    model_mat(f, "cuts", s->n, s->n_levels - 1, &cuts) != 0)
		return -1;
	s->cuts = cuts.x;
	s->curve = mem_array("samples", s->n, sizeof *s->curve);
	for (size_t i = 0; i < s->n; i++)
		bfm_curve_init(&s->curve[i], s->level, s->n_levels,
		    s->cuts + i * (s->n_levels - 1));
	return 0;
}

int
bfm_load(struct scorer *s)
{
	struct state *m = begin(s);
	struct bfm_samples *x = &m->samples;
	double min, max;

	x->n_blocks = 2;
	if (load_part(s->file, x, BFM_USER, s->n_model_users) != 0 ||
	    load_part(s->file, x, BFM_ITEM, idmap_count(s->items)) != 0 ||
	    load_moments(s->file, m, s->n_model_users) != 0 ||
	    (x->alpha = unconst(model_vec(s->file, "alpha", x->n))) == NULL ||
	    load_levels(s->file, x) != 0 ||
	    model_real(s->file, "mean", &x->mean) != 0 ||
	    model_real(s->file, "scale", &x->scale) != 0 ||
	    model_real(s->file, "min", &min) != 0 ||
	    model_real(s->file, "max", &max) != 0)
		return -1;
	m->min = (float)min;
	m->max = (float)max;
	s->unknown = (float)x->mean;
	s->folds_items = 1;
	return 0;
}
