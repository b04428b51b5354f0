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

enum { FEW = 8 };

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

/* Above 0 when the item at a is before that at b for the same score. */
static inline int
by_id(const struct fuseunion *u, uint32_t a, uint32_t b)
{
	if (u->has_ranks)
		return (u->rank[a] > u->rank[b]) - (u->rank[a] < u->rank[b]);
	return span_compare(u->name[a], u->name[b]);
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

/* a (n) sorted best first, by merging from the bottom; b (n) is overwritten. */
static void
merge_sort(struct topk_item *a, struct topk_item *b, size_t n,
    const uint32_t *rank)
{
	struct topk_item *const first = a;

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
	if (a != first)
		memcpy(first, a, n * sizeof *a);
}

/* The number whose order is that of floats the other way round. */
static inline uint32_t
key_of(float score)
{
	const float x = score + 0.0f;	/* -0 is 0 */
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits & 0x80000000 ? bits : ~bits & 0x7fffffff;
}

/* a (n) in order of scores, best first, equal ones as they were: by their
 * bytes, the lowest first, as far as they differ.  b (n) is overwritten. */
static void
radix_sort(struct topk_item *a, struct topk_item *b, size_t n)
{
	struct topk_item *const first = a;
	uint32_t at[sizeof(uint32_t)][256] = { { 0 } };

	for (size_t i = 0; i < n; i++)
		for (unsigned byte = 0; byte < sizeof(uint32_t); byte++)
			at[byte][key_of(a[i].score) >> 8 * byte & 255]++;
	for (unsigned byte = 0; byte < sizeof(uint32_t); byte++) {
		struct topk_item *t = a;
		uint32_t sum = 0;

		if (at[byte][key_of(a[0].score) >> 8 * byte & 255] == n)
			continue;
		for (size_t d = 0; d < 256; d++) {
			const uint32_t here = at[byte][d];

			at[byte][d] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			b[at[byte][key_of(a[i].score) >> 8 * byte & 255]++] =
			    a[i];
		a = b;
		b = t;
	}
	if (a != first)
		memcpy(first, a, n * sizeof *a);
}

/* Those of a (n) with equal scores, which stand together, by their ids: a few
 * by comparing names, of many the names are sorted once for the union. */
static void
sort_equal(struct fuseunion *u, struct topk_item *a, struct topk_item *b,
    size_t n)
{
	for (size_t from = 0, end; from < n; from = end) {
		for (end = from + 1; end < n && a[end].score ==
		    a[from].score;)
			end++;
		if (end - from > FEW) {
			make_ranks(u);
			merge_sort(a + from, b, end - from, u->rank);
			continue;
		}
		for (size_t i = from + 1; i < end; i++)
			for (size_t j = i; j > from && by_id(u, a[j].item,
			    a[j - 1].item) > 0; j--) {
				const struct topk_item t = a[j];

				a[j] = a[j - 1];
				a[j - 1] = t;
			}
	}
}

size_t
fuseunion_best(struct fuseunion *u, const float *scores, size_t k,
    struct topk_item *best)
{
	const size_t m = k < u->n ? k : u->n;
	size_t n = 0;

	if (m == 0)
		return 0;
	/* Few of many are looked for, most of them sorted. */
	if (m < u->n / 4) {
		n = topk_select(scores, u->n, u->rank, m, best);
		if (u->has_ranks || is_clear(u, scores, best, n))
			return n;
		n = 0;
	}
	u->spare = mem_grow("a list", u->spare, &u->cap_spare, u->n,
	    sizeof *u->spare);
	u->merged = mem_grow("a list", u->merged, &u->cap_merged, u->n,
	    sizeof *u->merged);
	for (size_t i = 0; i < u->n; i++)
		if (scores[i] > -INFINITY)
			u->spare[n++] = (struct topk_item){ scores[i],
			    (uint32_t)i };
	if (n > 0)
		radix_sort(u->spare, u->merged, n);
	sort_equal(u, u->spare, u->merged, n);
	n = n < m ? n : m;
	memcpy(best, u->spare, n * sizeof *best);
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

	while (i < n && (list[i - 1].value > list[i].value ||
	    (list[i - 1].value == list[i].value && by_id(u, list[i - 1].item,
	    list[i].item) > 0)))
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
