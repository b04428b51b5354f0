#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "model/model.h"
#include "model/standin.h"

enum { ROWS = 512 };		/* users at once */

struct standin {
	struct scorer_ops ops;
	struct scorer *model, *other;
	uint32_t *user;		/* (users) the other's number of each */
	uint32_t *item;		/* (items) the same, or IDMAP_NONE */
	size_t n_lacks;		/* of the items */
	struct bench {
		uint32_t user[ROWS];	/* those whom the model knows */
		size_t place[ROWS];
		/* (items) pairs for the other */
		uint32_t *pair_user, *pair_item;
	} *bench;		/* (workers) */
};

static int
of_model(const struct standin *t, uint32_t u)
{
	return scorer_knows_user(t->model, u);
}

/* --- scores --------------------------------------------------------------- */

/* scores (n <= items) <- user u and items[i], or first + i if items is NULL,
 * by the other. */
static void
score_by_other(const struct standin *t, uint32_t u, const uint32_t *items,
    size_t first, size_t n, float *scores, size_t worker)
{
	struct bench *b = &t->bench[worker];

	for (size_t i = 0; i < n; i++) {
		b->pair_user[i] = t->user[u];
		b->pair_item[i] = t->item[items != NULL ? items[i] :
		    first + i];
	}
	scorer_pairs(t->other, b->pair_user, b->pair_item, n, scores, worker);
	for (size_t i = 0; i < n; i++)
		if (b->pair_item[i] == IDMAP_NONE)
			scores[i] = -INFINITY;
}

/* The model's rows are made side by side, and then moved to their places from
 * the last one on, which is never to the left. */
static void
tile_rows(const struct standin *t, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker)
{
	struct bench *b = &t->bench[worker];
	size_t n_known = 0;

	for (size_t r = 0; r < n; r++)
		if (of_model(t, users[r])) {
			b->user[n_known] = users[r];
			b->place[n_known++] = r;
		}
	if (n_known > 0)
		scorer_tile(t->model, b->user, n_known, first, width, scores,
		    worker);
	for (size_t k = n_known; n_known < n && k-- > 0;)
		memmove(scores + b->place[k] * width, scores + k * width,
		    width * sizeof *scores);
	for (size_t r = 0, k = 0; r < n; r++) {
		if (k < n_known && b->place[k] == r)
			k++;
		else
			score_by_other(t, users[r], NULL, first, width,
			    scores + r * width, worker);
	}
}

static void
tile(const struct scorer *s, const uint32_t *users, size_t n, size_t first,
    size_t width, float *scores, size_t worker)
{
	for (size_t at = 0; at < n; at += ROWS)
		tile_rows(s->state, users + at, n - at < ROWS ? n - at : ROWS,
		    first, width, scores + at * width, worker);
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	tile(s, users, n, 0, scorer_items(s), scores, worker);
}

/* Runs of pairs of one user: of the other's, as many as there is room for. */
static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct standin *t = s->state;
	const size_t room = scorer_items(s);

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && users[end] == users[i] &&
		    end - i < room; end++)
			;
		if (of_model(t, users[i]))
			scorer_pairs(t->model, users + i, items + i, end - i,
			    scores + i, worker);
		else
			score_by_other(t, users[i], items + i, 0, end - i,
			    scores + i, worker);
	}
}

/* --- users ---------------------------------------------------------------- */

static int
stands_in(const struct scorer *s, uint32_t u)
{
	const struct standin *t = s->state;

	return !of_model(t, u) && scorer_knows_user(t->other, t->user[u]);
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	const struct standin *t = s->state;

	return of_model(t, u) || scorer_knows_user(t->other, t->user[u]);
}

static int
knows_segment(const struct scorer *s, uint32_t u)
{
	const struct standin *t = s->state;

	return of_model(t, u) ? scorer_knows_segment(t->model, u) :
	    scorer_knows_segment(t->other, t->user[u]);
}

static int
knows_all(const struct scorer *s, uint32_t u)
{
	const struct standin *t = s->state;

	return !of_model(t, u) || scorer_knows_all(t->model, u);
}

static const float *
user_vector(const struct scorer *s, uint32_t u, float *level)
{
	const struct standin *t = s->state;
	struct scorer_vectors v;

	t->model->ops->vectors(t->model, &v);
	return v.user(t->model, u, level);
}

static void
vectors(const struct scorer *s, struct scorer_vectors *v)
{
	const struct standin *t = s->state;

	t->model->ops->vectors(t->model, v);
	v->user = user_vector;
}

/* --- begin and end -------------------------------------------------------- */

static int
prepare(struct scorer *s)
{
	struct standin *t = s->state;
	const size_t n_users = idmap_count(s->users);

	t->user = mem_array("users", n_users, sizeof *t->user);
	for (uint32_t u = 0; u < n_users; u++)
		t->user[u] = idmap_add(t->other->users, idmap_name(s->users,
		    u));
	if (scorer_prepare(t->model) != 0 || scorer_prepare(t->other) != 0)
		return -1;
	t->bench = mem_array("scores", par_threads(), sizeof *t->bench);
	for (size_t w = 0; w < par_threads(); w++) {
		t->bench[w].pair_user = mem_array("scores", scorer_items(s),
		    sizeof(uint32_t));
		t->bench[w].pair_item = mem_array("scores", scorer_items(s),
		    sizeof(uint32_t));
	}
	return 0;
}

/* What both scorers have belongs to the model. */
static void
standin_free(struct scorer *s)
{
	struct standin *t = s->state;

	for (size_t w = 0; t->bench != NULL && w < par_threads(); w++) {
		free(t->bench[w].pair_user);
		free(t->bench[w].pair_item);
	}
	free(t->bench);
	free(t->user);
	free(t->item);
	scorer_free(t->model);
	scorer_free(t->other);
	free(t);
	*s = (struct scorer){ .ops = NULL };
}

static size_t
bytes(const struct scorer *s)
{
	const struct standin *t = s->state;
	const struct scorer *m = t->model;

	return scorer_bytes(t->other) +
	    (m->ops->bytes != NULL ? m->ops->bytes(m) : 0);
}

static const struct scorer_ops some_ops = {
	.prepare = prepare,
	.pairs = pairs,
	.knows_user = knows_user,
	.knows_segment = knows_segment,
	.knows_all = knows_all,
	.stands_in = stands_in,
	.bytes = bytes,
	.free = standin_free,
};

static void
join(struct scorer *s, struct standin *t)
{
	const size_t n = scorer_items(s);

	t->ops = some_ops;
	t->ops.batch = t->model->ops->batch;
	if (scorer_cuts(t->model))
		t->ops.tile = tile;
	else
		t->ops.block = block;
	if (t->model->ops->vectors != NULL)
		t->ops.vectors = vectors;
	t->item = mem_array("items", n, sizeof *t->item);
	for (uint32_t i = 0; i < n; i++) {
		t->item[i] = idmap_find(t->other->items, idmap_name(s->items,
		    i));
		t->n_lacks += t->item[i] == IDMAP_NONE;
	}
}

static int
check(const struct scorer *s, const struct standin *t)
{
	const struct scorer *other = t->other;

	if (scorer_is_of_rows(other))
		return err_msg("%s: a model of features has no items to list",
		    st_path(other->file));
	if (other->needs_history)
		return err_msg("%s: method '%s' scores from the users' "
		    "interactions, and a fallback is for those who have none",
		    st_path(other->file), model_method(other->file));
	if (t->n_lacks == scorer_items(s))
		return err_msg("%s: it has none of the model's %zu items",
		    st_path(other->file), scorer_items(s));
	return 0;
}

struct scorer *
standin_new(struct scorer *model, struct scorer *other)
{
	struct scorer *s = mem_array("a model", 1, sizeof *s);
	struct standin *t = mem_array("a model", 1, sizeof *t);

	*s = *model;
	s->ops = &t->ops;
	s->state = t;
	s->needs_history = 0;
	s->scratch = NULL;
	t->model = model;
	t->other = other;
	join(s, t);
	if (check(s, t) == 0)
		return s;
	scorer_free(s);
	return NULL;
}

size_t
standin_lacks(const struct scorer *s)
{
	const struct standin *t = s->state;

	return t->n_lacks;
}
