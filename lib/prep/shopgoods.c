#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "prep/shopgoods.h"

/* Standard deviations of what categories, brands, adjectives and items offer
 * to each of the SHOP_RANK directions of taste. */
static const double category_spread = 0.45;
static const double brand_spread = 0.4;
static const double adjective_spread = 0.4;
static const double item_spread = 0.45;

static const double new_share = 0.15;	/* of items, launched during the log */

/* A usual price in each category, in euros; the spread of its log. */
static const double usual_price[SHOP_CATEGORIES] = {
	70, 30, 110, 60, 90, 60, 80, 150, 35, 120, 50, 25, 45, 15, 25, 9
};
static const double price_spread = 0.6;

/* What an adjective does to a price. */
static const double price_of_adjective[SHOP_ADJECTIVES] = {
	1, 0.9, 1, 1.7, 0.7, 1, 1, 1.1, 1.2, 1.3, 0.6, 1.2, 1.1, 1, 1.1, 1.5
};

enum { KINDS = 1 + SHOP_BRANDS + SHOP_ADJECTIVES };	/* of queries */
enum { COMBINATIONS = SHOP_BRANDS * SHOP_ADJECTIVES };

/* --- items --- */

static void
draw_offers(float (*offer)[SHOP_RANK], size_t n, double spread, struct rng *r)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < SHOP_RANK; k++)
			offer[i][k] = (float)(spread * rng_normal(r));
}

/* Each item number's group; groups of a category and the categories differ
 * in size. */
static uint8_t *
draw_groups(const struct shop *s)
{
	uint8_t *group = mem_array("items", s->config.n_items, 1);
	struct alias_slot slots[SHOP_GROUPS];
	double weights[SHOP_GROUPS];
	struct rng r;

	rng_init(&r, s->config.seed, rng_stream("shop.groups", 0));
	for (size_t g = 0; g < SHOP_GROUPS; g++)
		weights[g] = exp(0.4 * rng_normal(&r));
	alias_build(slots, weights, SHOP_GROUPS);
	for (size_t i = 0; i < s->config.n_items; i++)
		group[i] = (uint8_t)alias_draw(slots, SHOP_GROUPS,
		    rng_u64(&r));
	return group;
}

/* Counting sort: places by group, in a group by number. */
static void
place_items(struct shop *s, const uint8_t *group)
{
	uint32_t next[SHOP_GROUPS];

	for (size_t i = 0; i < s->config.n_items; i++)
		s->group[group[i] + 1]++;
	for (size_t g = 0; g < SHOP_GROUPS; g++) {
		s->group[g + 1] += s->group[g];
		next[g] = s->group[g];
	}
	for (size_t i = 0; i < s->config.n_items; i++) {
		s->place[i] = next[group[i]]++;
		s->items[s->place[i]].number = (uint32_t)i;
	}
}

/* Zipf's law: the k-th of all items has a weight of 1 / k^s; they are in an
 * order of their own.  The weights are made a distribution. */
static void
draw_popularity(struct shop *s, double *pop)
{
	const size_t n = s->config.n_items;
	uint32_t *order = mem_array("popularity", n, sizeof *order);
	double sum = 0;
	struct rng r;

	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	rng_init(&r, s->config.seed, rng_stream("shop.popularity", 0));
	rng_shuffle(&r, order, (uint32_t)n);
	for (size_t k = 0; k < n; k++)
		sum += pow((double)k + 1, -s->config.zipf);
	for (size_t k = 0; k < n; k++) {
		pop[order[k]] = pow((double)k + 1, -s->config.zipf) / sum;
		s->items[order[k]].log_pop = (float)log(pop[order[k]]);
	}
	free(order);
}

struct offers {
	float brand[SHOP_ALL_BRANDS][SHOP_RANK];
	float adjective[SHOP_ADJECTIVES][SHOP_RANK];
	double brand_price[SHOP_ALL_BRANDS];
};

/* Item k of its group.  Brands and adjectives are dealt out so that no two
 * items of a group have the same title. */
static void
make_item(const struct shop *s, struct shop_item *item, size_t group,
    size_t k, const struct offers *o)
{
	const size_t c = shop_category(group);
	const int is_first = k == 0;
	size_t brand;
	double z;
	struct rng r;

	rng_init(&r, s->config.seed, rng_stream("shop.item", item->number));
	item->series = (uint16_t)(k / COMBINATIONS);
	k = (k * 45 + group * 7) % COMBINATIONS;	/* 45: odd, a walk */
	item->brand = (uint8_t)(k % SHOP_BRANDS);
	item->adjective = (uint8_t)(k / SHOP_BRANDS);
	brand = shoptext_brand_number(c, item->brand);
	for (size_t d = 0; d < SHOP_RANK; d++)
		item->offer[d] = o->brand[brand][d] +
		    o->adjective[item->adjective][d] +
		    (float)(item_spread * rng_normal(&r));
	z = rng_normal(&r) + o->brand_price[brand] +
	    log(price_of_adjective[item->adjective]) / price_spread;
	item->price_z = (float)z;
	item->cents = (uint32_t)lrint(100 * usual_price[c] *
	    exp(price_spread * z));
	item->cents += item->cents == 0;
	item->quality = (float)(0.35 * rng_normal(&r));
	item->trend = (float)(0.7 * rng_normal(&r));
	item->launched = rng_real(&r) < new_share && !is_first ?
	    (float)rng_real(&r) : 0;
}

static void
make_items(struct shop *s)
{
	struct offers o;
	struct rng r;

	rng_init(&r, s->config.seed, rng_stream("shop.offers", 0));
	draw_offers(s->offer, SHOP_CATEGORIES, category_spread, &r);
	draw_offers(o.brand, SHOP_ALL_BRANDS, brand_spread, &r);
	draw_offers(o.adjective, SHOP_ADJECTIVES, adjective_spread, &r);
	for (size_t b = 0; b < SHOP_ALL_BRANDS; b++)
		o.brand_price[b] = 0.5 * rng_normal(&r);
	for (size_t g = 0; g < SHOP_GROUPS; g++)
		for (size_t p = s->group[g]; p < s->group[g + 1]; p++)
			make_item(s, &s->items[p], g, p - s->group[g], &o);
}

/* Tables over the places [first, end), which are a category or a group. */
static void
build_table(struct alias_slot *slots, const double *pop, size_t first,
    size_t end)
{
	if (end > first)
		alias_build(slots + first, pop + first, end - first);
}

static void
build_tables(struct shop *s, const double *pop)
{
	s->in_group = mem_array("items", s->config.n_items,
	    sizeof *s->in_group);
	s->in_category = mem_array("items", s->config.n_items,
	    sizeof *s->in_category);
	for (size_t g = 0; g < SHOP_GROUPS; g++)
		build_table(s->in_group, pop, s->group[g], s->group[g + 1]);
	for (size_t c = 0; c < SHOP_CATEGORIES; c++) {
		const size_t first = s->group[c * SHOP_NOUNS];
		const size_t end = s->group[(c + 1) * SHOP_NOUNS];

		build_table(s->in_category, pop, first, end);
		for (size_t p = first; p < end; p++)
			s->popularity[c] += pop[p];
	}
}

/* --- queries --- */

struct ranked_query {
	struct shop_query query;
	double weight;
};

static int
by_weight(const void *a, const void *b)
{
	const struct ranked_query *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->query.group != y->query.group)
		return x->query.group < y->query.group ? -1 : 1;
	return x->query.brand != y->query.brand ?
	    x->query.brand - y->query.brand :
	    x->query.adjective - y->query.adjective;
}

static int
by_group(const void *a, const void *b)
{
	const struct ranked_query *x = a, *y = b;

	if (x->query.group != y->query.group)
		return x->query.group < y->query.group ? -1 : 1;
	return by_weight(a, b);
}

/* Every query that some item answers, with the popularity of its answers;
 * people name a brand less often than they leave it out. */
static size_t
list_queries(const struct shop *s, const double *pop,
    struct ranked_query *all)
{
	size_t n = 0;

	for (size_t g = 0; g < SHOP_GROUPS; g++) {
		double weight[KINDS] = { 0 };

		for (size_t p = s->group[g]; p < s->group[g + 1]; p++) {
			weight[0] += pop[p];
			weight[1 + s->items[p].brand] += 0.5 * pop[p];
			weight[1 + SHOP_BRANDS + s->items[p].adjective] +=
			    0.5 * pop[p];
		}
		for (int k = 0; k < KINDS; k++)
			if (weight[k] > 0)
				all[n++] = (struct ranked_query){
				    { (uint8_t)g, (int8_t)(k >= 1 &&
				    k <= SHOP_BRANDS ? k - 1 : -1),
				    (int8_t)(k > SHOP_BRANDS ?
				    k - 1 - SHOP_BRANDS : -1) }, weight[k] };
	}
	return n;
}

/* Keeps the most frequent queries, by category. */
static void
make_queries(struct shop *s, const double *pop)
{
	struct ranked_query *all = mem_array("queries", SHOP_GROUPS * KINDS,
	    sizeof *all);
	double *weight = mem_array("queries", SHOP_GROUPS * KINDS,
	    sizeof *weight);
	size_t n = list_queries(s, pop, all);

	qsort(all, n, sizeof *all, by_weight);
	n = n < s->config.n_queries ? n : s->config.n_queries;
	qsort(all, n, sizeof *all, by_group);
	s->n_queries = n;
	s->queries = mem_array("queries", n, sizeof *s->queries);
	s->in_query = mem_array("queries", n, sizeof *s->in_query);
	for (size_t q = 0; q < n; q++) {
		s->queries[q] = all[q].query;
		weight[q] = all[q].weight;
		s->query[shop_category(all[q].query.group) + 1]++;
	}
	for (size_t c = 0; c < SHOP_CATEGORIES; c++) {
		s->query[c + 1] += s->query[c];
		build_table(s->in_query, weight, s->query[c],
		    s->query[c + 1]);
	}
	free(weight);
	free(all);
}

void
shopgoods_make(struct shop *s)
{
	const size_t n = s->config.n_items;
	double *pop = mem_array("items", n, sizeof *pop);
	uint8_t *group = draw_groups(s);

	s->items = mem_array("items", n, sizeof *s->items);
	s->place = mem_array("items", n, sizeof *s->place);
	place_items(s, group);
	draw_popularity(s, pop);
	make_items(s);
	build_tables(s, pop);
	make_queries(s, pop);
	free(group);
	free(pop);
}
