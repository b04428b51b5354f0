/* Boosted trees: the mathematics of splits, objectives and contributions. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "tests/ref/said.h"
#include "tree/boostloss.h"
#include "tree/treefind.h"

enum { N = 4000, P = 4, QUERY = 20 };

static float x[N * P], y[N];
static size_t query[N / QUERY + 1];

/* Normal columns; column 3 is one of 6 categories, column 2 is missing in a
 * third of the rows. */
static void
draw(float (*truth)(const float *row))
{
	struct rng r;

	rng_init(&r, 4, rng_stream("test.tree", 0));
	for (size_t i = 0; i < N; i++) {
		float *row = x + i * P;

		for (int j = 0; j < 3; j++)
			row[j] = (float)rng_normal(&r);
		row[3] = (float)rng_below(&r, 6);
		if (rng_below(&r, 3) == 0)
			row[2] = NAN;
		y[i] = truth(row);
	}
	for (size_t q = 0; q <= N / QUERY; q++)
		query[q] = q * QUERY;
}

static const unsigned char is_category[P] = { 0, 0, 0, 1 };

static struct boost_data
data(size_t from, size_t to)
{
	return (struct boost_data){ .x = x + from * P, .y = y + from,
	    .n = to - from, .n_columns = P, .query = query,
	    .n_queries = (to - from) / QUERY };
}

static struct boost
options(const char *objective, size_t rounds)
{
	struct boost how = BOOST_DEFAULTS;

	how.objective = boost_objective(objective);
	how.rounds = rounds;
	how.is_category = is_category;
	return how;
}

static double
rmse(const struct forest *f, size_t from, size_t to)
{
	double *out = mem_array("test", to - from, sizeof *out), sum = 0;

	forest_predict(f, x + from * P, to - from, out);
	for (size_t i = from; i < to; i++)
		sum += (out[i - from] - (double)y[i]) *
		    (out[i - from] - (double)y[i]);
	free(out);
	return sqrt(sum / (double)(to - from));
}

/* --- splits --------------------------------------------------------------- */

static float
step(const float *row)
{
	return row[0] > 0.5f ? 3 : -1;
}

static float
missing(const float *row)
{
	return isnan(row[2]) ? 5 : row[2] > 0 ? 5 : 1;
}

static float
category(const float *row)
{
	const int c = (int)row[3];

	return c == 1 || c == 4 || c == 5 ? 2 : -2;
}

static float
product(const float *row)
{
	return row[0] * row[1] + (row[3] < 3 ? 1 : -1);
}

/* One tree of two leaves finds each of them; a leaf is -G / (H + l2). */
static void
test_one_split(void **state)
{
	float (*const truths[])(const float *) = { step, missing, category };
	static const uint32_t columns[] = { 0, 2, 3 };

	(void)state;
	for (int k = 0; k < 3; k++) {
		struct boost how = options("squared", 1);
		struct boost_data d;
		struct forest *f;

		draw(truths[k]);
		d = data(0, N);
		how.grow.rate = 1;
		how.grow.l2 = 0;
		how.grow.leaves = 2;
		f = boost_train(&d, NULL, &how);
		assert_int_equal(f->tree[0].n_leaves, 2);
		assert_int_equal(f->tree[0].split[0].column, columns[k]);
		/* A bin of 255 may be on both sides; categories are shrunk. */
		assert_true(rmse(f, 0, N) < (k == 2 ? 0.05 : 4 / sqrt(255)));
		assert_int_equal(f->tree[0].split[0].missing_left, 0);
		forest_free(f);
	}
	assert_true(treefind_weight(&(struct treeleaf){ .g = 6, .h = 2,
	    .low = -INFINITY, .high = INFINITY }, 1) == -2);
}

static float
wavy(const float *row)
{
	return row[0] + sinf(4 * row[0]) + row[1];
}

/* A prediction does not fall with a column that must not. */
static void
test_monotone(void **state)
{
	const signed char rises[P] = { 1, 0, 0, 0 };
	struct boost how = options("squared", 60);
	struct boost_data d;
	struct forest *f;
	float row[P] = { 0, 0.3f, 0, 0 };
	double before = -INFINITY, now;
	int fell = 0;

	(void)state;
	draw(wavy);
	d = data(0, N);
	for (int constrained = 0; constrained < 2; constrained++) {
		how.grow.monotone = constrained ? rises : NULL;
		f = boost_train(&d, NULL, &how);
		before = -INFINITY;
		for (int i = -30; i <= 30; i++) {
			row[0] = (float)i / 10;
			forest_predict(f, row, 1, &now);
			fell += now < before - 1e-9;
			before = now;
		}
		assert_true(constrained ? fell == 0 : fell > 3);
		fell = 0;
		forest_free(f);
	}
}

/* --- objectives ----------------------------------------------------------- */

/* g is the slope of what value() measures, and h that of g. */
static void
check_slope(const char *objective, size_t classes, int squares)
{
	struct boost how = options(objective, 1);
	struct boost_data d = { .x = x, .y = y, .n = 8, .n_columns = P };
	float score[8 * 3], g[8 * 3], h[8 * 3], g2[8 * 3], h2[8 * 3];
	struct boost_view v = { &d, &how, score };
	const float e = 1e-2f;

	how.n_classes = classes;
	for (size_t i = 0; i < 8 * classes; i++)
		score[i] = sinf((float)i);
	how.objective->slope(&v, g, h);
	for (size_t i = 0; i < 8 * classes; i++) {
		double up, down;

		score[i] += e;
		up = how.objective->value(&v);
		how.objective->slope(&v, g2, h2);
		score[i] -= 2 * e;
		down = how.objective->value(&v);
		score[i] += e;
		if (squares) {	/* of the root of the mean */
			up = up * up / 2;
			down = down * down / 2;
		}
		assert_true(fabs((up - down) * 8 / (2 * (double)e) -
		    (double)g[i]) < 2e-3);
		if (classes == 1)
			assert_true(fabs((double)((g2[i] - g[i]) / e -
			    h[i])) < 5e-3);
	}
}

static float
class_of(const float *row)
{
	return row[0] > 1 ? 2 : row[1] > 0;
}

static float
label(const float *row)
{
	return row[0] + row[1] > 0;
}

static void
test_slopes(void **state)
{
	(void)state;
	draw(step);
	check_slope("squared", 1, 1);
	draw(label);
	check_slope("logistic", 1, 0);
	draw(class_of);
	check_slope("softmax", 3, 0);
}

static float
gain(const float *row)
{
	const float t = row[0] - row[1] * row[1] + row[3] / 6;

	return t > 1 ? 3 : t > 0 ? 1 : 0;
}

/* Within a query slopes sum to zero; the better one of a pair is pulled up. */
static void
test_lambdas(void **state)
{
	static const char *const of[] = { "pairwise", "lambdamart" };
	static float score[N], g[N], h[N];

	(void)state;
	draw(gain);
	for (int k = 0; k < 2; k++) {
		struct boost how = options(of[k], 1);
		struct boost_data d = data(0, N);
		struct boost_view v = { &d, &how, score };

		how.objective->slope(&v, g, h);
		for (size_t q = 0; q < d.n_queries; q++) {
			double sum = 0, best = 0, worst = 0;

			for (size_t i = query[q]; i < query[q + 1]; i++) {
				sum += (double)g[i];
				assert_true(h[i] >= 0);
				if (y[i] > 2)
					best += (double)g[i];
				if (y[i] < 1)
					worst += (double)g[i];
			}
			assert_true(fabs(sum) < 1e-4);
			assert_true(best <= 0 && worst >= 0);
		}
	}
	/* By hand: two rows, gains 1 and 0, equal scores, the worse first:
	 * D = 1 - 1 / log2(3), p = 1 / 2. */
	{
		const float gains[] = { 0, 1 }, zero[] = { 0, 0 };
		const size_t two[] = { 0, 2 };
		struct boost how = options("lambdamart", 1);
		struct boost_data d = { .x = x, .y = gains, .n = 2,
			.n_columns = P, .query = two, .n_queries = 1 };

		how.objective->slope(&(struct boost_view){ &d, &how, zero },
		    g, h);
		assert_true(fabs((double)g[0] - (1 - 1 / log2(3)) / 2) < 1e-6);
		assert_true(fabs((double)h[1] - (1 - 1 / log2(3)) / 4) < 1e-6);
	}
}

/* NDCG of what it was trained on rises, and that of other queries too. */
static void
test_lambdamart(void **state)
{
	struct boost how = options("lambdamart", 200);
	struct boost_data train, valid;
	struct forest *f;
	double ten;

	(void)state;
	draw(gain);
	train = data(0, N / 2);
	valid = data(N / 2, N);
	how.rounds = 10;
	f = boost_train(&train, &train, &how);
	ten = how.best;
	assert_true(how.best < how.first);
	forest_free(f);
	how.rounds = 60;
	f = boost_train(&train, &train, &how);
	assert_true(how.best < ten);
	forest_free(f);
	f = boost_train(&train, &valid, &how);
	assert_true(how.best < 0.1 && how.first > 0.2);
	assert_int_equal(f->n_trees, how.best_round);
	forest_free(f);
}

static float
noisy(const float *row)
{
	return row[0] + 3 * sinf(1e4f * row[1]);
}

/* Held-out rows stop it; without trees when there is nothing to learn. */
static void
test_stops(void **state)
{
	struct boost how = options("squared", 500);
	struct boost_data train, valid;
	struct forest *f;

	(void)state;
	draw(noisy);
	train = data(0, N / 2);
	valid = data(N / 2, N);
	f = boost_train(&train, &valid, &how);
	assert_true(how.best_round < 100 && how.best < how.first);
	assert_true(fabs(rmse(f, N / 2, N) - how.best) < 1e-4);
	forest_free(f);
	for (size_t i = 0; i < N; i++)
		y[i] = 1.5f;
	f = boost_train(&train, NULL, &how);
	assert_int_equal(f->n_trees, 0);
	assert_true(rmse(f, 0, N) < 1e-6);
	forest_free(f);
}

static void
test_classes(void **state)
{
	struct boost how = options("softmax", 40);
	struct boost_data train;
	struct forest *f;
	double out[3];
	int right = 0;

	(void)state;
	draw(class_of);
	how.n_classes = 3;
	train = data(0, N / 2);
	f = boost_train(&train, NULL, &how);
	for (size_t i = N / 2; i < N; i++) {
		size_t best = 0;

		forest_predict(f, x + i * P, 1, out);
		for (size_t c = 1; c < 3; c++)
			best = out[c] > out[best] ? c : best;
		right += (float)best == y[i];
	}
	assert_true(right > N / 2 * 0.97);
	forest_free(f);
}

static void
test_refusals(void **state)
{
	struct boost how = options("logistic", 1);
	struct boost_data d = data(0, N);

	(void)state;
	draw(step);
	said_begin();
	assert_null(boost_train(&d, NULL, &how));
	assert_true(said_has("objective logistic: -1 is not from 0 to 1") ||
	    said_has("objective logistic: 3 is not from 0 to 1"));
	d.n = 0;
	said_begin();
	assert_null(boost_train(&d, NULL, &how));
	assert_true(said_has("no rows to grow trees on"));
}

/* Trees correct what is there: nothing is left to do when that is right. */
static void
test_offset(void **state)
{
	struct boost how = options("squared", 20);
	struct boost_data d;
	struct forest *f;
	static float offset[N];
	double out;

	(void)state;
	draw(wavy);
	d = data(0, N);
	d.offset = offset;
	for (size_t i = 0; i < N; i++)
		offset[i] = y[i] - (x[i * P] > 0 ? 1 : 0);
	f = boost_train(&d, NULL, &how);
	for (size_t i = 0; i < N; i += 100) {
		forest_predict(f, x + i * P, 1, &out);
		assert_true(fabs(out - (x[i * P] > 0)) < 0.2);
	}
	forest_free(f);
	f = boost_train(&d, &d, &how);
	assert_true(how.best < how.first / 4);
	forest_free(f);
	memcpy(offset, y, sizeof y);
	f = boost_train(&d, NULL, &how);
	assert_int_equal(f->n_trees, 0);
	forest_free(f);
}

/* --- contributions -------------------------------------------------------- */

/* They sum to the prediction; of a function of one column they are its own; two
 * columns that play the same part have the same. */
static void
test_shap(void **state)
{
	struct boost how = options("squared", 30);
	struct boost_data d;
	struct forest *f;
	double part[P + 1], gain_of[P];

	(void)state;
	draw(product);
	d = data(0, N);
	f = boost_train(&d, NULL, &how);
	for (size_t i = 0; i < 50; i++) {
		double sum = 0, want;

		forest_predict(f, x + i * P, 1, &want);
		forest_shap(f, x + i * P, 0, part);
		for (size_t j = 0; j <= P; j++)
			sum += part[j];
		assert_true(fabs(sum - want) < 1e-6);
	}
	forest_importance(f, gain_of);
	assert_true(gain_of[0] > 5 * gain_of[2] && gain_of[3] > gain_of[2]);
	forest_free(f);
	draw(step);
	f = boost_train(&d, NULL, &how);
	forest_shap(f, x, 0, part);
	assert_true(fabs(part[0]) > 0.5 && fabs(part[1]) < 0.01);
	forest_free(f);
}

/* By hand: one tree, x0 <= 0 ? 0 : (x1 <= 0 ? 0 : 4), half of the rows on each
 * side: of a row with both on the right, column 0 and 1 add 1.5 each to 1. */
static void
test_shap_by_hand(void **state)
{
	struct treebins *bins = treebins_new((float[]){ 0, 0, 0, 1, 1, 0,
	    1, 1 }, 4, 2, NULL);
	struct forest *f = forest_new(bins, 1);
	struct tree *t = mem_array("a tree", 1, sizeof *t);
	const float row[] = { 1, 1 };
	double part[3];

	(void)state;
	*t = (struct tree){ .n_leaves = 3,
	    .split = mem_array("a tree", 2, sizeof *t->split),
	    .leaf = mem_array("a tree", 3, sizeof *t->leaf),
	    .cover = mem_array("a tree", 3, sizeof *t->cover) };
	t->split[0] = (struct treesplit){ .column = 0, .bin = 1,
	    .threshold = 0.5f, .left = ~0, .right = 1, .cover = 4 };
	t->split[1] = (struct treesplit){ .column = 1, .bin = 1,
	    .threshold = 0.5f, .left = ~1, .right = ~2, .cover = 2 };
	t->leaf[2] = 4;
	t->cover[0] = 2;
	t->cover[1] = t->cover[2] = 1;
	f->tree = t;
	f->n_trees = f->cap = 1;
	forest_shap(f, row, 0, part);
	assert_true(fabs(part[0] - 1.5) < 1e-9);
	assert_true(fabs(part[1] - 1.5) < 1e-9);
	assert_true(fabs(part[2] - 1) < 1e-9);
	forest_free(f);
}

/* --- the same, whatever --------------------------------------------------- */

static void
test_threads(void **state)
{
	static const char *const of[] = { "squared", "lambdamart" };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct boost how = options(of[k], 8);
		struct forest *f[3];
		struct boost_data d;

		draw(gain);
		d = data(0, N);
		for (size_t t = 0; t < 3; t++) {
			par_set_threads(t + 1);
			f[t] = boost_train(&d, NULL, &how);
		}
		for (size_t t = 1; t < 3; t++) {
			assert_int_equal(f[t]->n_trees, f[0]->n_trees);
			for (size_t i = 0; i < f[0]->n_trees; i++) {
				const struct tree *a = &f[0]->tree[i];
				const struct tree *b = &f[t]->tree[i];

				assert_int_equal(a->n_leaves, b->n_leaves);
				assert_memory_equal(a->split, b->split,
				    (a->n_leaves - 1) * sizeof *a->split);
				assert_memory_equal(a->leaf, b->leaf,
				    a->n_leaves * sizeof *a->leaf);
			}
		}
		for (size_t t = 0; t < 3; t++)
			forest_free(f[t]);
	}
	par_set_threads(0);
}

static void
test_file(void **state)
{
	char path[] = "/tmp/srs-test-XXXXXX";
	const int fd = mkstemp(path);
	struct boost how = options("squared", 5);
	struct st_writer *w = st_writer_new();
	struct st_file *st;
	struct forest *f, *g;
	struct boost_data d;
	double a, b;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	draw(product);
	d = data(0, N);
	f = boost_train(&d, NULL, &how);
	forest_put(f, w, "t.");
	assert_int_equal(st_write(w, path, 0), 0);
	st_writer_free(w);
	st = st_open(path);
	g = forest_get(st, "t.");
	assert_non_null(g);
	for (size_t i = 0; i < 100; i++) {
		forest_predict(f, x + i * P, 1, &a);
		forest_predict(g, x + i * P, 1, &b);
		assert_true(a == b);
	}
	forest_free(g);
	st_close(st);
	/* A split that leads back to itself. */
	f->tree[0].split[0].left = 0;
	w = st_writer_new();
	forest_put(f, w, "t.");
	assert_int_equal(st_write(w, path, 0), 0);
	st_writer_free(w);
	st = st_open(path);
	said_begin();
	assert_null(forest_get(st, "t."));
	assert_true(said_has("trees that are none: splits"));
	st_close(st);
	forest_free(f);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_split),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_slopes),
		cmocka_unit_test(test_lambdas),
		cmocka_unit_test(test_lambdamart),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_shap),
		cmocka_unit_test(test_shap_by_hand),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
