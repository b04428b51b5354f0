#ifndef SRS_TREEROWS_H
#define SRS_TREEROWS_H

/*
 * treerows.h -- the rows of a table, leaf by leaf, while a tree grows.
 *
 * There are two places for them; a split moves a leaf's rows from one to the
 * other, those of its left part first, in their order.
 */

#include <stddef.h>
#include <stdint.h>

#include "tree/treehist.h"

/* Rows that stand together. */
struct treespan {
	size_t from, n;
	int place;		/* 0 or 1 */
};

/* The units of gradients and hessians in pairs. */
struct treeunit {
	double g, h;
};

struct treerows;

/* bins (n, columns) row-major; a copy by columns is made. */
struct treerows *treerows_new(const uint8_t *bins, size_t n,
    size_t n_columns);
void treerows_free(struct treerows *);

/*
 * All rows, in the order of the table, with pairs of g (n) and h (n) >= 0:
 * both are rounded, at random without bias, to 16 bits of the largest one.
 * `key` names the random numbers.  *sum <- of the pairs.
 */
struct treespan treerows_all(struct treerows *, const float *g,
    const float *h, uint64_t key, struct treeunit *, struct treehist *sum);

const struct treerow *treerows_at(const struct treerows *, struct treespan);

/* *left, *right <- the rows of a span by their bins in a column: is_left
 * (TREE_BINS) is 1 or 0. */
void treerows_split(struct treerows *, struct treespan, size_t column,
    const uint8_t *is_left, struct treespan *left, struct treespan *right);

#endif
