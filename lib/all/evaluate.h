#ifndef SRS_EVALUATE_H
#define SRS_EVALUATE_H

/*
 * evaluate.h -- what srs-eval does: files of lists or predictions into a
 * table of metrics.
 */

#include <stddef.h>

#include "all/evaltable.h"
#include "base/err.h"
#include "base/tick.h"

struct evaluate {
	enum metric_kind kind;		/* METRIC_LIST, _RATING or _LABEL */
	const char *const *files;	/* (n_files) the systems */
	size_t n_files;
	const char *score;		/* column of the score, or NULL */
	struct tick *tick;
	/* A line for the summary, without line end. */
	void (*note)(void *arg, const char *text);
	void *note_arg;
	/* lists */
	const char *truth;		/* file of judgments */
	const char *relevance;		/* its column; NULL: label, or 1 */
	double min_relevance;		/* > 0 */
	int trec;			/* truth and lists are TREC files */
	int all_users;
	const char *items;		/* the catalogue's table, or NULL */
	const char *per_user;		/* file to write, or NULL */
	/* pairs */
	const char *actual;		/* column of the truth, or NULL */
	double threshold;
};

/* Adds a row for each file.  0, or -1 after a message. */
int evaluate(const struct evaluate *, struct evaltable *) SRS_MUST_CHECK;

/* Its two parts; lists put their users' metrics there, unless it is NULL. */
int evaluate_lists(const struct evaluate *, struct put *per_user,
    struct evaltable *) SRS_MUST_CHECK;
int evaluate_pairs(const struct evaluate *, struct evaltable *)
    SRS_MUST_CHECK;

#endif
