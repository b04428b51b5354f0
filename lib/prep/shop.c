#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "prep/shop.h"
#include "prep/shopgoods.h"

enum { CHUNK = 4096 };		/* users made by one piece */

/* How far apart tastes are.  With these, and the offers of shopgoods.c, what
 * is personal of a utility has a standard deviation of about 2.6. */
static const double centre_spread = 0.7;	/* of segments */
static const double own_spread = 0.7;		/* within one */
static const double favourite_bonus = 1.8;
static const double price_mean = 0.35, price_spread = 0.35;

/* Segments in the order of shoptext.c: the categories each likes (0 to 15),
 * and how much more than others it minds prices. */
static const struct {
	uint8_t likes[4];
	double price;
	uint8_t age, gender;		/* the most frequent ones */
} segment_of[SHOP_SEGMENTS] = {
	{ { 1, 5, 8, 15 }, 0.6, 0, 2 },		/* bargain */
	{ { 11, 9, 14, 1 }, 0.2, 2, 0 },	/* family */
	{ { 0, 1, 2, 4 }, 0, 1, 0 },		/* fashion */
	{ { 5, 6, 7, 11 }, 0, 1, 1 },		/* gadget */
	{ { 8, 9, 10, 13 }, 0.1, 3, 0 },	/* home */
	{ { 12, 10, 2, 3 }, 0, 2, 1 },		/* outdoor */
	{ { 15, 8, 10, 14 }, -0.1, 3, 2 },	/* gourmet */
	{ { 4, 13, 3, 6 }, -0.5, 4, 0 }		/* luxury */
};

/* --- users --- */

/* Mostly `usual`, else any of n. */
static uint8_t
mostly(struct rng *r, double share, uint8_t usual, uint32_t n)
{
	return rng_real(r) < share ? usual : (uint8_t)rng_below(r, n);
}

static void
make_user(const struct shop *s, struct shop_user *u, struct rng *r)
{
	const size_t g = rng_below(r, SHOP_SEGMENTS);

	u->segment = (uint8_t)g;
	u->towards = (uint8_t)((g + 1 + rng_below(r, SHOP_SEGMENTS - 1)) %
	    SHOP_SEGMENTS);
	for (size_t k = 0; k < SHOP_RANK; k++)
		u->taste[k] = s->centre[g][k] +
		    (float)(own_spread * rng_normal(r));
	u->sensitivity = (float)(price_mean + segment_of[g].price +
	    price_spread * rng_normal(r));
	u->lean = (float)(0.3 * rng_normal(r));
	u->drift = (float)fmin(1, s->config.drift * 2 * rng_real(r));
	/* More than half of the users are there from the start... */
	u->joined = (float)fmax(0, 1.9 * rng_real(r) - 1.1);
	for (size_t k = 0; k < SHOP_FAVOURITES; k++)
		u->favourite[k] = mostly(r, 0.75,
		    segment_of[g].likes[rng_below(r, 4)], SHOP_CATEGORIES);
	u->age = mostly(r, 0.5, segment_of[g].age, SHOP_AGES);
	u->gender = mostly(r, 0.5, segment_of[g].gender, SHOP_GENDERS);
	u->country = (uint8_t)(rng_real(r) * rng_real(r) * SHOP_COUNTRIES);
}

struct make_users {
	struct shop *shop;
	double *weight;		/* (n_users) how often each comes */
};

static void
make_piece(void *arg, size_t piece, size_t worker)
{
	const struct make_users *job = arg;
	struct shop *s = job->shop;
	const size_t first = piece * CHUNK;
	struct rng r;

	(void)worker;
	for (size_t u = first; u < first + CHUNK && u < s->config.n_users;
	    u++) {
		rng_init(&r, s->config.seed, rng_stream("shop.user", u));
		make_user(s, &s->users[u], &r);
		job->weight[u] = exp(s->config.activity * rng_normal(&r));
	}
}

static void
make_users(struct shop *s)
{
	const size_t n = s->config.n_users;
	struct make_users job = { s, mem_array("users", n, sizeof(double)) };
	struct rng r;

	rng_init(&r, s->config.seed, rng_stream("shop.segments", 0));
	for (size_t g = 0; g < SHOP_SEGMENTS; g++)
		for (size_t k = 0; k < SHOP_RANK; k++)
			s->centre[g][k] =
			    (float)(centre_spread * rng_normal(&r));
	s->users = mem_array("users", n, sizeof *s->users);
	par_for(par_pieces(n, CHUNK), make_piece, &job);
	s->active = mem_array("users", n, sizeof *s->active);
	alias_build(s->active, job.weight, n);
	free(job.weight);
	/* ... and one of them always, so that somebody can come. */
	s->users[0].joined = 0;
}

/* --- the shop --- */

struct shop *
shop_new(const struct shop_config *config)
{
	struct shop *s = mem_array("shop", 1, sizeof *s);

	assert(config->n_users >= 1 && config->n_users < UINT32_MAX);
	assert(config->n_items >= 1 && config->n_items < UINT32_MAX);
	s->config = *config;
	make_users(s);
	shopgoods_make(s);
	return s;
}

void
shop_free(struct shop *s)
{
	if (s == NULL)
		return;
	free(s->in_query);
	free(s->queries);
	free(s->in_group);
	free(s->in_category);
	free(s->active);
	free(s->place);
	free(s->items);
	free(s->users);
	free(s);
}

size_t
shop_group(const struct shop *s, size_t place)
{
	size_t low = 0, high = SHOP_GROUPS;	/* group[low] <= place */

	assert(place < s->config.n_items);
	while (high - low > 1) {
		const size_t middle = (low + high) / 2;

		if (s->group[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void
shop_mood(const struct shop *s, size_t user, double t,
    struct shop_mood *mood)
{
	const struct shop_user *u = &s->users[user];
	const float moved = u->drift * (float)t;
	const float scale = (float)s->config.taste;

	mood->t = (float)t;
	mood->sensitivity = scale * u->sensitivity;
	for (size_t k = 0; k < SHOP_RANK; k++)
		mood->taste[k] = scale * ((1 - moved) * u->taste[k] +
		    moved * s->centre[u->towards][k]);
	for (size_t c = 0; c < SHOP_CATEGORIES; c++) {
		float sum = 0;

		for (size_t k = 0; k < SHOP_RANK; k++)
			sum += mood->taste[k] * s->offer[c][k];
		mood->category[c] = (double)sum;
	}
	for (size_t k = 0; k < SHOP_FAVOURITES; k++)
		mood->category[u->favourite[k]] += s->config.taste *
		    favourite_bonus / (double)(k + 1);
}

double
shop_utility(const struct shop *s, const struct shop_mood *mood, size_t c,
    size_t place, double *personal)
{
	const struct shop_item *item = &s->items[place];

	*personal = mood->category[c] + (double)shop_liking(mood, item);
	if (item->launched > mood->t)
		return -INFINITY;
	return *personal + (double)(item->log_pop +
	    item->trend * (mood->t - 0.5f));
}
