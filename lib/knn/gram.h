#ifndef SRS_GRAM_H
#define SRS_GRAM_H

/*
 * gram.h -- X'X of a sparse X (rows, n), dense, and its inverse with a
 * ridge.
 *
 * The lower triangle is made from the rows of X, summed in double
 * (gramrows.h).  Parallel over its rows.
 */

#include "base/err.h"
#include "base/tick.h"
#include "linalg/csr.h"
#include "linalg/mat.h"

/*
 * P (n, n) <- (X'X + diag(ridge))^-1, both triangles, computed in floats or in
 * doubles (which take 8 n^2 bytes more until it is done).  ridge (n) > 0; xt is
 * the transpose of x, and both have ascending columns; P is there.
 *
 * *error <- how far that is from the inverse: max |P (X'X + diag(ridge)) v - v|
 * for a random v of +1 and -1, before P's doubles become floats; INFINITY if
 * it is not a number.
 *
 * Returns 0, or -1 (no message) when the matrix is not positive definite in
 * this precision.
 */
int gram_inverse(const struct csr *x, const struct csr *xt, const double *ridge,
    int in_double, struct tick *, struct mat *P, double *error)
    SRS_MUST_CHECK;

/* G (n, n) <- X'X, both triangles. */
void gram_full(const struct csr *x, const struct csr *xt, struct mat *G);

#endif
