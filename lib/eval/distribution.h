#ifndef SRS_DISTRIBUTION_H
#define SRS_DISTRIBUTION_H

/*
 * distribution.h -- probabilities and quantiles, by GSL (the GNU Scientific
 * Library), which is included in distribution.c only.
 *
 *	p = distribution_t(t, n - 1);		of |T| >= |t|
 */

#include <stdint.h>

/* P(|Z| >= |z|), Z standard normal. */
double distribution_normal(double z);

/* P(|T| >= |t|), T of Student's distribution with df > 0 degrees. */
double distribution_t(double t, double df);

/* P(X >= x), X of the chi-squared distribution with df > 0 degrees. */
double distribution_chisq(double x, double df);

/* P of what is as unlikely as k of n, or more: chances of 1/2, two-sided. */
double distribution_sign(uint64_t k, uint64_t n);

/* z with P(Z <= z) = p, and the same of Student's distribution; 0 < p < 1. */
double distribution_normal_quantile(double p);
double distribution_t_quantile(double p, double df);

#endif
