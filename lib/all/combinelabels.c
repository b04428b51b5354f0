#include <stdlib.h>

#include "all/combinefit.h"
#include "all/combinelabels.h"
#include "base/mem.h"
#include "fuse/labelblend.h"

/* The classes of the files become the fusion's, or must be those it has. */
static int
match_classes(const struct combine *c, struct fusion *f,
    const struct fuselabels *l)
{
	const size_t n = l->classes != NULL ? l->n_classes : 0;
	int same = f->classes != NULL ? idmap_count(f->classes) == n :
	    n == 0;

	if (c->load == NULL && l->classes != NULL) {
		f->classes = idmap_new();
		for (uint32_t i = 0; i < n; i++)
			idmap_add(f->classes, idmap_name(l->classes, i));
		return 0;
	}
	for (uint32_t i = 0; i < n && same; i++) {
		const struct span name = idmap_name(f->classes, i);

		same = idmap_find(l->classes, name) == i;
	}
	return same ? 0 : err_msg("%s: made for other classes, or in another "
	    "order, than those of %s", c->load, c->files[0]);
}

static int
fit(const struct combine *c, struct fusion *f, const struct fuselabels *l)
{
	struct labelblend how = { .n_folds = c->n_folds, .seed = c->seed };
	int32_t *label = fuselabels_truth(l, c->fit);
	int status = -1;

	if (label != NULL)
		status = labelblend_fit(f, l, label, &how);
	free(label);
	if (status != 0)
		return -1;
	if (how.n_unknown > 0)
		combine_note(c, "%s: no label for %zu of %zu rows", c->fit,
		    how.n_unknown, l->n);
	combinefit_note(c, f, 1);
	return combinefit_report(c, f);
}

int
combinelabels(const struct combine *c, struct fusion *f, struct put *out)
{
	struct fuselabels *l = fuselabels_read(c->files, c->n_files,
	    c->reading);
	int status = l != NULL ? match_classes(c, f, l) : -1;
	float *p;

	if (status == 0)
		status = combinefit_foresee(c, f, l->n, (double)l->text.n +
		    (double)l->n * (double)(l->n_systems * l->n_p) *
		    sizeof *l->p);
	if (status == 0 && c->fit != NULL)
		status = fit(c, f, l);
	if (status == 0) {
		p = mem_array("predictions", l->n * l->n_p, sizeof *p);
		labelblend_predict(f, l, NULL, l->n, p);
		fuselabels_put(l, p, c->no_header, out);
		combine_note(c, "%zu rows", l->n);
		free(p);
	}
	fuselabels_free(l);
	return status;
}
