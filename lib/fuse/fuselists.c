#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/fuselists.h"
#include "io/readscores.h"

/* List i is one that can be fused; rows that repeat others are dropped. */
static int
check_list(const struct fuselists *l, size_t place, const char *path)
{
	struct scored *list = l->list[place];
	uint32_t user, item;

	if (scored_once(list, &l->n_repeated[place], &user, &item) != 0) {
		const struct span u = idmap_name(l->users, user);
		const struct span i = idmap_name(l->items, item);

		return err_msg("%s: user '%.*s' has item '%.*s' twice, with "
		    "scores that differ", path, SPAN_ARGS(u), SPAN_ARGS(i));
	}
	for (user = 0; user < scored_users(list); user++) {
		size_t n;
		const struct scored_item *x = scored_of(list, user, &n);

		for (size_t i = 0; i < n; i++)
			if (!isfinite((float)x[i].value))
				return err_msg("%s: score: %g is too large",
				    path, x[i].value);
	}
	return 0;
}

struct fuselists *
fuselists_read(const char *const *paths, size_t n, struct tick *tick)
{
	struct fuselists *l = mem_array("lists", 1, sizeof *l);

	l->users = idmap_new();
	l->items = idmap_new();
	l->n = n;
	l->list = mem_array("lists", n, sizeof(struct scored *));
	l->n_repeated = mem_array("lists", n, sizeof *l->n_repeated);
	for (size_t i = 0; i < n; i++) {
		l->list[i] = readscores(paths[i],
		    &(struct readscores){ .tick = tick }, l->users, l->items);
		if (l->list[i] == NULL ||
		    check_list(l, i, paths[i]) != 0) {
			fuselists_free(l);
			return NULL;
		}
	}
	l->n_users = idmap_count(l->users);
	l->n_items = idmap_count(l->items);
	l->ranks = idmap_ranks(l->items);
	for (size_t i = 0; i < n; i++)
		scored_sort_best(l->list[i], l->items);
	return l;
}

void
fuselists_free(struct fuselists *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++)
		scored_free(l->list[i]);
	free(l->list);
	free(l->n_repeated);
	free(l->ranks);
	idmap_free(l->users);
	idmap_free(l->items);
	free(l);
}

size_t
fuselists_missing(const struct fuselists *l, size_t i)
{
	size_t missing = 0, n;

	for (uint32_t u = 0; u < l->n_users; u++) {
		scored_of(l->list[i], u, &n);
		missing += n == 0;
	}
	return missing;
}

void
fuseunion_init(struct fuseunion *u, const struct fuselists *l)
{
	*u = (struct fuseunion){ .n_systems = l->n };
	u->place = mem_array("places of items", l->n_items, sizeof *u->place);
	for (size_t i = 0; i < l->n_items; i++)
		u->place[i] = IDMAP_NONE;
}

void
fuseunion_release(struct fuseunion *u)
{
	free(u->item);
	free(u->rank);
	free(u->x);
	free(u->scale);
	free(u->place);
}

/* The place of an item in the union, given one if it is new. */
static size_t
place_of(struct fuseunion *u, const struct fuselists *l, uint32_t item)
{
	const size_t p = u->n;

	if (u->place[item] != IDMAP_NONE)
		return u->place[item];
	u->item = mem_grow("union of lists", u->item, &u->cap_item, p + 1,
	    sizeof *u->item);
	u->rank = mem_grow("union of lists", u->rank, &u->cap_rank, p + 1,
	    sizeof *u->rank);
	u->x = mem_grow("union of lists", u->x, &u->cap_x,
	    (p + 1) * u->n_systems, sizeof *u->x);
	u->place[item] = (uint32_t)p;
	u->item[p] = item;
	u->rank[p] = l->ranks[item];
	for (size_t s = 0; s < u->n_systems; s++)
		u->x[p * u->n_systems + s] = NAN;
	u->n++;
	return p;
}

void
fuseunion_make(struct fuseunion *u, const struct fusion *f,
    const struct fuselists *l, uint32_t user)
{
	const size_t S = l->n;

	assert(f->n == S && user < l->n_users);
	u->n = 0;
	for (size_t s = 0; s < S; s++) {
		size_t n;
		const struct scored_item *list = scored_of(l->list[s], user,
		    &n);

		if (n == 0)
			continue;
		u->scale = mem_grow("scores", u->scale, &u->cap_scale, n,
		    sizeof *u->scale);
		f->method->normalise(f, list, n, u->scale);
		for (size_t i = 0; i < n; i++) {
			const size_t p = place_of(u, l, list[i].item);

			u->x[p * S + s] = (float)u->scale[i];
		}
	}
	/* What a list lacks is not better than its last. */
	for (size_t s = 0; s < S; s++) {
		float floor = INFINITY;

		for (size_t p = 0; p < u->n; p++)
			floor = fminf(floor, u->x[p * S + s]);
		if (isinf(floor) || f->method->absent_is_zero)
			floor = 0;
		for (size_t p = 0; p < u->n; p++)
			if (isnan(u->x[p * S + s]))
				u->x[p * S + s] = floor;
	}
	for (size_t p = 0; p < u->n; p++)
		u->place[u->item[p]] = IDMAP_NONE;
}

void
fuseunion_combine(const float *x, size_t n, const double *factor,
    size_t n_systems, float *scores)
{
	for (size_t p = 0; p < n; p++, x += n_systems) {
		double sum = 0;

		for (size_t s = 0; s < n_systems; s++)
			sum += factor[s] * (double)x[s];
		scores[p] = (float)sum;
	}
}
