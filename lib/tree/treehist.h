#ifndef SRS_TREEHIST_H
#define SRS_TREEHIST_H

/*
 * treehist.h -- sums of gradients by bin.
 *
 * A row's pair is 16 bits of gradient, signed, above 16 bits of hessian.  Rows
 * are added as one number of 64 bits, the gradient in its upper half, which
 * holds TREEHIST_ROWS of them; what is kept has 64 bits for each.
 */

#include <stddef.h>
#include <stdint.h>

#include "tree/treebins.h"

enum { TREEHIST_ROWS = 1 << 15 };

struct treehist {
	int64_t g;
	int64_t h;		/* >= 0 */
};

static inline uint32_t
treehist_pair(int g, unsigned h)
{
	return (uint32_t)g << 16 | h;
}

/*
 * sum (columns, TREE_BINS) <- plus the pairs of rows (n_columns, row-major)
 * index[0 .. n - 1], or, with index NULL, first ... first + n - 1.  n is at
 * most TREEHIST_ROWS.  pair (rows) by row.  scratch (columns, TREE_BINS) is
 * overwritten.  About 20 columns a row in 15 ns.
 */
void treehist_add(const uint8_t *rows, size_t n_columns, const uint32_t *pair,
    const uint32_t *index, size_t first, size_t n, int64_t *scratch,
    struct treehist *sum);

#endif
