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
listunion_init(struct listunion *x, const struct fuselists *l, size_t worker)
{
	x->lists = l;
	fuseunion_init(&x->u, l->n, worker);
	x->place = mem_array("places of items", l->n_items, sizeof *x->place);
	for (size_t i = 0; i < l->n_items; i++)
		x->place[i] = IDMAP_NONE;
}

void
listunion_release(struct listunion *x)
{
	fuseunion_release(&x->u);
	free(x->place);
}

void
listunion_make(struct listunion *x, const struct fusion *f, uint32_t user)
{
	const struct fuselists *l = x->lists;
	struct fuseunion *u = &x->u;

	assert(f->n == l->n && user < l->n_users);
	fuseunion_begin(u, idmap_name(l->users, user));
	for (size_t s = 0; s < l->n; s++) {
		size_t n;
		const struct scored_item *list = scored_of(l->list[s], user,
		    &n);

		fuseunion_open(u, s);
		for (size_t i = 0; i < n; i++) {
			uint32_t *place = &x->place[list[i].item];

			if (*place == IDMAP_NONE)
				*place = (uint32_t)fuseunion_add(u,
				    list[i].item, (struct span){ NULL, 0 },
				    l->ranks[list[i].item]);
			fuseunion_entry(u, *place, list[i].value);
		}
	}
	for (size_t p = 0; p < u->n; p++)
		x->place[u->item[p]] = IDMAP_NONE;
	idmap_names(l->items, u->item, u->n, u->name);
	fuseunion_finish(u, f);
}
