#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "tree/treerows.h"

enum {
	ROWS_PER_PIECE = 8192,
	G_MOST = 32766,		/* one less than fits, for the rounding up */
	H_MOST = 65534
};

struct treerows {
	size_t n, n_columns;
	const uint8_t *bins;	/* (n, columns) */
	uint8_t *column;	/* (columns, n) the same */
	struct treerow *at[2];	/* (n) */
	/* for the loops */
	const float *g, *h;
	float *most;		/* (pieces, 2) largest g and h */
	struct treehist *sum;	/* (pieces) of the pairs */
	uint64_t key;
	struct treeunit unit;
	struct treespan span;
	const uint8_t *bin, *is_left;
	uint8_t *left;		/* (n) of each place in the span: left? */
	size_t *lefts;		/* (pieces + 1) how many; then those before */
};

/* --- all of them ---------------------------------------------------------- */

static size_t
piece_end(size_t piece, size_t n)
{
	const size_t end = (piece + 1) * ROWS_PER_PIECE;

	return end < n ? end : n;
}

static void
turn_piece(void *arg, size_t piece, size_t worker)
{
	struct treerows *t = arg;
	const size_t p = t->n_columns;

	(void)worker;
	for (size_t j = 0; j < p; j++)
		for (size_t i = piece * ROWS_PER_PIECE;
		    i < piece_end(piece, t->n); i++)
			t->column[j * t->n + i] = t->bins[i * p + j];
}

struct treerows *
treerows_new(const uint8_t *bins, size_t n, size_t n_columns)
{
	struct treerows *t = mem_array("rows", 1, sizeof *t);
	const size_t pieces = par_pieces(n, ROWS_PER_PIECE);

	t->n = n;
	t->n_columns = n_columns;
	t->bins = bins;
	t->column = mem_array("bins", n * n_columns, 1);
	par_for(pieces, turn_piece, t);
	for (int i = 0; i < 2; i++)
		t->at[i] = mem_array("rows", n, sizeof *t->at[i]);
	t->most = mem_array("gradients", pieces * 2, sizeof *t->most);
	t->sum = mem_array("gradients", pieces, sizeof *t->sum);
	t->left = mem_array("rows", n, 1);
	t->lefts = mem_array("rows", pieces + 1, sizeof *t->lefts);
	return t;
}

void
treerows_free(struct treerows *t)
{
	if (t == NULL)
		return;
	free(t->column);
	free(t->at[0]);
	free(t->at[1]);
	free(t->most);
	free(t->sum);
	free(t->left);
	free(t->lefts);
	free(t);
}

const struct treerow *
treerows_at(const struct treerows *t, struct treespan span)
{
	return t->at[span.place] + span.from;
}

static void
most_piece(void *arg, size_t piece, size_t worker)
{
	struct treerows *t = arg;
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

static inline int
floor_of(float x)
{
	const int k = (int)x;

	return k - ((float)k > x);
}

/* Rounded up or down by chance, so that the mean stays. */
static void
round_piece(void *arg, size_t piece, size_t worker)
{
	struct treerows *t = arg;
	const float by_g = t->unit.g > 0 ? (float)(1 / t->unit.g) : 0;
	const float by_h = t->unit.h > 0 ? (float)(1 / t->unit.h) : 0;
	struct treehist sum = { 0, 0 };

	(void)worker;
	for (size_t i = piece * ROWS_PER_PIECE; i < piece_end(piece, t->n);
	    i++) {
		const uint64_t r = hash_mix(t->key, i);
		const float up_g = (float)(uint32_t)(r >> 40) * 0x1p-24f;
		const float up_h = (float)(uint32_t)(r & 0xffffff) * 0x1p-24f;
		const int g = floor_of(t->g[i] * by_g + up_g);
		const int h = floor_of(t->h[i] * by_h + up_h);

		t->at[0][i] = (struct treerow){ (uint32_t)i,
		    treehist_pair(g, (unsigned)h) };
		sum.g += g;
		sum.h += h;
	}
	t->sum[piece] = sum;
}

struct treespan
treerows_all(struct treerows *t, const float *g, const float *h, uint64_t key,
    struct treeunit *unit, struct treehist *sum)
{
	const size_t pieces = par_pieces(t->n, ROWS_PER_PIECE);
	double most_g = 0, most_h = 0;

	t->g = g;
	t->h = h;
	t->key = key;
	par_for(pieces, most_piece, t);
	for (size_t i = 0; i < pieces; i++) {
		most_g = fmax(most_g, (double)t->most[i * 2]);
		most_h = fmax(most_h, (double)t->most[i * 2 + 1]);
	}
	*unit = t->unit = (struct treeunit){ most_g / G_MOST,
	    most_h / H_MOST };
	par_for(pieces, round_piece, t);
	*sum = (struct treehist){ 0, 0 };
	for (size_t i = 0; i < pieces; i++) {
		sum->g += t->sum[i].g;
		sum->h += t->sum[i].h;
	}
	return (struct treespan){ 0, t->n, 0 };
}

/* --- splitting ------------------------------------------------------------ */

static void
look_piece(void *arg, size_t piece, size_t worker)
{
	struct treerows *t = arg;
	const struct treerow *row = treerows_at(t, t->span);
	uint8_t *left = t->left + t->span.from;
	size_t n_left = 0;

	(void)worker;
	for (size_t i = piece * ROWS_PER_PIECE;
	    i < piece_end(piece, t->span.n); i++) {
		left[i] = t->is_left[t->bin[row[i].row]];
		n_left += left[i];
	}
	t->lefts[piece] = n_left;
}

/* lefts[piece] is how many of the span's rows before the piece are left ones,
 * lefts[pieces] how many there are. */
static void
move_piece(void *arg, size_t piece, size_t worker)
{
	struct treerows *t = arg;
	const struct treespan *span = &t->span;
	const struct treerow *row = treerows_at(t, *span);
	struct treerow *to = t->at[!span->place] + span->from;
	const uint8_t *left = t->left + span->from;
	const size_t first = piece * ROWS_PER_PIECE;
	const size_t n_left = t->lefts[par_pieces(span->n, ROWS_PER_PIECE)];
	size_t l = t->lefts[piece], r = n_left + first - l;

	(void)worker;
	for (size_t i = first; i < piece_end(piece, span->n); i++) {
		const size_t is_left = left[i];

		to[r ^ ((l ^ r) & (0 - is_left))] = row[i];
		l += is_left;
		r += 1 - is_left;
	}
}

void
treerows_split(struct treerows *t, struct treespan span, size_t column,
    const uint8_t *is_left, struct treespan *left, struct treespan *right)
{
	const size_t pieces = par_pieces(span.n, ROWS_PER_PIECE);
	size_t n_left = 0;

	t->span = span;
	t->bin = t->column + column * t->n;
	t->is_left = is_left;
	par_for(pieces, look_piece, t);
	for (size_t i = 0; i < pieces; i++) {
		const size_t here = t->lefts[i];

		t->lefts[i] = n_left;
		n_left += here;
	}
	t->lefts[pieces] = n_left;
	par_for(pieces, move_piece, t);
	*left = (struct treespan){ span.from, n_left, !span.place };
	*right = (struct treespan){ span.from + n_left, span.n - n_left,
	    !span.place };
}
