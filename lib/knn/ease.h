#ifndef SRS_EASE_H
#define SRS_EASE_H

/*
 * ease.h -- the embarrassingly shallow autoencoder (Steck 2019).
 *
 * Finds the B (items, items) with a zero diagonal that minimises
 *
 *	|X - X B|^2 + lambda |B|^2
 *
 * (eq. 1), X (users, items) being what users had.  In closed form (eq. 8):
 *
 *	G = X'X + lambda I,  P = G^-1,  B_ij = -P_ij / P_jj for i != j.
 *
 * With a share p of what users had left out again and again while the rest is
 * to tell it (EDLAE, Steck 2020, eq. 9), p / (1 - p) (X'X)_ii is added to
 * lambda, so that an item is held back the more, the more had it.
 */

#include "base/err.h"
#include "knn/knn.h"
#include "linalg/csr.h"
#include "linalg/mat.h"

/*
 * The lambda for those who have not chosen one: 30 sum x^2 / sqrt(items * n)
 * for n values x; 30 sqrt(mean number of users of an item) where all are 1.
 * It is what full rankings of MovieLens 100K (228), 1M (491) and Amazon Beauty
 * (107) are good at, judged by held-out interactions that were not the test's.
 */
double ease_lambda(const struct csr *x);

/* (items) lambda + dropout / (1 - dropout) (X'X)_ii; the caller frees. */
double *ease_ridge(const struct csr *x, double lambda, double dropout);

/* What solving took. */
struct ease_report {
	int is_double;		/* floats were not enough */
	double error;		/* of P G v = v, for a random v of +-1 */
};

/*
 * B <- the solution, (items, items) and owned by the caller.  x has ascending
 * columns; lambda > 0; 0 <= dropout < 1.
 *
 * Method: G from the sparse rows, summed in double, and its inverse in the same
 * place (spdinv.h), in floats.  A probe tells how good that is; when
 * it is not, everything is done again in doubles.  Memory: 4 items^2 bytes,
 * and 12 for doubles; needing more than `memory` is an error, made before any
 * is taken.  O(sum of squares of the rows' lengths + items^3).
 */
int ease_solve(const struct csr *x, double lambda, double dropout,
    size_t memory, struct tick *, struct mat *B, struct ease_report *)
    SRS_MUST_CHECK;

/*
 * W (items, items) <- of each column of B the `top` weights that are largest
 * in size (of equal ones those whose item has the higher rank); rows ascend.
 */
void ease_top(const struct mat *B, size_t top, const uint32_t *ranks,
    struct csr *W);

int ease_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;

#endif
