#ifndef SRS_TREEGROW_H
#define SRS_TREEGROW_H

/*
 * treegrow.h -- one tree, leaf by leaf, from histograms (Ke et al., "LightGBM:
 * a highly efficient gradient boosting decision tree", NIPS 2017).
 *
 * A leaf with sums G of the gradients and H of the hessians of its rows gets
 * w = -G / (H + l2), which lowers the objective by G^2 / 2 (H + l2).  The leaf
 * whose best split lowers it most is split next.  Sums are over whole numbers:
 * gradients and hessians are rounded, at random without bias, to 16 bits of
 * the largest one, so that no order of adding them, and no number of threads,
 * changes anything.  A leaf's histogram is its parent's less its sibling's.
 */

#include <stddef.h>
#include <stdint.h>

#include "tree/forest.h"
#include "tree/treebins.h"

struct treegrow_options {
	size_t leaves;		/* at most; >= 2 */
	size_t min_rows;	/* in a leaf, about: by hessians */
	double min_hessian;
	double min_gain;
	double l2;
	double rate;		/* what leaves are multiplied by */
	/* (columns) 1, -1: predictions do not fall, rise with it; 0 or NULL:
	 * anything */
	const signed char *monotone;
	uint64_t seed;		/* of the rounding */
};

struct treegrow;

/* Rows are bins (n, columns); both must stay. */
struct treegrow *treegrow_new(const struct treebins *, const uint8_t *rows,
    size_t n, const struct treegrow_options *);
void treegrow_free(struct treegrow *);

/*
 * *out <- a tree for gradients g (n) and hessians h (n) >= 0, to be released
 * by the caller; `round` numbers it.  score (n) <- plus the leaf of each
 * row.  A tree of one leaf (of value 0) when nothing can be split.
 */
void treegrow_tree(struct treegrow *, const float *g, const float *h,
    size_t round, struct tree *out, float *score);

#endif
