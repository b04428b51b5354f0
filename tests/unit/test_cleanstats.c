/* Rules for numbers that look at all rows: against sorting and plain sums, on
 * ratings and on numbers that stand in a text, in memory and on the disk. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/num.h"
#include "base/rng.h"
#include "prep/clean.h"
#include "prep/cleanspill.h"
#include "prep/cleanstats.h"
#include "prep/quantile.h"
#include "tests/ref/stored.h"

enum { ROWS = 3000, USERS = 40, TEXT = CLEAN_FIELDS + 1 };

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Every rank of numbers of all sizes and signs is what sorting says. */
static void
quantiles_are_those_of_a_sort(void **state)
{
	enum { N = 501 };
	double x[N];
	struct rng r;

	(void)state;
	rng_init(&r, 2, rng_stream("test.quantile", 0));
	for (int i = 0; i < N; i++)
		x[i] = i % 3 == 0 ? floor(5 * rng_real(&r))
		    : rng_normal(&r) * exp(30 * rng_normal(&r));
	for (uint64_t k = 0; k < N; k += 5) {
		const uint64_t rank[] = { k, N - 1 - k, N / 2 };
		struct quantile q;
		double got[3];

		quantile_begin(&q, rank, 3);
		do
			for (int i = 0; i < N; i++)
				quantile_add(&q, x[i]);
		while (quantile_again(&q));
		for (size_t i = 0; i < 3; i++)
			got[i] = quantile_value(&q, i);
		quantile_release(&q);
		if (k == 0)
			qsort(x, N, sizeof *x, compare);
		for (size_t i = 0; i < 3; i++)
			assert_true(got[i] >= x[rank[i]] &&
			    got[i] <= x[rank[i]]);
	}
}

/* Ratings, and the same numbers in the second column of a text; each tenth is
 * missing. */
static struct cleanstore *
store(double *x, int is_out)
{
	static const struct cleanstore_columns has = { 1, 0, 1, 0, 0, 1 };
	struct cleanstore *s = cleanstore_new(&has);
	struct rng r;

	rng_init(&r, 1, rng_stream("test.cleanstats", 0));
	for (int i = 0; i < ROWS; i++) {
		const uint32_t u = rng_below(&r, USERS);
		char user[16], item[16], text[64];

		x[i] = i % 10 == 7 ? NAN : (double)(float)(u % 5 +
		    rng_normal(&r) * (i % 97 == 0 ? 50 : 1));
		snprintf(user, sizeof user, "u%u", u);
		snprintf(item, sizeof item, "i%u", rng_below(&r, 9));
		if (isnan(x[i]))
			snprintf(text, sizeof text, "\ta\t\tb");
		else
			snprintf(text, sizeof text, "\ta\t%.17g\tb", x[i]);
		stored_add(s, &(struct cleanstore_row){ span_of(user),
		    span_of(item), span_of(""), span_of(text), (float)x[i], 1,
		    0 });
		if (is_out && i == ROWS / 2)
			assert_int_equal(cleanspill_out(s), 0);
	}
	return s;
}

struct column {
	struct cleanstore *store;
	double *x;		/* (n) */
	uint32_t *user;		/* (n) */
	size_t n;
};

static void
see(void *arg, const struct cleanblock *b, size_t i, double x)
{
	struct column *c = arg;

	c->user[c->n] = b->user[i];
	c->x[c->n++] = x;
}

static size_t
read_back(struct cleanstore *s, size_t at, double *x, uint32_t *user)
{
	struct column c = { s, x, user, 0 };

	assert_int_equal(cleanseries_read(&(struct cleanseries){ s, at }, see,
	    &c), 0);
	return c.n;
}

static void
near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-9 * (1 + fabs(want))))
		fail_msg("%.17g, not %.17g", got, want);
}

/* The quantile of sorted numbers, on the line between two of them. */
static double
quantile(const double *sorted, size_t n, double share)
{
	const double place = (double)(n - 1) * share;
	const size_t k = (size_t)place;

	return sorted[k] + (place - (double)k) *
	    (sorted[k + (k < n - 1)] - sorted[k]);
}

static void
bounds_are_those_of_a_sort(void **state)
{
	double x[ROWS], d[ROWS], lo, hi, sum = 0, squares = 0, q1, q3, m, mad;
	size_t n = 0;

	(void)state;
	for (size_t at = CLEAN_RATING; at <= TEXT; at += TEXT - CLEAN_RATING) {
		struct cleanstore *s = store(x, at == TEXT);
		const struct cleanseries series = { s, at };

		n = 0;
		for (int i = 0; i < ROWS; i++)
			if (!isnan(x[i]))
				x[n++] = x[i];
		qsort(x, n, sizeof *x, compare);
		sum = squares = 0;
		for (size_t i = 0; i < n; i++)
			sum += x[i];
		for (size_t i = 0; i < n; i++)
			squares += pow(x[i] - sum / (double)n, 2);
		assert_int_equal(cleanstats_bounds(&series, CLEANVALUE_ZSCORE,
		    3, &lo, &hi), 0);
		near((lo + hi) / 2, sum / (double)n);
		near((hi - lo) / 6, sqrt(squares / (double)n));
		q1 = quantile(x, n, 0.25);
		q3 = quantile(x, n, 0.75);
		assert_int_equal(cleanstats_bounds(&series, CLEANVALUE_IQR,
		    1.5, &lo, &hi), 0);
		near(lo, q1 - 1.5 * (q3 - q1));
		near(hi, q3 + 1.5 * (q3 - q1));
		m = quantile(x, n, 0.5);
		for (size_t i = 0; i < n; i++)
			d[i] = fabs(x[i] - m);
		qsort(d, n, sizeof *d, compare);
		mad = quantile(d, n, 0.5);
		assert_int_equal(cleanstats_bounds(&series, CLEANVALUE_MAD,
		    3.5, &lo, &hi), 0);
		near(lo, m - 3.5 * mad / 0.67448975019608171);
		near(hi, m + 3.5 * mad / 0.67448975019608171);
		cleanstore_free(s);
	}
}

static void
what_is_outside_is_clipped_or_goes(void **state)
{
	double x[ROWS], y[ROWS];
	uint32_t user[ROWS];

	(void)state;
	for (int clips = 0; clips < 2; clips++) {
		struct cleanstore *s = store(x, 0);
		const struct cleanseries series = { s, TEXT };
		uint64_t outside;
		size_t n, k = 0;

		assert_int_equal(cleanstats_bound(&series, -2, 5, clips,
		    &outside), 0);
		n = read_back(s, TEXT, y, user);
		assert_int_equal(n + (clips ? 0 : outside), ROWS);
		assert_true(outside > 0);
		for (int i = 0; i < ROWS; i++) {
			const int is_out = x[i] < -2 || x[i] > 5;

			if (is_out && !clips)
				continue;
			if (isnan(x[i]))
				assert_true(isnan(y[k]));
			else
				near(y[k], is_out ? x[i] < -2 ? -2 : 5 : x[i]);
			k++;
		}
		cleanstore_free(s);
	}
}

/* Centred by user, each user's mean is 0; standardised, the spread is 1. */
static void
means_are_zero_and_spreads_one(void **state)
{
	static const enum cleanvalue_normal hows[] = { CLEANVALUE_CENTER,
		CLEANVALUE_USER_CENTER, CLEANVALUE_STANDARD,
		CLEANVALUE_USER_STANDARD };
	double x[ROWS], y[ROWS];
	uint32_t user[ROWS];

	(void)state;
	for (size_t h = 0; h < 4; h++) {
		struct cleanstore *s = store(x, h == 1);
		const struct cleanseries series = { s, TEXT };
		const int by_user = h % 2 == 1;

		assert_int_equal(cleanstats_normalize(&series, hows[h]), 0);
		assert_int_equal(read_back(s, TEXT, y, user), ROWS);
		for (uint32_t u = 0; u < (by_user ? USERS : 1); u++) {
			double sum = 0, squares = 0, n = 0;

			for (int i = 0; i < ROWS; i++) {
				if (isnan(y[i]) || (by_user && user[i] != u))
					continue;
				sum += y[i];
				squares += y[i] * y[i];
				n++;
			}
			near(sum / n, 0);
			if (h >= 2)
				near(squares / n, 1);
		}
		/* the rest of the text is as it was */
		{
			struct buf text = BUF_EMPTY;
			const struct cleanstore_row row = stored_get(s, 7,
			    &text);

			assert_true(span_is(row.text, "\ta\t\tb"));
			buf_release(&text);
		}
		cleanstore_free(s);
	}
}

static void
minmax_is_from_0_to_1(void **state)
{
	double x[ROWS], y[ROWS], min = INFINITY, max = -INFINITY;
	uint32_t user[ROWS];
	struct cleanstore *s = store(x, 0);
	const struct cleanseries series = { s, CLEAN_RATING };

	(void)state;
	assert_int_equal(cleanstats_normalize(&series, CLEANVALUE_MINMAX), 0);
	read_back(s, CLEAN_RATING, y, user);
	for (int i = 0; i < ROWS; i++) {
		min = y[i] < min ? y[i] : min;
		max = y[i] > max ? y[i] : max;
		assert_int_equal(isnan(x[i]) != 0, isnan(y[i]) != 0);
	}
	assert_true(min >= 0 && min <= 0 && max >= 1 && max <= 1);
	/* once more changes nothing; and equal numbers become 0 */
	assert_int_equal(cleanstats_normalize(&series, CLEANVALUE_MINMAX), 0);
	read_back(s, CLEAN_RATING, x, user);
	for (int i = 0; i < ROWS; i++)
		assert_true(isnan(x[i]) || (x[i] >= y[i] && x[i] <= y[i]));
	cleanstore_free(s);
}

static void
means_are_filled_in(void **state)
{
	double x[ROWS], y[ROWS], sum = 0, n = 0;
	double user_sum[USERS] = { 0 }, user_n[USERS] = { 0 };
	uint32_t user[ROWS];
	uint64_t filled;

	(void)state;
	for (int by_user = 0; by_user < 2; by_user++) {
		struct cleanstore *s = store(x, by_user);
		const struct cleanseries series = { s, TEXT };

		read_back(s, TEXT, x, user);
		assert_int_equal(cleanstats_fill(&series, by_user
		    ? CLEANVALUE_USER_MEAN : CLEANVALUE_MEAN, &filled), 0);
		assert_int_equal(filled, ROWS / 10);
		for (int i = 0; i < ROWS && !by_user; i++) {
			if (isnan(x[i]))
				continue;
			sum += x[i];
			n++;
			user_sum[user[i]] += x[i];
			user_n[user[i]]++;
		}
		read_back(s, TEXT, y, user);
		for (int i = 0; i < ROWS; i++)
			near(y[i], !isnan(x[i]) ? x[i] : by_user
			    ? user_sum[user[i]] / user_n[user[i]] : sum / n);
		cleanstore_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_a_sort),
		cmocka_unit_test(bounds_are_those_of_a_sort),
		cmocka_unit_test(what_is_outside_is_clipped_or_goes),
		cmocka_unit_test(means_are_zero_and_spreads_one),
		cmocka_unit_test(minmax_is_from_0_to_1),
		cmocka_unit_test(means_are_filled_in)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
