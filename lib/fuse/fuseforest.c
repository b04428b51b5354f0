#include "fuse/fuseforest.h"

void
fuseforest_put(const struct fusion *f, struct st_writer *w)
{
	forest_put(f->state, w, "tree.");
}

void
fuseforest_release(void *state)
{
	forest_free(state);
}

int
fuseforest_get(const struct st_file *st, struct fusion *f, size_t n_columns)
{
	struct forest *forest = forest_get(st, "tree.");

	f->state = forest;
	if (forest == NULL)
		return -1;
	if (forest->n_columns != n_columns || forest->n_classes != 1)
		return err_msg("%s: trees of %zu columns for %zu systems",
		    st_path(st), forest->n_columns, f->n);
	return 0;
}
