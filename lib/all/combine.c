#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "all/combine.h"
#include "all/listobjective.h"
#include "base/buf.h"
#include "base/mem.h"
#include "fuse/blend.h"
#include "fuse/fusefit.h"
#include "fuse/fuseput.h"
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

/* --- the fusion -------------------------------------------------------- */

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

/* --- summary ----------------------------------------------------------- */

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

/* --- lists ------------------------------------------------------------- */

static int
fit_lists(const struct combine *c, struct fusion *f, struct fuselists *l)
{
	const struct listobjective how = { .metric = c->metric,
		.relevance = c->relevance, .min_relevance = c->min_relevance,
		.users = l->users, .items = l->items };
	struct fusefit fit = { .n_folds = c->n_folds,
		.max_users = c->max_users, .seed = c->seed };
	struct objective *o = listobjective_new(c->fit, &how);
	int status;

	if (o == NULL)
		return -1;
	status = fusefit_lists(f, l, o, &fit);
	if (status == 0) {
		if (fit.n_unlisted > 0)
			note(c, "%s: %zu users have no list", c->fit,
			    fit.n_unlisted);
		if (fit.n_left_out > 0)
			note(c, "%s: fitted to %zu users of %zu (--fit-users)",
			    c->fit, c->max_users, c->max_users +
			    fit.n_left_out);
		note_fit(c, f, o->smaller_is_better);
		note(c, "weights are shrunk by %g towards equal ones",
		    f->shrinkage);
	}
	o->free(o);
	return status;
}

static int
put_lists(const struct combine *c, const struct fusion *f,
    const struct fuselists *l, struct put *out)
{
	struct fuseput how = { .k = c->k, .no_header = c->no_header };
	struct titles *titles = NULL;

	if (c->titles != NULL) {
		titles = readtitles(c->titles, NULL, l->items);
		if (titles == NULL)
			return -1;
	}
	how.titles = titles;
	fuseput_lists(f, l, &how, out);
	note(c, "%zu users, %zu rows", l->n_users, how.n_rows);
	if (titles != NULL && titles_missing(titles) > 0)
		note(c, "%s: no title for %zu of %zu items", c->titles,
		    titles_missing(titles), idmap_count(l->items));
	titles_free(titles);
	return 0;
}

static int
combine_lists(const struct combine *c, struct fusion *f, struct put *out)
{
	struct fuselists *l = fuselists_read(c->files, c->n_files, c->reading);
	int status = l != NULL ? 0 : -1;

	for (size_t i = 0; status == 0 && i < l->n; i++) {
		const size_t missing = fuselists_missing(l, i);

		if (missing > 0)
			note(c, "%s: no list for %zu of %zu users",
			    c->files[i], missing, l->n_users);
		if (l->n_repeated[i] > 0)
			note(c, "%s: %llu rows repeat others: counted once",
			    c->files[i],
			    (unsigned long long)l->n_repeated[i]);
	}
	if (status == 0 && c->fit != NULL)
		status = fit_lists(c, f, l);
	if (status == 0)
		status = put_lists(c, f, l, out);
	fuselists_free(l);
	return status;
}

/* --- ratings ----------------------------------------------------------- */

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
		note(c, "bias %.4g, ridge %g", f->bias, f->shrinkage);
	}
	scored_free(truth);
	return status;
}

static int
combine_pairs(const struct combine *c, struct fusion *f, struct put *out)
{
	struct fusepairs *p = fusepairs_read(c->files, c->n_files, c->reading);
	struct fuseput how = { .no_header = c->no_header };
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
		    combine_lists(c, f, out);
	/* Not when the rows could not be written: that is for put_commit(). */
	if (status == 0 && c->save != NULL && !put_failed(out))
		status = fusion_save(f, c->save);
	fusion_free(f);
	return status;
}
