#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "all/combinefit.h"
#include "fuse/fusecolumns.h"
#include "fuse/fusecv.h"
#include "fuse/fusefit.h"
#include "fuse/fusetwins.h"
#include "io/report.h"

/* What auto chooses from, the simpler first; those that need anything are left
 * out without it. */
static const struct {
	const char *method, *scale;
	unsigned needs;		/* of enum fuse_does */
} tried[] = {
	{ "rrf", NULL, 0 },
	{ "mnz", "minmax", 0 },
	{ "zscore", NULL, 0 },
	{ "logistic", "zscore", 0 },
	{ "listwise", "zscore", 0 },
	{ "segments", "zscore", FUSE_SEGMENTS },
	{ "fwls", "zscore", FUSE_META },
	{ "gate", "zscore", FUSE_META },
	{ "lambdamart", "zscore", 0 },
};
enum { TRIED = sizeof tried / sizeof tried[0] };

void
combine_note(const struct combine *c, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	c->note(c->note_arg, text);
}

/* --- the report ----------------------------------------------------------- */

static struct report *
new_report(void)
{
	static const char *const numbers[] = { "value", "difference", "low",
		"high", "p", "weight", "chosen" };
	struct report *r = report_new();

	report_column(r, "system", REPORT_TEXT, "");
	report_column(r, "kind", REPORT_TEXT, "");
	report_column(r, "metric", REPORT_TEXT, "");
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		report_column(r, numbers[i], REPORT_NUMBER, "%.4g");
	return r;
}

static void
add_line(struct report *r, const char *name, const char *kind,
    const struct fusion *f, double value, struct fusegap gap, double weight,
    double chosen)
{
	report_text(r, name);
	report_text(r, kind);
	report_text(r, f->metric);
	report_number(r, value);
	report_number(r, gap.mean);
	report_number(r, gap.mean - gap.half);
	report_number(r, gap.mean + gap.half);
	report_number(r, gap.p);
	report_number(r, weight);
	report_number(r, chosen);
}

/* The systems' lines have the weights of the fusion that was chosen. */
static int
write_report(const char *path, const struct fusion *const *all, size_t n,
    const struct fusion *chosen)
{
	struct report *r = new_report();
	int status;

	for (size_t s = 0; s < chosen->n; s++)
		add_line(r, chosen->name[s], "system", chosen,
		    chosen->alone[s], chosen->gap_alone[s], chosen->weight[s],
		    (double)NAN);
	for (size_t i = 0; i < n; i++)
		add_line(r, all[i]->method->what.name, "fusion", all[i],
		    all[i]->value, all[i]->gap, (double)NAN, all[i] ==
		    chosen);
	status = report_write(r, path);
	report_free(r);
	return status;
}

int
combinefit_report(const struct combine *c, const struct fusion *f)
{
	return c->report != NULL ? write_report(c->report, &f, 1, f) : 0;
}

/* --- the summary ---------------------------------------------------------- */

void
combinefit_note(const struct combine *c, const struct fusion *f, int smaller)
{
	const double most = f->alone[f->best];

	for (size_t i = 0; i < f->n; i++)
		combine_note(c, "%s: %s %.4f, weight %.4g", f->name[i],
		    f->metric, f->alone[i], f->weight[i]);
	combine_note(c, "fusion: %s %.4f (%zu %s in %zu folds, each with "
	    "weights fitted to the others); equal weights %.4f", f->metric,
	    f->value, f->n_users, f->labels ? "rows" : "users", f->n_folds,
	    f->equal);
	if (smaller ? most <= f->value : most >= f->value)
		combine_note(c, "%s alone is at least as good as the fusion",
		    f->name[f->best]);
	combine_note(c, "%+.4f +- %.4f (95 %%) beside %s, the best of them: "
	    "p %.2g", f->gap.mean, f->gap.half, f->name[f->best], f->gap.p);
}

static void
note_users(const struct combine *c, size_t unlisted, size_t left_out)
{
	if (unlisted > 0)
		combine_note(c, "%s: %zu users have no list", c->fit,
		    unlisted);
	if (left_out > 0)
		combine_note(c, "%s: fitted to %zu users of %zu (--fit-users)",
		    c->fit, c->max_users, c->max_users + left_out);
}

/* --- fitting -------------------------------------------------------------- */

/* Fits the weights of a sum, or what a method learns; or measures one that has
 * nothing to fit. */
static int
fit_one(const struct combine *c, struct fusion *f, struct fuselists *l,
    const struct objective *o, int says)
{
	struct fusefit fit = { .n_folds = c->n_folds,
		.max_users = c->max_users, .seed = c->seed };
	struct fusecv cv = { .n_folds = c->n_folds,
		.max_users = c->max_users, .seed = c->seed };
	int status;

	if ((f->method->does & FUSE_FITS) && f->method->learner == NULL) {
		status = fusefit_lists(f, l, o, &fit);
		if (status == 0 && says)
			note_users(c, fit.n_unlisted, fit.n_left_out);
		return status;
	}
	status = fusecv_fit(f, l, o, &cv);
	if (status == 0 && says)
		note_users(c, cv.n_unlisted, cv.n_left_out);
	fusecv_release(&cv);
	return status;
}

/* One of those that are tried, with what `f` knows. */
static struct fusion *
new_tried(const struct combine *c, size_t i, const struct fusion *f)
{
	const struct fuse_method *method = fuse_method(choice_find(
	    fuse_choice, span_of(tried[i].method)));
	struct fusion *g = combine_new(c, method, tried[i].scale == NULL ?
	    NULL : choice_find(fuse_scale_choice, span_of(tried[i].scale)));

	if (g->scale->absent_is_zero)
		g->rrf_k = 60;
	g->fill = f->fill;
	if ((method->does & FUSE_META) && f->columns != NULL) {
		g->columns = fusecolumns_copy(f->columns);
		g->meta = f->meta;
	}
	return g;
}

static int
is_tried(const struct combine *c, size_t i, const struct fusion *f)
{
	return !((tried[i].needs & FUSE_META) && f->columns == NULL) &&
	    !((tried[i].needs & FUSE_SEGMENTS) && c->segment == NULL);
}

/* *f <- the best of those tried by their cross-validated values, of equal ones
 * the first. */
static int
fit_auto(const struct combine *c, struct fusion **f, struct fuselists *l,
    const struct objective *o)
{
	struct fusion *all[TRIED], *best = NULL;
	size_t n = 0;
	int status = 0;

	for (size_t i = 0; i < TRIED && status == 0; i++) {
		struct fusion *g;

		if (!is_tried(c, i, *f))
			continue;
		g = all[n++] = new_tried(c, i, *f);
		status = fit_one(c, g, l, o, n == 1);
		if (status != 0)
			break;
		combine_note(c, "%s: %s %.4f, %+.4f +- %.4f beside %s: p %.2g",
		    tried[i].method, g->metric, g->value, g->gap.mean,
		    g->gap.half, g->name[g->best], g->gap.p);
		if (best == NULL || (o->smaller_is_better ? g->value <
		    best->value : g->value > best->value))
			best = g;
	}
	if (status == 0) {
		combine_note(c, "auto: %s, which has the best cross-validated "
		    "%s", best->method->what.name, best->metric);
		if (c->report != NULL)
			status = write_report(c->report, (const struct fusion *
			    const *)all, n, best);
	}
	for (size_t i = 0; i < n; i++)
		if (status != 0 || all[i] != best)
			fusion_free(all[i]);
	if (status != 0)
		return -1;
	fusetwins_move(*f, best);
	best->stage = (*f)->stage;
	best->n_stages = (*f)->n_stages;
	fusion_free(*f);
	*f = best;
	return 0;
}

/* --- dry runs ------------------------------------------------------------- */

static int
is_auto(const struct fusion *f)
{
	return strcmp(f->method->what.name, "auto") == 0;
}

int
combinefit_foresee(const struct combine *c, const struct fusion *f,
    uint64_t n, double bytes)
{
	struct forecast *to = c->forecast;

	if (n > 0)
		forecast_memory(to, bytes, "%ju rows of %zu systems",
		    (uintmax_t)n, f->n);
	if (c->fit == NULL)
		forecast_step(to, "fuse %s by %s", n > 0 ? "them" : "lists, "
		    "one user after the other,", f->method->what.name);
	for (size_t i = 0; c->fit != NULL && i < TRIED && is_auto(f); i++)
		if (is_tried(c, i, f))
			forecast_step(to, "fit %s in %zu folds, and to all",
			    tried[i].method, c->n_folds);
	if (c->fit != NULL && !is_auto(f))
		forecast_step(to, "fit %s in %zu folds, and to all",
		    f->method->what.name, c->n_folds);
	return forecast_stop(to);
}

/* Rows of users who are in the truth. */
static size_t
count_judged(const struct fuselists *l, const struct scored *truth,
    size_t *n_users)
{
	size_t n, rows = 0;

	*n_users = 0;
	for (uint32_t u = 0; u < l->n_users; u++) {
		scored_of(truth, u, &n);
		if (n == 0)
			continue;
		++*n_users;
		for (size_t i = 0; i < l->n; i++) {
			scored_of(l->list[i], u, &n);
			rows += n;
		}
	}
	return rows;
}

int
combinefit_foresee_lists(const struct combine *c, const struct fusion *f,
    const struct fuselists *l, const struct objective *o)
{
	uint64_t n = 0;

	if (c->forecast == NULL)
		return 0;
	for (size_t i = 0; i < l->n; i++)
		n += scored_count(l->list[i]);
	forecast_memory(c->forecast, (double)(idmap_bytes(l->users) +
	    idmap_bytes(l->items)), "ids of %zu users and %zu items",
	    l->n_users, l->n_items);
	if (o != NULL) {
		size_t n_users;
		const size_t rows = count_judged(l, o->truth, &n_users);

		/* value, rank and reciprocal rank of each system */
		forecast_array(c->forecast, rows, 3 * l->n, sizeof(float),
		    "candidates of %zu users with truth, at most", n_users);
	}
	return combinefit_foresee(c, f, n, (double)n *
	    sizeof(struct scored_item));
}

/* -------------------------------------------------------------------------- */

int
combinefit_lists(const struct combine *c, struct fusion **f,
    struct fuselists *l, const struct objective *o)
{
	const int tries = is_auto(*f);

	if ((tries ? fit_auto(c, f, l, o) : fit_one(c, *f, l, o, 1)) != 0)
		return -1;
	combinefit_note(c, *f, o->smaller_is_better);
	if ((*f)->method->learner == NULL)
		combine_note(c, "weights are shrunk by %g towards equal ones",
		    (*f)->shrinkage);
	return tries ? 0 : combinefit_report(c, *f);
}
