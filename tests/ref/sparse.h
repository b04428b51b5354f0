#ifndef SRS_TEST_SPARSE_H
#define SRS_TEST_SPARSE_H

/* sparse.h -- small sparse matrices for tests, and the plain way to look at
 * them.  Release with csr_release(). */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"

/* cmocka's own compares floats. */
#define assert_near(x, want, epsilon) \
	assert_true(fabs((double)(x) - (double)(want)) <= (double)(epsilon))

/* Each entry is there with probability p, and is 1 or, if `values`, one of
 * 1..5; columns ascend. */
void sparse_random(struct csr *, size_t rows, size_t cols, double p,
    int values, uint64_t seed);

/* The entry, 0 when it is not there. */
double sparse_at(const struct csr *, size_t row, size_t col);

/* out: row r, column c of m is row rows[r], column cols[c]; NULL: unmoved. */
void sparse_permute(const struct csr *m, const uint32_t *rows,
    const uint32_t *cols, struct csr *out);

/* A random order of 0 .. n - 1. */
void sparse_order(uint32_t *order, size_t n, uint64_t seed);

/* x.y / (|x| |y| + shrink m) for the columns a and b of x, m being the mean
 * square of all entries (nearest.h); 0 for two that share nothing. */
double sparse_cosine(const struct csr *x, size_t a, size_t b, double shrink);

#endif
