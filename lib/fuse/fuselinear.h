#ifndef SRS_FUSELINEAR_H
#define SRS_FUSELINEAR_H

/*
 * fuselinear.h -- weights by regression of relevance on the systems' x.
 *
 * With X (n, k) centred, y (n) 0 or 1 centred, and l = 1e-4 of the mean
 * diagonal of A = X'X / n:
 *
 *	ridge		(A + l I) w = X'y / n
 *	nnls		the same minimum with w >= 0 (Lawson & Hanson 1974)
 *	logistic	the minimum over w, b of the mean of log(1 + exp(-+s))
 *			+ l |w|^2 / 2, s = b + x w, by Newton's method
 */

#include <stddef.h>

/* Sums of rows, all that ridge and nnls need. */
struct fusemoments {
	size_t n, k;
	double *A;		/* (k, k) X'X / n + l I, centred */
	double *c;		/* (k) X'y / n, centred */
	double *mean;		/* (k) */
	double l;
};

void fusemoments_make(struct fusemoments *, const float *x, const float *y,
    size_t n, size_t k);
void fusemoments_release(struct fusemoments *);

/* w (k) <- the minimum. */
void fuselinear_ridge(const struct fusemoments *, double *w);
void fuselinear_nnls(const struct fusemoments *, double *w);

/* w (k), *b <- the minimum, from where they are.  y is 1 where it is > 0. */
void fuselinear_logistic(const float *x, const float *y, size_t n, size_t k,
    double l, double *w, double *b);

#endif
