#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/evalplot.h"
#include "base/buf.h"
#include "base/mem.h"
#include "eval/curves.h"
#include "io/chart.h"

struct kind {
	struct choice what;
	enum metric_kind of;
	int is_history;
	unsigned needs;
	const char *x, *y;	/* NULL: the measure's name */
	unsigned flags;
	void (*pairs)(const struct metric_pairs *, struct curves_to);
};

static const struct kind kinds[] = {
	{ .what = { "roc", "true by false positive rate of labels", NULL },
	  .of = METRIC_LABEL, .x = "false positive rate",
	  .y = "true positive rate", .flags = CHART_SQUARE | CHART_DIAGONAL,
	  .pairs = curves_roc },
	{ .what = { "pr", "precision by recall of labels", NULL },
	  .of = METRIC_LABEL, .x = "recall", .y = "precision",
	  .flags = CHART_SQUARE, .pairs = curves_pr },
	{ .what = { "calibration", "share of ones by score, in ten parts of "
	    "the rows", NULL },
	  .of = METRIC_LABEL, .x = "mean score", .y = "share of ones",
	  .flags = CHART_SQUARE | CHART_DIAGONAL | CHART_MARKS,
	  .pairs = curves_calibration },
	{ .what = { "k", "the first metric of lists by its cut-off", NULL },
	  .of = METRIC_LIST, .x = "k", .flags = CHART_LOG_X | CHART_MARKS |
	  CHART_FROM_0 },
	{ .what = { "popularity", "share of the places by share of the "
	    "interactions, of the most popular items", NULL },
	  .of = METRIC_LIST, .needs = METRIC_NEEDS_POPULARITY,
	  .x = "share of the interactions, most popular items first",
	  .y = "share of the places in lists",
	  .flags = CHART_SQUARE | CHART_DIAGONAL },
	{ .what = { "history", "learning curves, of --history", NULL },
	  .of = METRIC_LIST, .is_history = 1, .x = "epoch",
	  .flags = CHART_MARKS },
};

struct evalplot {
	const struct kind *kind;
	const struct measure *measure;	/* of k */
	struct chart *chart;		/* NULL: not begun */
};

const struct choice *
evalplot_choice(size_t i)
{
	return i < sizeof kinds / sizeof kinds[0] ? &kinds[i].what : NULL;
}

static const struct kind *
kind_of(const struct choice *c)
{
	return (const struct kind *)c;
}

int
evalplot_is_of(const struct choice *c, enum metric_kind kind)
{
	return kind_of(c)->of == kind && !kind_of(c)->is_history;
}

int
evalplot_is_history(const struct choice *c)
{
	return kind_of(c)->is_history;
}

const struct choice *
evalplot_usual(enum metric_kind kind)
{
	for (size_t i = 0; evalplot_choice(i) != NULL; i++)
		if (evalplot_is_of(evalplot_choice(i), kind))
			return evalplot_choice(i);
	return NULL;
}

unsigned
evalplot_needs(const struct choice *c)
{
	return kind_of(c)->needs;
}

struct evalplot *
evalplot_new(const struct choice *choice, const struct measures *measures)
{
	struct evalplot *p = mem_array("a chart", 1, sizeof *p);

	p->kind = kind_of(choice);
	for (size_t j = 0; j < measures->n && p->measure == NULL; j++)
		if (measures->at[j].metric->kind == METRIC_LIST)
			p->measure = &measures->at[j];
	if (p->kind->y != NULL)
		p->chart = chart_new(p->kind->x, p->kind->y, p->kind->flags);
	else if (!p->kind->is_history && p->measure != NULL)
		p->chart = chart_new(p->kind->x,
		    p->measure->metric->what.name, p->kind->flags);
	return p;
}

void
evalplot_free(struct evalplot *p)
{
	if (p == NULL)
		return;
	chart_free(p->chart);
	free(p);
}

static void
add_point(void *chart, double x, double y)
{
	chart_point(chart, x, y);
}

void
evalplot_pairs(struct evalplot *p, const char *name,
    const struct metric_pairs *pairs)
{
	chart_curve(p->chart, name);
	p->kind->pairs(pairs, (struct curves_to){ add_point, p->chart });
}

/* --- lists ---------------------------------------------------------------- */

/* Cut-offs are evenly spread to the eye, in logarithms. */
static const size_t cuts[] = { 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100 };
enum { CUTS = sizeof cuts / sizeof cuts[0] };

static void
add_cuts(struct evalplot *p, const struct scored *truth,
    const struct scored *lists, const struct ranking_options *options)
{
	struct measure at[CUTS];
	const struct measures measures = { at, CUTS };
	struct ranking_options mine = *options;
	struct ranking r;

	for (size_t i = 0; i < CUTS; i++)
		at[i] = (struct measure){ p->measure->metric, cuts[i], NULL };
	mine.measures = &measures;
	ranking_eval(truth, lists, &mine, &r);
	for (size_t i = 0; i < CUTS; i++)
		chart_point(p->chart, (double)cuts[i], ranking_mean(&r, CUTS,
		    i, NULL));
	ranking_release(&r);
}

void
evalplot_lists(struct evalplot *p, const char *name,
    const struct scored *truth, const struct scored *lists,
    const struct ranking_options *options, const struct ranking *r)
{
	struct ranking_shown shown;

	if (p->chart == NULL)
		return;
	chart_curve(p->chart, name);
	if (p->kind->y == NULL) {
		add_cuts(p, truth, lists, options);
		return;
	}
	ranking_show(lists, r, NULL, METRIC_WHOLE, options->world->n_items,
	    &shown);
	curves_popularity(options->world, shown.count,
	    (struct curves_to){ add_point, p->chart });
	ranking_shown_release(&shown);
}

/* --- histories ------------------------------------------------------------ */

void
evalplot_begin_history(struct evalplot *p, const char *name,
    const char *measure)
{
	if (p->chart == NULL)
		p->chart = chart_new(p->kind->x, measure, p->kind->flags);
	chart_curve(p->chart, name);
}

void
evalplot_add_epoch(struct evalplot *p, double epoch, double value)
{
	chart_point(p->chart, epoch, value);
}

int
evalplot_draw(const struct evalplot *p, const char *path)
{
	if (p->chart == NULL)
		return err_msg("%s: none of the metrics is of a user's list",
		    path);
	return chart_draw(p->chart, path);
}
