/* Objectives of lists beside the plain sum over all pairs. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "tree/boostloss.h"

/* The plain sum over all pairs of one query. */
static void
plain_lambdas(const float *score, const float *gain, size_t n,
    size_t truncation, int by_ndcg, double *g, double *h)
{
	double ideal = 0;

	for (size_t i = 0; i < n; i++) {
		size_t better = 0;

		g[i] = h[i] = 0;
		for (size_t j = 0; j < n; j++)
			better += gain[j] > gain[i] || (gain[j] == gain[i] &&
			    j < i);
		if (better < truncation)
			ideal += (double)gain[i] / log2((double)better + 2);
	}
	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++) {
			size_t at[2] = { 0, 0 };
			double d[2], p, delta = 1;

			if (!(gain[a] > gain[b]))
				continue;
			for (size_t j = 0; j < n; j++) {
				at[0] += score[j] > score[a] || (score[j] ==
				    score[a] && j < a);
				at[1] += score[j] > score[b] || (score[j] ==
				    score[b] && j < b);
			}
			for (int k = 0; k < 2; k++)
				d[k] = at[k] < truncation ? 1 /
				    log2((double)at[k] + 2) : 0;
			if (at[0] >= truncation && at[1] >= truncation)
				continue;
			if (by_ndcg)
				delta = (double)(gain[a] - gain[b]) / ideal *
				    fabs(d[0] - d[1]);
			p = 1 / (1 + exp((double)(score[a] - score[b])));
			g[a] -= delta * p;
			g[b] += delta * p;
			h[a] += delta * p * (1 - p);
			h[b] += delta * p * (1 - p);
		}
}

/* Lists short and long (there they are sorted in another way), equal scores,
 * several gains: what the definition says. */
static void
test_plain_lambdas(void **state)
{
	static const char *const of[] = { "pairwise", "lambdamart" };
	static const size_t longs[] = { 1, 2, 33, 100, 300 };
	static float score[300], gains[300], g[300], h[300];
	static double g2[300], h2[300];
	struct rng r;

	(void)state;
	rng_init(&r, 3, rng_stream("test.lambdas", 0));
	for (int k = 0; k < 10; k++) {
		const size_t n = longs[k / 2], one[] = { 0, n };
		struct boost how = BOOST_DEFAULTS;
		struct boost_data d = { .y = gains, .n = n, .query = one,
			.n_queries = 1 };

		how.objective = boost_objective(of[k % 2]);
		how.truncation = 10;
		for (size_t i = 0; i < n; i++) {
			score[i] = (float)rng_below(&r, 20) / 4;
			gains[i] = (float)(rng_below(&r, 4) == 0 ?
			    rng_below(&r, 4) : 0);
		}
		how.objective->slope(&(struct boost_view){ &d, &how, score },
		    g, h);
		plain_lambdas(score, gains, n, k % 2 == 0 ? SIZE_MAX : 10,
		    k % 2, g2, h2);
		for (size_t i = 0; i < n; i++) {
			assert_true(fabs((double)g[i] - g2[i]) < 1e-3);
			assert_true(fabs((double)h[i] - h2[i]) < 1e-3);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_lambdas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
