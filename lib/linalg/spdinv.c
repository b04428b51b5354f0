#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/amx.h"
#include "linalg/blas.h"
#include "linalg/spdinv.h"

enum {
	BLOCK = 256,		/* columns of a sweep */
	TILE = 768,		/* rows and columns of a piece of step 2, */
	EVEN = AMX_SIDE,	/* cut at multiples of this */
	ROWS = 256,		/* rows of a piece of the other steps */
	COPY = 64		/* rows and columns of the last step */
};

/* Rows or columns first .. end - 1 */
struct range {
	size_t first, end;
};

/* Step 2 for these rows and columns. */
struct tile {
	struct range rows, cols;
};

struct sweep {
	size_t n;
	float *A;		/* (n, n) lower triangle */
	struct range K, next;	/* the blocks of this sweep and of the next */
	float *M, *next_M;	/* (BLOCK, BLOCK) theirs */
	float *W;		/* (n, width of K), see struct part */
	struct amx_panel *packed;	/* the same; NULL: blas.h is to do */
	struct range *ranges;	/* (n_ranges) all but K, ascending */
	struct tile *tiles;	/* (n_tiles) all but that of `next` */
	size_t n_ranges, n_tiles;
	int is_indefinite;	/* next has no M */
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
width_of(struct range r)
{
	return r.end - r.first;
}

/* --- the panel ------------------------------------------------------------ */

/*
 * Rows of W, or of A's columns of K, as A has them: above K, where they are
 * columns of K's rows, k by k, and below it row by row.
 */
struct part {
	float *x;
	size_t ld;
	int is_columns;
};

static struct part
part_of_panel(const struct sweep *s, size_t row)
{
	const size_t b = width_of(s->K);

	if (row < s->K.first)
		return (struct part){ s->W + row, s->K.first, 1 };
	return (struct part){ s->W + row * b, b, 0 };
}

static struct part
part_of_matrix(const struct sweep *s, size_t row)
{
	const size_t k = s->K.first;

	if (row < k)
		return (struct part){ s->A + k * s->n + row, s->n, 1 };
	return (struct part){ s->A + row * s->n + k, s->n, 0 };
}

static void
copy_part(const struct sweep *s, struct range rows, struct part from,
    struct part to)
{
	const size_t b = width_of(s->K), m = width_of(rows);
	const size_t lines = from.is_columns ? b : m;
	const size_t length = from.is_columns ? m : b;

	for (size_t i = 0; i < lines; i++)
		memcpy(to.x + i * to.ld, from.x + i * from.ld,
		    length * sizeof *to.x);
}

/* Rows p <- p M', or p M */
static void
times_factor(const struct sweep *s, struct range rows, struct part p,
    int is_transposed)
{
	const size_t b = width_of(s->K), m = width_of(rows);

	if (p.is_columns)
		blas_trmm_left(!is_transposed, b, m, s->M, b, p.x, p.ld);
	else
		blas_trmm(is_transposed, m, b, s->M, b, p.x, p.ld);
}

/* Step 1 */
static void
make_rows(const struct sweep *s, struct range rows)
{
	const struct part w = part_of_panel(s, rows.first);

	copy_part(s, rows, part_of_matrix(s, rows.first), w);
	times_factor(s, rows, w, 1);
	if (s->packed != NULL)
		amx_pack(s->packed, rows.first, width_of(rows),
		    width_of(s->K), w.x, w.ld, w.is_columns);
}

/* Step 3 */
static void
put_rows(const struct sweep *s, struct range rows)
{
	const struct part v = part_of_matrix(s, rows.first);

	copy_part(s, rows, part_of_panel(s, rows.first), v);
	times_factor(s, rows, v, 0);
}

/* Step 4 */
static void
put_block(const struct sweep *s)
{
	const size_t b = width_of(s->K), n = s->n;
	float *a = s->A + s->K.first * n + s->K.first;

	for (size_t k = 0; k < b; k++)
		memcpy(a + k * n, s->M + k * b, (k + 1) * sizeof *a);
	blas_lauum(b, a, n);
	for (size_t k = 0; k < b; k++)
		for (size_t j = 0; j <= k; j++)
			a[k * n + j] = -a[k * n + j];
}

/* Calls `what` for the rows of a piece before K, and for those after it. */
static void
for_rows(const struct sweep *s, size_t piece,
    void (*what)(const struct sweep *, struct range))
{
	const size_t first = piece * ROWS, k = s->K.first;
	const size_t left = s->n - s->K.end;

	if (first < k)
		what(s, (struct range){ first, least(first + ROWS, k) });
	if (first < left)
		what(s, (struct range){ s->K.end + first,
		    s->K.end + least(first + ROWS, left) });
}

static void
panel_piece(void *arg, size_t piece, size_t worker)
{
	(void)worker;
	for_rows(arg, piece, make_rows);
}

/* --- the rest of the matrix ----------------------------------------------- */

/* Step 2 */
static void
update_tile(const struct sweep *s, struct tile t)
{
	const size_t b = width_of(s->K), m = width_of(t.rows);
	const struct part w = part_of_panel(s, t.rows.first);
	const struct part v = part_of_panel(s, t.cols.first);
	float *a = s->A + t.rows.first * s->n + t.cols.first;

	if (s->packed != NULL)
		amx_update(s->packed, t.rows.first, m, t.cols.first,
		    width_of(t.cols), a, s->n);
	else if (t.rows.first != t.cols.first)
		blas_gemm(w.is_columns, !v.is_columns, m, width_of(t.cols), b,
		    -1, w.x, w.ld, v.x, v.ld, 1, a, s->n);
	else if (w.is_columns)
		blas_syrk(m, b, -1, w.x, w.ld, 1, a, s->n);
	else
		blas_syrk_rows(m, b, -1, w.x, w.ld, 1, a, s->n);
}

/* next_M <- L^-1 for the next K: 0, or -1. */
static int
factor_next(const struct sweep *s)
{
	const size_t first = s->next.first, b = width_of(s->next);

	for (size_t k = 0; k < b; k++)
		memcpy(s->next_M + k * b, s->A + (first + k) * s->n + first,
		    (k + 1) * sizeof *s->next_M);
	return blas_potrf(b, s->next_M, b) != 0 ? -1 :
	    blas_trtri(b, s->next_M, b);
}

/* What takes longest for what it is comes first: the next sweep is readied, and
 * K put; then the tiles; then the panel's way back. */
static void
update_piece(void *arg, size_t piece, size_t worker)
{
	struct sweep *s = arg;

	(void)worker;
	if (piece == 0 && width_of(s->next) > 0) {
		update_tile(s, (struct tile){ s->next, s->next });
		s->is_indefinite = factor_next(s) != 0;
	} else if (piece == 1) {
		put_block(s);
	} else if (piece >= 2 + s->n_tiles) {
		for_rows(s, piece - 2 - s->n_tiles, put_rows);
	} else if (piece >= 2) {
		update_tile(s, s->tiles[piece - 2]);
	}
}

/* Adds ranges of about TILE that cover `all`. */
static void
cut(struct sweep *s, struct range all)
{
	const size_t parts = par_pieces(width_of(all), TILE);

	for (size_t i = 0, from = all.first; i < parts; i++) {
		const size_t to = i + 1 == parts ? all.end : all.first +
		    width_of(all) * (i + 1) / parts / EVEN * EVEN;

		s->ranges[s->n_ranges++] = (struct range){ from, to };
		from = to;
	}
}

/* The tiles of a sweep: the small ones of the diagonal come last. */
static void
cut_tiles(struct sweep *s)
{
	s->n_ranges = s->n_tiles = 0;
	cut(s, (struct range){ 0, s->K.first });
	cut(s, s->next);
	cut(s, (struct range){ s->next.end, s->n });
	for (size_t i = 0; i < s->n_ranges; i++)
		for (size_t j = 0; j < i; j++)
			s->tiles[s->n_tiles++] = (struct tile){
			    s->ranges[i], s->ranges[j] };
	for (size_t i = 0; i < s->n_ranges; i++)
		if (s->ranges[i].first != s->next.first)
			s->tiles[s->n_tiles++] = (struct tile){
			    s->ranges[i], s->ranges[i] };
}

static void
sweep_block(struct sweep *s)
{
	const size_t above = s->K.first, below = s->n - s->K.end;
	const size_t pieces = par_pieces(above > below ? above : below, ROWS);

	cut_tiles(s);
	par_for(pieces, panel_piece, s);
	par_for(2 + s->n_tiles + pieces, update_piece, s);
}

/* Rows and columns c of A (n, n) <- what is in rows r, columns c. */
static void
mirror_block(float *A, size_t n, struct range r, struct range c)
{
	for (size_t i = r.first; i < r.end; i++)
		for (size_t j = c.first; j < c.end; j++)
			A[i * n + j] = -A[i * n + j];
	for (size_t j = c.first; j < c.end; j++)
		for (size_t i = r.first; i < r.end; i++)
			A[j * n + i] = A[i * n + j];
}

/* A <- -A for the rows of a piece, lower triangle, and the same above; the
 * longest rows come first. */
static void
mirror_piece(void *arg, size_t piece, size_t worker)
{
	const struct sweep *s = arg;
	const size_t n = s->n;
	const size_t first = (par_pieces(n, COPY) - 1 - piece) * COPY;
	const struct range rows = { first, least(first + COPY, n) };

	(void)worker;
	for (size_t c = 0; c < first; c += COPY)
		mirror_block(s->A, n, rows, (struct range){ c, c + COPY });
	for (size_t i = first; i < rows.end; i++)
		for (size_t j = first; j <= i; j++)
			s->A[j * n + i] = s->A[i * n + j] = -s->A[i * n + j];
}

/* The block that follows; empty at the end. */
static struct range
following(const struct sweep *s, size_t first)
{
	return (struct range){ first, least(first + BLOCK, s->n) };
}

static void
take_next(struct sweep *s)
{
	float *const M = s->M;

	s->K = s->next;
	s->M = s->next_M;
	s->next_M = M;
	s->next = following(s, s->K.end);
}

int
spdinv(size_t n, float *A, struct tick *tick)
{
	struct sweep s = { .n = n, .A = A };
	struct amx_panel packed;
	const size_t ranges = par_pieces(n, TILE) + 3;

	s.M = mem_array("an inverse", BLOCK * BLOCK, sizeof *s.M);
	s.next_M = mem_array("an inverse", BLOCK * BLOCK, sizeof *s.M);
	s.W = mem_array("an inverse", n, BLOCK * sizeof *s.W);
	s.ranges = mem_array("an inverse", ranges, sizeof *s.ranges);
	s.tiles = mem_array("an inverse", ranges, ranges * sizeof *s.tiles);
	if (amx_is_there()) {
		amx_init(&packed, n, BLOCK);
		s.packed = &packed;
	}
	s.next = following(&s, 0);
	s.is_indefinite = factor_next(&s) != 0;
	for (take_next(&s); width_of(s.K) > 0 && !s.is_indefinite;
	    take_next(&s)) {
		tick_at(tick, s.K.first, n);
		sweep_block(&s);
	}
	par_for(par_pieces(n, COPY), mirror_piece, &s);
	free(s.M);
	free(s.next_M);
	free(s.W);
	free(s.ranges);
	free(s.tiles);
	if (s.packed != NULL)
		amx_release(s.packed);
	return s.is_indefinite ? -1 : 0;
}
