#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/fusefill.h"

/* Scores of the items that list s lacks. */
struct lack {
	uint32_t *place, *user, *item;	/* (n) */
	float *score;
	size_t n;
};

static void
find_lack(struct lack *k, const struct fuseunion *u, size_t s,
    const struct scorer *model)
{
	unsigned char *has = mem_array("a list", u->n, 1);
	const uint32_t user = idmap_find(model->users, u->user);

	k->place = mem_array("a list", u->n, sizeof *k->place);
	k->user = mem_array("a list", u->n, sizeof *k->user);
	k->item = mem_array("a list", u->n, sizeof *k->item);
	k->score = mem_array("a list", u->n, sizeof *k->score);
	k->n = 0;
	for (size_t i = u->start[s]; i < u->start[s + 1]; i++)
		has[u->entry[i].item] = 1;
	for (size_t p = 0; p < u->n; p++) {
		const uint32_t item = has[p] ? IDMAP_NONE :
		    idmap_find(model->items, u->name[p]);

		if (item == IDMAP_NONE || user == IDMAP_NONE)
			continue;
		k->place[k->n] = (uint32_t)p;
		k->user[k->n] = user;
		k->item[k->n++] = item;
	}
	free(has);
}

/* Makes room for n more entries at the end of list s. */
static struct scored_item *
make_room(struct fuseunion *u, size_t s, size_t n)
{
	const size_t at = u->start[s + 1];

	u->entry = mem_grow("union of lists", u->entry, &u->cap_entry,
	    u->n_entries + n, sizeof *u->entry);
	memmove(u->entry + at + n, u->entry + at,
	    (u->n_entries - at) * sizeof *u->entry);
	for (size_t t = s + 1; t <= u->n_systems; t++)
		u->start[t] += n;
	u->n_entries += n;
	return u->entry + at;
}

void
fusefill_one(const struct fusefill *f, struct fuseunion *u, size_t s)
{
	const struct scorer *model = f->model[s];
	struct scored_item *to;
	struct lack k;
	size_t n = 0;

	if (model == NULL || u->n == 0)
		return;
	find_lack(&k, u, s, model);
	if (k.n > 0 && scorer_knows_user(model, k.user[0]))
		scorer_pairs(model, k.user, k.item, k.n, k.score, u->worker);
	else
		k.n = 0;
	for (size_t i = 0; i < k.n; i++)
		n += isfinite(k.score[i]) != 0;
	to = make_room(u, s, n);
	for (size_t i = 0; i < k.n; i++)
		if (isfinite(k.score[i]))
			*to++ = (struct scored_item){ (double)k.score[i],
			    k.place[i] };
	free(k.place);
	free(k.user);
	free(k.item);
	free(k.score);
}

void
fusefill_all(const struct fusefill *f, struct fuseunion *u)
{
	for (size_t s = 0; s < u->n_systems; s++)
		fusefill_one(f, u, s);
}
