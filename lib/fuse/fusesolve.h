#ifndef SRS_FUSESOLVE_H
#define SRS_FUSESOLVE_H

/* fusesolve.h -- small linear systems, and the minimum of a convex function of
 * a few numbers. */

#include <stddef.h>

/* x (n) <- B^-1 c, B (n, n) positive definite, which is destroyed; 0 when it is
 * not. */
void fusesolve_spd(double *B, const double *c, size_t n, double *x);

/*
 * The value of a function at v (k), with g (k) <- its slope there and H (k, k)
 * <- its second derivatives, of which the lower triangle is read.
 */
typedef double fusesolve_sum(void *arg, const double *v, double *g, double *H);

/*
 * The mean of a function that n parts of the data give sums of: each of
 * fusesolve_part_size(k) numbers, its slope (k), second derivatives (k, k) and
 * value.  g, H <- the sums times by, in the order of the parts.
 */
size_t fusesolve_part_size(size_t k);
double fusesolve_gather(const double *parts, size_t n, size_t k, double by,
    double *g, double *H);

/*
 * v (k) <- where the function is least, from where it is: Newton's method, each
 * step halved until the value falls; it ends when no slope is over 1e-10, or
 * no step is any better.
 */
void fusesolve_newton(size_t k, fusesolve_sum *, void *arg, double *v);

#endif
