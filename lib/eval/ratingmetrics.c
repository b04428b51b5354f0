/* Metrics of (rating, prediction) pairs; rows, or users, count once each. */

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "eval/metric.h"
#include "eval/sum.h"

/* 1/n sum (truth - score)^2 */
static double
mse(const struct metric_pairs *p)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const double e = p->truth[i] - p->score[i];

		sum_add(&s, e * e);
	}
	return sum_value(s) / (double)p->n;
}

static double
rmse(const struct metric_pairs *p)
{
	return sqrt(mse(p));
}

/* 1/n sum |truth - score| */
static double
mae(const struct metric_pairs *p)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++)
		sum_add(&s, fabs(p->truth[i] - p->score[i]));
	return sum_value(s) / (double)p->n;
}

/* 1 - sum (truth - score)^2 / sum (truth - mean)^2 */
static double
r2(const struct metric_pairs *p)
{
	struct sum total = { 0, 0 }, square = { 0, 0 };
	double mean;

	for (size_t i = 0; i < p->n; i++)
		sum_add(&total, p->truth[i]);
	mean = sum_value(total) / (double)p->n;
	for (size_t i = 0; i < p->n; i++) {
		const double e = p->truth[i] - mean;

		sum_add(&square, e * e);
	}
	if (!(sum_value(square) > 0))
		return NAN;
	return 1 - mse(p) * (double)p->n / sum_value(square);
}

/* --- users count once each ------------------------------------------------ */

static double
squared(double error)
{
	return error * error;
}

/* The mean over users of last(the mean over their rows of of(error)). */
static double
over_users(const struct metric_pairs *p, double (*of)(double),
    double (*last)(double))
{
	struct sum *sum = mem_array("users", p->n_users, sizeof *sum);
	size_t *n = mem_array("users", p->n_users, sizeof *n);
	struct sum total = { 0, 0 };
	size_t users = 0;

	for (size_t i = 0; i < p->n; i++) {
		sum_add(&sum[p->user[i]], of(p->truth[i] - p->score[i]));
		n[p->user[i]]++;
	}
	for (size_t u = 0; u < p->n_users; u++) {
		double mean;

		if (n[u] == 0)
			continue;
		mean = sum_value(sum[u]) / (double)n[u];
		sum_add(&total, last != NULL ? last(mean) : mean);
		users++;
	}
	free(sum);
	free(n);
	return sum_value(total) / (double)users;
}

static double
mse_user(const struct metric_pairs *p)
{
	return over_users(p, squared, NULL);
}

static double
rmse_user(const struct metric_pairs *p)
{
	return over_users(p, squared, sqrt);
}

static double
mae_user(const struct metric_pairs *p)
{
	return over_users(p, fabs, NULL);
}

/* -------------------------------------------------------------------------- */

static const struct metric table[] = {
	{ .what = { "rmse", "root of the mean squared error", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1, .pairs = rmse },
	{ .what = { "mse", "mean squared error", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1, .is_mean_of_rows = 1,
	  .pairs = mse },
	{ .what = { "mae", "mean absolute error", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1, .is_mean_of_rows = 1,
	  .pairs = mae },
	{ .what = { "r2", "share of the variance that is explained", NULL },
	  .kind = METRIC_RATING, .pairs = r2,
	  .undefined = "all ratings are the same" },
	{ .what = { "rmse_user", "the mean of the users' rmse", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_USERS, .pairs = rmse_user },
	{ .what = { "mse_user", "the mean of the users' mse", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_USERS, .pairs = mse_user },
	{ .what = { "mae_user", "the mean of the users' mae", NULL },
	  .kind = METRIC_RATING, .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_USERS, .pairs = mae_user },
};

const struct metric *
ratingmetric(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}
