#ifndef SRS_METRIC_H
#define SRS_METRIC_H

/*
 * metric.h -- the metrics: one table, one definition each, in double.
 *
 * Four kinds: of pairs (rating, prediction), of pairs (label 0 or 1, score),
 * of one user's list (averaged over users), and of all lists together.  Names
 * such as precision exist for labels and for lists: what is asked for decides.
 * srs-eval(1) has the formulae.
 *
 *	struct measures m;
 *	if (measures_parse("ndcg@10,recall@20,mrr", METRIC_LIST, &m) != 0)
 *		return -1;
 *	value = measure_list(&m.at[0], &list);
 *	measures_release(&m);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"

enum metric_kind {
	METRIC_RATING,		/* pairs: truth is a rating */
	METRIC_LABEL,		/* pairs: truth is 0 or 1 */
	METRIC_LIST,		/* one user's list, at a cut-off */
	METRIC_CATALOGUE	/* all users' lists, at a cut-off */
};

/* Predictions and what they should have been. */
struct metric_pairs {
	const double *truth;	/* (n) */
	const double *score;	/* (n) finite */
	size_t n;		/* >= 1 */
	double threshold;	/* a score of at least this says 1 */
};

/*
 * One user's list and what it should have been.  A gain is an item's
 * relevance, 0 if it is not judged or below 0.  Items are relevant whose gain
 * is at least `relevant`.
 */
struct metric_list {
	const double *gain;	/* (n) of the listed items, best first */
	size_t n;
	const double *ideal;	/* (n_ideal) gains > 0 of all the user's items,
				 * falling */
	size_t n_ideal;
	double relevant;	/* > 0 */
	size_t n_relevant;	/* of the user's items, listed or not */
};

/* All lists up to the cut-off. */
struct metric_exposure {
	const uint64_t *count;	/* (n_items) how many lists have the item */
	size_t n_items;		/* the catalogue */
};

enum { METRIC_WHOLE = 0 };	/* the cut-off of a metric without @k */

struct metric {
	struct choice what;	/* name, purpose */
	const char *citation;
	enum metric_kind kind;
	int smaller_is_better;
	int wants_probability;	/* scores must lie in [0, 1] */
	const char *undefined;	/* when a function below answers NAN */
	double (*pairs)(const struct metric_pairs *);
	double (*list)(const struct metric_list *, size_t k);
	double (*all)(const struct metric_exposure *);
};

/* The tables, as option tables take them; METRIC_LIST's has those of
 * METRIC_CATALOGUE too. */
const struct choice *metric_rating_choice(size_t i);
const struct choice *metric_label_choice(size_t i);
const struct choice *metric_list_choice(size_t i);

/* A metric with its cut-off, as it was asked for. */
struct measure {
	const struct metric *metric;
	size_t k;		/* METRIC_WHOLE without @k */
	char *name;		/* "ndcg@10"; owned by measures */
};

struct measures {
	struct measure *at;	/* (n) */
	size_t n;
};

/*
 * Reads "ndcg@10,recall@20,mrr".  `kind` is METRIC_RATING, METRIC_LABEL or
 * METRIC_LIST.  0, or -1 after a message; then *out is empty.
 */
int measures_parse(const char *text, enum metric_kind kind,
    struct measures *out) SRS_MUST_CHECK;
void measures_release(struct measures *);

/* What is measured when nobody says what. */
const char *measures_usual(enum metric_kind kind);

/* The largest cut-off, METRIC_WHOLE if one has none. */
size_t measures_depth(const struct measures *);

/* The value of a measure of METRIC_LIST for one list, in [0, 1]. */
double measure_list(const struct measure *, const struct metric_list *);

/*
 * The value of a measure of METRIC_RATING or METRIC_LABEL: 0, or -1 after a
 * message that starts with `name: ` when it is not defined for these pairs or
 * a score is not the probability that it must be.
 */
int measure_pairs(const struct measure *, const struct metric_pairs *,
    const char *name, double *out) SRS_MUST_CHECK;

/* Functions of the table, by file. */
double rating_mse(const struct metric_pairs *);
double rating_rmse(const struct metric_pairs *);
double rating_mae(const struct metric_pairs *);
double rating_r2(const struct metric_pairs *);

double label_accuracy(const struct metric_pairs *);
double label_precision(const struct metric_pairs *);
double label_recall(const struct metric_pairs *);
double label_f1(const struct metric_pairs *);
double label_auc(const struct metric_pairs *);
double label_pr_auc(const struct metric_pairs *);
double label_logloss(const struct metric_pairs *);
double label_brier(const struct metric_pairs *);

double list_precision(const struct metric_list *, size_t k);
double list_recall(const struct metric_list *, size_t k);
double list_recall_min(const struct metric_list *, size_t k);
double list_hr(const struct metric_list *, size_t k);
double list_mrr(const struct metric_list *, size_t k);
double list_map(const struct metric_list *, size_t k);
double list_map_min(const struct metric_list *, size_t k);
double list_ndcg(const struct metric_list *, size_t k);
double list_ndcg_exp(const struct metric_list *, size_t k);

double all_coverage(const struct metric_exposure *);

#endif
