#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "eval/distribution.h"

/* GSL ends the program where a probability underflows, unless told not to. */
static void
keep_going(void)
{
	gsl_set_error_handler_off();
}

double
distribution_normal(double z)
{
	return erfc(fabs(z) / M_SQRT2);
}

/* I_x(df/2, 1/2) at x = df / (df + t^2) */
double
distribution_t(double t, double df)
{
	assert(df > 0);
	keep_going();
	if (isinf(t))
		return 0;
	return gsl_cdf_beta_P(df / (df + t * t), df / 2, 0.5);
}

double
distribution_chisq(double x, double df)
{
	double p;

	assert(df > 0);
	keep_going();
	p = x > 0 ? gsl_cdf_chisq_Q(x, df) : 1;
	return isnan(p) ? 0 : p;
}

double
distribution_sign(uint64_t k, uint64_t n)
{
	const uint64_t less = k < n - k ? k : n - k;

	assert(k <= n && n <= UINT32_MAX);
	keep_going();
	return n == 0 ? 1 : fmin(2 * gsl_cdf_binomial_P((unsigned)less, 0.5,
	    (unsigned)n), 1);
}

double
distribution_normal_quantile(double p)
{
	assert(p > 0 && p < 1);
	return gsl_cdf_ugaussian_Pinv(p);
}

double
distribution_t_quantile(double p, double df)
{
	assert(p > 0 && p < 1 && df > 0);
	keep_going();
	return gsl_cdf_tdist_Pinv(p, df);
}
