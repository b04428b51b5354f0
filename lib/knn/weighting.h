#ifndef SRS_WEIGHTING_H
#define SRS_WEIGHTING_H

/*
 * weighting.h -- how much a thing that two vectors share says about them.
 *
 * The vectors are the rows of a matrix, as documents are to the words in the
 * columns; N rows, n_c of them with column c:
 *
 *	none	w
 *	tfidf	w log(1 + N / n_c)
 *	bm25	w (k1 + 1) / (w + k1 (1 - b + b L / mean L)) *
 *		log(1 + (N - n_c + 1/2) / (n_c + 1/2))
 *
 * where L is the sum of |w| in the row, k1 = 1.2 and b = 0.75 (Robertson &
 * Zaragoza 2009, with the logarithm that cannot be negative; a negative w is
 * weighted by its size).
 *
 * Rows as a whole count by what is in them, see weighting_activity().
 */

#include "base/choice.h"
#include "linalg/csr.h"

const struct choice *weighting_choice(size_t i);

/* What weighting a row needs to know of the other rows. */
struct weighting {
	const struct choice *how;
	double mean_length;
	double *idf;		/* (cols) */
};

/* From the rows of m (N, cols).  O(cols + n). */
void weighting_init(struct weighting *, const struct choice *how,
    const struct csr *m);
void weighting_release(struct weighting *);

/* values (n) of one row <- weighted, indices (n) being its columns. */
void weighting_row(const struct weighting *, const uint32_t *indices,
    float *values, size_t n);

/* Every row of m (rows, cols). */
void weighting_matrix(const struct weighting *, struct csr *m);

/*
 * Rows of x (users, items) <- times sqrt(w_u), so that user u counts w_u in
 * X'X:
 *
 *	w_u = c n_u^power
 *
 * for n_u entries in a row, with the c that leaves the sum of all squares what
 * it was.  With a power of 0 nothing changes.
 */
void weighting_activity(struct csr *x, double power);

#endif
