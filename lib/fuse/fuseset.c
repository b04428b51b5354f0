#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/fusefold.h"
#include "fuse/fuseset.h"
#include "rank/topk.h"

/* --- making --------------------------------------------------------------- */

static int
has_list(const struct fuselists *l, uint32_t user)
{
	for (size_t s = 0; s < l->n; s++) {
		size_t n;

		scored_of(l->list[s], user, &n);
		if (n > 0)
			return 1;
	}
	return 0;
}

/* The users of the truth that have lists, at most max_users of them, and
 * their folds. */
static void
draw_users(struct fuseset *set, const struct fuselists *l, size_t max_users,
    uint64_t seed)
{
	const struct scored *truth = set->objective->truth;
	size_t count = 0, n;

	set->user = mem_array("users", scored_users(truth), sizeof *set->user);
	set->fold = mem_array("folds", scored_users(truth), sizeof *set->fold);
	for (uint32_t u = 0; u < scored_users(truth); u++) {
		scored_of(truth, u, &n);
		if (n > 0 && has_list(l, u))
			set->user[count++] = u;
		else
			set->n_unlisted += n > 0;
	}
	set->n_users = fusefold_deal(l->users, set->user, count, max_users,
	    set->n_folds, seed, set->fold);
	set->n_left_out = count - set->n_users;
}

/* Does any item that the user's lists marked have a judgment? */
static int
has_judged(const struct scored *truth, uint32_t user, const uint32_t *marks)
{
	size_t n;
	const struct scored_item *judged = scored_of(truth, user, &n);

	for (size_t i = 0; i < n; i++)
		if (marks[judged[i].item] == user)
			return 1;
	return 0;
}

/* Keeps the union as rows of the set. */
static void
add_rows(struct fuseset *set, const struct fuseunion *u, size_t at)
{
	const size_t S = set->n_systems;

	set->item = mem_grow("items to fit on", set->item, &set->cap_item,
	    at + u->n, sizeof *set->item);
	set->rank = mem_grow("items to fit on", set->rank, &set->cap_rank,
	    at + u->n, sizeof *set->rank);
	set->x = mem_grow("scores to fit on", set->x, &set->cap_x,
	    (at + u->n) * S, sizeof *set->x);
	memcpy(set->item + at, u->item, u->n * sizeof *u->item);
	memcpy(set->rank + at, u->rank, u->n * sizeof *u->rank);
	memcpy(set->x + at * S, u->x, u->n * S * sizeof *u->x);
}

/* User i of the set: rows, or a fixed value.  marks (all items) holds the user
 * that last had the item. */
static void
add_user(struct fuseset *set, const struct fusion *f, size_t i,
    struct listunion *x, uint32_t *marks)
{
	const struct objective *o = set->objective;
	const struct fuseunion *u = &x->u;
	const uint32_t user = set->user[i];
	const size_t at = set->start[i];

	set->start[i + 1] = at;
	listunion_make(x, f, user);
	for (size_t p = 0; p < u->n; p++)
		marks[u->item[p]] = user;
	if (has_judged(o->truth, user, marks)) {
		add_rows(set, u, at);
		set->start[i + 1] = at + u->n;
	} else {
		set->fixed[i] = o->list(o, user, u->item, o->depth > 0 &&
		    o->depth < u->n ? o->depth : u->n, 0);
	}
}

/* The standard deviation of system s within lists; 1 if there is none. */
static double
find_spread(const struct fuseset *set, size_t s)
{
	const size_t S = set->n_systems;
	double square = 0;
	size_t n = 0;

	for (size_t i = 0; i < set->n_users; i++) {
		const size_t from = set->start[i], to = set->start[i + 1];
		double mean = 0;

		for (size_t p = from; p < to; p++)
			mean += (double)set->x[p * S + s] /
			    (double)(to - from);
		for (size_t p = from; p < to; p++) {
			const double d = (double)set->x[p * S + s] - mean;

			square += d * d;
		}
		n += to - from;
	}
	return square > 0 ? sqrt(square / (double)n) : 1;
}

int
fuseset_make(struct fuseset *set, const struct fusion *f,
    const struct fuselists *l, const struct objective *o, size_t n_folds,
    size_t max_users, uint64_t seed)
{
	struct listunion x;
	uint32_t *marks;

	*set = (struct fuseset){ .objective = o, .n_systems = l->n,
		.n_folds = n_folds };
	draw_users(set, l, max_users, seed);
	set->fixed = mem_array("values", set->n_users, sizeof *set->fixed);
	set->start = mem_array("users", set->n_users + 1, sizeof *set->start);
	marks = mem_array("items", idmap_count(l->items), sizeof *marks);
	memset(marks, 0xff, idmap_count(l->items) * sizeof *marks);
	listunion_init(&x, l, 0);
	for (size_t i = 0; i < set->n_users; i++)
		add_user(set, f, i, &x, marks);
	listunion_release(&x);
	free(marks);
	set->spread = mem_array("spreads", l->n, sizeof *set->spread);
	for (size_t s = 0; s < l->n; s++)
		set->spread[s] = f->scale->is_raw ? find_spread(set, s) : 1;
	if (set->n_users < 2)
		return err_msg("fewer than two users have both lists and "
		    "truth: nothing to fit weights to");
	return 0;
}

void
fuseset_release(struct fuseset *set)
{
	free(set->user);
	free(set->fold);
	free(set->fixed);
	free(set->start);
	free(set->item);
	free(set->rank);
	free(set->x);
	free(set->spread);
}

/* --- trying weights ------------------------------------------------------- */

static int
is_asked(const struct fuseset *set, size_t i, uint32_t fold, int only)
{
	return (set->fold[i] == fold) == only;
}

void
fuseset_scratch_release(struct fuseset_scratch *s)
{
	free(s->scores);
	free(s->best);
	free(s->items);
}

/* scores (n) <- the sum of x (n, S) by factor (S) */
static void
sum(const float *x, size_t n, const double *factor, size_t S, float *scores)
{
	for (size_t p = 0; p < n; p++, x += S) {
		double y = 0;

		for (size_t s = 0; s < S; s++)
			y += factor[s] * (double)x[s];
		scores[p] = (float)y;
	}
}

static double
user_value(const struct fuseset *set, size_t i, const double *factor,
    struct fuseset_scratch *s)
{
	const struct objective *o = set->objective;
	const size_t from = set->start[i], n = set->start[i + 1] - from;
	const size_t k = o->depth > 0 && o->depth < n ? o->depth : n;
	size_t kept;

	if (n == 0)
		return set->fixed[i];
	s->scores = mem_grow("scores", s->scores, &s->cap_scores, n,
	    sizeof *s->scores);
	s->best = mem_grow("scores", s->best, &s->cap_best, k,
	    sizeof *s->best);
	s->items = mem_grow("items", s->items, &s->cap_items, k,
	    sizeof *s->items);
	sum(set->x + from * set->n_systems, n, factor, set->n_systems,
	    s->scores);
	kept = topk_select(s->scores, n, set->rank + from, k, s->best);
	assert(kept == k);
	for (size_t j = 0; j < kept; j++)
		s->items[j] = set->item[from + s->best[j].item];
	return o->list(o, set->user[i], s->items, kept, s->worker);
}

void
fuseset_values(const struct fuseset *set, const double *factor, uint32_t fold,
    int only, struct fuseset_scratch *s, double *value)
{
	for (size_t i = 0; i < set->n_users; i++)
		if (is_asked(set, i, fold, only))
			value[i] = user_value(set, i, factor, s);
}

double
fuseset_mean(const struct fuseset *set, const double *value, uint32_t fold,
    int only)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < set->n_users; i++)
		if (is_asked(set, i, fold, only)) {
			sum += value[i];
			n++;
		}
	return n > 0 ? sum / (double)n : 0;
}
