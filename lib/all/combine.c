#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/combinefit.h"
#include "all/combinelabels.h"
#include "all/combinemeta.h"
#include "all/combinepairs.h"
#include "all/fusefiller.h"
#include "all/listobjective.h"
#include "base/buf.h"
#include "base/mem.h"
#include "fuse/cascade.h"
#include "fuse/fuseforest.h"
#include "fuse/fusemeta.h"
#include "fuse/fuseput.h"
#include "fuse/fusestream.h"
#include "fuse/fusetwins.h"
#include "fuse/scalefit.h"

/* --- the fusion ----------------------------------------------------------- */

struct fusion *
combine_new(const struct combine *c, const struct fuse_method *method,
    const struct choice *scale)
{
	char **names = mem_array("names", c->n_files, sizeof *names);
	struct fusion *f;

	for (size_t i = 0; i < c->n_files; i++)
		names[i] = fusion_name(c->files[i]);
	f = fusion_new(method, c->ratings, (const char *const *)names,
	    c->n_files);
	f->rrf_k = c->rrf_k;
	f->top = c->vote_top;
	f->seed = c->seed;
	f->growth = &c->growth;
	f->labels = c->labels;
	f->tick = c->reading;
	if (c->segment != NULL && (method->does & FUSE_SEGMENTS))
		f->segment = mem_text(c->segment, strlen(c->segment));
	if (f->scale == NULL || f->ratings)
		f->scale = fuse_scale(f->ratings ? choice_find(
		    fuse_scale_choice, span_of("none")) : scale);
	for (size_t i = 0; i < c->n_files; i++)
		free(names[i]);
	free(names);
	return f;
}

static struct fusion *
new_fusion(const struct combine *c)
{
	struct fusion *f = combine_new(c, c->method, c->normalize);

	if (c->weights == NULL || fusion_set_weights(f, c->weights) == 0)
		return f;
	fusion_free(f);
	return NULL;
}

/* Which file takes whose weight. */
static void
note_weights(const struct combine *c, const struct fusion *f)
{
	size_t s = 0;

	for (size_t i = 0; i < c->n_files; i++) {
		const struct span was = fusetwins_name(f, i);
		char *name = fusion_name(c->files[i]);

		if (fusetwins_is(f, i))
			combine_note(c, "%s is not read: %.*s was the same as "
			    "another", name, SPAN_ARGS(was));
		else
			combine_note(c, "%s takes the weight of %.*s, %.4g",
			    name, SPAN_ARGS(was), f->weight[s++]);
		free(name);
	}
}

/* Is the loaded fusion one for these files? */
static int
check_loaded(const struct combine *c, const struct fusion *f)
{
	const size_t n = fusetwins_operands(f);
	struct buf names = BUF_EMPTY;
	const char *kind = f->ratings ? "ratings" : f->labels ? "labels" :
	    "lists";

	if ((c->ratings && !f->ratings) || (c->labels && !f->labels))
		return err_msg("%s: a fusion of %s, not of %s", c->load, kind,
		    c->ratings ? "ratings" : "labels");
	if ((f->ratings || f->labels) && (c->titles != NULL || c->k !=
	    SIZE_MAX))
		return err_msg("%s: a fusion of %s: --top and --titles are "
		    "for lists", c->load, kind);
	for (size_t i = 0; i < n; i++) {
		buf_text(&names, i > 0 ? ", " : "");
		buf_span(&names, fusetwins_name(f, i));
	}
	if (n != c->n_files)
		err_msg("%s: made for %zu system%s (%s), not %zu", c->load,
		    n, n == 1 ? "" : "s", buf_cstr(&names), c->n_files);
	else
		note_weights(c, f);
	buf_release(&names);
	return n == c->n_files ? 0 : -1;
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

/* *kept <- c with those of its files that are systems of the fusion; returns
 * them, the caller's. */
static const char **
keep_files(const struct combine *c, const struct fusion *f,
    struct combine *kept)
{
	const char **files = mem_array("files", c->n_files, sizeof *files);

	*kept = *c;
	kept->files = files;
	kept->n_files = 0;
	for (size_t i = 0; i < c->n_files; i++)
		if (!fusetwins_is(f, i))
			files[kept->n_files++] = c->files[i];
	return files;
}

/* --- lists ---------------------------------------------------------------- */

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
	struct fuseput how = { .rows = rows_of(c), .tick = c->reading };
	struct titles *titles = NULL;

	if (c->titles != NULL) {
		titles = readtitles(c->titles, NULL, l->items);
		if (titles == NULL)
			return -1;
	}
	how.rows.titles = titles;
	tick_step(c->reading, "lists", "users");
	fuseput_lists(f, l, &how, out);
	combine_note(c, "%zu users, %zu rows", l->n_users, how.n_rows);
	if (titles != NULL && titles_missing(titles) > 0)
		combine_note(c, "%s: no title for %zu of %zu items", c->titles,
		    titles_missing(titles), idmap_count(l->items));
	titles_free(titles);
	return 0;
}

static void
note_list(const struct combine *c, size_t i, size_t missing, size_t n_users,
    uint64_t repeated)
{
	if (missing > 0)
		combine_note(c, "%s: no list for %zu of %zu users", c->files[i],
		    missing, n_users);
	if (repeated > 0)
		combine_note(c, "%s: %llu rows repeat others: counted once",
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

/* Before weights are fitted, lists that stand twice are left out. */
static void
drop_twins(const struct combine *c, struct fusion *f, struct fuselists *l)
{
	size_t *like = mem_array("systems", l->n, sizeof *like);

	if ((f->method->does & FUSE_FITS) && c->n_missing == 0 &&
	    fusetwins_find(l, like) > 0) {
		for (size_t i = 0; i < l->n; i++)
			if (like[i] < i)
				combine_note(c, "%s: the same lists as %s: "
				    "left out", c->files[i],
				    c->files[like[i]]);
		fusetwins_drop(l, f, like);
	}
	free(like);
}

static int
fit_all(const struct combine *c, struct fusion **f, struct fuselists *l,
    const struct objective *o)
{
	struct combine kept;
	const char **files;
	int status;

	drop_twins(c, *f, l);
	files = keep_files(c, *f, &kept);
	status = make_scales(&kept, *f, l, o);
	if (status == 0)
		status = combinefit_lists(&kept, f, l, o);
	free(files);
	return status;
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
	status = combinefit_foresee_lists(c, *f, l, o);
	if (status == 0)
		status = o != NULL ? fit_all(c, f, l, o) :
		    make_scales(c, *f, l, NULL);
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

	if (combinefit_foresee(c, f, 0, 0) != 0)
		return -1;
	how.n_missing = mem_array("counts", f->n, sizeof *how.n_missing);
	how.n_repeated = mem_array("counts", f->n, sizeof *how.n_repeated);
	status = fusestream_run(f, c->files, &how, out);
	for (size_t i = 0; i < f->n && status == 0; i++)
		note_list(c, i, how.n_missing[i], how.n_users,
		    how.n_repeated[i]);
	if (status == 0)
		combine_note(c, "%zu users, %zu rows", how.n_users, how.n_rows);
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
	struct fusemeta *meta = NULL;
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
		status = combinemeta_open(c, f, &meta);
	if (status == 0)
		status = fuse_lists(c, fusion, out);
	combinemeta_drop(*fusion);
	fusefiller_close(filler);
	fusemeta_free(meta);
	free(stage);
	(*fusion)->meta = NULL;
	(*fusion)->fill = NULL;
	(*fusion)->stage = NULL;
	(*fusion)->n_stages = 0;
	return status;
}

/* -------------------------------------------------------------------------- */

/* Is there what --importance wants? */
static int
check_trees(const struct fusion *f)
{
	return f->method->learner != NULL && f->method->learner->column !=
	    NULL ? 0 : err_msg("--importance: method %s has no trees",
	    f->method->what.name);
}

static int
put_importance(const struct combine *c, const struct fusion *f)
{
	struct report *r;
	int status;

	if (check_trees(f) != 0)
		return -1;
	r = report_new();
	fuseforest_importance(f, r);
	status = report_write(r, c->importance);
	report_free(r);
	return status;
}

/* *fusion is ready but for what it learns. */
static int
run(const struct combine *c, struct fusion **fusion, struct put *out)
{
	struct fusion *f = *fusion;
	struct combine kept;
	const char **files = keep_files(c, f, &kept);
	const int status = f->ratings ? combinepairs(&kept, f, out) :
	    f->labels ? combinelabels(&kept, f, out) :
	    combine_lists(&kept, fusion, out);

	free(files);
	return status;
}

int
combine(const struct combine *c, struct put *out)
{
	struct fusion *f = get_fusion(c);
	int status = -1;

	if (f != NULL && (c->importance == NULL || strcmp(f->method->what.name,
	    "auto") == 0 || check_trees(f) == 0))
		status = run(c, &f, out);
	if (status == 0 && c->importance != NULL)
		status = put_importance(c, f);
	/* Not when the rows could not be written: that is for put_commit(). */
	if (status == 0 && c->save != NULL && !put_failed(out))
		status = fusion_save(f, c->save);
	fusion_free(f);
	return status;
}
