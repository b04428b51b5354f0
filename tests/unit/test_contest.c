/* Losses of a target's score among others: their papers' formulas in doubles,
 * and slopes against differences of those. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "nn/contest.h"

static double
sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* The formulas of contest.h as they stand there. */
static double
plain(enum contest rule, double w, double own, const double *s, size_t k)
{
	double all = 0, won = 0, squares = 0, bce = -w * log(sigmoid(own));
	double bpr = 0;

	for (size_t j = 0; j < k; j++) {
		if (s[j] == -INFINITY)
			continue;
		all += exp(s[j]);
		won += exp(s[j]) * sigmoid(own - s[j]);
		squares += exp(s[j]) * s[j] * s[j];
		bce -= log(sigmoid(-s[j]));
		bpr -= log(sigmoid(own - s[j]));
	}
	switch (rule) {
	case CONTEST_SOFTMAX: return -log(exp(own) / (exp(own) + all));
	case CONTEST_BCE: return bce / (double)(k + 1);
	case CONTEST_BPR: return bpr / (double)k;
	case CONTEST_BPR_MAX: break;
	}
	return all > 0 ? -log(won / all) + w * squares / all : 0;
}

/* What is to be compared: some of the others do not take part. */
static void
draw(size_t k, double *s, double *own)
{
	struct rng rng;

	rng_init(&rng, k, 1);
	for (size_t j = 0; j < k; j++)
		s[j] = j % 5 == 3 ? -INFINITY : 6 * rng_real(&rng) - 3;
	*own = 4 * rng_real(&rng) - 2;
}

static void
close_to(double a, double b, const char *what, enum contest rule, size_t k)
{
	if (!(fabs(a - b) <= 2e-5 * (1 + fabs(b))))
		fail_msg("%s of rule %d, %zu others: %g is not %g", what,
		    (int)rule, k, a, b);
}

static void
check(enum contest rule, double w, size_t k)
{
	double *s = mem_array("test", k, sizeof *s), own;
	float *x = mem_array("test", k, sizeof *x);
	const double h = 1e-5;
	float slope;

	draw(k, s, &own);
	slope = (float)own;
	for (size_t j = 0; j < k; j++)
		x[j] = (float)s[j];
	close_to((double)contest_slopes(rule, w, &slope, x, k),
	    plain(rule, w, own, s, k), "loss", rule, k);
	close_to((double)slope, (plain(rule, w, own + h, s, k) -
	    plain(rule, w, own - h, s, k)) / (2 * h), "own slope", rule, k);
	/* of many some, in every place of a vector of 8 or 16 */
	for (size_t j = 0; j < k; j += k < 100 ? 1 : 13) {
		const double at = s[j];
		double up, down;

		s[j] = at + h;
		up = plain(rule, w, own, s, k);
		s[j] = at - h;
		down = plain(rule, w, own, s, k);
		s[j] = at;
		close_to((double)x[j], (up - down) / (2 * h), "slope", rule,
		    k);
	}
	free(s);
	free(x);
}

static void
test_rules(void **state)
{
	static const size_t sizes[] = { 1, 4, 16, 37, 1500 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		check(CONTEST_SOFTMAX, 0, sizes[i]);
		check(CONTEST_BCE, 1, sizes[i]);
		check(CONTEST_BCE, 0.2, sizes[i]);
		check(CONTEST_BPR, 0, sizes[i]);
		check(CONTEST_BPR_MAX, 0, sizes[i]);
		check(CONTEST_BPR_MAX, 0.8, sizes[i]);
	}
}

/* Scores that a float's exponential has no room for; nobody to be told from. */
static void
test_extremes(void **state)
{
	static const double scores[] = { -300, -20, 0, 20, 300 };

	(void)state;
	for (int rule = CONTEST_SOFTMAX; rule <= CONTEST_BPR_MAX; rule++)
		for (size_t i = 0; i < 25; i++) {
			float s[3] = { (float)scores[i / 5], -INFINITY, 1 };
			float own = (float)scores[i % 5];

			assert_true(isfinite(contest_slopes((enum contest)rule,
			    1, &own, s, 3)));
			assert_true(isfinite(own));
			for (size_t j = 0; j < 3; j++)
				assert_true(isfinite(s[j]));
			assert_true(fabsf(s[1]) < 1e-30f);
			s[0] = -INFINITY;
			contest_slopes((enum contest)rule, 1, &own, s, 1);
			assert_true(fabsf(s[0]) < 1e-30f);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
