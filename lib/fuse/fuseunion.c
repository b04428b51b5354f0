#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/idmap.h"
#include "fuse/cascade.h"
#include "fuse/fusefill.h"
#include "fuse/fuseunion.h"

void
fuseunion_init(struct fuseunion *u, size_t n_systems, size_t worker)
{
	*u = (struct fuseunion){ .n_systems = n_systems, .worker = worker };
	u->start = mem_array("lists", n_systems + 1, sizeof *u->start);
}

void
fuseunion_release(struct fuseunion *u)
{
	free(u->item);
	free(u->name);
	free(u->rank);
	free(u->entry);
	free(u->start);
	free(u->x);
	free(u->place);
	free(u->scores);
	free(u->scale);
	free(u->spare);
	free(u->merged);
	free(u->old);
	free(u->best);
	*u = (struct fuseunion){ .n = 0 };
}

void
fuseunion_begin(struct fuseunion *u, struct span user)
{
	u->n = 0;
	u->user = user;
	u->has_ranks = 1;
	u->n_entries = u->open = u->start[0] = 0;
}

size_t
fuseunion_add(struct fuseunion *u, uint32_t item, struct span name,
    uint32_t rank)
{
	const size_t p = u->n;

	if (p == u->cap_item || p == u->cap_name || p == u->cap_rank) {
		u->item = mem_grow("union of lists", u->item, &u->cap_item,
		    p + 1, sizeof *u->item);
		u->name = mem_grow("union of lists", u->name, &u->cap_name,
		    p + 1, sizeof *u->name);
		u->rank = mem_grow("union of lists", u->rank, &u->cap_rank,
		    p + 1, sizeof *u->rank);
	}
	u->item[p] = item;
	u->name[p] = name;
	u->rank[p] = rank;
	u->has_ranks &= rank != IDMAP_NONE;
	return u->n++;
}

void
fuseunion_open(struct fuseunion *u, size_t s)
{
	assert(s <= u->n_systems && s >= u->open);
	while (u->open < s)
		u->start[++u->open] = u->n_entries;
}

void
fuseunion_entry(struct fuseunion *u, size_t place, double score)
{
	if (u->n_entries == u->cap_entry)
		u->entry = mem_grow("union of lists", u->entry, &u->cap_entry,
		    u->n_entries + 1, sizeof *u->entry);
	u->entry[u->n_entries++] = (struct scored_item){ score,
	    (uint32_t)place };
}

/* --- order ---------------------------------------------------------------- */

struct named {
	struct span name;
	uint32_t place;
};

static int
by_name(const void *va, const void *vb)
{
	const struct named *a = va, *b = vb;

	return span_compare(a->name, b->name);
}

static void
make_ranks(struct fuseunion *u)
{
	struct named *order;

	if (u->has_ranks)
		return;
	order = mem_array("names", u->n, sizeof *order);
	for (size_t i = 0; i < u->n; i++)
		order[i] = (struct named){ u->name[i], (uint32_t)i };
	qsort(order, u->n, sizeof *order, by_name);
	for (size_t i = 0; i < u->n; i++)
		u->rank[order[i].place] = (uint32_t)i;
	u->has_ranks = 1;
	free(order);
}

/* Without ranks: is the choice of these m best the same with any? */
static int
is_clear(const struct fuseunion *u, const float *scores,
    const struct topk_item *best, size_t m)
{
	size_t equal = 0;

	for (size_t i = 1; i < m; i++)
		if (!(best[i - 1].score > best[i].score))
			return 0;
	for (size_t i = 0; m > 0 && m < u->n && i < u->n; i++)
		equal += scores[i] == best[m - 1].score;
	return equal < 2;
}

static inline int
is_before(struct topk_item a, struct topk_item b, const uint32_t *rank)
{
	return a.score > b.score || (a.score == b.score &&
	    rank[a.item] > rank[b.item]);
}

/* a (n) sorted best first, in a or b (n), by merging from the bottom. */
static struct topk_item *
merge_sort(struct topk_item *a, struct topk_item *b, size_t n,
    const uint32_t *rank)
{
	for (size_t width = 1; width < n; width *= 2) {
		struct topk_item *t = a;

		for (size_t from = 0; from < n; from += 2 * width) {
			const size_t mid = from + width < n ? from + width : n;
			const size_t end = mid + width < n ? mid + width : n;
			size_t i = from, j = mid;

			for (size_t k = from; k < end; k++)
				b[k] = i < mid && (j == end || !is_before(a[j],
				    a[i], rank)) ? a[i++] : a[j++];
		}
		a = b;
		b = t;
	}
	return a;
}

/* As topk_select(); that is for few of many, this for most of them. */
static size_t
choose(struct fuseunion *u, const float *scores, size_t k,
    struct topk_item *best)
{
	struct topk_item *all;
	size_t n = 0;

	if (k < u->n / 4)
		return topk_select(scores, u->n, u->rank, k, best);
	u->spare = mem_grow("a list", u->spare, &u->cap_spare, u->n,
	    sizeof *u->spare);
	u->merged = mem_grow("a list", u->merged, &u->cap_merged, u->n,
	    sizeof *u->merged);
	for (size_t i = 0; i < u->n; i++)
		if (scores[i] > -INFINITY)
			u->spare[n++] = (struct topk_item){ scores[i],
			    (uint32_t)i };
	all = merge_sort(u->spare, u->merged, n, u->rank);
	n = n < k ? n : k;
	memcpy(best, all, n * sizeof *best);
	return n;
}

size_t
fuseunion_best(struct fuseunion *u, const float *scores, size_t k,
    struct topk_item *best)
{
	const size_t m = k < u->n ? k : u->n;
	size_t n;

	if (m == 0)
		return 0;
	n = choose(u, scores, m, best);
	if (!u->has_ranks && !is_clear(u, scores, best, n)) {
		make_ranks(u);
		n = choose(u, scores, m, best);
	}
	return n;
}

struct order {
	double value;
	uint32_t rank, place;
};

static int
by_value(const void *va, const void *vb)
{
	const struct order *a = va, *b = vb;

	if (a->value != b->value)
		return a->value > b->value ? -1 : 1;
	return (a->rank < b->rank) - (a->rank > b->rank);
}

/* List s, best first; most are already. */
static void
sort_list(struct fuseunion *u, size_t s)
{
	struct scored_item *list = u->entry + u->start[s];
	const size_t n = u->start[s + 1] - u->start[s];
	struct order *o;
	size_t i = 1;

	while (i < n && list[i - 1].value > list[i].value)
		i++;
	if (i >= n)
		return;
	make_ranks(u);
	o = mem_array("a list", n, sizeof *o);
	for (i = 0; i < n; i++)
		o[i] = (struct order){ list[i].value, u->rank[list[i].item],
		    list[i].item };
	qsort(o, n, sizeof *o, by_value);
	for (i = 0; i < n; i++)
		list[i] = (struct scored_item){ o[i].value, o[i].place };
	free(o);
}

void
fuseunion_sort(struct fuseunion *u)
{
	for (size_t s = 0; s < u->n_systems; s++)
		sort_list(u, s);
}

/* --- scales --------------------------------------------------------------- */

double *
fuseunion_scratch(struct fuseunion *u, size_t n)
{
	u->scale = mem_grow("scores", u->scale, &u->cap_scale, n,
	    sizeof *u->scale);
	return u->scale;
}

/* Column s of x and place. */
static void
scale_list(struct fuseunion *u, const struct fusion *f, size_t s)
{
	const struct scored_item *list = u->entry + u->start[s];
	const size_t n = u->start[s + 1] - u->start[s], S = u->n_systems;
	double *x = fuseunion_scratch(u, n);
	float floor = 0;

	if (n > 0 && f->map == NULL)
		f->scale->make(f, list, n, x);
	for (size_t i = 0; i < n && f->map != NULL; i++)
		x[i] = scale_at(&f->map[s], list[i].value);
	/* What a list lacks is not better than its last. */
	if (n > 0 && !f->scale->absent_is_zero)
		floor = (float)x[n - 1];
	if (n < u->n)
		for (size_t p = 0; p < u->n; p++) {
			u->x[p * S + s] = floor;
			u->place[p * S + s] = 0;
		}
	for (size_t i = 0; i < n; i++) {
		u->x[list[i].item * S + s] = (float)x[i];
		u->place[list[i].item * S + s] = (uint32_t)i + 1;
	}
}

void
fuseunion_scale(struct fuseunion *u, const struct fusion *f)
{
	const size_t cells = u->n * u->n_systems;

	assert(f->n == u->n_systems);
	u->x = mem_grow("union of lists", u->x, &u->cap_x, cells,
	    sizeof *u->x);
	u->place = mem_grow("union of lists", u->place, &u->cap_place, cells,
	    sizeof *u->place);
	for (size_t s = 0; s < u->n_systems; s++)
		scale_list(u, f, s);
}

void
fuseunion_finish(struct fuseunion *u, const struct fusion *f)
{
	fuseunion_open(u, u->n_systems);
	if (f->fill != NULL && f->n_stages == 0)
		fusefill_all(f->fill, u);
	fuseunion_sort(u);
	if (f->n_stages == 0)
		fuseunion_scale(u, f);
}

size_t
fuseunion_fuse(struct fuseunion *u, const struct fusion *f, size_t k,
    const struct topk_item **best)
{
	const size_t m = k < u->n ? k : u->n;

	u->best = mem_grow("a list", u->best, &u->cap_best, m,
	    sizeof *u->best);
	u->scores = mem_grow("scores", u->scores, &u->cap_scores, u->n,
	    sizeof *u->scores);
	*best = u->best;
	if (f->n_stages > 0)
		cascade_run(u, f);
	else
		f->method->combine(f, u, u->scores);
	return fuseunion_best(u, u->scores, k, u->best);
}

void
fuseunion_keep(struct fuseunion *u, const unsigned char *keep)
{
	size_t n = 0, at = 0, from = 0;

	u->old = mem_grow("union of lists", u->old, &u->cap_old, u->n,
	    sizeof *u->old);
	for (size_t i = 0; i < u->n; i++) {
		u->old[i] = keep[i] ? (uint32_t)n : IDMAP_NONE;
		if (!keep[i])
			continue;
		u->item[n] = u->item[i];
		u->name[n] = u->name[i];
		u->rank[n++] = u->rank[i];
	}
	u->n = n;
	for (size_t s = 0; s < u->n_systems; s++) {
		const size_t end = u->start[s + 1];

		u->start[s] = at;
		for (size_t i = from; i < end; i++)
			if (u->old[u->entry[i].item] != IDMAP_NONE)
				u->entry[at++] = (struct scored_item){
				    u->entry[i].value,
				    u->old[u->entry[i].item] };
		from = end;
	}
	u->start[u->n_systems] = u->n_entries = at;
}
