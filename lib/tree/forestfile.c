/* forestfile.c -- a forest as tensors, see forest.h. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tree/forest.h"
#include "tree/treebins.h"

enum { INTS = 6, REALS = 3, NAME = 64 };

/* All trees' parts, one after the other. */
struct flat {
	int32_t *whole;		/* (splits, INTS) */
	float *real;		/* (splits, REALS) */
	double *leaf;		/* (leaves) */
	float *cover;		/* (leaves) */
	uint32_t *set;		/* (sets) */
	int64_t *n;		/* (trees, 2) leaves, words of sets */
	size_t splits, leaves, sets;
};

static void
flatten(const struct forest *f, struct flat *x)
{
	size_t split = 0, leaf = 0, set = 0;

	for (size_t t = 0; t < f->n_trees; t++) {
		x->leaves += f->tree[t].n_leaves;
		x->splits += f->tree[t].n_leaves - 1;
		x->sets += f->tree[t].n_set;
	}
	x->whole = mem_array("trees", x->splits * INTS, sizeof *x->whole);
	x->real = mem_array("trees", x->splits * REALS, sizeof *x->real);
	x->leaf = mem_array("trees", x->leaves, sizeof *x->leaf);
	x->cover = mem_array("trees", x->leaves, sizeof *x->cover);
	x->set = mem_array("trees", x->sets, sizeof *x->set);
	x->n = mem_array("trees", f->n_trees * 2, sizeof *x->n);
	for (size_t t = 0; t < f->n_trees; t++) {
		const struct tree *tree = &f->tree[t];

		for (size_t i = 0; i + 1 < tree->n_leaves; i++, split++) {
			const struct treesplit *s = &tree->split[i];
			const int32_t whole[INTS] = { (int32_t)s->column,
			    s->is_category | s->missing_left << 1, s->bin,
			    (int32_t)s->set, s->left, s->right };
			const float real[REALS] = { s->threshold, s->gain,
			    s->cover };

			memcpy(x->whole + split * INTS, whole, sizeof whole);
			memcpy(x->real + split * REALS, real, sizeof real);
		}
		memcpy(x->leaf + leaf, tree->leaf,
		    tree->n_leaves * sizeof *x->leaf);
		memcpy(x->cover + leaf, tree->cover,
		    tree->n_leaves * sizeof *x->cover);
		if (tree->n_set > 0)
			memcpy(x->set + set, tree->set,
			    tree->n_set * sizeof *x->set);
		leaf += tree->n_leaves;
		set += tree->n_set;
		x->n[t * 2] = (int64_t)tree->n_leaves;
		x->n[t * 2 + 1] = (int64_t)tree->n_set;
	}
}

static void
put(struct st_writer *w, const char *prefix, const char *name,
    enum st_type type, size_t rows, size_t cols, const void *data)
{
	const size_t dims[2] = { rows, cols };
	char full[NAME];

	snprintf(full, sizeof full, "%s%s", prefix, name);
	st_put_copy(w, full, type, dims, 2, data);
}

void
forest_put(const struct forest *f, struct st_writer *w, const char *prefix)
{
	const struct treebins *b = f->bins;
	int64_t *count = mem_array("bins", b->n_columns, sizeof *count);
	struct flat x = { .splits = 0 };

	for (size_t j = 0; j < b->n_columns; j++)
		count[j] = (int64_t)b->n[j];
	flatten(f, &x);
	put(w, prefix, "splits", ST_I32, x.splits, INTS, x.whole);
	put(w, prefix, "split_values", ST_F32, x.splits, REALS, x.real);
	put(w, prefix, "leaves", ST_F64, x.leaves, 1, x.leaf);
	put(w, prefix, "leaf_cover", ST_F32, x.leaves, 1, x.cover);
	put(w, prefix, "sets", ST_U32, x.sets, 1, x.set);
	put(w, prefix, "trees", ST_I64, f->n_trees, 2, x.n);
	put(w, prefix, "start", ST_F64, f->n_classes, 1, f->start);
	put(w, prefix, "bins", ST_I64, b->n_columns, 1, count);
	put(w, prefix, "bin_is_category", ST_U8, b->n_columns, 1,
	    b->is_category);
	put(w, prefix, "bin_edges", ST_F32, b->n_columns, TREE_BINS - 1,
	    b->edge);
	free(x.whole);
	free(x.real);
	free(x.leaf);
	free(x.cover);
	free(x.set);
	free(x.n);
	free(count);
}

/* --- reading -------------------------------------------------------------- */

static const struct st_tensor *
want(const struct st_file *st, const char *prefix, const char *name,
    enum st_type type, size_t rows, size_t cols)
{
	const size_t dims[2] = { rows, cols };
	char full[NAME];

	snprintf(full, sizeof full, "%s%s", prefix, name);
	return st_want(st, full, type, dims, 2);
}

static int
unsound(const struct st_file *st, const char *what)
{
	return err_msg("%s: trees that are none: %s", st_path(st), what);
}

static int
read_bins(const struct st_file *st, const char *prefix, struct treebins *b,
    const struct st_tensor *count)
{
	const size_t n = count->dims[0], edges = TREE_BINS - 1;
	const struct st_tensor *kind, *edge;

	kind = want(st, prefix, "bin_is_category", ST_U8, n, 1);
	edge = want(st, prefix, "bin_edges", ST_F32, n, edges);
	if (kind == NULL || edge == NULL)
		return -1;
	b->n_columns = n;
	b->is_category = mem_array("bins", n, 1);
	b->n = mem_array("bins", n, sizeof *b->n);
	b->edge = mem_array("bins", n * edges, sizeof *b->edge);
	memcpy(b->is_category, kind->data, n);
	memcpy(b->edge, edge->data, n * edges * sizeof *b->edge);
	for (size_t j = 0; j < n; j++) {
		const int64_t k = ((const int64_t *)count->data)[j];

		if (k < 0 || (uint64_t)k > edges)
			return unsound(st, "bins");
		b->n[j] = (size_t)k;
	}
	return 0;
}

/* Splits lead to later splits and to leaves, to each of them once. */
static int
check_tree(const struct st_file *st, const struct forest *f,
    const struct tree *t)
{
	const size_t n = t->n_leaves - 1;
	unsigned char *seen = mem_array("a tree", n + t->n_leaves, 1);
	int status = 0;

	for (size_t i = 0; i < n && status == 0; i++) {
		const struct treesplit *s = &t->split[i];
		const int32_t next[2] = { s->left, s->right };

		for (int k = 0; k < 2 && status == 0; k++) {
			const size_t to = next[k] >= 0 ? (size_t)next[k] :
			    n + (size_t)~next[k];

			if (to >= n + t->n_leaves || (next[k] >= 0 && (to >= n
			    || to <= i)) || seen[to]++)
				status = unsound(st, "splits");
		}
		if (status == 0 && (s->column >= f->n_columns ||
		    isnan(s->threshold) || !(s->cover >= 0) ||
		    (s->is_category && (s->set > t->n_set ||
		    t->n_set - s->set < TREE_BINS / 32))))
			status = unsound(st, "splits");
	}
	for (size_t i = 0; i < t->n_leaves && status == 0; i++)
		if (!isfinite(t->leaf[i]) || !(t->cover[i] >= 0))
			status = unsound(st, "leaves");
	free(seen);
	return status;
}

static void
take_split(struct treesplit *s, const int32_t *whole, const float *real)
{
	*s = (struct treesplit){ .column = (uint32_t)whole[0],
	    .is_category = whole[1] & 1, .missing_left = whole[1] >> 1 & 1,
	    .bin = (uint8_t)whole[2], .set = (uint32_t)whole[3],
	    .left = whole[4], .right = whole[5], .threshold = real[0],
	    .gain = real[1], .cover = real[2] };
}

static int
read_trees(const struct st_file *st, const char *prefix, struct forest *f,
    const struct st_tensor *trees)
{
	const size_t any = SIZE_MAX;
	const struct st_tensor *whole, *real, *leaf, *cover, *set;
	const int64_t *n = trees->data;
	size_t split_at = 0, leaf_at = 0, set_at = 0;

	if ((whole = want(st, prefix, "splits", ST_I32, any, INTS)) == NULL ||
	    (real = want(st, prefix, "split_values", ST_F32, whole->dims[0],
	    REALS)) == NULL ||
	    (leaf = want(st, prefix, "leaves", ST_F64, any, 1)) == NULL ||
	    (cover = want(st, prefix, "leaf_cover", ST_F32, leaf->dims[0],
	    1)) == NULL ||
	    (set = want(st, prefix, "sets", ST_U32, any, 1)) == NULL)
		return -1;
	f->cap = trees->dims[0];
	f->tree = mem_array("trees", f->cap, sizeof *f->tree);
	for (size_t t = 0; t < trees->dims[0]; t++, n += 2) {
		struct tree *tree = &f->tree[t];

		if (n[0] < 1 || (uint64_t)n[0] > leaf->dims[0] - leaf_at ||
		    (uint64_t)n[0] - 1 > whole->dims[0] - split_at ||
		    n[1] < 0 || (uint64_t)n[1] > set->dims[0] - set_at)
			return unsound(st, "their sizes");
		f->n_trees = t + 1;
		*tree = (struct tree){ .n_leaves = (size_t)n[0],
		    .n_set = (size_t)n[1] };
		tree->split = mem_array("a tree", tree->n_leaves - 1,
		    sizeof *tree->split);
		tree->leaf = mem_array("a tree", tree->n_leaves,
		    sizeof *tree->leaf);
		tree->cover = mem_array("a tree", tree->n_leaves,
		    sizeof *tree->cover);
		tree->set = mem_array("a tree", tree->n_set,
		    sizeof *tree->set);
		for (size_t i = 0; i + 1 < tree->n_leaves; i++, split_at++)
			take_split(&tree->split[i], (const int32_t *)
			    whole->data + split_at * INTS, (const float *)
			    real->data + split_at * REALS);
		memcpy(tree->leaf, (const double *)leaf->data + leaf_at,
		    tree->n_leaves * sizeof *tree->leaf);
		memcpy(tree->cover, (const float *)cover->data + leaf_at,
		    tree->n_leaves * sizeof *tree->cover);
		if (tree->n_set > 0)
			memcpy(tree->set, (const uint32_t *)set->data +
			    set_at, tree->n_set * sizeof *tree->set);
		leaf_at += tree->n_leaves;
		set_at += tree->n_set;
		if (check_tree(st, f, tree) != 0)
			return -1;
	}
	return 0;
}

struct forest *
forest_get(const struct st_file *st, const char *prefix)
{
	const struct st_tensor *count, *start, *trees;
	struct treebins *bins;
	struct forest *f;

	if ((count = want(st, prefix, "bins", ST_I64, SIZE_MAX, 1)) == NULL ||
	    (start = want(st, prefix, "start", ST_F64, SIZE_MAX, 1)) == NULL ||
	    (trees = want(st, prefix, "trees", ST_I64, SIZE_MAX, 2)) == NULL)
		return NULL;
	bins = mem_array("bins", 1, sizeof *bins);
	if (read_bins(st, prefix, bins, count) != 0 || start->dims[0] == 0) {
		treebins_free(bins);
		return NULL;
	}
	f = forest_new(bins, start->dims[0]);
	memcpy(f->start, start->data, f->n_classes * sizeof *f->start);
	if (read_trees(st, prefix, f, trees) == 0)
		return f;
	forest_free(f);
	return NULL;
}
