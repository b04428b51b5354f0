#ifndef SRS_LIKENESS_H
#define SRS_LIKENESS_H

/*
 * likeness.h -- how much alike items are: the cosine of what is known of them,
 * vectors or features.
 *
 *	like = likeness_of_vectors(factors, n_items, dims);
 *	likeness_to(like, room, item, others, n, cosines);
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

/* How many floats of scratch memory likeness_to() needs, all zero; it leaves
 * them so. */
size_t likeness_room(const struct likeness *);

/* out (n) <- the cosine of `item` and each of others (n).  O(n dims), or of
 * features O(those of all of them). */
void likeness_to(const struct likeness *, float *room, uint32_t item,
    const uint32_t *others, size_t n, float *out);

#endif
