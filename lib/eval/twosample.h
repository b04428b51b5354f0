#ifndef SRS_TWOSAMPLE_H
#define SRS_TWOSAMPLE_H

/*
 * twosample.h -- two groups of users who are not the same: tests of an
 * experiment, from the groups' sums alone.
 *
 *	struct moments a = { 0 }, b = { 0 };
 *	moments_add(&a, x);			for each user
 *	test = twosample_welch(&b, &a, 0.05);	is b above a?
 */

#include <stddef.h>
#include <stdint.h>

/* Of pairs (x, y); sums are about the first pair, so that they stay small.
 * All zero is none. */
struct moments {
	uint64_t n;
	double x0, y0;			/* the first pair */
	double x, y, xx, yy, xy;	/* sums about it */
};

/* For one number: y is 0. */
void moments_add(struct moments *, double x, double y);

/* What n users with x = 1, of all of n_all, would have added. */
struct moments moments_of_share(uint64_t n, uint64_t n_all);

double moments_mean_x(const struct moments *);
double moments_mean_y(const struct moments *);
double moments_var_x(const struct moments *);	/* n - 1 below; 0 of one */
double moments_var_y(const struct moments *);
double moments_cov(const struct moments *);

/* A difference of two groups. */
struct twosample {
	double a, b;		/* what the groups have */
	double difference;	/* b - a */
	double error;		/* its standard error */
	double df;		/* degrees of freedom; INFINITY: normal */
	double p;		/* two-sided; 1 if error and difference are 0 */
	double low, high;	/* interval at 1 - alpha */
};

/* Means of x: Welch 1947. */
struct twosample twosample_welch(const struct moments *b,
    const struct moments *a, double alpha);

/*
 * Shares of x in {0, 1}: the test pools the groups (it is the chi-squared test
 * of the 2 x 2 table), the interval does not.
 */
struct twosample twosample_shares(const struct moments *b,
    const struct moments *a, double alpha);

/* Ratios sum x / sum y of users, by the delta method (Deng et al. 2018,
 * equation 4). */
struct twosample twosample_ratios(const struct moments *b,
    const struct moments *a, double alpha);

/*
 * Means of x, less what y, a number from before the experiment, explains:
 * CUPED (Deng et al. 2013, equation 4), with one slope for both groups.
 * *explained <- the share of the variance that is gone.
 */
struct twosample twosample_cuped(const struct moments *b,
    const struct moments *a, double alpha, double *explained);

/* The interval of b - a that holds at every look (below), and p. */
struct sequential {
	double low, high;
	double p;
};

/*
 * Always valid: mixture sequential probability ratio test with a normal
 * mixture of variance tau^2 (Robbins 1970; Johari et al. 2017, equations 3 and
 * 8), V being the variance of the difference.  tau is the effect in hand: see
 * twosample_tau().
 */
struct sequential twosample_always(const struct twosample *, double tau,
    double alpha);

/* The mixture's standard deviation: a share of what one user's values have. */
double twosample_tau(const struct moments *b, const struct moments *a);

/* Chi-squared test that counts (n) come from shares (n, that sum to 1). */
double twosample_fit(const uint64_t *count, const double *share, size_t n);

/*
 * Users of each of two equal groups so that a difference is found at alpha with
 * this power, a user's values having variances a and b.
 */
double twosample_users(double difference, double var_a, double var_b,
    double alpha, double power);

/* The least difference that so many users of each group find. */
double twosample_detectable(const struct twosample *, double alpha,
    double power);

#endif
