#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/spdinv.h"

enum {
	BLOCK = 256,		/* columns of a sweep */
	TILE = 512,		/* rows and columns of a piece of step 1, */
	LARGE_TILE = 1024,	/* and where there are many, which are */
	MANY = 8 * LARGE_TILE,	/* packed less often then */
	DIAGONAL = 128,		/* what is not cut any more */
	ROWS = 128,		/* rows of a piece of the other steps */
	COPY = 32		/* rows and columns of the last step */
};

struct sweep {
	size_t n;
	float *A;		/* (n, n) lower triangle */
	size_t tile;
	size_t first, width;	/* the block K */
	float *P;		/* (width, width) */
	float *U, *V;		/* (n, width); rows of K are zero */
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Rows of U, of which those above K are columns of its rows. */
static void
gather_rows(const struct sweep *s, size_t first, size_t end)
{
	const size_t n = s->n, b = s->width;

	for (size_t i = first; i < end; i++) {
		float *u = s->U + i * b;

		if (i >= s->first + b)
			memcpy(u, s->A + i * n + s->first, b * sizeof *u);
		else if (i < s->first)
			for (size_t k = 0; k < b; k++)
				u[k] = s->A[(s->first + k) * n + i];
		else
			memset(u, 0, b * sizeof *u);
	}
}

/* V <- U P */
static void
make_panel(void *arg, size_t piece, size_t worker)
{
	const struct sweep *s = arg;
	const size_t b = s->width;
	const size_t first = piece * ROWS, end = least(first + ROWS, s->n);

	(void)worker;
	gather_rows(s, first, end);
	blas_gemm(0, 0, end - first, b, b, 1, s->U + first * b, b, s->P, b, 0,
	    s->V + first * b, b);
}

/* Step 1 for the rows first .. end - 1, columns from .. to - 1 */
static void
update_tile(const struct sweep *s, size_t first, size_t end, size_t from,
    size_t to)
{
	const size_t b = s->width;

	if (first >= end || from >= to)
		return;
	blas_gemm(0, 1, end - first, to - from, b, -1, s->V + first * b, b,
	    s->U + from * b, b, 1, s->A + first * s->n + from, s->n);
}

/* A tile on the diagonal: its lower half, and what is little above that. */
static void
update_diagonal(const struct sweep *s, size_t first, size_t end)
{
	const size_t half = first + (end - first) / 2;

	if (end - first <= DIAGONAL) {
		update_tile(s, first, end, first, end);
		return;
	}
	update_diagonal(s, first, half);
	update_tile(s, half, end, first, half);
	update_diagonal(s, half, end);
}

/* Pieces are numbered by rows of tiles: 0; 1 2; 3 4 5; ... */
static void
update_piece(void *arg, size_t piece, size_t worker)
{
	const struct sweep *s = arg;
	size_t row = 0, first, end;

	(void)worker;
	while (piece > row)
		piece -= ++row;
	first = row * s->tile;
	end = least(first + s->tile, s->n);
	if (piece == row)
		update_diagonal(s, first, end);
	else
		update_tile(s, first, end, piece * s->tile,
		    (piece + 1) * s->tile);
}

/* Step 2; what step 1 did to the rows and columns of K is overwritten. */
static void
put_panel(void *arg, size_t piece, size_t worker)
{
	const struct sweep *s = arg;
	const size_t n = s->n, b = s->width, last = s->first + b;
	const size_t first = piece * ROWS, end = least(first + ROWS, n);

	(void)worker;
	for (size_t i = first; i < end; i++) {
		const float *v = s->V + i * b;

		if (i >= last)
			memcpy(s->A + i * n + s->first, v, b * sizeof *v);
		else if (i < s->first)
			for (size_t k = 0; k < b; k++)
				s->A[(s->first + k) * n + i] = v[k];
	}
}

/* P <- A_KK^-1: 0, or -1. */
static int
invert_block(const struct sweep *s)
{
	const size_t b = s->width;

	for (size_t k = 0; k < b; k++)
		memcpy(s->P + k * b, s->A + (s->first + k) * s->n + s->first,
		    (k + 1) * sizeof *s->P);
	return blas_potrf(b, s->P, b) != 0 ? -1 : blas_potri(b, s->P, b);
}

/* Step 3 */
static void
put_block(const struct sweep *s)
{
	for (size_t k = 0; k < s->width; k++)
		for (size_t j = 0; j <= k; j++)
			s->A[(s->first + k) * s->n + s->first + j] =
			    -s->P[k * s->width + j];
}

static int
sweep_block(struct sweep *s)
{
	const size_t rows = par_pieces(s->n, s->tile);

	if (invert_block(s) != 0)
		return -1;
	par_for(par_pieces(s->n, ROWS), make_panel, s);
	par_for(rows * (rows + 1) / 2, update_piece, s);
	par_for(par_pieces(s->n, ROWS), put_panel, s);
	put_block(s);
	return 0;
}

/* A <- -A for the rows of a piece, lower triangle, and the same above. */
static void
mirror_piece(void *arg, size_t piece, size_t worker)
{
	const struct sweep *s = arg;
	const size_t n = s->n, first = piece * COPY;
	const size_t end = least(first + COPY, n);

	(void)worker;
	for (size_t c = 0; c < end; c += COPY)
		for (size_t i = first; i < end; i++)
			for (size_t j = c; j <= i && j < c + COPY; j++) {
				const float x = -s->A[i * n + j];

				s->A[i * n + j] = x;
				s->A[j * n + i] = x;
			}
}

int
spdinv(size_t n, float *A, struct tick *tick)
{
	struct sweep s = { .n = n, .A = A,
		.tile = n < MANY ? TILE : LARGE_TILE };
	int status = 0;

	s.P = mem_array("an inverse", BLOCK * BLOCK, sizeof *s.P);
	s.U = mem_array("an inverse", n, BLOCK * sizeof *s.U);
	s.V = mem_array("an inverse", n, BLOCK * sizeof *s.V);
	for (; s.first < n && status == 0; s.first += s.width) {
		s.width = least(BLOCK, n - s.first);
		tick_at(tick, s.first, n);
		status = sweep_block(&s);
	}
	par_for(par_pieces(n, COPY), mirror_piece, &s);
	free(s.P);
	free(s.U);
	free(s.V);
	return status;
}
