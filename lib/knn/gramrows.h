#ifndef SRS_GRAMROWS_H
#define SRS_GRAMROWS_H

/*
 * gramrows.h -- rows of X'X of a sparse X (rows, n), one strip of them after
 * the other.
 *
 *	gramrows_init(&g, &x, &xt);
 *	for (first = 0; first < n; first = end)
 *		gramrows_strip(&g, first, end);
 *		for each i, first <= i < end, in parallel:
 *			gramrows_row(&g, i, sum);
 *	gramrows_release(&g);
 *
 * Entry (i, j) is the sum, in double and in their order, over the rows of X
 * that have i and j.  Nearly all of the time is waiting for those rows, a few
 * lines of the cache here and there: a strip knows how much is needed of each,
 * and it is asked for while another is added.
 */

#include <stdint.h>

#include "linalg/csr.h"

/* Of a row of x that has column i: what stands before i, and its value. */
struct gramrows_visit {
	uint64_t from;
	uint32_t n;
	float value;
};

struct gramrows {
	const struct csr *x, *xt;
	uint32_t *before;	/* (rows) entries of a row in earlier strips */
	struct gramrows_visit *visit;	/* (of cap) of the strip's columns */
	size_t cap;
	uint64_t first;		/* entry of xt that visit[0] is about */
};

/* xt is the transpose of x; columns of both ascend, none is there twice, and a
 * row has less than 2^32.  Both stay the caller's. */
void gramrows_init(struct gramrows *, const struct csr *x,
    const struct csr *xt);
void gramrows_release(struct gramrows *);

/* The next strip: rows first .. end - 1 of X'X.  O(their entries in xt). */
void gramrows_strip(struct gramrows *, size_t first, size_t end);

/* sum (i + 1) <- row i of the strip up to the diagonal. */
void gramrows_row(const struct gramrows *, size_t i, double *sum);

#endif
