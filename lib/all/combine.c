#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "all/combine.h"
#include "all/fusefiller.h"
#include "all/listobjective.h"
#include "base/buf.h"
#include "base/mem.h"
#include "fuse/blend.h"
#include "fuse/cascade.h"
#include "fuse/fusecv.h"
#include "fuse/fusefit.h"
#include "fuse/fuseput.h"
#include "fuse/fusestream.h"
#include "fuse/scalefit.h"
#include "io/readscores.h"

static void note(const struct combine *, const char *fmt, ...)
    SRS_PRINTF(2, 3);

static void
note(const struct combine *c, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	c->note(c->note_arg, text);
}

/* --- the fusion ----------------------------------------------------------- */

static struct fusion *
new_fusion(const struct combine *c)
{
	char **names = mem_array("names", c->n_files, sizeof *names);
	struct fusion *f;

	for (size_t i = 0; i < c->n_files; i++)
		names[i] = fusion_name(c->files[i]);
	f = fusion_new(c->method, c->ratings, (const char *const *)names,
	    c->n_files);
	f->rrf_k = c->rrf_k;
	f->top = c->vote_top;
	f->seed = c->seed;
	if (f->scale == NULL)
		f->scale = fuse_scale(c->normalize);
	for (size_t i = 0; i < c->n_files; i++)
		free(names[i]);
	free(names);
	if (c->weights != NULL && fusion_set_weights(f, c->weights) != 0) {
		fusion_free(f);
		return NULL;
	}
	return f;
}

/* Is the loaded fusion one for these files?  Says which takes whose weight. */
static int
check_loaded(const struct combine *c, const struct fusion *f)
{
	struct buf names = BUF_EMPTY;

	if (c->ratings && !f->ratings)
		return err_msg("%s: a fusion of lists, not of ratings",
		    c->load);
	if (f->ratings && (c->titles != NULL || c->k != SIZE_MAX))
		return err_msg("%s: a fusion of ratings: --top and --titles "
		    "are for lists", c->load);
	for (size_t i = 0; i < f->n; i++)
		buf_format(&names, "%s%s", i > 0 ? ", " : "", f->name[i]);
	if (f->n != c->n_files)
		err_msg("%s: made for %zu system%s (%s), not %zu", c->load,
		    f->n, f->n == 1 ? "" : "s", buf_cstr(&names), c->n_files);
	for (size_t i = 0; i < f->n && f->n == c->n_files; i++) {
		char *name = fusion_name(c->files[i]);

		note(c, "%s takes the weight of %s, %.4g", name, f->name[i],
		    f->weight[i]);
		free(name);
	}
	buf_release(&names);
	return f->n == c->n_files ? 0 : -1;
}

static struct fusion *
get_fusion(const struct combine *c)
{
	struct fusion *f = c->load == NULL ? new_fusion(c) :
	    fusion_load(c->load);

	if (f != NULL && c->load != NULL && check_loaded(c, f) != 0) {
		fusion_free(f);
		f = NULL;
	}
	return f;
}

/* --- summary -------------------------------------------------------------- */

static void
note_fit(const struct combine *c, const struct fusion *f, int smaller)
{
	size_t best = 0;

	for (size_t i = 0; i < f->n; i++) {
		note(c, "%s: %s %.4f, weight %.4g", f->name[i], f->metric,
		    f->alone[i], f->weight[i]);
		if (smaller ? f->alone[i] < f->alone[best] :
		    f->alone[i] > f->alone[best])
			best = i;
	}
	note(c, "fusion: %s %.4f (%zu users in %zu folds, each with weights "
	    "fitted to the others); equal weights %.4f", f->metric, f->value,
	    f->n_users, f->n_folds, f->equal);
	if (smaller ? f->alone[best] <= f->value : f->alone[best] >= f->value)
		note(c, "%s alone is at least as good as the fusion",
		    f->name[best]);
}

/* --- lists ---------------------------------------------------------------- */

static void
note_users(const struct combine *c, size_t unlisted, size_t left_out)
{
	if (unlisted > 0)
		note(c, "%s: %zu users have no list", c->fit, unlisted);
	if (left_out > 0)
		note(c, "%s: fitted to %zu users of %zu (--fit-users)",
		    c->fit, c->max_users, c->max_users + left_out);
}

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

	if (f->method->fits && f->method->learner == NULL) {
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

/* What auto chooses from: the simpler first. */
static const char *const tried[] = { "rrf", "mnz", "zscore", "logistic",
    "lambdamart" };

static struct fusion *
new_tried(const struct combine *c, const char *name)
{
	struct combine one = *c;
	const struct choice *choice = choice_find(fuse_choice, span_of(name));
	const struct choice *scale = choice_find(fuse_scale_choice,
	    span_of(strcmp(name, "mnz") == 0 ? "minmax" : "zscore"));

	one.method = fuse_method(choice);
	one.normalize = scale;
	one.rrf_k = 60;
	return new_fusion(&one);
}

/* *f <- the best of those tried by their cross-validated values. */
static int
fit_auto(const struct combine *c, struct fusion **f, struct fuselists *l,
    const struct objective *o)
{
	struct fusion *best = NULL;

	for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
		struct fusion *g = new_tried(c, tried[i]);

		g->fill = (*f)->fill;
		if (fit_one(c, g, l, o, i == 0) != 0) {
			fusion_free(g);
			fusion_free(best);
			return -1;
		}
		note(c, "%s: %s %.4f, %+.4f +- %.4f beside %s", tried[i],
		    g->metric, g->value, g->gap, g->gap_half,
		    g->name[g->best]);
		if (best == NULL || (o->smaller_is_better ? g->value <
		    best->value : g->value > best->value)) {
			fusion_free(best);
			best = g;
		} else {
			fusion_free(g);
		}
	}
	note(c, "auto: %s, which has the best cross-validated %s",
	    best->method->what.name, best->metric);
	best->stage = (*f)->stage;
	best->n_stages = (*f)->n_stages;
	fusion_free(*f);
	*f = best;
	return 0;
}

static int
fit_lists(const struct combine *c, struct fusion **f, struct fuselists *l,
    const struct objective *o)
{
	const int is_auto = strcmp((*f)->method->what.name, "auto") == 0;

	if ((is_auto ? fit_auto(c, f, l, o) : fit_one(c, *f, l, o, 1)) != 0)
		return -1;
	note_fit(c, *f, o->smaller_is_better);
	note(c, "%+.4f +- %.4f (95 %%) beside %s, the best of them: p %.2g",
	    (*f)->gap, (*f)->gap_half, (*f)->name[(*f)->best], (*f)->gap_p);
	if ((*f)->method->learner == NULL)
		note(c, "weights are shrunk by %g towards equal ones",
		    (*f)->shrinkage);
	return 0;
}

static struct fuserows
rows_of(const struct combine *c)
{
	return (struct fuserows){ .k = c->k, .no_header = c->no_header,
	    .explains = c->explains };
}

static int
put_lists(const struct combine *c, const struct fusion *f,
    const struct fuselists *l, struct put *out)
{
	struct fuseput how = { .rows = rows_of(c) };
	struct titles *titles = NULL;

	if (c->titles != NULL) {
		titles = readtitles(c->titles, NULL, l->items);
		if (titles == NULL)
			return -1;
	}
	how.rows.titles = titles;
	fuseput_lists(f, l, &how, out);
	note(c, "%zu users, %zu rows", l->n_users, how.n_rows);
	if (titles != NULL && titles_missing(titles) > 0)
		note(c, "%s: no title for %zu of %zu items", c->titles,
		    titles_missing(titles), idmap_count(l->items));
	titles_free(titles);
	return 0;
}

static void
note_list(const struct combine *c, size_t i, size_t missing, size_t n_users,
    uint64_t repeated)
{
	if (missing > 0)
		note(c, "%s: no list for %zu of %zu users", c->files[i],
		    missing, n_users);
	if (repeated > 0)
		note(c, "%s: %llu rows repeat others: counted once",
		    c->files[i], (unsigned long long)repeated);
}

/* Makes the scales that are of all scores, unless they were loaded. */
static int
make_scales(const struct combine *c, struct fusion *f,
    const struct fuselists *l, const struct objective *o)
{
	if (c->load != NULL || (f->scale->make != NULL && (c->over == NULL ||
	    strcmp(c->over->name, "all") != 0)))
		return 0;
	return scalefit(f, l, o != NULL ? o->truth : NULL,
	    isnan(c->min_relevance) ? DBL_TRUE_MIN : c->min_relevance);
}

static int
fuse_all(const struct combine *c, struct fusion **f, struct fuselists *l,
    struct put *out)
{
	const struct listobjective how = { .metric = c->metric,
		.relevance = c->relevance, .min_relevance = c->min_relevance,
		.users = l->users, .items = l->items };
	struct objective *o = NULL;
	int status;

	for (size_t i = 0; i < l->n; i++)
		note_list(c, i, fuselists_missing(l, i), l->n_users,
		    l->n_repeated[i]);
	if (c->fit != NULL) {
		o = listobjective_new(c->fit, &how);
		if (o == NULL)
			return -1;
	}
	status = make_scales(c, *f, l, o);
	if (status == 0 && o != NULL)
		status = fit_lists(c, f, l, o);
	if (status == 0)
		status = put_lists(c, *f, l, out);
	if (o != NULL)
		o->free(o);
	return status;
}

static int
fuse_stream(const struct combine *c, struct fusion *f, struct put *out)
{
	const struct fuserows rows = rows_of(c);
	struct fusestream how = { .rows = &rows, .tick = c->reading };
	int status;

	how.n_missing = mem_array("counts", f->n, sizeof *how.n_missing);
	how.n_repeated = mem_array("counts", f->n, sizeof *how.n_repeated);
	status = fusestream_run(f, c->files, &how, out);
	for (size_t i = 0; i < f->n && status == 0; i++)
		note_list(c, i, how.n_missing[i], how.n_users,
		    how.n_repeated[i]);
	if (status == 0)
		note(c, "%zu users, %zu rows", how.n_users, how.n_rows);
	free(how.n_missing);
	free(how.n_repeated);
	return status;
}

/* The fusion is ready but for what it takes from elsewhere. */
static int
fuse_lists(const struct combine *c, struct fusion **f, struct put *out)
{
	struct fuselists *l;
	int status = -1;

	if (c->sorted)
		return fuse_stream(c, *f, out);
	l = fuselists_read(c->files, c->n_files, c->reading);
	if (l != NULL)
		status = fuse_all(c, f, l, out);
	fuselists_free(l);
	return status;
}

/* *fusion may become another one. */
static int
combine_lists(const struct combine *c, struct fusion **fusion,
    struct put *out)
{
	struct fusion *f = *fusion;
	struct fusefiller *filler = NULL;
	struct fusestage *stage = NULL;
	int status = 0;

	if (c->explains && f->method->explain == NULL)
		return err_msg("--explain: the scores of method %s are no "
		    "sums of what systems add", f->method->what.name);
	if (c->cascade != NULL) {
		stage = cascade_parse(c->cascade, f, &f->n_stages);
		if (stage == NULL)
			return -1;
		f->stage = stage;
	}
	if (c->n_missing > 0) {
		filler = fusefiller_open(f, c->missing, c->n_missing,
		    c->history, c->n_history, c->reading);
		f->fill = fusefiller_fill(filler);
		status = filler != NULL ? 0 : -1;
	}
	if (status == 0)
		status = fuse_lists(c, fusion, out);
	fusefiller_close(filler);
	free(stage);
	(*fusion)->fill = NULL;
	(*fusion)->stage = NULL;
	(*fusion)->n_stages = 0;
	return status;
}

/* --- ratings -------------------------------------------------------------- */

static int
fit_pairs(const struct combine *c, struct fusion *f, struct fusepairs *p)
{
	struct blend how = { .n_folds = c->n_folds, .seed = c->seed };
	struct scored *truth = readscores(c->fit, &(struct readscores){
	    .judgments = 1, .column = "rating" }, p->users, p->items);
	uint32_t user, item;
	uint64_t repeated;
	int status = -1;

	if (truth == NULL)
		return -1;
	if (scored_once(truth, &repeated, &user, &item) != 0) {
		const struct span u = idmap_name(p->users, user);
		const struct span i = idmap_name(p->items, item);

		err_msg("%s: user '%.*s' has item '%.*s' twice, with ratings "
		    "that differ", c->fit, SPAN_ARGS(u), SPAN_ARGS(i));
	} else {
		scored_unique(truth);
		status = blend_fit(f, p, truth, &how);
	}
	if (status == 0) {
		if (how.n_unknown > 0)
			note(c, "%s: no rating for %zu of %zu pairs", c->fit,
			    how.n_unknown, p->n);
		note_fit(c, f, 1);
		if (f->method->learner == NULL)
			note(c, "bias %.4g, ridge %g", f->bias, f->shrinkage);
	}
	scored_free(truth);
	return status;
}

static int
combine_pairs(const struct combine *c, struct fusion *f, struct put *out)
{
	struct fusepairs *p = fusepairs_read(c->files, c->n_files, c->reading);
	struct fuseput how = { .rows = { .no_header = c->no_header } };
	int status = p != NULL ? 0 : -1;

	if (status == 0 && c->fit != NULL)
		status = fit_pairs(c, f, p);
	if (status == 0)
		status = fuseput_pairs(f, p, &how, out);
	if (status == 0)
		note(c, "%zu rows", how.n_rows);
	fusepairs_free(p);
	return status;
}

int
combine(const struct combine *c, struct put *out)
{
	struct fusion *f = get_fusion(c);
	int status = -1;

	if (f != NULL)
		status = f->ratings ? combine_pairs(c, f, out) :
		    combine_lists(c, &f, out);
	/* Not when the rows could not be written: that is for put_commit(). */
	if (status == 0 && c->save != NULL && !put_failed(out))
		status = fusion_save(f, c->save);
	fusion_free(f);
	return status;
}
