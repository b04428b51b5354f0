/* The metrics: examples worked by hand, and what must hold of each. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/rng.h"
#include "eval/metric.h"
#include "io/rows.h"

#define EXACT 1e-12

/* All gains are below the largest of anyone. */
#define LIST(gains, length, best, n_best, least, wanted) { .gain = (gains), \
	.n = (length), .ideal = (best), .n_ideal = (n_best), \
	.relevant = (least), .n_relevant = (wanted), .max_gain = 4 }
#define PAIRS(truths, scores, rows, limit) { .truth = (truths), \
	.score = (scores), .n = (rows), .threshold = (limit) }

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

static double
all_value(const char *name, const struct metric_exposure *e)
{
	struct measures m;
	double x;

	assert_int_equal(measures_parse(name, METRIC_LIST, &m), 0);
	x = m.at[0].metric->all(e);
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
	const struct metric_list l = LIST(gain, 4, ideal, 3, 1,
	    3);

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

/* Users refuse an item that is judged and not relevant. */
static void
other_measures_by_hand(void **state)
{
	const double gain[] = { 0, 2, 0, 4 }, ideal[] = { 4, 2, 2 };
	const unsigned char refused[] = { 1, 0, 0, 0 };
	const struct metric_list l = { .gain = gain, .n = 4, .ideal = ideal,
	    .n_ideal = 3, .relevant = 1, .n_relevant = 3, .refused = refused,
	    .n_refused = 2, .max_gain = 4 };

	(void)state;
	ASSERT_LIST("f1", &l, 2 * 0.5 * (2.0 / 3) / (0.5 + 2.0 / 3));
	ASSERT_LIST("rprec", &l, 1.0 / 3);
	ASSERT_LIST("rprec@2", &l, 1.0 / 2);
	ASSERT_LIST("bpref", &l, 2 * (1 - 1.0 / 2) / 3);
	ASSERT_LIST("rbp", &l, 0.1 * (0.9 * 2 + 0.9 * 0.9 * 0.9 * 4) / 4);
	ASSERT_LIST("err", &l, 3.0 / 16 / 2 + 13.0 / 16 * (15.0 / 16) / 4);
	/* 1 of 2 others behind the first, none behind the second; one relevant
	 * item is not listed. */
	ASSERT_LIST("rank_auc", &l, (1.0 / 2 + 0) / 3);
}

/* Three items, two features; the third item is the most popular. */
static void
beyond_accuracy_by_hand(void **state)
{
	static const uint64_t popularity[] = { 1, 0, 7 };
	static const uint32_t place[] = { 1, 2, 0 };
	static const unsigned char is_tail[] = { 1, 1, 0 };
	static uint64_t of_item[] = { 0, 1, 2, 4 }, of_user[] = { 0, 2 };
	static uint32_t item_has[] = { 0, 1, 0, 1 }, user_has[] = { 0, 1 };
	static float item_x[] = { 1, 1, 0.70710678f, 0.70710678f };
	static float user_x[] = { 0.75f, 0.25f };
	const struct metric_world w = { .n_items = 3,
	    .popularity = popularity, .place = place, .is_tail = is_tail,
	    .n_interactions = 8,
	    .features = { 3, 2, of_item, item_has, item_x },
	    .history = { 1, 2, of_user, user_has, user_x } };
	const uint32_t item[] = { 0, 2, 1 };
	const double gain[] = { 1, 1, 0 };
	const struct metric_list l = { .gain = gain, .n = 3, .item = item,
	    .relevant = 1, .n_relevant = 2, .world = &w };
	/* shares of the first two: 1.5 and 0.5 of 2 */
	const struct metric_list one = { .gain = gain, .n = 1, .item = item,
	    .relevant = 1, .n_relevant = 2, .user = 7, .world = &w };
	struct measures m;

	(void)state;
	ASSERT_LIST("novelty@2", &l, -(log2(2.0 / 11) + log2(8.0 / 11)) / 2);
	ASSERT_LIST("arp@2", &l, 4);
	ASSERT_LIST("aplt", &l, 2.0 / 3);
	ASSERT_LIST("serendipity@1", &l, 1);
	ASSERT_LIST("serendipity@2", &l, 0);
	assert_close(list_value("diversity@2", &l), 1 - sqrt(0.5), 1e-7);
	assert_close(list_value("calibration@2", &l), 0, 1e-7);
	assert_close(list_value("calibration@1", &l),
	    0.75 * log(0.75 / (0.99 + 0.0075)) + 0.25 * log(100), 1e-6);
	assert_int_equal(measures_parse("diversity,calibration", METRIC_LIST,
	    &m), 0);
	assert_true(isnan(measure_list(&m.at[0], &one)));
	assert_true(isnan(measure_list(&m.at[1], &one)));	/* no history */
	assert_int_equal(measures_needs(&m), METRIC_NEEDS_FEATURES |
	    METRIC_NEEDS_HISTORY);
	measures_release(&m);
}

static void
exposure_by_hand(void **state)
{
	const uint64_t count[] = { 3, 0, 1, 0 }, even[] = { 2, 2, 2, 2 };
	const double light[] = { 2, 0, 1, 0 }, merit[] = { 1, 1, 2, 0 };
	const unsigned char part[] = { 0, 0, 1, 1 };
	const struct metric_exposure e = { count, light, merit, part, 4, 5,
	    4 };
	const struct metric_exposure all = { count, light, merit, NULL, 4, 5,
	    4 };
	const struct metric_exposure same = { even, light, merit, NULL, 4, 5,
	    4 };

	(void)state;
	assert_close(all_value("coverage", &e), 0.5, EXACT);
	assert_close(all_value("user_coverage", &e), 0.8, EXACT);
	assert_close(all_value("gini", &same), 0, EXACT);
	/* (2 j - n - 1) count: 3 * 3 + 1 * 1, by n times the sum */
	assert_close(all_value("gini", &all), 10.0 / 16, EXACT);
	assert_close(all_value("entropy", &all), 0.75 * log2(4.0 / 3) +
	    0.25 * 2, EXACT);
	assert_close(all_value("entropy", &same), 2, EXACT);
	assert_close(all_value("parity", &e), (1.0 / 4) / (1.0 / 2), EXACT);
	assert_close(all_value("exposure", &e), (1.0 / 3) / (2.0 / 4), EXACT);
	assert_close(all_value("parity", &all), 1, EXACT);
}

/* Classes a and b; two rows of three are right. */
static void
classes_by_hand(void **state)
{
	static uint64_t count[] = { 1, 1, 0, 1 };
	const struct metric_classes c = { count, 2 };
	static const struct {
		const char *name;
		double want;
	} cases[] = {
		{ "accuracy", 2.0 / 3 },
		{ "precision_macro", (1 + 0.5) / 2 },
		{ "recall_macro", (0.5 + 1) / 2 },
		{ "f1_macro", 2.0 / 3 },
		{ "f1_weighted", 2.0 / 3 },
		{ "kappa", (2.0 / 3 - 4.0 / 9) / (5.0 / 9) },
		{ "mcc", 0.5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct measures m;

		assert_int_equal(measures_parse(cases[i].name, METRIC_CLASS,
		    &m), 0);
		assert_close(m.at[0].metric->classes(&c), cases[i].want,
		    EXACT);
		measures_release(&m);
	}
}

/* --- scikit-learn --------------------------------------------------------- */

enum { ROWS = 200 };

/* "label:score" pairs; classes are their numbers. */
static size_t
read_golden_pairs(struct span text, double *a, double *b)
{
	size_t n = 0;

	for (; text.p != NULL; n++) {
		struct span one = span_cut(&text, ' ');
		const struct span first = span_cut(&one, ':');

		assert_true(n < ROWS);
		assert_int_equal(num_real(first, &a[n]), 0);
		assert_int_equal(num_real(one, &b[n]), 0);
	}
	return n;
}

static double
golden_value(const char *name, int of_classes, const double *a,
    const double *b, size_t n)
{
	static uint64_t count[100];
	struct metric_classes c = { count, 0 };
	struct measures m;
	double x;

	if (!of_classes)
		return pairs_value(name, METRIC_LABEL,
		    &(struct metric_pairs)PAIRS(a, b, n, 0.5));
	for (size_t i = 0; i < n; i++)
		c.n = fmax(a[i], b[i]) >= (double)c.n ?
		    (size_t)fmax(a[i], b[i]) + 1 : c.n;
	memset(count, 0, sizeof count);
	for (size_t i = 0; i < n; i++)
		count[(size_t)a[i] * c.n + (size_t)b[i]]++;
	assert_int_equal(measures_parse(name, METRIC_CLASS, &m), 0);
	x = m.at[0].metric->classes(&c);
	measures_release(&m);
	return x;
}

static void
agrees_with_scikit_learn(void **state)
{
	const char *root = getenv("SRS_ROOT");
	struct buf path = BUF_EMPTY, name = BUF_EMPTY;
	size_t compared = 0;
	struct rows *rows;

	(void)state;
	buf_format(&path, "%s/testdata/labels-golden.tsv",
	    root != NULL ? root : ".");
	rows = rows_open(buf_cstr(&path), &(struct rows_format){
	    .kind = ROWS_TSV });
	assert_non_null(rows);
	while (rows_next(rows) > 0) {
		double a[ROWS], b[ROWS], want;
		const size_t n = read_golden_pairs(rows_text(rows, 2), a, b);
		struct span values = rows_text(rows, 1);

		for (; values.p != NULL; compared++) {
			struct span value = span_cut(&values, ' ');

			name.n = 0;
			buf_span(&name, span_cut(&value, '='));
			assert_int_equal(num_real(value, &want), 0);
			assert_close(golden_value(buf_cstr(&name),
			    span_is(rows_text(rows, 0), "classes"), a, b, n),
			    want, 1e-9);
		}
	}
	assert_int_equal(compared, 4 * 9 + 2 * 7);
	rows_close(rows);
	buf_release(&path);
	buf_release(&name);
}

/* Jarvelin & Kekalainen's measure on a list of graded items. */
static void
a_graded_list(void **state)
{
	const double gain[] = { 3, 2, 3, 0, 1, 2 };
	const double ideal[] = { 3, 3, 3, 2, 2, 2, 1 };
	const struct metric_list l = LIST(gain, 6, ideal, 7, 2,
	    6);
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
	const struct metric_list none = LIST(gain, 2, NULL, 0, 1,
	    0);
	const struct metric_list empty = LIST(NULL, 0, ideal, 1, 1,
	    1);

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
		struct metric_list l = LIST(ideal, N, ideal, N, 1,
	    N);
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
	const struct metric_pairs p = PAIRS(truth, score, 3, 0);
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

/* The first user has two rows. */
static void
users_count_once(void **state)
{
	const double truth[] = { 1, 2, 4 }, score[] = { 2, 4, 1 };
	const double label[] = { 1, 0, 1 };
	const uint32_t user[] = { 0, 0, 2 };
	struct metric_pairs p = { .truth = truth, .score = score, .n = 3,
	    .threshold = 3, .user = user, .n_users = 3 };
	struct measures m;
	double x;

	(void)state;
	assert_close(pairs_value("mse_user", METRIC_RATING, &p),
	    (2.5 + 9) / 2, EXACT);
	assert_close(pairs_value("rmse_user", METRIC_RATING, &p),
	    (sqrt(2.5) + 3) / 2, EXACT);
	assert_close(pairs_value("mae_user", METRIC_RATING, &p),
	    (1.5 + 3) / 2, EXACT);
	p.truth = label;
	assert_close(pairs_value("gauc", METRIC_LABEL, &p), 0, EXACT);
	assert_close(pairs_value("tp", METRIC_LABEL, &p), 0, EXACT);
	assert_close(pairs_value("fp", METRIC_LABEL, &p), 1, EXACT);
	assert_close(pairs_value("fn", METRIC_LABEL, &p), 2, EXACT);
	assert_close(pairs_value("f1_best", METRIC_LABEL, &p), 0.8, EXACT);
	p.user = NULL;
	assert_int_equal(measures_parse("gauc", METRIC_LABEL, &m), 0);
	assert_int_equal(measure_pairs(&m.at[0], &p, "test", &x), -1);
	measures_release(&m);
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
	const struct metric_pairs p = PAIRS(truth, score, N, 0.5);
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
		    &(struct metric_pairs)PAIRS(truth, other, N, 0.5)), auc,
		    EXACT);
		/* Turned around, it is 1 - auc. */
		for (size_t i = 0; i < N; i++)
			other[i] = -score[i];
		assert_close(pairs_value("auc", METRIC_LABEL,
		    &(struct metric_pairs)PAIRS(truth, other, N, 0.5)), 1 - auc,
		    EXACT);
	}
}

static void
labels_by_hand(void **state)
{
	const double truth[] = { 1, 0, 1, 1, 0 };
	const double score[] = { 0.9, 0.8, 0.5, 0.4, 0.1 };
	const struct metric_pairs p = PAIRS(truth, score, 5, 0.5);

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
	/* Bins (0.8, 0.9], (0.7, 0.8], (0.4, 0.5], (0.3, 0.4], [0, 0.1]. */
	ASSERT_LABEL("ece", (0.1 + 0.8 + 0.5 + 0.6 + 0.1) / 5);
	ASSERT_LABEL("brier", (0.01 + 0.64 + 0.25 + 0.36 + 0.01) / 5);
#undef ASSERT_LABEL
}

static void
not_defined_or_no_probability_is_an_error(void **state)
{
	const double ones[] = { 1, 1 }, score[] = { 0.5, 1.5 };
	const struct metric_pairs p = PAIRS(ones, score, 2, 0.5);
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
	const struct metric_pairs a = PAIRS(truth, score, N, 0.5);
	const struct metric_pairs b = PAIRS(truth2, score2, N, 0.5);
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
	assert_close(all_value("coverage", &(struct metric_exposure){
	    .count = count, .n_items = 4 }), 0.5, EXACT);
	assert_close(all_value("coverage", &(struct metric_exposure){
	    .n_items = 0 }), 0, EXACT);
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
		cmocka_unit_test(other_measures_by_hand),
		cmocka_unit_test(beyond_accuracy_by_hand),
		cmocka_unit_test(exposure_by_hand),
		cmocka_unit_test(classes_by_hand),
		cmocka_unit_test(agrees_with_scikit_learn),
		cmocka_unit_test(a_graded_list),
		cmocka_unit_test(nothing_relevant_or_listed_is_zero),
		cmocka_unit_test(perfect_lists_and_swaps),
		cmocka_unit_test(ratings_by_hand),
		cmocka_unit_test(users_count_once),
		cmocka_unit_test(auc_is_its_definition),
		cmocka_unit_test(labels_by_hand),
		cmocka_unit_test(not_defined_or_no_probability_is_an_error),
		cmocka_unit_test(order_of_rows_does_not_show),
		cmocka_unit_test(coverage_counts_what_is_shown),
		cmocka_unit_test(names_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
