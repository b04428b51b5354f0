#ifndef SRS_FUSESTACK_H
#define SRS_FUSESTACK_H

/*
 * fusestack.h -- feature-weighted linear stacking (Sill, Takacs, Mackey & Lin,
 * 2009): weights of systems that are linear in meta-features m,
 *
 *	score = b + sum_s w_s x_s,   w_s = sum_k v_sk m_k,   m_0 = 1
 *
 * which is a linear regression on the products z = x_s m_k.  With Z and y
 * centred, the minimum over v of
 *
 *	|y - Z v|^2 / n + c (1e-4 sum_s v_s0^2 + ridge sum_(s, k > 0) v_sk^2)
 *
 * with c the mean variance of the x: a large ridge leaves weights that are the
 * same for all.
 */

#include <stddef.h>

/*
 * Sums of rows (n, S + K - 1): x of the systems, then m_1 ...; y (n).  They are
 * all that fusestack_solve() needs, and those of several parts can be added.
 */
struct fusestack {
	size_t S, K, D;		/* D = S K: products, those of s together */
	double n;
	double *sum;		/* (D + 2, D + 2) Z'Z with 1 and y as further
				 * columns; lower triangle */
};

void fusestack_init(struct fusestack *, size_t S, size_t K);
void fusestack_release(struct fusestack *);

/* O(n D^2 / 2).  Systems whose `in` (S) is 0 count as 0. */
void fusestack_add(struct fusestack *, const float *rows, const float *y,
    size_t n, const unsigned char *in);

/* No rows; and the sums of both. */
void fusestack_clear(struct fusestack *);
void fusestack_join(struct fusestack *, const struct fusestack *more);

/* The sum of the squared errors of these weights over the rows. */
double fusestack_error(const struct fusestack *, const double *v, double b);

/* v (S, K), *b <- the minimum.  O(D^3). */
void fusestack_solve(const struct fusestack *, double ridge, double *v,
    double *b);

#endif
