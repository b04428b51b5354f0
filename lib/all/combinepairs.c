#include <stdlib.h>

#include "all/combinefit.h"
#include "all/combinemeta.h"
#include "all/combinepairs.h"
#include "fuse/blend.h"
#include "fuse/blendtrees.h"
#include "fuse/fuseforest.h"
#include "fuse/fuseput.h"
#include "io/readscores.h"

/* What came of the fit. */
static int
tell(const struct combine *c, const struct fusion *f, size_t n_unknown,
    size_t n)
{
	const int has_trees = f->method->learner == &fuse_boost;
	const size_t n_trees = has_trees ? fuseforest_trees(f) : 0;

	if (n_unknown > 0)
		combine_note(c, "%s: no rating for %zu of %zu pairs", c->fit,
		    n_unknown, n);
	combinefit_note(c, f, 1);
	combine_note(c, "bias %.4g, ridge %g", f->bias, f->shrinkage);
	if (has_trees)
		combine_note(c, "%zu trees%s", n_trees, n_trees == 0 ?
		    ": with any it is not better" : "");
	return combinefit_report(c, f);
}

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
	if (status == 0)
		status = tell(c, f, how.n_unknown, p->n);
	scored_free(truth);
	return status;
}

int
combinepairs(const struct combine *c, struct fusion *f, struct put *out)
{
	struct fusepairs *p = fusepairs_read(c->files, c->n_files, c->reading);
	struct fuseput how = { .rows = { .no_header = c->no_header } };
	struct fusemeta *meta = NULL;
	int status = p != NULL ? combinemeta_open(c, f, &meta) : -1;

	if (status == 0)
		status = combinefit_foresee(c, f, p->n, (double)p->n *
		    (double)(p->n_systems + 2) * sizeof *p->x);
	if (status == 0 && c->fit != NULL)
		status = fit_pairs(c, f, p);
	if (status == 0)
		status = fuseput_pairs(f, p, &how, out);
	if (status == 0)
		combine_note(c, "%zu rows", how.n_rows);
	f->meta = NULL;
	fusemeta_free(meta);
	fusepairs_free(p);
	return status;
}
