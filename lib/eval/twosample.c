#include <assert.h>
#include <math.h>

#include "eval/distribution.h"
#include "eval/twosample.h"

void
moments_add(struct moments *m, double x, double y)
{
	if (m->n++ == 0) {
		m->x0 = x;
		m->y0 = y;
	}
	x -= m->x0;
	y -= m->y0;
	m->x += x;
	m->y += y;
	m->xx += x * x;
	m->yy += y * y;
	m->xy += x * y;
}

struct moments
moments_of_share(uint64_t n, uint64_t n_all)
{
	return (struct moments){ .n = n_all, .x = (double)n,
	    .xx = (double)n };
}

double
moments_mean_x(const struct moments *m)
{
	return m->x0 + m->x / (double)m->n;
}

double
moments_mean_y(const struct moments *m)
{
	return m->y0 + m->y / (double)m->n;
}

/* (sum of products - product of sums / n) / (n - 1) */
static double
about_mean(const struct moments *m, double products, double s, double t)
{
	if (m->n < 2)
		return 0;
	return (products - s * t / (double)m->n) / (double)(m->n - 1);
}

double
moments_var_x(const struct moments *m)
{
	return fmax(about_mean(m, m->xx, m->x, m->x), 0);
}

double
moments_var_y(const struct moments *m)
{
	return fmax(about_mean(m, m->yy, m->y, m->y), 0);
}

double
moments_cov(const struct moments *m)
{
	return about_mean(m, m->xy, m->x, m->y);
}

/* --- tests ---------------------------------------------------------------- */

static double
tail(double t, double df)
{
	return isinf(df) ? distribution_normal(t) : distribution_t(t, df);
}

static double
quantile(double p, double df)
{
	return isinf(df) ? distribution_normal_quantile(p) :
	    distribution_t_quantile(p, df);
}

/* From values, the variances of these values, and degrees of freedom. */
static struct twosample
compare(double b, double a, double var_b, double var_a, double df,
    double alpha)
{
	struct twosample t = { .a = a, .b = b, .difference = b - a,
	    .error = sqrt(var_b + var_a), .df = df };
	const double half = t.error > 0 ? quantile(1 - alpha / 2, df) *
	    t.error : 0;

	t.p = t.error > 0 ? tail(t.difference / t.error, df) :
	    fabs(t.difference) > 0 ? 0 : 1;
	t.low = t.difference - half;
	t.high = t.difference + half;
	return t;
}

/* Degrees of freedom of the sum of variances of means (Welch 1947). */
static double
welch_df(double var_b, double n_b, double var_a, double n_a)
{
	const double both = var_b + var_a;

	if (!(both > 0))
		return INFINITY;
	return both * both / (var_b * var_b / (n_b - 1) +
	    var_a * var_a / (n_a - 1));
}

struct twosample
twosample_welch(const struct moments *b, const struct moments *a,
    double alpha)
{
	const double n_b = (double)b->n, n_a = (double)a->n;
	const double var_b = moments_var_x(b) / n_b;
	const double var_a = moments_var_x(a) / n_a;

	assert(b->n > 1 && a->n > 1);
	return compare(moments_mean_x(b), moments_mean_x(a), var_b, var_a,
	    welch_df(var_b, n_b, var_a, n_a), alpha);
}

struct twosample
twosample_shares(const struct moments *b, const struct moments *a,
    double alpha)
{
	const double n_b = (double)b->n, n_a = (double)a->n;
	const double p_b = moments_mean_x(b), p_a = moments_mean_x(a);
	const double both = (p_b * n_b + p_a * n_a) / (n_b + n_a);
	const double pooled = sqrt(both * (1 - both) * (1 / n_b + 1 / n_a));
	struct twosample t = compare(p_b, p_a, p_b * (1 - p_b) / n_b,
	    p_a * (1 - p_a) / n_a, INFINITY, alpha);

	t.p = pooled > 0 ? distribution_normal(t.difference / pooled) : 1;
	return t;
}

/* Variance of mean x / mean y: (var x - 2 r cov + r^2 var y) / (n mean y^2). */
static double
ratio_variance(const struct moments *m)
{
	const double y = moments_mean_y(m), r = moments_mean_x(m) / y;

	return fmax(moments_var_x(m) - 2 * r * moments_cov(m) +
	    r * r * moments_var_y(m), 0) / ((double)m->n * y * y);
}

struct twosample
twosample_ratios(const struct moments *b, const struct moments *a,
    double alpha)
{
	return compare(moments_mean_x(b) / moments_mean_y(b),
	    moments_mean_x(a) / moments_mean_y(a), ratio_variance(b),
	    ratio_variance(a), INFINITY, alpha);
}

struct twosample
twosample_cuped(const struct moments *b, const struct moments *a,
    double alpha, double *explained)
{
	const double w_b = (double)(b->n - 1), w_a = (double)(a->n - 1);
	const double n_b = (double)b->n, n_a = (double)a->n;
	const double var_y = w_b * moments_var_y(b) + w_a * moments_var_y(a);
	const double slope = var_y > 0 ? (w_b * moments_cov(b) +
	    w_a * moments_cov(a)) / var_y : 0;
	const double mean_y = (n_b * moments_mean_y(b) +
	    n_a * moments_mean_y(a)) / (n_b + n_a);
	double rest[2], before = 0, after = 0;

	for (int g = 0; g < 2; g++) {
		const struct moments *m = g == 0 ? b : a;

		rest[g] = fmax(moments_var_x(m) - 2 * slope * moments_cov(m) +
		    slope * slope * moments_var_y(m), 0);
		before += moments_var_x(m) / (double)m->n;
		after += rest[g] / (double)m->n;
	}
	*explained = before > 0 ? 1 - after / before : 0;
	return compare(moments_mean_x(b) - slope * (moments_mean_y(b) -
	    mean_y), moments_mean_x(a) - slope * (moments_mean_y(a) - mean_y),
	    rest[0] / n_b, rest[1] / n_a, welch_df(rest[0] / n_b, n_b,
	    rest[1] / n_a, n_a), alpha);
}

/* --- at every look -------------------------------------------------------- */

double
twosample_tau(const struct moments *b, const struct moments *a)
{
	enum { SHARE = 10 };	/* effects of a tenth of a deviation */

	return sqrt((moments_var_x(b) + moments_var_x(a)) / 2) / SHARE;
}

/*
 * The likelihood ratio of the mixture is sqrt(V / (V + tau^2)) exp(tau^2 d^2 /
 * (2 V (V + tau^2))); p is 1 / it, and the interval is where it stays below
 * 1 / alpha.
 */
struct sequential
twosample_always(const struct twosample *t, double tau, double alpha)
{
	const double v = t->error * t->error, m = tau * tau;
	struct sequential s = { t->difference, t->difference, 1 };
	double half, log_ratio;

	if (!(v > 0) || !(m > 0))
		return s;
	half = sqrt(v * (v + m) / m * (log((v + m) / v) - 2 * log(alpha)));
	log_ratio = log(v / (v + m)) / 2 + m * t->difference * t->difference /
	    (2 * v * (v + m));
	s.low -= half;
	s.high += half;
	s.p = fmin(exp(-log_ratio), 1);
	return s;
}

/* --- shares and plans ----------------------------------------------------- */

double
twosample_fit(const uint64_t *count, const double *share, size_t n)
{
	double all = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		all += (double)count[i];
	for (size_t i = 0; i < n; i++) {
		const double e = all * share[i], d = (double)count[i] - e;

		sum += d * d / e;
	}
	return distribution_chisq(sum, (double)n - 1);
}

double
twosample_users(double difference, double var_a, double var_b, double alpha,
    double power)
{
	const double z = distribution_normal_quantile(1 - alpha / 2) +
	    distribution_normal_quantile(power);

	return ceil(z * z * (var_a + var_b) / (difference * difference));
}

double
twosample_detectable(const struct twosample *t, double alpha, double power)
{
	return (quantile(1 - alpha / 2, t->df) + quantile(power, t->df)) *
	    t->error;
}
