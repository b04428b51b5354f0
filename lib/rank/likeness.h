#ifndef SRS_LIKENESS_H
#define SRS_LIKENESS_H

/*
 * likeness.h -- how much alike items are: the cosine of what is known of them,
 * vectors or features.
 *
 *	like = likeness_of_vectors(factors, n_items, dims);
 *	likeness_gather(like, &near, items, n);
 *	likeness_to(like, &near, place, cosines);	with items[place]
 *	likeness_near_release(&near);
 *
 * An item of which nothing is known (all zero) is like none: 0, to itself too.
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"

struct likeness;

/* Item i has row i of x (n_items, dims), or of a sparse matrix (n_items,
 * features), which are copied. */
struct likeness *likeness_of_vectors(const float *x, size_t n_items,
    size_t dims);
struct likeness *likeness_of_features(const struct csr *);
void likeness_free(struct likeness *);

/* Items that are compared with each other: all zero at first, one for each
 * thread. */
struct likeness_near {
	const uint32_t *items;	/* (n) the caller's */
	size_t n;
	float *x;		/* (n, dims of cap), or (features) all zero */
	size_t cap;
};

/* For these items (n) from now on.  O(n dims); nothing for features. */
void likeness_gather(const struct likeness *, struct likeness_near *,
    const uint32_t *items, size_t n);
void likeness_near_release(struct likeness_near *);

/* out (n) <- the cosine of the item at `place` and each of them.  O(n dims),
 * or of features O(those of all of them). */
void likeness_to(const struct likeness *, struct likeness_near *,
    size_t place, float *out);

#endif
