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

#define RANKING_ANY DBL_TRUE_MIN

/* Memory for one list at a time; starts as all zero. */
struct ranking_scratch {
	double *gain, *ideal;
	size_t cap_gain, cap_ideal;
};

void ranking_scratch_release(struct ranking_scratch *);

/* *out <- the list items (n), best first, of a user; it points into the
 * scratch. */
void ranking_list(const struct scored *truth, double relevant, uint32_t user,
    const uint32_t *items, size_t n, struct ranking_scratch *,
    struct metric_list *out);

struct ranking_options {
	const struct measures *measures;	/* of lists */
	double relevant;
	int all_users;	/* who has no list counts with 0; else not at all */
};

struct ranking {
	size_t n_users;		/* of the truth */
	size_t n_counted;	/* of them, in the means */
	size_t n_missing;	/* of them, without a list */
	size_t n_strangers;	/* with a list, but not in the truth */
	double *value;		/* (n_users, measures) */
	unsigned char *counted;	/* (n_users) */
	double *mean;		/* (measures) NAN for METRIC_CATALOGUE */
	uint64_t **shown;	/* (measures) for METRIC_CATALOGUE: (n_items)
				 * lists with the item; else NULL */
};

/*
 * The lists are sorted best first, items are numbers below n_items.  The
 * results are the same whatever the order of rows, and for any threads.
 */
void ranking_eval(const struct scored *truth, const struct scored *lists,
    size_t n_items, const struct ranking_options *, struct ranking *out);
void ranking_release(struct ranking *, size_t n_measures);

/* Is any judged item in any list? */
int ranking_overlap(const struct scored *truth, const struct scored *lists,
    size_t n_items);

#endif
