#include <stdlib.h>

#include "base/mem.h"
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
fuseforest_get(const struct st_file *st, struct fusion *f, size_t n_columns,
    size_t n_classes)
{
	struct forest *forest = forest_get(st, "tree.");

	f->state = forest;
	if (forest == NULL)
		return -1;
	if (forest->n_columns != n_columns || forest->n_classes != n_classes)
		return err_msg("%s: trees of %zu columns for %zu systems",
		    st_path(st), forest->n_columns, f->n);
	return 0;
}

size_t
fuseforest_trees(const struct fusion *f)
{
	return ((const struct forest *)f->state)->n_trees;
}

struct important {
	double gain;
	size_t splits, column;
};

static int
by_gain(const void *va, const void *vb)
{
	const struct important *a = va, *b = vb;

	if (a->gain != b->gain)
		return a->gain > b->gain ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* of (columns) <- what each of them is worth, sorted. */
static void
find_important(const struct forest *forest, struct important *of)
{
	double *gain = mem_array("columns", forest->n_columns, sizeof *gain);

	forest_importance(forest, gain);
	for (size_t j = 0; j < forest->n_columns; j++)
		of[j] = (struct important){ gain[j], 0, j };
	for (size_t t = 0; t < forest->n_trees; t++)
		for (size_t i = 0; i + 1 < forest->tree[t].n_leaves; i++)
			of[forest->tree[t].split[i].column].splits++;
	qsort(of, forest->n_columns, sizeof *of, by_gain);
	free(gain);
}

void
fuseforest_importance(const struct fusion *f, struct report *r)
{
	const struct forest *forest = f->state;
	struct important *of = mem_array("columns", forest->n_columns,
	    sizeof *of);

	report_column(r, "feature", REPORT_TEXT, "");
	report_column(r, "gain", REPORT_NUMBER, "%.4g");
	report_column(r, "splits", REPORT_NUMBER, "%.0f");
	find_important(forest, of);
	for (size_t i = 0; i < forest->n_columns && of[i].splits > 0; i++) {
		struct buf name = BUF_EMPTY;

		f->method->learner->column(f, of[i].column, &name);
		report_text(r, buf_cstr(&name));
		report_number(r, of[i].gain);
		report_number(r, (double)of[i].splits);
		buf_release(&name);
	}
	free(of);
}
