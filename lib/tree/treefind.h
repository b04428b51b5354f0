#ifndef SRS_TREEFIND_H
#define SRS_TREEFIND_H

/*
 * treefind.h -- the best split of a leaf, from its histogram.
 */

#include <stddef.h>
#include <stdint.h>

#include "tree/treebins.h"
#include "tree/treegrow.h"
#include "tree/treerows.h"

/* A leaf: sums in real numbers, and what its weight must lie between. */
struct treeleaf {
	double g, h;
	size_t n;		/* rows */
	double low, high;
};

struct treefind {
	double gain;		/* 0: there is no split */
	uint32_t column;
	uint8_t is_category, missing_left, bin;
	uint32_t set[TREE_BINS / 32];	/* categories: bins on the left */
	struct treeleaf left, right;	/* n by hessians, about */
	double left_weight, right_weight;
};

/* The weight of a leaf, within its bounds. */
double treefind_weight(const struct treeleaf *, double l2);

/* *out <- the best split of `leaf` on one column, hist (TREE_BINS).  Of equal
 * ones that with the lowest bin. */
void treefind_column(const struct treebins *, const struct treegrow_options *,
    const struct treeleaf *leaf, struct treeunit, size_t column,
    const struct treehist *hist, struct treefind *out);

#endif
