#ifndef SRS_METRIC_H
#define SRS_METRIC_H

/*
 * metric.h -- the metrics: one table for each kind, one definition each, in
 * double.
 *
 * The kinds: of pairs (rating, prediction), of pairs (label 0 or 1, score), of
 * classes, of one user's list (averaged over users), and of all lists together.
 * Names such as precision exist for labels and for lists: what is asked for
 * decides.  srs-eval(1) has the formulae.
 *
 *	struct measures m;
 *	if (measures_parse("ndcg@10,recall@20,mrr", METRIC_LIST, &m) != 0)
 *		return -1;
 *	value = measure_list(&m.at[0], &list);
 *	measures_release(&m);
 *
 * A new metric is one function and one line of the table in its kind's file:
 * ratingmetrics.c, labelmetrics.c, classmetrics.c, listmetrics.c,
 * beyondmetrics.c (lists, beyond accuracy), cataloguemetrics.c.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"
#include "linalg/csr.h"

enum metric_kind {
	METRIC_RATING,		/* pairs: truth is a rating */
	METRIC_LABEL,		/* pairs: truth is 0 or 1 */
	METRIC_CLASS,		/* pairs of names of classes */
	METRIC_LIST,		/* one user's list, at a cut-off */
	METRIC_CATALOGUE	/* all users' lists, at a cut-off */
};

/* What a metric needs besides predictions and truth, or lists and truth. */
enum {
	METRIC_NEEDS_PROBABILITY = 1,	/* scores in [0, 1] */
	METRIC_NEEDS_USERS = 2,		/* whose row a pair is */
	METRIC_NEEDS_POPULARITY = 4,	/* what was trained on */
	METRIC_NEEDS_FEATURES = 8,	/* what is known of items */
	METRIC_NEEDS_HISTORY = 16,	/* features of what users had */
	METRIC_NEEDS_PART = 32		/* a part of the catalogue (--by) */
};

/* Predictions and what they should have been. */
struct metric_pairs {
	const double *truth;	/* (n) */
	const double *score;	/* (n) finite */
	size_t n;		/* >= 1 */
	double threshold;	/* a score of at least this says 1 */
	const uint32_t *user;	/* (n) below n_users; or NULL: not known */
	size_t n_users;
};

/* How often a row of class t was said to be of class s. */
struct metric_classes {
	uint64_t *count;	/* (n, n): t n + s */
	size_t n;
};

/*
 * What is known of items and users, for metrics beyond accuracy.  Parts that
 * no metric needs are NULL.
 */
struct metric_world {
	size_t n_items;
	/* what was trained on */
	const uint64_t *popularity;	/* (n_items) interactions */
	const uint32_t *place;		/* (n_items) by popularity, from 0 */
	const unsigned char *is_tail;	/* (n_items) not in the short head */
	uint64_t n_interactions;
	/* what items are: rows of length 1, or empty */
	struct csr features;		/* (n_items, any) columns ascending */
	/* shares of features in what a user had; rows sum to 1, or are empty */
	struct csr history;		/* (users, any) columns ascending */
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
	const unsigned char *refused;	/* (n) judged with 0 or more and not
					 * relevant; NULL: none is */
	size_t n_refused;	/* of the user's items, listed or not */
	double max_gain;	/* of any user's items */
	const uint32_t *item;	/* (n) */
	uint32_t user;
	const struct metric_world *world;	/* NULL if no metric needs it */
};

/* All lists up to the cut-off. */
struct metric_exposure {
	const uint64_t *count;	/* (n_items) how many lists have the item */
	const double *light;	/* (n_items) sum over them of 1/log2(rank+1) */
	const double *merit;	/* (n_items) gains of the item in the truth */
	const unsigned char *part;	/* (n_items) is it of the part asked
					 * for?  NULL: all are */
	size_t n_items;		/* the catalogue */
	size_t n_users;		/* of the truth */
	size_t n_listed;	/* of them, with a list */
};

enum { METRIC_WHOLE = 0 };	/* the cut-off of a metric without @k */

struct metric {
	struct choice what;	/* name, purpose */
	const char *citation;
	enum metric_kind kind;
	int smaller_is_better;
	int is_mean_of_rows;	/* pairs: the mean of what each row has */
	unsigned needs;		/* METRIC_NEEDS_... */
	const char *undefined;	/* when a function below answers NAN */
	double (*pairs)(const struct metric_pairs *);
	double (*classes)(const struct metric_classes *);
	double (*list)(const struct metric_list *, size_t k);
	double (*all)(const struct metric_exposure *);
};

/* Line i of a table, or NULL past its end. */
const struct metric *ratingmetric(size_t i);
const struct metric *labelmetric(size_t i);
const struct metric *classmetric(size_t i);
const struct metric *listmetric(size_t i);
const struct metric *beyondmetric(size_t i);
const struct metric *cataloguemetric(size_t i);

/* The same as option tables take them; METRIC_LIST's has those beyond accuracy
 * and those of METRIC_CATALOGUE too. */
const struct choice *metric_rating_choice(size_t i);
const struct choice *metric_label_choice(size_t i);
const struct choice *metric_class_choice(size_t i);
const struct choice *metric_list_choice(size_t i);

/* All of these, each name once. */
const struct choice *metric_choice(size_t i);

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
 * Reads "ndcg@10,recall@20,mrr"; "ndcg@5,10" is an error that names the
 * remedy, ndcg@5,ndcg@10.  `kind` is METRIC_RATING, METRIC_LABEL, METRIC_CLASS
 * or METRIC_LIST.  0, or -1 after a message; then *out is empty.
 */
int measures_parse(const char *text, enum metric_kind kind,
    struct measures *out) SRS_MUST_CHECK;
void measures_release(struct measures *);

/* What is measured when nobody says what. */
const char *measures_usual(enum metric_kind kind);

/* The largest cut-off, METRIC_WHOLE if one has none. */
size_t measures_depth(const struct measures *);

/* What any of them needs. */
unsigned measures_needs(const struct measures *);

/*
 * The one measure that `text` names, for those who measure lists (pairs) and
 * know nothing but truth and lists (pairs).  0, or -1 after a message; then
 * *out is empty.
 */
int measures_parse_one(const char *text, enum metric_kind kind,
    struct measures *out) SRS_MUST_CHECK;

/* The value of a measure of METRIC_LIST for one list; NAN where it has none,
 * as an average over pairs of a list of one. */
double measure_list(const struct measure *, const struct metric_list *);

/*
 * The value of a measure of METRIC_RATING or METRIC_LABEL: 0, or -1 after a
 * message that starts with `name: ` when it is not defined for these pairs or
 * a score is not the probability that it must be.
 */
int measure_pairs(const struct measure *, const struct metric_pairs *,
    const char *name, double *out) SRS_MUST_CHECK;

#endif
