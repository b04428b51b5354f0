#ifndef SRS_CHART_H
#define SRS_CHART_H

/*
 * chart.h -- pictures of curves as SVG, drawn by gnuplot(1), which has to be
 * there only when one is drawn.
 *
 *	struct chart *c = chart_new("recall", "precision", CHART_SQUARE);
 *	chart_curve(c, "ease.tsv.gz");
 *	chart_point(c, 0.1, 0.9);		of that curve
 *	status = chart_draw(c, "pr.svg");
 *	chart_free(c);
 */

#include "base/err.h"

struct chart;

enum {
	CHART_SQUARE = 1,	/* both axes from 0 to 1 */
	CHART_DIAGONAL = 2,	/* a thin line from 0, 0 to 1, 1 */
	CHART_LOG_X = 4,
	CHART_MARKS = 8,	/* points are marked, not only joined */
	CHART_FROM_0 = 16	/* y begins at 0 */
};

struct chart *chart_new(const char *x, const char *y, unsigned flags);
void chart_free(struct chart *);

/* Begins a curve; in the legend it is called so.  Curves without points are
 * not drawn. */
void chart_curve(struct chart *, const char *name);
void chart_point(struct chart *, double x, double y);

/* Writes the picture, whole or not at all; the same bytes for the same points
 * and gnuplot.  0, or -1 after a message: no gnuplot, no points. */
int chart_draw(const struct chart *, const char *path) SRS_MUST_CHECK;

#endif
