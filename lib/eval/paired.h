#ifndef SRS_PAIRED_H
#define SRS_PAIRED_H

/*
 * paired.h -- is one system better than another, or was it luck?  Tests of
 * the differences of their users' values.
 *
 *	struct paired p;
 *	paired_test(a, b, n, &(struct paired_options){ .resamples = 10000,
 *	    .seed = 1, .alpha = 0.05, .power = 0.8 }, &p);
 *	paired_holm(pvalues, n_tests);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"

/* Which of the p-values below counts. */
enum paired_which { PAIRED_RANDOMIZATION, PAIRED_T, PAIRED_WILCOXON,
	PAIRED_SIGN, PAIRED_TESTS };
const struct choice *paired_choice(size_t i);

struct paired_options {
	size_t resamples;	/* of the randomisation test and intervals */
	uint64_t seed;
	double alpha;		/* error of the first kind; 1 - confidence */
	double power;		/* of the difference that can be detected */
};

struct paired {
	size_t n;
	double mean_a, mean_b;
	double difference;	/* mean of a - b */
	double low, high;	/* bootstrap interval of it */
	double p[PAIRED_TESTS];	/* two-sided */
	double effect;		/* mean / standard deviation of a - b: Cohen's
				 * d of paired samples; 0 if all are 0 */
	size_t win, tie, loss;	/* users with a above, at, below b */
	double detectable;	/* the least difference that a t test of alpha
				 * finds with this power, for so many users */
};

/*
 * a, b (n): finite values of the same users.  n may be 0 or 1: then there is
 * nothing to test, p is 1 and detectable INFINITY.
 *
 * Randomisation: signs of the differences are flipped at random (Fisher 1935;
 * Smucker et al. 2007); p = (1 + those as large) / (1 + resamples).
 * t: Student's.  Wilcoxon's signed ranks, without those of 0: exact if there
 * are at most 50 and no ties, else the normal limit with ties corrected, as
 * scipy.  Sign: binomial.  The results are the same for any threads.
 * O(resamples n).
 */
void paired_test(const double *a, const double *b, size_t n,
    const struct paired_options *, struct paired *out);

/* A win is a smaller value: of metrics of which less is better. */
void paired_turn(struct paired *);

/* p (n) <- Holm's (1979) corrected p-values. */
void paired_holm(double *p, size_t n);

/* The parts, for tests: of differences d (n). */
double paired_t(const double *d, size_t n);
double paired_wilcoxon(const double *d, size_t n);
double paired_sign(const double *d, size_t n);
double paired_randomization(const double *d, size_t n, size_t resamples,
    uint64_t seed);

#endif
