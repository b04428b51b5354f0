/* Tests and intervals: SciPy's numbers, and what must hold of them. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/par.h"
#include "base/rng.h"
#include "eval/bootstrap.h"
#include "eval/distribution.h"
#include "eval/paired.h"
#include "eval/twosample.h"
#include "io/rows.h"

enum { MOST = 400 };

static void
assert_close(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%.17g is not %.17g", got, want);
}

static size_t
numbers(struct span text, double x[MOST])
{
	size_t n = 0;

	while (text.p != NULL) {
		assert_true(n < MOST);
		assert_int_equal(num_real(span_cut(&text, ' '), &x[n++]), 0);
	}
	return n;
}

static int
begins(struct span text, const char *with)
{
	const size_t n = strlen(with);

	return text.n >= n && memcmp(text.p, with, n) == 0;
}

static struct twosample
welch_of(const double *x, size_t n)
{
	struct moments a = { 0 }, b = { 0 };

	for (size_t i = 1; i < n; i++)
		moments_add(i <= (size_t)x[0] ? &a : &b, x[i], 0);
	return twosample_welch(&b, &a, 0.05);
}

static void
compare_line(struct span name, const double *want, const double *x, size_t n)
{
	if (begins(name, "paired-")) {
		assert_close(paired_t(x, n), want[0], 1e-9);
		assert_close(paired_wilcoxon(x, n), want[1], 1e-9);
		assert_close(paired_sign(x, n), want[2], 1e-9);
	} else if (begins(name, "welch-")) {
		const struct twosample t = welch_of(x, n);

		assert_close(t.p, want[0], 1e-9);
		assert_close(t.difference / t.error, want[1], 1e-9);
	} else if (begins(name, "proportions")) {
		const struct moments a = moments_of_share((uint64_t)x[0],
		    (uint64_t)x[1]);
		const struct moments b = moments_of_share((uint64_t)x[2],
		    (uint64_t)x[3]);

		assert_close(twosample_shares(&b, &a, 0.05).p, want[0], 1e-9);
	} else if (begins(name, "shares")) {
		uint64_t count[MOST];
		double share[MOST];

		for (size_t i = 0; i < n; i++) {
			count[i] = (uint64_t)x[i];
			share[i] = 1 / (double)n;
		}
		assert_close(twosample_fit(count, share, n), want[0], 1e-9);
	} else if (begins(name, "t-quantile")) {
		assert_close(distribution_t_quantile(x[0], x[1]), want[0],
		    1e-6);
	} else {
		assert_true(begins(name, "normal-quantile"));
		assert_close(distribution_normal_quantile(x[0]), want[0],
		    1e-9);
	}
}

static void
agrees_with_scipy(void **state)
{
	const char *root = getenv("SRS_ROOT");
	struct buf path = BUF_EMPTY;
	struct rows *rows;
	size_t n = 0;

	(void)state;
	buf_format(&path, "%s/testdata/stats-golden.tsv",
	    root != NULL ? root : ".");
	rows = rows_open(buf_cstr(&path), &(struct rows_format){
	    .kind = ROWS_TSV });
	assert_non_null(rows);
	while (rows_next(rows) > 0) {
		double want[MOST], x[MOST];

		numbers(rows_text(rows, 1), want);
		compare_line(rows_text(rows, 0), want, x,
		    numbers(rows_text(rows, 2), x));
		n++;
	}
	assert_int_equal(n, 22);
	rows_close(rows);
	buf_release(&path);
}

static const struct paired_options usual = { 2000, 1, 0.05, 0.8 };

static void
the_same_lists_have_p_1(void **state)
{
	const double a[] = { 0.5, 0, 1, 0.25 };
	struct paired p;

	(void)state;
	paired_test(a, a, 4, &usual, &p);
	for (size_t i = 0; i < PAIRED_TESTS; i++)
		assert_close(p.p[i], 1, 0);
	assert_int_equal(p.tie, 4);
	assert_close(p.effect, 0, 0);
	assert_close(p.detectable, 0, 0);
	paired_test(a, a, 0, &usual, &p);
	for (size_t i = 0; i < PAIRED_TESTS; i++)
		assert_close(p.p[i], 1, 0);
	assert_true(isinf(p.detectable));
}

/* All 2^n flips by hand against as many at random. */
static void
randomization_is_its_definition(void **state)
{
	const double d[] = { 0.3, -0.1, 0.25, 0.6, 0.05, -0.2, 0.4, 0.1 };
	const double sum = 1.4;
	size_t as_large = 0;

	(void)state;
	for (unsigned s = 0; s < 256; s++) {
		double flipped = 0;

		for (unsigned i = 0; i < 8; i++)
			flipped += s >> i & 1 ? d[i] : -d[i];
		as_large += fabs(flipped) >= sum - 1e-9;
	}
	assert_close(paired_randomization(d, 8, 20000, 3),
	    (double)as_large / 256, 0.01);
}

/* Under no difference each test says at 5 % that there is one in about 5 % of
 * experiments: within four standard deviations of 2,000. */
static void
tests_are_wrong_as_often_as_they_say(void **state)
{
	enum { EXPERIMENTS = 2000, USERS = 40 };
	const struct paired_options few = { 200, 1, 0.05, 0.8 };
	size_t said[PAIRED_TESTS] = { 0 }, always = 0;

	(void)state;
	for (uint64_t e = 0; e < EXPERIMENTS; e++) {
		double a[USERS], b[USERS];
		struct moments x = { 0 }, y = { 0 };
		struct twosample t;
		struct paired p;
		struct rng r;

		rng_init(&r, 5, rng_stream("test.stats", e));
		for (size_t u = 0; u < USERS; u++) {
			a[u] = rng_normal(&r);
			b[u] = rng_normal(&r);
			moments_add(&x, a[u], 0);
			moments_add(&y, b[u], 0);
		}
		paired_test(a, b, USERS, &few, &p);
		for (size_t i = 0; i < PAIRED_TESTS; i++)
			said[i] += p.p[i] <= 0.05;
		t = twosample_welch(&x, &y, 0.05);
		always += twosample_always(&t, twosample_tau(&x, &y),
		    0.05).p <= 0.05;
	}
	for (size_t i = 0; i < PAIRED_TESTS; i++) {
		/* The sign test of 40 cannot be wrong just so often. */
		const double least = i == PAIRED_SIGN ? 0.02 : 0.03;

		assert_in_range(said[i], (size_t)(least * EXPERIMENTS),
		    (size_t)(0.07 * EXPERIMENTS));
	}
	assert_true((double)always < 0.05 * EXPERIMENTS);
}

/* Looking after every user rejects no more often than it may. */
static void
always_valid_at_every_look(void **state)
{
	enum { EXPERIMENTS = 300, USERS = 400 };
	size_t rejected = 0, naive = 0;

	(void)state;
	for (uint64_t e = 0; e < EXPERIMENTS; e++) {
		struct moments x = { 0 }, y = { 0 };
		struct rng r;
		int always = 0, peeking = 0;

		rng_init(&r, 6, rng_stream("test.stats", e));
		for (size_t u = 0; u < USERS; u++) {
			struct twosample t;

			moments_add(&x, rng_normal(&r), 0);
			moments_add(&y, rng_normal(&r), 0);
			if (u < 10)
				continue;
			t = twosample_welch(&x, &y, 0.05);
			peeking |= t.p <= 0.05;
			always |= twosample_always(&t, twosample_tau(&x, &y),
			    0.05).p <= 0.05;
		}
		rejected += always != 0;
		naive += peeking != 0;
	}
	assert_true((double)rejected <= 0.05 * EXPERIMENTS);
	assert_true((double)naive > 0.2 * EXPERIMENTS);
}

static void
holm_by_hand(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 };

	(void)state;
	paired_holm(p, 4);
	assert_close(p[3], 0.02, 1e-12);
	assert_close(p[0], 0.03, 1e-12);
	assert_close(p[2], 0.06, 1e-12);
	assert_close(p[1], 0.06, 1e-12);
	p[0] = p[1] = p[2] = p[3] = 0.7;
	paired_holm(p, 4);
	assert_close(p[0], 1, 0);
}

/* The least difference that can be detected is found so often. */
static void
power_is_what_it_says(void **state)
{
	enum { EXPERIMENTS = 1000, USERS = 50 };
	size_t found = 0;

	(void)state;
	for (uint64_t e = 0; e < EXPERIMENTS; e++) {
		/* (t(0.975) + t(0.8)) / root of 50 */
		const double shift = (2.0096 + 0.8489) / sqrt(USERS);
		double d[USERS];
		struct rng r;

		rng_init(&r, 7, rng_stream("test.stats", e));
		for (size_t u = 0; u < USERS; u++)
			d[u] = rng_normal(&r) + shift;
		found += paired_t(d, USERS) <= 0.05;
	}
	assert_in_range(found, 750, 850);
}

/* Bootstrap intervals of means are about those of t, hold missing values, and
 * are the same for any threads. */
static void
bootstrap_of_means(void **state)
{
	enum { N = 400 };
	double x[2 * N], low[2], high[2], low3[2], high3[2];
	unsigned char kept[N];
	const struct bootstrap how = { 4000, 1, 0.05, NULL };
	struct moments m = { 0 };
	struct rng r;
	double half;

	(void)state;
	rng_init(&r, 8, rng_stream("test.stats", 0));
	for (size_t i = 0; i < N; i++) {
		kept[i] = i % 10 != 0;
		x[2 * i] = kept[i] ? rng_normal(&r) : 1e9;
		x[2 * i + 1] = i % 2 ? NAN : 3;
		if (kept[i])
			moments_add(&m, x[2 * i], 0);
	}
	par_set_threads(1);
	bootstrap_means(x, N, 2, kept, &how, low, high);
	par_set_threads(3);
	bootstrap_means(x, N, 2, kept, &how, low3, high3);
	par_set_threads(0);
	assert_memory_equal(low, low3, sizeof low);
	assert_memory_equal(high, high3, sizeof high);
	half = 1.96 * sqrt(moments_var_x(&m) / (double)m.n);
	assert_close(low[0], moments_mean_x(&m) - half, half / 10);
	assert_close(high[0], moments_mean_x(&m) + half, half / 10);
	assert_close(low[1], 3, 0);
	assert_close(high[1], 3, 0);
}

/* The delta method's error is that of many experiments; CUPED takes away what
 * the covariate explains, and leaves the difference. */
static void
ratios_and_covariates(void **state)
{
	enum { EXPERIMENTS = 600, USERS = 200 };
	struct moments ratio = { 0 }, error = { 0 };
	double gone = 0, shift = 0;

	(void)state;
	for (uint64_t e = 0; e < EXPERIMENTS; e++) {
		struct moments a = { 0 }, b = { 0 }, x = { 0 }, y = { 0 };
		struct twosample t;
		struct rng r;
		double explained;

		rng_init(&r, 9, rng_stream("test.stats", e));
		for (size_t u = 0; u < 2 * USERS; u++) {
			const double before = rng_normal(&r);
			const double views = 1 + rng_below(&r, 9);
			const int group = u % 2 != 0;

			moments_add(group ? &b : &a, views *
			    (0.5 + 0.2 * rng_normal(&r)), views);
			moments_add(group ? &y : &x, 2 * before +
			    rng_normal(&r) + 0.3 * group, before);
		}
		t = twosample_ratios(&b, &a, 0.05);
		moments_add(&ratio, t.difference, 0);
		moments_add(&error, t.error, 0);
		t = twosample_cuped(&y, &x, 0.05, &explained);
		gone += explained / EXPERIMENTS;
		shift += t.difference / EXPERIMENTS;
	}
	assert_close(sqrt(moments_var_x(&ratio)), moments_mean_x(&error),
	    0.1 * moments_mean_x(&error));
	assert_close(gone, 0.8, 0.02);		/* 4 of 5 */
	assert_close(shift, 0.3, 0.02);
}

/* A plan's users find the difference with the power that was asked for. */
static void
plans(void **state)
{
	const double n = twosample_users(0.01, 0.1 * 0.9, 0.11 * 0.89, 0.05,
	    0.8);
	struct moments a, b;
	struct twosample t;

	(void)state;
	assert_in_range((size_t)n, 14000, 15500);
	a = moments_of_share((uint64_t)(0.1 * n), (uint64_t)n);
	b = moments_of_share((uint64_t)(0.11 * n), (uint64_t)n);
	t = twosample_shares(&b, &a, 0.05);
	assert_close(twosample_detectable(&t, 0.05, 0.8), 0.01, 1e-4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_scipy),
		cmocka_unit_test(the_same_lists_have_p_1),
		cmocka_unit_test(randomization_is_its_definition),
		cmocka_unit_test(tests_are_wrong_as_often_as_they_say),
		cmocka_unit_test(always_valid_at_every_look),
		cmocka_unit_test(holm_by_hand),
		cmocka_unit_test(power_is_what_it_says),
		cmocka_unit_test(bootstrap_of_means),
		cmocka_unit_test(ratios_and_covariates),
		cmocka_unit_test(plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
