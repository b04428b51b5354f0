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

enum {
	ROWS_PER_PIECE = TREEHIST_ROWS,
	G_MOST = 32766,		/* one less than fits, for the rounding up */
	H_MOST = 65534
};

/* A leaf while the tree grows. */
struct grown {
	struct treeleaf leaf;
	double weight;
	size_t from, n;		/* rows: index[from ...] */
	struct treehist *hist;	/* (columns, TREE_BINS) */
	struct treefind best;
	int32_t above;		/* the split that made it; -1: none */
	int is_right;
};

struct treegrow {
	const struct treebins *bins;
	const uint8_t *rows;		/* (n, columns) */
	uint8_t *column;		/* (columns, n) the same */
	size_t n;
	struct treegrow_options how;
	uint32_t *pair;			/* (n) as treehist.h has them */
	uint32_t *index, *spare;	/* (n) rows, leaf by leaf */
	struct grown *leaf;		/* (leaves) */
	size_t n_leaves;
	struct treehist *memory;	/* (leaves, columns, TREE_BINS) */
	struct treehist *part;		/* (threads, columns, TREE_BINS) */
	int64_t *scratch;		/* (threads, columns, TREE_BINS) */
	unsigned char *used;		/* (threads) has part anything? */
	struct treefind *found;		/* (columns) */
	struct treeunit unit;
	/* for the loops */
	const float *g, *h;
	float *most;			/* (pieces, 2) largest g and h */
	size_t *lefts;			/* (pieces) rows that go left */
	const struct grown *at;
	const struct treefind *split;
	uint64_t round;
	float *score;
};

static size_t
n_cells(const struct treegrow *t)
{
	return t->bins->n_columns * TREE_BINS;
}

static void
turn_piece(void *arg, size_t piece, size_t worker)
{
	struct treegrow *t = arg;
	const size_t p = t->bins->n_columns, n = t->n;
	const size_t end = (piece + 1) * ROWS_PER_PIECE;

	(void)worker;
	for (size_t i = piece * ROWS_PER_PIECE; i < end && i < n; i++)
		for (size_t j = 0; j < p; j++)
			t->column[j * n + i] = t->rows[i * p + j];
}

struct treegrow *
treegrow_new(const struct treebins *bins, const uint8_t *rows, size_t n,
    const struct treegrow_options *how)
{
	struct treegrow *t = mem_array("trees", 1, sizeof *t);
	const size_t threads = par_threads();
	const size_t pieces = par_pieces(n, ROWS_PER_PIECE);

	*t = (struct treegrow){ .bins = bins, .rows = rows, .n = n,
	    .how = *how };
	t->column = mem_array("bins", n * bins->n_columns, 1);
	par_for(pieces, turn_piece, t);
	t->pair = mem_array("gradients", n, sizeof *t->pair);
	t->index = mem_array("rows", n, sizeof *t->index);
	t->spare = mem_array("rows", n, sizeof *t->spare);
	t->leaf = mem_array("leaves", how->leaves, sizeof *t->leaf);
	t->memory = mem_array("histograms", how->leaves * n_cells(t),
	    sizeof *t->memory);
	t->part = mem_array("histograms", threads * n_cells(t),
	    sizeof *t->part);
	t->scratch = mem_array("histograms", threads * n_cells(t),
	    sizeof *t->scratch);
	t->used = mem_array("histograms", threads, 1);
	t->found = mem_array("splits", bins->n_columns, sizeof *t->found);
	t->most = mem_array("gradients", pieces * 2, sizeof *t->most);
	t->lefts = mem_array("rows", pieces + 1, sizeof *t->lefts);
	return t;
}

void
treegrow_free(struct treegrow *t)
{
	if (t == NULL)
		return;
	free(t->column);
	free(t->pair);
	free(t->index);
	free(t->spare);
	free(t->leaf);
	free(t->memory);
	free(t->part);
	free(t->scratch);
	free(t->used);
	free(t->found);
	free(t->most);
	free(t->lefts);
	free(t);
}

/* --- gradients as whole numbers ------------------------------------------- */

static size_t
piece_end(size_t piece, size_t n)
{
	const size_t end = (piece + 1) * ROWS_PER_PIECE;

	return end < n ? end : n;
}

static void
most_piece(void *arg, size_t piece, size_t worker)
{
	struct treegrow *t = arg;
	float g = 0, h = 0;

	(void)worker;
	for (size_t i = piece * ROWS_PER_PIECE; i < piece_end(piece, t->n);
	    i++) {
		const float a = fabsf(t->g[i]);

		g = a > g ? a : g;
		h = t->h[i] > h ? t->h[i] : h;
	}
	t->most[piece * 2] = g;
	t->most[piece * 2 + 1] = h;
}

/* Rounded up or down by chance, so that the mean stays. */
static void
round_piece(void *arg, size_t piece, size_t worker)
{
	struct treegrow *t = arg;
	const float by_g = t->unit.g > 0 ? (float)(1 / t->unit.g) : 0;
	const float by_h = t->unit.h > 0 ? (float)(1 / t->unit.h) : 0;
	const uint64_t key = hash_mix(t->how.seed, t->round);

	(void)worker;
	for (size_t i = piece * ROWS_PER_PIECE; i < piece_end(piece, t->n);
	    i++) {
		const uint64_t r = hash_mix(key, i);
		const float up_g = (float)(r >> 40) * 0x1p-24f;
		const float up_h = (float)(r & 0xffffff) * 0x1p-24f;

		t->pair[i] = treehist_pair((int)floorf(t->g[i] * by_g + up_g),
		    (unsigned)(t->h[i] * by_h + up_h));
		t->index[i] = (uint32_t)i;
	}
}

static void
round_pairs(struct treegrow *t)
{
	const size_t pieces = par_pieces(t->n, ROWS_PER_PIECE);
	double g = 0, h = 0;

	par_for(pieces, most_piece, t);
	for (size_t i = 0; i < pieces; i++) {
		g = fmax(g, (double)t->most[i * 2]);
		h = fmax(h, (double)t->most[i * 2 + 1]);
	}
	t->unit = (struct treeunit){ g / G_MOST, h / H_MOST };
	par_for(pieces, round_piece, t);
}

/* --- histograms ----------------------------------------------------------- */

static void
hist_piece(void *arg, size_t piece, size_t worker)
{
	struct treegrow *t = arg;
	const struct grown *leaf = t->at;
	const size_t first = piece * ROWS_PER_PIECE;
	struct treehist *part = t->part + worker * n_cells(t);

	if (!t->used[worker])
		memset(part, 0, n_cells(t) * sizeof *part);
	t->used[worker] = 1;
	treehist_add(t->rows, t->bins->n_columns, t->pair,
	    leaf->n == t->n ? NULL : t->index + leaf->from + first, first,
	    piece_end(piece, leaf->n) - first,
	    t->scratch + worker * n_cells(t), part);
}

/* The leaf's histogram, of its own rows. */
static void
make_hist(struct treegrow *t, struct grown *leaf)
{
	memset(t->used, 0, par_threads());
	memset(leaf->hist, 0, n_cells(t) * sizeof *leaf->hist);
	t->at = leaf;
	par_for(par_pieces(leaf->n, ROWS_PER_PIECE), hist_piece, t);
	for (size_t w = 0; w < par_threads(); w++)
		for (size_t c = 0; c < n_cells(t) && t->used[w]; c++) {
			leaf->hist[c].g += t->part[w * n_cells(t) + c].g;
			leaf->hist[c].h += t->part[w * n_cells(t) + c].h;
		}
}

static void
column_piece(void *arg, size_t column, size_t worker)
{
	struct treegrow *t = arg;

	(void)worker;
	treefind_column(t->bins, &t->how, &t->at->leaf, t->unit, column,
	    t->at->hist + column * TREE_BINS, &t->found[column]);
}

/* The leaf's best split; of equal ones that of the first column. */
static void
find_split(struct treegrow *t, struct grown *leaf)
{
	leaf->best.gain = 0;
	if (leaf->leaf.n < 2 * t->how.min_rows)
		return;
	t->at = leaf;
	par_for(t->bins->n_columns, column_piece, t);
	for (size_t j = 0; j < t->bins->n_columns; j++)
		if (t->found[j].gain > leaf->best.gain)
			leaf->best = t->found[j];
}

/* --- splitting ------------------------------------------------------------ */

static inline int
goes_left(const struct treefind *s, unsigned bin)
{
	if (s->is_category)
		return s->set[bin / 32] >> bin % 32 & 1;
	return bin == 0 ? s->missing_left : bin <= s->bin;
}

/* Rows of a piece, the left ones first, in the piece's place in spare. */
static void
part_piece(void *arg, size_t piece, size_t worker)
{
	struct treegrow *t = arg;
	const size_t first = piece * ROWS_PER_PIECE;
	const size_t n = piece_end(piece, t->at->n) - first;
	const uint32_t *index = t->index + t->at->from + first;
	uint32_t *to = t->spare + t->at->from + first;
	const uint8_t *bin = t->column + t->split->column * t->n;
	uint8_t left[TREE_BINS];
	size_t n_left = 0, n_right = 0;

	(void)worker;
	for (unsigned b = 0; b < TREE_BINS; b++)
		left[b] = (uint8_t)goes_left(t->split, b);
	for (size_t i = 0; i < n; i++) {
		const uint32_t row = index[i];
		const size_t is_left = left[bin[row]];

		/* Right ones from the end on, turned around below. */
		to[is_left ? n_left : n - 1 - n_right] = row;
		n_left += is_left;
		n_right += !is_left;
	}
	for (size_t i = n_left, j = n; i + 1 < j; i++) {
		const uint32_t row = to[i];

		to[i] = to[--j];
		to[j] = row;
	}
	t->lefts[piece] = n_left;
}

/* The rows of a leaf, left ones first, all in their order; returns how many
 * are on the left. */
static size_t
part_rows(struct treegrow *t, const struct grown *leaf,
    const struct treefind *split)
{
	const size_t pieces = par_pieces(leaf->n, ROWS_PER_PIECE);
	size_t left = 0, n_left = 0, right;

	t->at = leaf;
	t->split = split;
	par_for(pieces, part_piece, t);
	for (size_t i = 0; i < pieces; i++)
		n_left += t->lefts[i];
	right = n_left;
	for (size_t i = 0; i < pieces; i++) {
		const size_t first = i * ROWS_PER_PIECE;
		const size_t n = piece_end(i, leaf->n) - first;
		const uint32_t *from = t->spare + leaf->from + first;
		uint32_t *to = t->index + leaf->from;

		memcpy(to + left, from, t->lefts[i] * sizeof *to);
		memcpy(to + right, from + t->lefts[i],
		    (n - t->lefts[i]) * sizeof *to);
		left += t->lefts[i];
		right += n - t->lefts[i];
	}
	return n_left;
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
	const size_t n_left = part_rows(t, left, &best);
	struct treehist *big = left->hist, *small = right->hist;
	struct grown *few, *many;

	put_split(t, out, k, left);
	if (left->above >= 0)
		*(left->is_right ? &out->split[left->above].right :
		    &out->split[left->above].left) = (int32_t)k;
	*right = (struct grown){ .leaf = best.right,
	    .weight = best.right_weight, .from = left->from + n_left,
	    .n = left->n - n_left, .above = (int32_t)k, .is_right = 1 };
	left->leaf = best.left;
	left->weight = best.left_weight;
	left->n = n_left;
	left->above = (int32_t)k;
	left->is_right = 0;
	left->leaf.n = left->n;
	right->leaf.n = right->n;
	t->n_leaves++;
	few = left->n < right->n ? left : right;
	many = few == left ? right : left;
	few->hist = small;
	many->hist = big;
	make_hist(t, few);
	for (size_t c = 0; c < n_cells(t); c++) {
		big[c].g -= small[c].g;
		big[c].h -= small[c].h;
	}
	find_split(t, left);
	find_split(t, right);
}

/* --- a tree --------------------------------------------------------------- */

static void
begin(struct treegrow *t)
{
	struct grown *root = &t->leaf[0];
	int64_t g = 0, h = 0;

	for (size_t i = 0; i < t->how.leaves; i++)
		t->leaf[i].hist = t->memory + i * n_cells(t);
	*root = (struct grown){ .n = t->n, .hist = root->hist, .above = -1 };
	t->n_leaves = 1;
	make_hist(t, root);
	/* Every row has a bin in column 0. */
	for (size_t b = 0; b < TREE_BINS; b++) {
		g += root->hist[b].g;
		h += root->hist[b].h;
	}
	root->leaf = (struct treeleaf){ (double)g * t->unit.g,
	    (double)h * t->unit.h, t->n, -INFINITY, INFINITY };
	find_split(t, root);
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

static void
score_piece(void *arg, size_t leaf, size_t worker)
{
	struct treegrow *t = arg;
	const struct grown *g = &t->leaf[leaf];
	const float add = (float)(g->weight * t->how.rate);

	(void)worker;
	for (size_t i = g->from; i < g->from + g->n; i++)
		t->score[t->index[i]] += add;
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
	size_t next;

	t->g = g;
	t->h = h;
	t->round = round;
	t->score = score;
	tree_init(out, t->how.leaves);
	round_pairs(t);
	begin(t);
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
	}
	par_for(t->n_leaves, score_piece, t);
}
