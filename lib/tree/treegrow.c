#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "tree/treefind.h"
#include "tree/treegrow.h"
#include "tree/treehist.h"
#include "tree/treerows.h"

/*
 * Pieces of some microseconds: who is done first waits no longer than that, and
 * does not fall asleep.  A loop that is over in a few pieces is not shared: to
 * wake the others takes as long, and far longer where they have to share a core
 * with another program.
 */
enum {
	ROWS_PER_PIECE = 1024,
	SCORES_PER_PIECE = 8192,
	PIECES_SHARED = 8,	/* of rows, at least */
	COLUMNS_SHARED = 16
};

/* A leaf while the tree grows. */
struct grown {
	struct treeleaf leaf;
	double weight;
	struct treespan rows;
	struct treehist *hist;	/* (columns, TREE_BINS) */
	struct treefind best;
	int32_t above;		/* the split that made it; -1: none */
	int is_right;
};

/* What one thread has added up of a leaf; all 0 between leaves. */
struct tally {
	int64_t *sum;		/* (columns, TREE_BINS) of the last n rows */
	struct treehist *moved;	/* (columns, TREE_BINS) of those before */
	size_t n;
	int has_moved;
};

struct treegrow {
	const struct treebins *bins;
	const uint8_t *bin;		/* (n, columns) */
	struct treerows *rows;
	size_t n;
	struct treegrow_options how;
	struct grown *leaf;		/* (leaves) */
	size_t n_leaves;
	struct treehist *memory;	/* (leaves, columns, TREE_BINS) */
	struct tally *tally;		/* (threads) */
	struct treefind *found;		/* (columns, 2) */
	struct treeunit unit;
	/* for the loops */
	struct grown *few, *many;	/* a new leaf and its sibling */
	float *score;
};

static size_t
n_cells(const struct treegrow *t)
{
	return t->bins->n_columns * TREE_BINS;
}

struct treegrow *
treegrow_new(const struct treebins *bins, const uint8_t *bin, size_t n,
    const struct treegrow_options *how)
{
	struct treegrow *t = mem_array("trees", 1, sizeof *t);

	*t = (struct treegrow){ .bins = bins, .bin = bin, .n = n,
	    .how = *how };
	t->rows = treerows_new(bin, n, bins->n_columns);
	t->leaf = mem_array("leaves", how->leaves, sizeof *t->leaf);
	t->memory = mem_array("histograms", how->leaves * n_cells(t),
	    sizeof *t->memory);
	t->tally = mem_array("histograms", par_threads(), sizeof *t->tally);
	for (size_t w = 0; w < par_threads(); w++) {
		t->tally[w].sum = mem_array("histograms", n_cells(t),
		    sizeof *t->tally[w].sum);
		t->tally[w].moved = mem_array("histograms", n_cells(t),
		    sizeof *t->tally[w].moved);
	}
	t->found = mem_array("splits", bins->n_columns * 2,
	    sizeof *t->found);
	return t;
}

void
treegrow_free(struct treegrow *t)
{
	if (t == NULL)
		return;
	for (size_t w = 0; w < par_threads(); w++) {
		free(t->tally[w].sum);
		free(t->tally[w].moved);
	}
	free(t->tally);
	treerows_free(t->rows);
	free(t->leaf);
	free(t->memory);
	free(t->found);
	free(t);
}

/* --- histograms and the best splits --------------------------------------- */

static void
tally_piece(void *arg, size_t piece, size_t worker)
{
	const struct treegrow *t = arg;
	const struct treespan *of = &t->few->rows;
	struct tally *tally = &t->tally[worker];
	const size_t first = piece * ROWS_PER_PIECE;
	const size_t n = of->n - first < ROWS_PER_PIECE ? of->n - first :
	    ROWS_PER_PIECE;

	if (tally->n + n > TREEHIST_ROWS) {
		treehist_move(tally->sum, n_cells(t), tally->moved);
		tally->has_moved = 1;
		tally->n = 0;
	}
	treehist_add(t->bin, t->bins->n_columns, treerows_at(t->rows, *of) +
	    first, n, tally->sum);
	tally->n += n;
}

/* The column's histogram of the new leaf; its sibling's, which was that of
 * both together, gets what is left. */
static void
take_column(const struct treegrow *t, size_t column)
{
	const size_t at = column * TREE_BINS, n = t->bins->n[column] + 1;
	struct treehist *few = t->few->hist + at;

	memset(few, 0, n * sizeof *few);
	for (size_t w = 0; w < par_threads(); w++) {
		const struct tally *tally = &t->tally[w];
		struct treehist *moved = tally->moved + at;

		if (tally->n > 0)
			treehist_move(tally->sum + at, n, few);
		for (size_t b = 0; b < n && tally->has_moved; b++) {
			few[b].g += moved[b].g;
			few[b].h += moved[b].h;
			moved[b] = (struct treehist){ 0, 0 };
		}
	}
	for (size_t b = 0; b < n && t->many != NULL; b++) {
		t->many->hist[at + b].g -= few[b].g;
		t->many->hist[at + b].h -= few[b].h;
	}
}

static int
can_split(const struct treegrow *t, const struct grown *leaf)
{
	return leaf != NULL && leaf->rows.n >= 2 * t->how.min_rows;
}

static void
column_piece(void *arg, size_t column, size_t worker)
{
	struct treegrow *t = arg;
	const struct grown *of[2] = { t->few, t->many };

	(void)worker;
	take_column(t, column);
	for (size_t i = 0; i < 2; i++)
		if (can_split(t, of[i]))
			treefind_column(t->bins, &t->how, &of[i]->leaf,
			    t->unit, column, of[i]->hist + column * TREE_BINS,
			    &t->found[column * 2 + i]);
}

/* Of equal splits that of the first column. */
static void
take_best(const struct treegrow *t, struct grown *leaf, size_t which)
{
	if (leaf == NULL)
		return;
	leaf->best.gain = 0;
	for (size_t j = 0; j < t->bins->n_columns && can_split(t, leaf); j++)
		if (t->found[j * 2 + which].gain > leaf->best.gain)
			leaf->best = t->found[j * 2 + which];
}

/* par_for(), if there is something to share. */
static void
share(struct treegrow *t, size_t n, size_t least,
    void (*piece)(void *arg, size_t i, size_t worker))
{
	if (n >= least) {
		par_for(n, piece, t);
		return;
	}
	for (size_t i = 0; i < n; i++)
		piece(t, i, 0);
}

static void
tally_rows(struct treegrow *t, struct grown *few, struct grown *many)
{
	t->few = few;
	t->many = many;
	share(t, par_pieces(few->rows.n, ROWS_PER_PIECE), PIECES_SHARED,
	    tally_piece);
}

/* The histograms and best splits of a new leaf and its sibling. */
static void
find_splits(struct treegrow *t)
{
	share(t, t->bins->n_columns, COLUMNS_SHARED, column_piece);
	for (size_t w = 0; w < par_threads(); w++) {
		t->tally[w].n = 0;
		t->tally[w].has_moved = 0;
	}
	take_best(t, t->few, 0);
	take_best(t, t->many, 1);
}

/* --- splitting ------------------------------------------------------------ */

static inline int
goes_left(const struct treefind *s, unsigned bin)
{
	if (s->is_category)
		return s->set[bin / 32] >> bin % 32 & 1;
	return bin == 0 ? s->missing_left : bin <= s->bin;
}

static void
put_split(struct treegrow *t, struct tree *out, size_t k,
    const struct grown *leaf)
{
	const struct treefind *f = &leaf->best;
	struct treesplit *s = &out->split[k];
	const float *edge = t->bins->edge + f->column * (TREE_BINS - 1);

	*s = (struct treesplit){ .column = f->column,
	    .is_category = f->is_category, .missing_left = f->missing_left,
	    .bin = f->bin, .gain = (float)f->gain,
	    .cover = (float)leaf->leaf.h };
	if (f->is_category) {
		s->set = (uint32_t)out->n_set;
		s->bin = 0;
		memcpy(out->set + out->n_set, f->set, sizeof f->set);
		out->n_set += TREE_BINS / 32;
	} else {
		/* The last bin has no edge: all that is not missing. */
		s->threshold = f->bin < t->bins->n[f->column] ?
		    edge[f->bin - 1] : INFINITY;
	}
}

/* Splits leaf `which`: its left part stays in its place. */
static void
split_leaf(struct treegrow *t, size_t which, struct tree *out)
{
	struct grown *left = &t->leaf[which], *right = &t->leaf[t->n_leaves];
	const struct treefind best = left->best;
	const size_t k = t->n_leaves - 1;
	struct treehist *big = left->hist, *small = right->hist;
	struct grown *few, *many;
	uint8_t is_left[TREE_BINS];

	put_split(t, out, k, left);
	if (left->above >= 0)
		*(left->is_right ? &out->split[left->above].right :
		    &out->split[left->above].left) = (int32_t)k;
	for (unsigned b = 0; b < TREE_BINS; b++)
		is_left[b] = (uint8_t)goes_left(&best, b);
	*right = (struct grown){ .leaf = best.right,
	    .weight = best.right_weight, .above = (int32_t)k, .is_right = 1 };
	left->leaf = best.left;
	left->weight = best.left_weight;
	left->above = (int32_t)k;
	left->is_right = 0;
	treerows_split(t->rows, left->rows, best.column, is_left, &left->rows,
	    &right->rows);
	left->leaf.n = left->rows.n;
	right->leaf.n = right->rows.n;
	t->n_leaves++;
	few = left->rows.n < right->rows.n ? left : right;
	many = few == left ? right : left;
	few->hist = small;
	many->hist = big;
	if (t->n_leaves == t->how.leaves)
		return;
	tally_rows(t, few, many);
	find_splits(t);
}

/* --- a tree --------------------------------------------------------------- */

static void
begin(struct treegrow *t, const float *g, const float *h, size_t round)
{
	struct grown *root = &t->leaf[0];
	struct treehist sum;

	for (size_t i = 0; i < t->how.leaves; i++)
		t->leaf[i].hist = t->memory + i * n_cells(t);
	*root = (struct grown){ .hist = root->hist, .above = -1 };
	root->rows = treerows_all(t->rows, g, h, hash_mix(t->how.seed, round),
	    &t->unit, &sum);
	root->leaf = (struct treeleaf){ (double)sum.g * t->unit.g,
	    (double)sum.h * t->unit.h, t->n, -INFINITY, INFINITY };
	t->n_leaves = 1;
	tally_rows(t, root, NULL);
	find_splits(t);
}

static size_t
best_leaf(const struct treegrow *t)
{
	size_t best = 0;

	for (size_t i = 1; i < t->n_leaves; i++)
		if (t->leaf[i].best.gain > t->leaf[best].best.gain)
			best = i;
	return best;
}

static size_t
score_pieces(const struct grown *leaf)
{
	return par_pieces(leaf->rows.n, SCORES_PER_PIECE);
}

/* Some rows of a leaf: pieces are counted leaf by leaf. */
static void
score_piece(void *arg, size_t piece, size_t worker)
{
	struct treegrow *t = arg;
	const struct grown *g = t->leaf;
	const struct treerow *row;
	size_t from, to;
	float add;

	(void)worker;
	for (; piece >= score_pieces(g); g++)
		piece -= score_pieces(g);
	row = treerows_at(t->rows, g->rows);
	add = (float)(g->weight * t->how.rate);
	from = piece * SCORES_PER_PIECE;
	to = g->rows.n - from < SCORES_PER_PIECE ? g->rows.n :
	    from + SCORES_PER_PIECE;
	for (size_t i = from; i < to; i++)
		t->score[row[i].row] += add;
}

static void
tree_init(struct tree *out, size_t leaves)
{
	*out = (struct tree){ .n_leaves = 1 };
	out->split = mem_array("a tree", leaves - 1, sizeof *out->split);
	out->leaf = mem_array("a tree", leaves, sizeof *out->leaf);
	out->cover = mem_array("a tree", leaves, sizeof *out->cover);
	out->set = mem_array("a tree", (leaves - 1) * (TREE_BINS / 32),
	    sizeof *out->set);
}

void
treegrow_tree(struct treegrow *t, const float *g, const float *h,
    size_t round, struct tree *out, float *score)
{
	size_t next, pieces = 0;

	t->score = score;
	tree_init(out, t->how.leaves);
	begin(t, g, h, round);
	while (t->n_leaves < t->how.leaves &&
	    t->leaf[next = best_leaf(t)].best.gain > 0)
		split_leaf(t, next, out);
	out->n_leaves = t->n_leaves;
	if (t->n_leaves == 1)
		return;
	for (size_t i = 0; i < t->n_leaves; i++) {
		const struct grown *leaf = &t->leaf[i];

		*(leaf->is_right ? &out->split[leaf->above].right :
		    &out->split[leaf->above].left) = ~(int32_t)i;
		out->leaf[i] = leaf->weight * t->how.rate;
		out->cover[i] = (float)leaf->leaf.h;
		pieces += score_pieces(leaf);
	}
	par_for(pieces, score_piece, t);
}
