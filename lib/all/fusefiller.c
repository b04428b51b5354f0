#include <stdlib.h>

#include "all/families.h"
#include "all/fusefiller.h"
#include "base/mem.h"

struct fusefiller {
	struct fusefill fill;
	struct inter **history;		/* (systems) */
};

/* Opens one model, with its history. */
static int
open_model(struct fusefiller *f, size_t s, const char *path,
    const char *const *history, size_t n_history, struct tick *tick)
{
	struct scorer *model = scorer_open(all_families, path);

	f->fill.model[s] = model;
	if (model == NULL)
		return -1;
	if (scorer_is_of_rows(model))
		return err_msg("%s: a model of rows, not of users and items",
		    path);
	if (n_history > 0) {
		f->history[s] = scorer_history(model,
		    &(struct scorer_reading){ .paths = history,
		    .n_paths = n_history, .tick = tick });
		if (f->history[s] == NULL)
			return -1;
	}
	return scorer_prepare(model);
}

struct fusefiller *
fusefiller_open(const struct fusion *fusion, const char *const *specs,
    size_t n, const char *const *history, size_t n_history, struct tick *tick)
{
	struct fusefiller *f = mem_array("models", 1, sizeof *f);
	int status = 0;

	f->fill.n = fusion->n;
	f->fill.model = mem_array("models", fusion->n,
	    sizeof *f->fill.model);
	f->history = mem_array("models", fusion->n, sizeof *f->history);
	for (size_t i = 0; i < n && status == 0; i++) {
		struct span path = span_of(specs[i]);
		const struct span name = span_cut(&path, '=');
		const size_t s = fusion_find(fusion, name);

		if (path.p == NULL)
			status = err_msg("--score-missing: '%s' is not "
			    "SYSTEM=FILE", specs[i]);
		else if (s == fusion->n)
			status = fusion_unknown(fusion, "--score-missing",
			    name);
		else if (f->fill.model[s] != NULL)
			status = err_msg("--score-missing: '%s' has two models",
			    fusion->name[s]);
		else
			status = open_model(f, s, path.p, history, n_history,
			    tick);
	}
	if (status == 0)
		return f;
	fusefiller_close(f);
	return NULL;
}

void
fusefiller_close(struct fusefiller *f)
{
	if (f == NULL)
		return;
	for (size_t s = 0; s < f->fill.n; s++) {
		scorer_free(f->fill.model[s]);
		inter_free(f->history[s]);
	}
	free(f->fill.model);
	free(f->history);
	free(f);
}

const struct fusefill *
fusefiller_fill(const struct fusefiller *f)
{
	return f != NULL ? &f->fill : NULL;
}
