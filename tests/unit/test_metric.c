/* The metrics: examples worked by hand, and what must hold of each. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "eval/metric.h"

#define EXACT 1e-12

static void
assert_close(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%.17g is not %.17g", got, want);
}

static double
list_value(const char *name, const struct metric_list *l)
{
	struct measures m;
	double x;

	assert_int_equal(measures_parse(name, METRIC_LIST, &m), 0);
	x = measure_list(&m.at[0], l);
	measures_release(&m);
	return x;
}

static double
pairs_value(const char *name, enum metric_kind kind,
    const struct metric_pairs *p)
{
	struct measures m;
	double x = NAN;

	assert_int_equal(measures_parse(name, kind, &m), 0);
	assert_int_equal(measure_pairs(&m.at[0], p, "test", &x), 0);
	measures_release(&m);
	return x;
}

#define ASSERT_LIST(name, l, want) \
	assert_close(list_value(name, l), want, EXACT)

/* Relevant: 3 items, of which the list (4 items) has two, at ranks 2 and 3. */
static void
a_short_list(void **state)
{
	const double gain[] = { 0, 1, 1, 0 }, ideal[] = { 1, 1, 1 };
	const struct metric_list l = { gain, 4, ideal, 3, 1, 3 };

	(void)state;
	ASSERT_LIST("precision", &l, 2.0 / 4);
	ASSERT_LIST("precision@2", &l, 1.0 / 2);
	ASSERT_LIST("precision@10", &l, 2.0 / 10);	/* still by k */
	ASSERT_LIST("recall", &l, 2.0 / 3);
	ASSERT_LIST("recall@2", &l, 1.0 / 3);
	ASSERT_LIST("recall_min@2", &l, 1.0 / 2);
	ASSERT_LIST("recall_min@10", &l, 2.0 / 3);
	ASSERT_LIST("recall_min", &l, 2.0 / 3);
	ASSERT_LIST("hr@1", &l, 0);
	ASSERT_LIST("hr@2", &l, 1);
	ASSERT_LIST("mrr", &l, 1.0 / 2);
	ASSERT_LIST("mrr@1", &l, 0);
	ASSERT_LIST("map", &l, (1.0 / 2 + 2.0 / 3) / 3);
	ASSERT_LIST("map@2", &l, 1.0 / 2 / 3);
	ASSERT_LIST("map_min@2", &l, 1.0 / 2 / 2);
	ASSERT_LIST("ndcg@2", &l, 1 / log2(3) / (1 + 1 / log2(3)));
	ASSERT_LIST("ndcg", &l, (1 / log2(3) + 0.5) / (1.5 + 1 / log2(3)));
}

/* Jarvelin & Kekalainen's measure on a list of graded items. */
static void
a_graded_list(void **state)
{
	const double gain[] = { 3, 2, 3, 0, 1, 2 };
	const double ideal[] = { 3, 3, 3, 2, 2, 2, 1 };
	const struct metric_list l = { gain, 6, ideal, 7, 2, 6 };
	const double dcg = 3 + 2 / log2(3) + 3 / 2.0 + 1 / log2(6) +
	    2 / log2(7);
	const double best = 3 + 3 / log2(3) + 3 / 2.0 + 2 / log2(5) +
	    2 / log2(6) + 2 / log2(7);
	const double dcg_exp = 7 + 3 / log2(3) + 7 / 2.0;
	const double best_exp = 7 + 7 / log2(3) + 7 / 2.0;

	(void)state;
	ASSERT_LIST("ndcg@6", &l, dcg / best);
	ASSERT_LIST("ndcg", &l, dcg / (best + 1 / log2(8)));
	ASSERT_LIST("ndcg_exp@3", &l, dcg_exp / best_exp);
	/* Relevant are gains of 2 and more. */
	ASSERT_LIST("recall@6", &l, 4.0 / 6);
	ASSERT_LIST("precision@4", &l, 3.0 / 4);
}

static void
nothing_relevant_or_listed_is_zero(void **state)
{
	static const char *const names[] = { "precision@5", "recall@5",
	    "recall_min@5", "hr@5", "mrr", "map", "map_min@3", "ndcg@5",
	    "ndcg_exp", "precision" };
	const double gain[] = { 0, 0 }, ideal[] = { 1 };
	const struct metric_list none = { gain, 2, NULL, 0, 1, 0 };
	const struct metric_list empty = { NULL, 0, ideal, 1, 1, 1 };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		ASSERT_LIST(names[i], &none, 0);
		ASSERT_LIST(names[i], &empty, 0);
	}
}

/* A perfect list has 1, and moving a better item up never costs anything. */
static void
perfect_lists_and_swaps(void **state)
{
	static const char *const names[] = { "recall_min@5", "hr@5", "mrr",
	    "map", "map_min@5", "ndcg@5", "ndcg", "ndcg_exp@5" };
	enum { N = 8 };
	struct rng r;

	(void)state;
	rng_init(&r, 1, rng_stream("test.metric", 0));
	for (int round = 0; round < 200; round++) {
		double ideal[N], gain[N];
		struct metric_list l = { ideal, N, ideal, N, 1, N };
		const uint32_t at = rng_below(&r, N - 1);

		for (size_t i = 0; i < N; i++)
			ideal[i] = 1 + rng_below(&r, 4);
		for (size_t i = 1; i < N; i++)		/* falling */
			for (size_t j = i; j > 0 && ideal[j] > ideal[j - 1];
			    j--) {
				const double t = ideal[j];

				ideal[j] = ideal[j - 1];
				ideal[j - 1] = t;
			}
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			ASSERT_LIST(names[i], &l, 1);

		for (size_t i = 0; i < N; i++)
			gain[i] = rng_below(&r, 2) ? ideal[i] : 0;
		l.gain = gain;
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
			const double before = list_value(names[i], &l);
			const double a = gain[at], b = gain[at + 1];

			gain[at] = fmax(a, b);
			gain[at + 1] = fmin(a, b);
			assert_true(list_value(names[i], &l) >= before);
			gain[at] = a;
			gain[at + 1] = b;
		}
	}
}

static void
ratings_by_hand(void **state)
{
	const double truth[] = { 1, 2, 4 }, score[] = { 2, 2, 1 };
	const struct metric_pairs p = { truth, score, 3, 0 };
	const double mean = 7.0 / 3;
	const double spread = (1 - mean) * (1 - mean) +
	    (2 - mean) * (2 - mean) + (4 - mean) * (4 - mean);

	(void)state;
	assert_close(pairs_value("mse", METRIC_RATING, &p), 10.0 / 3,
	    EXACT);
	assert_close(pairs_value("rmse", METRIC_RATING, &p),
	    sqrt(10.0 / 3), EXACT);
	assert_close(pairs_value("mae", METRIC_RATING, &p), 4.0 / 3,
	    EXACT);
	assert_close(pairs_value("r2", METRIC_RATING, &p),
	    1 - 10 / spread, EXACT);
}

/* From the definition: a positive beats a negative, or ties with it. */
static double
plain_auc(const double *truth, const double *score, size_t n)
{
	double wins = 0, pairs = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (truth[i] > 0 && !(truth[j] > 0)) {
				pairs++;
				wins += score[i] > score[j] ? 1 :
				    score[i] < score[j] ? 0 : 0.5;
			}
	return wins / pairs;
}

static void
auc_is_its_definition(void **state)
{
	enum { N = 120 };
	double truth[N], score[N], other[N];
	const struct metric_pairs p = { truth, score, N, 0.5 };
	struct rng r;

	(void)state;
	for (uint64_t round = 0; round < 20; round++) {
		double auc;

		rng_init(&r, 2, rng_stream("test.metric", round));
		for (size_t i = 0; i < N; i++) {
			truth[i] = rng_below(&r, 3) == 0;
			score[i] = (double)rng_below(&r, 20) / 20;
		}
		auc = pairs_value("auc", METRIC_LABEL, &p);
		assert_close(auc, plain_auc(truth, score, N), EXACT);
		/* Only the order of the scores matters. */
		for (size_t i = 0; i < N; i++)
			other[i] = exp(3 * score[i]);
		assert_close(pairs_value("auc", METRIC_LABEL,
		    &(struct metric_pairs){ truth, other, N, 0.5 }), auc,
		    EXACT);
		/* Turned around, it is 1 - auc. */
		for (size_t i = 0; i < N; i++)
			other[i] = -score[i];
		assert_close(pairs_value("auc", METRIC_LABEL,
		    &(struct metric_pairs){ truth, other, N, 0.5 }), 1 - auc,
		    EXACT);
	}
}

static void
labels_by_hand(void **state)
{
	const double truth[] = { 1, 0, 1, 1, 0 };
	const double score[] = { 0.9, 0.8, 0.5, 0.4, 0.1 };
	const struct metric_pairs p = { truth, score, 5, 0.5 };

	(void)state;
#define ASSERT_LABEL(name, want) assert_close( \
	    pairs_value(name, METRIC_LABEL, &p), want, EXACT)
	ASSERT_LABEL("accuracy", 3.0 / 5);
	ASSERT_LABEL("precision", 2.0 / 3);
	ASSERT_LABEL("recall", 2.0 / 3);
	ASSERT_LABEL("f1", 2.0 / 3);
	ASSERT_LABEL("auc", 4.0 / 6);
	ASSERT_LABEL("pr_auc", (1 + 2.0 / 3 + 3.0 / 4) / 3);
	ASSERT_LABEL("logloss", -(log(0.9) + log(0.2) + log(0.5) + log(0.4) +
	    log(0.9)) / 5);
	ASSERT_LABEL("brier", (0.01 + 0.64 + 0.25 + 0.36 + 0.01) / 5);
#undef ASSERT_LABEL
}

static void
not_defined_or_no_probability_is_an_error(void **state)
{
	const double ones[] = { 1, 1 }, score[] = { 0.5, 1.5 };
	const struct metric_pairs p = { ones, score, 2, 0.5 };
	struct measures m;
	double x;

	(void)state;
	assert_int_equal(measures_parse("auc,logloss,pr_auc", METRIC_LABEL,
	    &m), 0);
	assert_int_equal(measure_pairs(&m.at[0], &p, "test", &x), -1);
	assert_int_equal(measure_pairs(&m.at[1], &p, "test", &x), -1);
	assert_int_equal(measure_pairs(&m.at[2], &p, "test", &x), 0);
	assert_close(x, 1, EXACT);
	measures_release(&m);
}

/* What is printed does not tell the order of the rows. */
static void
order_of_rows_does_not_show(void **state)
{
	static const char *const names[] = { "rmse", "mae", "r2" };
	enum { N = 2000 };
	static double truth[N], score[N], truth2[N], score2[N];
	const struct metric_pairs a = { truth, score, N, 0.5 };
	const struct metric_pairs b = { truth2, score2, N, 0.5 };
	static uint32_t order[N];
	struct rng r;

	(void)state;
	rng_init(&r, 3, rng_stream("test.metric", 0));
	for (uint32_t i = 0; i < N; i++) {
		truth[i] = rng_normal(&r) * 1e3;
		score[i] = rng_normal(&r);
		order[i] = i;
	}
	rng_shuffle(&r, order, N);
	for (uint32_t i = 0; i < N; i++) {
		truth2[i] = truth[order[i]];
		score2[i] = score[order[i]];
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_close(pairs_value(names[i], METRIC_RATING, &a),
		    pairs_value(names[i], METRIC_RATING, &b), 0);
}

static void
coverage_counts_what_is_shown(void **state)
{
	const uint64_t count[] = { 0, 3, 0, 1 };

	(void)state;
	assert_close(all_coverage(&(struct metric_exposure){ count,
	    4 }), 0.5, EXACT);
	assert_close(all_coverage(&(struct metric_exposure){ NULL,
	    0 }), 0, EXACT);
}

static void
names_are_read_strictly(void **state)
{
	static const char *const bad[] = { "", "ndgc@10", "ndcg@", "ndcg@0",
	    "ndcg@1.5", "ndcg@-1", "ndcg,,mrr", "ndcg,", "auc", "mrr,mrr",
	    "ndcg@10@5" };
	struct measures m;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(measures_parse(bad[i], METRIC_LIST, &m), -1);
		assert_int_equal(m.n, 0);
	}
	assert_int_equal(measures_parse("rmse@10", METRIC_RATING, &m), -1);
	assert_int_equal(measures_parse("ndcg@10,coverage@5,mrr", METRIC_LIST,
	    &m), 0);
	assert_int_equal(m.n, 3);
	assert_int_equal(m.at[0].k, 10);
	assert_string_equal(m.at[0].name, "ndcg@10");
	assert_int_equal(m.at[1].metric->kind, METRIC_CATALOGUE);
	assert_int_equal(m.at[2].k, METRIC_WHOLE);
	assert_int_equal(measures_depth(&m), METRIC_WHOLE);
	measures_release(&m);
	assert_int_equal(measures_parse("hr@3,mrr@20", METRIC_LIST, &m), 0);
	assert_int_equal(measures_depth(&m), 20);
	measures_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_list),
		cmocka_unit_test(a_graded_list),
		cmocka_unit_test(nothing_relevant_or_listed_is_zero),
		cmocka_unit_test(perfect_lists_and_swaps),
		cmocka_unit_test(ratings_by_hand),
		cmocka_unit_test(auc_is_its_definition),
		cmocka_unit_test(labels_by_hand),
		cmocka_unit_test(not_defined_or_no_probability_is_an_error),
		cmocka_unit_test(order_of_rows_does_not_show),
		cmocka_unit_test(coverage_counts_what_is_shown),
		cmocka_unit_test(names_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
