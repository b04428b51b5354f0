#ifndef SRS_EVALUATE_H
#define SRS_EVALUATE_H

/*
 * evaluate.h -- what srs-eval does: files of lists or predictions into a
 * table of metrics.
 */

#include <stddef.h>
#include <stdint.h>

#include "all/evalplot.h"
#include "all/evaltable.h"
#include "base/err.h"
#include "base/tick.h"
#include "eval/bootstrap.h"

struct evaluate {
	enum metric_kind kind;		/* not METRIC_CATALOGUE */
	const char *const *files;	/* (n_files) the systems */
	size_t n_files;
	const char *score;		/* column of the score, or NULL */
	struct tick *tick;
	/* A line for the summary, without line end. */
	void (*note)(void *arg, const char *text);
	void *note_arg;

	struct evalplot *plot;		/* what is measured is drawn; or NULL */
	unsigned plot_needs;		/* METRIC_NEEDS_... of that */

	/* certainty */
	int intervals, compare;
	struct paired_options certainty;
	enum paired_which test;		/* whose p Holm corrects */

	/* lists */
	const char *truth;		/* file of judgments */
	const char *relevance;		/* its column; NULL: label, or 1 */
	double min_relevance;		/* > 0 */
	int trec;			/* truth and lists are TREC files */
	int all_users;
	const char *items;		/* the catalogue's table, or NULL */
	const char *users;		/* a table of users, or NULL */
	const char *per_user;		/* file to write, or NULL */
	const char *train;		/* what was trained on, or NULL */
	const char *features;		/* of items: a table or vectors */
	const char *feature;		/* the column of that table */
	const char *const *by;		/* (n_by) segments, as "gender" */
	size_t n_by;

	/* pairs */
	const char *actual;		/* column of the truth, or NULL */
	const char *user;		/* column of the user, or NULL */
	double threshold;
	const char *confusion;		/* file to write, or NULL */
};

/* Adds rows for each file, and comparisons.  0, or -1 after a message. */
int evaluate(const struct evaluate *, struct evaltable *) SRS_MUST_CHECK;

/* Its parts; lists put their users' metrics there, unless it is NULL, and
 * classes how often each was taken for each. */
int evaluate_lists(const struct evaluate *, struct put *per_user,
    struct evaltable *) SRS_MUST_CHECK;
int evaluate_pairs(const struct evaluate *, struct evaltable *)
    SRS_MUST_CHECK;
int evaluate_classes(const struct evaluate *, struct put *confusion,
    struct evaltable *) SRS_MUST_CHECK;

/* Adds the columns, and a row for each history of a training. */
int evaluate_histories(const struct evaluate *, struct report *)
    SRS_MUST_CHECK;

#endif
