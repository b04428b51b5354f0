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

/* A row of the table and its pair. */
struct treerow {
	uint32_t row, pair;
};

static inline uint32_t
treehist_pair(int g, unsigned h)
{
	return (uint32_t)g << 16 | h;
}

/*
 * sum (columns, TREE_BINS) <- plus the pairs of row (n).  bins (rows, columns)
 * row-major.  No more than TREEHIST_ROWS may be added to a sum before it is
 * moved.
 */
void treehist_add(const uint8_t *bins, size_t n_columns,
    const struct treerow *row, size_t n, int64_t *sum);

/* to (n) <- plus sum (n), which is 0 then. */
void treehist_move(int64_t *sum, size_t n, struct treehist *to);

#endif
