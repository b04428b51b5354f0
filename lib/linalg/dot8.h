#ifndef SRS_DOT8_H
#define SRS_DOT8_H

/*
 * dot8.h -- products of many rows of small whole numbers with each other, of
 * which only those above a bar are told.
 *
 *	D = dot8_width(k);
 *	b = mem_array("rows", n_groups * DOT8_GROUP, D);
 *	dot8_put(b, D, i, row, k);			for each row
 *	(*dot8_kernel())(a, b, D, n, n_groups, bars, above);
 *
 * A processor multiplies four to sixteen times as many 8-bit numbers in a
 * cycle as floats, and a bit for each product is a 32nd of what a score takes
 * to write.  The kernels (AMX, AVX-512 VNNI, AVX2, plain C) give the same
 * bits.
 */

#include <stddef.h>
#include <stdint.h>

enum {
	DOT8_GROUP = 16,	/* rows of b that stand together */
	DOT8_ROWS = 32,		/* rows of a are a multiple of this, */
	DOT8_GROUPS = 2,	/* groups of b of this, */
	DOT8_STEP = 64,		/* and numbers of a row of this */
	DOT8_MAX = 127		/* numbers are -127 .. 127 */
};

/*
 * Bit j of above (n, n_groups) at u, g <- is <a_u, b_(16 g + j)> > bars_u?
 * a (n, D) row-major, b as dot8_put() leaves it; bars (n).  D is below 2^17.
 */
typedef void dot8_above(const int8_t *a, const int8_t *b, size_t D, size_t n,
    size_t n_groups, const int32_t *bars, uint16_t *above);

/* The best kernel for this machine; or kernel i of those that it can run, the
 * best first, NULL past them. */
dot8_above *dot8_kernel(void);
dot8_above *dot8_kernels(size_t i);

/* k, rounded up. */
size_t dot8_width(size_t k);

/* Puts row (k) into b as its row i; what is behind k stays 0. */
void dot8_put(int8_t *b, size_t D, size_t i, const int8_t *row, size_t k);

#endif
