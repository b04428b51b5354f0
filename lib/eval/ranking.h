#ifndef SRS_RANKING_H
#define SRS_RANKING_H

/*
 * ranking.h -- users' lists against what was relevant to them.
 *
 * The truth is a struct scored after scored_unique(): judged items with their
 * relevance.  Relevance below 0 counts as 0.  An item is relevant if its
 * relevance is at least `relevant`, RANKING_ANY meaning more than 0; the gains
 * of NDCG are the relevances themselves.
 */

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/scored.h"
#include "eval/metric.h"
#include "eval/sum.h"

#define RANKING_ANY DBL_TRUE_MIN

/* Memory for one list at a time; starts as all zero. */
struct ranking_scratch {
	double *gain, *ideal;
	unsigned char *refused;
	uint32_t *place;	/* (cap_place) all 0 between lists: where in the
				 * judgments an item stands, from 1 */
	size_t cap_gain, cap_ideal, cap_refused, cap_place;
};

void ranking_scratch_release(struct ranking_scratch *);

/* *out <- the list items (n), best first, of a user; it points into the
 * scratch and to the items. */
void ranking_list(const struct scored *truth, double relevant, uint32_t user,
    const uint32_t *items, size_t n, struct ranking_scratch *,
    struct metric_list *out);

struct ranking_options {
	const struct measures *measures;	/* of lists */
	double relevant;
	int all_users;	/* who has no list counts with 0; else not at all */
	const struct metric_world *world;	/* NULL if none needs it */
};

struct ranking {
	size_t n_users;		/* of the truth */
	size_t n_counted;	/* of them, in the means */
	size_t n_missing;	/* of them, without a list */
	size_t n_strangers;	/* with a list, but not in the truth */
	double *value;		/* (n_users, measures) NAN where a list has
				 * none, and for METRIC_CATALOGUE */
	unsigned char *counted;	/* (n_users) */
};

/*
 * The lists are sorted best first.  The results are the same whatever the
 * order of rows, and for any threads.
 */
void ranking_eval(const struct scored *truth, const struct scored *lists,
    const struct ranking_options *, struct ranking *out);
void ranking_release(struct ranking *);

/* The mean of measure j (of n) over the counted users (of those in users
 * (n_users), unless that is NULL) that have a value; NAN of none. */
double ranking_mean(const struct ranking *, size_t n_measures, size_t j,
    const unsigned char *users);

/* How many of the counted users are in users (n_users); NULL: all are. */
size_t ranking_count(const struct ranking *, const unsigned char *users);

/* What the lists of users show, cut at k. */
struct ranking_shown {
	size_t n_items;
	uint64_t *count;	/* (n_items) lists that have the item */
	struct sum *light;	/* (n_items) sum of their 1/log2(rank + 1) */
};

/* Items are below n_items; users as ranking_mean() has them. */
void ranking_show(const struct scored *lists, const struct ranking *,
    const unsigned char *users, size_t k, size_t n_items,
    struct ranking_shown *out);
void ranking_shown_release(struct ranking_shown *);

/* Is any judged item in any list? */
int ranking_overlap(const struct scored *truth, const struct scored *lists,
    size_t n_items);

/* Has every counted user's list all that is relevant to him, and something
 * else too?  Then it may be a list of sampled candidates. */
int ranking_lists_all(const struct scored *truth, const struct scored *lists,
    double relevant, const struct ranking *);

#endif
