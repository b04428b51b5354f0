#ifndef SRS_EVALPLOT_H
#define SRS_EVALPLOT_H

/*
 * evalplot.h -- the picture of srs-eval: a curve for each system.
 *
 *	plot = evalplot_new(choice, measures);
 *	evalplot_pairs(plot, path, &pairs);	or evalplot_lists()
 *	status = evalplot_draw(plot, "roc.svg");
 *	evalplot_free(plot);
 */

#include "base/choice.h"
#include "base/err.h"
#include "data/scored.h"
#include "eval/metric.h"
#include "eval/ranking.h"

struct evalplot;

/* roc, pr, calibration (of labels), k, popularity (of lists), history. */
const struct choice *evalplot_choice(size_t i);

/* The kind of what it shows; what is usual for a kind, or NULL. */
int evalplot_is_of(const struct choice *, enum metric_kind);
int evalplot_is_history(const struct choice *);
const struct choice *evalplot_usual(enum metric_kind);
unsigned evalplot_needs(const struct choice *);

/* k shows the first measure of lists, at cut-offs up to 100. */
struct evalplot *evalplot_new(const struct choice *, const struct measures *);
void evalplot_free(struct evalplot *);

void evalplot_pairs(struct evalplot *, const char *name,
    const struct metric_pairs *);
void evalplot_lists(struct evalplot *, const char *name,
    const struct scored *truth, const struct scored *lists,
    const struct ranking_options *, const struct ranking *);

/* A learning curve: the measure of validation (or the loss) by epoch. */
void evalplot_begin_history(struct evalplot *, const char *name,
    const char *measure);
void evalplot_add_epoch(struct evalplot *, double epoch, double value);

int evalplot_draw(const struct evalplot *, const char *path) SRS_MUST_CHECK;

#endif
