#ifndef SRS_IALS_H
#define SRS_IALS_H

/*
 * ials.h -- implicit alternating least squares (Hu, Koren & Volinsky 2008),
 * in the form of Rendle, Krichene, Zhang & Koren 2022, "Revisiting the
 * performance of iALS on item recommendation benchmarks", eq. 1-5.
 *
 * Minimises over P (users, k) and Q (items, k)
 *
 *	L = sum_(u,i had) c_ui (p_u.q_i - 1)^2
 *	  + alpha0 sum_u sum_i (p_u.q_i)^2
 *	  + lambda sum_u (n_u + alpha0 |items|)^nu |p_u|^2
 *	  + lambda sum_i (n_i + alpha0 |users|)^nu |q_i|^2
 *
 * where c_ui is the weight of what u had (1, or the data's) and n_u and n_i
 * are sums of c.  With Q fixed, each p_u is the solution of a k by k system.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "linalg/csr.h"
#include "linalg/mat.h"
#include "mf/mf.h"

int ials_train(const struct mf_task *, struct mf_result *) SRS_MUST_CHECK;
int ials_load(struct scorer *) SRS_MUST_CHECK;

/* --- a half-step -------------------------------------------------------- */

/* What is the same for all rows while one side is solved. */
struct ials_side {
	const struct mat *Y;	/* (n, k) the side that is fixed */
	const float *gram;	/* (k, k) alpha0 Y'Y, for Cholesky */
	const float *spectrum;	/* (k) its diagonal, where ials_turn() has made
				 * it one; or NULL, for Cholesky */
	double alpha0, lambda, nu;
	size_t block;		/* coordinates of a block */
	size_t steps;		/* of conjugate gradients */
	int has_prior;		/* ials_row() finds in x where it is expected
				 * to be, and the ridge is that of the way
				 * from there */
};

/* lambda (n_x + alpha0 |Y|)^nu of a row with these weights (n). */
double ials_ridge(const struct ials_side *, const float *weights, size_t n);

enum ials_solver { IALS_CHOLESKY, IALS_CG, IALS_BLOCK };
const struct choice *ials_solver_choice(size_t i);

/* Cholesky, unless options->solver says otherwise. */
enum ials_solver ials_solver(const struct mf_options *);

/* gram (k, k) <- alpha0 Y'Y.  O(n k^2), on all threads. */
void ials_gram(const struct mat *Y, double alpha0, float *gram);

/* Floats of scratch that ials_row() needs. */
size_t ials_scratch(size_t k);

/*
 * x (k) <- the minimum of L over one row, which had columns (n) with weights
 * (n, each >= 0; one column may stand there twice):
 *
 *	(alpha0 Y'Y + sum c_i y_i y_i' + lambda (n_x + alpha0 |Y|)^nu I) x
 *	    = sum c_i y_i
 *
 * by Cholesky, in float; *loss <- the row's part of L.  n k^2 + k^3 / 3 flops.
 * Returns -1 (no message) when the matrix is not positive definite, which
 * takes a lambda near 0.
 */
int ials_row(const struct ials_side *, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch, double *loss)
    SRS_MUST_CHECK;

/*
 * Turns Y (n, k) and X (any, k) so that Y'Y is diagonal; spectrum (k) <- its
 * diagonal times alpha0, ascending.  No product of a row of X with one of Y
 * changes, and no length: L stays what it is, while conjugate gradients and
 * blocks get to its minimum with fewer steps.  O((|X| + |Y|) k^2 + k^3).
 * 0, or -1 after a message: numbers that are not finite.
 */
int ials_turn(struct mat *Y, struct mat *X, double alpha0, float *spectrum)
    SRS_MUST_CHECK;

/*
 * The same row, of fewer columns than factors, by n equations in place of k;
 * spectrum must be there, and ials_is_few() say that it can be: there are few,
 * and no axis is without weight.  n^2 k + n^3 / 3 flops.
 */
int ials_is_few(const struct ials_side *, const float *weights, size_t n);
size_t ials_few_scratch(size_t k);
int ials_few_row(const struct ials_side *, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch, double *loss)
    SRS_MUST_CHECK;

/*
 * The same row brought nearer to its solution, by conjugate gradients or block
 * by block; spectrum must be there.  4 n k (steps + 1) flops, or n k (block +
 * 4) + k block^2 / 3.  ials_cg_row() returns what ials_block_row() leaves in
 * *loss, the row's part of L; -1 as ials_row().
 */
size_t ials_cg_scratch(size_t k);
double ials_cg_row(const struct ials_side *, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch);

size_t ials_block_scratch(size_t k, size_t block, size_t longest_row);
int ials_block_row(const struct ials_side *, const uint32_t *columns,
    const float *weights, size_t n, float *x, float *scratch, double *loss)
    SRS_MUST_CHECK;

/*
 * Solves all rows of X (rows, k), which had `had` (rows, |Y|): exactly by
 * Cholesky, or nearer by the others; X and Y are turned.  *loss <- the part of
 * L that depends on X.  With a prior (rows, k), for Cholesky only, the ridge
 * of a row is that of its way from there, rows that had nothing are made 0, so
 * that they say nothing about others, and nothing is turned.  0, or -1 after a
 * message.
 */
int ials_solve(const struct csr *had, struct mat *Y, struct mat *X,
    const struct mat *prior, const struct mf_options *, double *loss)
    SRS_MUST_CHECK;

/* L at P, Q; by_item is the transpose of by_user.  O(n k + (|P| + |Q|) k^2). */
double ials_loss(const struct csr *by_user, const struct csr *by_item,
    const struct mat *P, const struct mat *Q, const struct mf_options *);

#endif
