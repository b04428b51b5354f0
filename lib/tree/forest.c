#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "tree/forest.h"
#include "tree/treebins.h"

enum { ROWS_PER_PIECE = 1024 };

struct forest *
forest_new(struct treebins *bins, size_t n_classes)
{
	struct forest *f = mem_array("trees", 1, sizeof *f);

	f->bins = bins;
	f->n_columns = bins->n_columns;
	f->n_classes = n_classes;
	f->start = mem_array("trees", n_classes, sizeof *f->start);
	return f;
}

void
tree_release(struct tree *t)
{
	free(t->split);
	free(t->leaf);
	free(t->cover);
	free(t->set);
}

void
forest_cut(struct forest *f, size_t n)
{
	while (f->n_trees > n)
		tree_release(&f->tree[--f->n_trees]);
}

void
forest_free(struct forest *f)
{
	if (f == NULL)
		return;
	forest_cut(f, 0);
	treebins_free(f->bins);
	free(f->tree);
	free(f->start);
	free(f);
}

static inline int
goes_left(const struct tree *t, const struct treesplit *s, unsigned bin)
{
	if (s->is_category)
		return t->set[s->set + bin / 32] >> bin % 32 & 1;
	return bin == 0 ? s->missing_left : bin <= s->bin;
}

size_t
tree_leaf(const struct tree *t, const uint8_t *bins)
{
	int32_t at = t->n_leaves > 1 ? 0 : ~0;

	while (at >= 0) {
		const struct treesplit *s = &t->split[at];

		at = goes_left(t, s, bins[s->column]) ? s->left : s->right;
	}
	return (size_t)~at;
}

struct job {
	const struct forest *forest;
	const float *x;
	size_t n;
	double *out;
};

static void
predict_row(const struct forest *f, const float *x, uint8_t *bin, double *out)
{
	for (size_t j = 0; j < f->n_columns; j++)
		bin[j] = (uint8_t)treebins_of(f->bins, j, x[j]);
	memcpy(out, f->start, f->n_classes * sizeof *out);
	for (size_t t = 0; t < f->n_trees; t++)
		out[t % f->n_classes] += f->tree[t].leaf[tree_leaf(
		    &f->tree[t], bin)];
}

static void
predict_piece(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const struct forest *f = job->forest;
	uint8_t *bin = mem_array("bins", f->n_columns, 1);
	const size_t from = piece * ROWS_PER_PIECE;

	(void)worker;
	for (size_t i = from; i < from + ROWS_PER_PIECE && i < job->n; i++)
		predict_row(f, job->x + i * f->n_columns, bin,
		    job->out + i * f->n_classes);
	free(bin);
}

void
forest_predict(const struct forest *f, const float *x, size_t n, double *out)
{
	struct job job = { f, x, n, out };

	par_for(par_pieces(n, ROWS_PER_PIECE), predict_piece, &job);
}

void
forest_importance(const struct forest *f, double *gain)
{
	memset(gain, 0, f->n_columns * sizeof *gain);
	for (size_t t = 0; t < f->n_trees; t++)
		for (size_t s = 0; s + 1 < f->tree[t].n_leaves; s++)
			gain[f->tree[t].split[s].column] +=
			    (double)f->tree[t].split[s].gain;
}
