#ifndef SRS_TRAIN_H
#define SRS_TRAIN_H

/*
 * train.h -- what every trainer is given besides its data, and the loop of
 * epochs with early stopping that iterative trainers share.
 *
 * A trainer does not know metrics: it is handed a struct validation, made
 * above it from --valid and a metric's name, and asks it how good the model
 * is now.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/forecast.h"
#include "base/tick.h"
#include "model/scorer.h"

/* How good a model is on held-out data. */
struct validation {
	const char *metric;	/* "ndcg@10", "rmse" */
	int smaller_is_better;
	/* *out <- the metric.  0, or -1 after a message. */
	int (*measure)(struct validation *, const struct scorer *, double *out);
	void (*free)(struct validation *);
};

struct train {
	uint64_t seed;
	struct tick *tick;		/* epochs; may be NULL */
	struct validation *valid;	/* NULL: none */
	size_t patience;		/* epochs without improvement, after
					 * which to stop; 0: never */
	const char *history;		/* --history FILE, or NULL */
	int verbose;			/* a line on stderr per epoch */
	struct forecast *forecast;	/* of a dry run: stops before the first
					 * epoch; else NULL */
	void (*note)(void *arg, const char *text);	/* a line of the
					 * summary; NULL: to nobody */
	void *note_arg;
};

/* Says something for the summary. */
void train_note(const struct train *, const char *fmt, ...) SRS_PRINTF(2, 3);

/*
 * The state of a run of epochs.
 *
 *	stopper_begin(&stop, train, epochs);
 *	while (stopper_more(&stop)) {
 *		loss = one_epoch(m);
 *		if (stopper_epoch(&stop, loss, &scorer) != 0)
 *			goto failed;
 *		if (stop.is_best)
 *			keep(m);
 *	}
 *	use what was kept; stop.best_epoch, stop.best_value
 */
struct stopper {
	const struct train *train;
	size_t epochs;		/* at most */
	size_t epoch;		/* done so far */
	size_t best_epoch;	/* from 1 */
	double best_value;	/* NAN without validation */
	int is_best;		/* the last epoch is the best so far */
	double start;		/* seconds, for the history */
	double *line;		/* (n_lines, STOPPER_COLUMNS) the history:
				 * epoch, seconds, loss, validation or 0 */
	size_t n_lines, cap_lines;
	struct put *history;	/* where it is written at the end */
};

enum { STOPPER_COLUMNS = 4 };

int stopper_begin(struct stopper *, const struct train *, size_t epochs)
    SRS_MUST_CHECK;
int stopper_more(const struct stopper *);

/*
 * Measures, adds a line of history (epoch, seconds, loss, validation) and
 * reports.  A loss that is not finite is an error: "the loss is not finite
 * after epoch N".  Without validation every epoch is the best.
 */
int stopper_epoch(struct stopper *, double loss, const struct scorer *)
    SRS_MUST_CHECK;

/* For a training that goes on: the lines (n, STOPPER_COLUMNS) of the epochs
 * that it has behind it. */
void stopper_recall(struct stopper *, const double *line, size_t n);

/* Of the last epoch; NAN before the first. */
double stopper_loss(const struct stopper *);

/* Writes the history; always called.  0, or -1 after a message. */
int stopper_end(struct stopper *, int ok);

#endif
