#ifndef SRS_AMX_H
#define SRS_AMX_H

/*
 * amx.h -- products of matrices of floats by the matrix instructions of newer
 * x86 processors, several times as fast as by their vectors.
 *
 *	if (amx_is_there()) {
 *		amx_init(&w, n, k);
 *		amx_pack(&w, first, rows, ...);		all of W, in pieces
 *		amx_update(&w, i, m, j, n, C, ldc);	C -= W_i W_j'
 *		amx_release(&w);
 *	}
 *
 * The instructions multiply numbers of 8 bits (bfloat16) and add in floats.  A
 * float of 24 bits is the sum x = x1 + x2 + x3 of three of them, and of x y the
 * six products x1 y1, x1 y2, x2 y1, x2 y2, x1 y3, x3 y1 are taken, the small
 * ones first; what is left out is below 2^-24 |x y|, as is what floats round.
 * (Henry, Tang & Heinecke 2019, Leveraging the bfloat16 artificial intelligence
 * datatype for higher-precision computations.)
 */

#include <stddef.h>
#include <stdint.h>

enum { AMX_SIDE = 32 };		/* rows of C come in as many */

/* W (n, k) in blocks of 16 rows and 32 columns, x1, x2, x3 of each. */
struct amx_panel {
	size_t k_blocks;
	uint16_t *left;		/* (n / 16, k / 32, 3, 16, 32) of -W */
	uint16_t *right;	/* (n / 16, k / 32, 3, 16, 16, 2) of W, pairs of
				 * columns by rows */
};

/* Has this processor such instructions, and does the system let us use
 * them? */
int amx_is_there(void);

/* What the calling thread does before its instructions for tiles of 16 rows of
 * 64 bytes, and after them; only where amx_is_there(). */
void amx_begin(void);
void amx_end(void);

/* W <- zeros */
void amx_init(struct amx_panel *, size_t n, size_t k);
void amx_release(struct amx_panel *);

/* Rows first .. first + m - 1 of W <- x (m, k), rows ld apart; by_columns: x'
 * (k, m).  first is a multiple of AMX_SIDE; what k leaves of W's columns is
 * 0. */
void amx_pack(struct amx_panel *, size_t first, size_t m, size_t k,
    const float *x, size_t ld, int by_columns);

/*
 * C (m, n), rows ldc apart, <- C - W_i W_j' for the m rows of W from i on and
 * the n from j on, multiples of AMX_SIDE; if i = j, only the lower triangle of
 * C matters.  Takes the calling thread; only where amx_is_there().
 */
void amx_update(const struct amx_panel *, size_t i, size_t m, size_t j,
    size_t n, float *C, size_t ldc);

#endif
