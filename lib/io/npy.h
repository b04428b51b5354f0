#ifndef SRS_NPY_H
#define SRS_NPY_H

/*
 * npy.h -- NumPy's .npy, versions 1 to 3: one dense matrix.
 *
 * Reads little- and big-endian booleans, integers and floats (half, single,
 * double), C and Fortran order, one or two dimensions (a vector is one
 * column), each number rounded to the nearest float; one that is not finite,
 * or too large for a float, is an error, and so are bytes after the last.
 * Memory grows with the data that is there, not with what a header claims.
 */

#include "base/err.h"
#include "io/in.h"
#include "linalg/mat.h"

/* Reads from a stream that in_sniff() called IN_NPY.  0, or -1 after a
 * message; then *out is empty. */
int npy_read(struct in *, struct mat *out) SRS_MUST_CHECK;

/* Writes '<f4', C order.  As out_open() and out_commit(). */
int npy_write(const char *path, int gzip, const struct mat *) SRS_MUST_CHECK;

#endif
