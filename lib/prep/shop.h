#ifndef SRS_SHOP_H
#define SRS_SHOP_H

/*
 * shop.h -- a made-up shop: customers, goods and searches, and how much each
 * customer likes each of the goods.  What visits.h makes of it are samples of
 * these preferences, so that a recommender can be measured against the truth.
 *
 * At time t in [0, 1] of the log, user u likes item i of category c as
 *
 *	utility(u, i, t) = log pop_i + trend_i (t - 1/2)	everybody
 *	    + <p_u(t), g_c> + favourite_uc			its category
 *	    + <p_u(t), r_i> - sensitivity_u price_i		itself
 *
 *   pop_i	a share of attention: Zipf's law over the items, in an order of
 *		its own; 0 before the item is launched
 *   p_u(t)	(SHOP_RANK) taste, drawn about the centre of the user's segment
 *		and moving towards that of another one by a share of t
 *   g_c, r_i	(SHOP_RANK) what a category and an item offer to it; r_i is
 *		made of the brand's, the adjective's and the item's own part
 *   favourite	of each user's three favourite categories, by segment
 *   price_i	log price, standardised within the category
 *
 * A user draws items with probability proportional to exp(utility).
 */

#include <stddef.h>
#include <stdint.h>

#include "prep/alias.h"
#include "prep/shoptext.h"

enum { SHOP_RANK = 8, SHOP_FAVOURITES = 3 };

struct shop_config {
	size_t n_users, n_items;	/* each >= 1, < 2^32 */
	size_t n_queries;		/* at most */
	uint64_t seed;
	double zipf;			/* exponent of popularity */
	double activity;		/* sigma of a user's log activity */
	double taste;			/* scales all that is personal */
	double drift;			/* share of taste that moves, 0..1 */
};

struct shop_user {
	float taste[SHOP_RANK];		/* at t = 0 */
	float sensitivity;		/* to price */
	float lean;			/* added to this user's ratings */
	float drift;			/* share of taste that has moved at 1 */
	float joined;			/* t; no visits before */
	uint8_t segment, towards;	/* where taste moves */
	uint8_t favourite[SHOP_FAVOURITES];	/* categories */
	uint8_t age, gender, country;
};

/* Items stand by category, in it by noun: at a `place`, which is not the
 * item's number.  The first of a group is there from the start.  All that a
 * draw needs is in one line of the cache: 64 bytes. */
struct shop_item {
	float offer[SHOP_RANK];		/* r_i */
	float log_pop, trend, launched;
	float price_z;			/* standardised log price */
	float quality;			/* added to its ratings */
	uint32_t cents;			/* the price */
	uint32_t number;		/* what its id says */
	uint16_t series;
	uint8_t brand, adjective;
};

/* What is searched: goods of a group, of a brand, or of a kind. */
struct shop_query {
	uint8_t group;
	int8_t brand, adjective;	/* at most one of them; -1: any */
};

struct shop {
	struct shop_config config;
	struct shop_user *users;	/* (n_users) */
	struct shop_item *items;	/* (n_items) by place */
	uint32_t *place;		/* (n_items) of item number k */
	/* items of group g: places group[g] .. group[g + 1] - 1 */
	uint32_t group[SHOP_GROUPS + 1];
	double popularity[SHOP_CATEGORIES];	/* sum of pop in it */
	float offer[SHOP_CATEGORIES][SHOP_RANK];	/* g_c */
	float centre[SHOP_SEGMENTS][SHOP_RANK];
	struct alias_slot *active;	/* (n_users) who comes */
	struct alias_slot *in_category;	/* (n_items) tables of pop, one after
					 * the other, for each category */
	struct alias_slot *in_group;	/* (n_items) the same, for each group */
	struct shop_query *queries;	/* (n_queries) by category */
	size_t n_queries;
	/* those of category c: query[c] .. query[c + 1] - 1 */
	uint32_t query[SHOP_CATEGORIES + 1];
	struct alias_slot *in_query;	/* (n_queries) a table per category */
};

/* Time and memory O(users + items); no errors but want of memory. */
struct shop *shop_new(const struct shop_config *);
void shop_free(struct shop *);

static inline size_t
shop_category(size_t group)
{
	return group / SHOP_NOUNS;
}

/* The group of the item at a place.  O(log groups). */
size_t shop_group(const struct shop *, size_t place);

/* What a query is about. */
static inline int
shop_matches(const struct shop_query *q, const struct shop_item *item)
{
	return (q->brand < 0 || q->brand == (int)item->brand) &&
	    (q->adjective < 0 || q->adjective == (int)item->adjective);
}

/* A user at a time. */
struct shop_mood {
	float taste[SHOP_RANK];		/* p_u(t) times config.taste */
	float sensitivity;		/* the same */
	float t;
	double category[SHOP_CATEGORIES];	/* what is personal of each */
};

void shop_mood(const struct shop *, size_t user, double t,
    struct shop_mood *);

/* <p_u(t), r_i> - sensitivity_u price_i */
static inline float
shop_liking(const struct shop_mood *mood, const struct shop_item *item)
{
	enum { HALF = SHOP_RANK / 2 };
	float sum[HALF];	/* side by side, not one after the other */

	for (size_t k = 0; k < HALF; k++)
		sum[k] = mood->taste[k] * item->offer[k] +
		    mood->taste[k + HALF] * item->offer[k + HALF];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]) -
	    mood->sensitivity * item->price_z;
}

/* utility(u, i, t) of the item at a place of category c; -INFINITY before its
 * launch.  *personal gets the part that is the user's own. */
double shop_utility(const struct shop *, const struct shop_mood *, size_t c,
    size_t place, double *personal);

#endif
