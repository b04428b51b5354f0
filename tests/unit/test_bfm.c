/* Bayesian factorisation machines: the chain keeps its books, samples lose
 * nothing that matters, levels are drawn where they belong. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "mf/bfmchain.h"
#include "mf/bfmfold.h"
#include "mf/bfmprobit.h"
#include "mf/bfmsamples.h"
#include "tests/ref/said.h"

enum { USERS = 40, ITEMS = 30, K = 3 };

static uint32_t
named(struct idmap *ids, char kind, size_t i)
{
	char name[NUM_TEXT_MAX + 1] = { kind };

	return idmap_add(ids, (struct span){ name,
	    1 + num_put_int(name + 1, (int64_t)i) });
}

/* Number `i` of a row of standard normal numbers. */
static double
normal(const char *purpose, size_t row, size_t i)
{
	struct rng r;

	rng_init(&r, 3, rng_stream(purpose, row * 10 + i));
	return rng_normal(&r);
}

/* Two thirds of all pairs, in two sittings of each user; drawn from the
 * prior of a chain, with noise of this deviation. */
static struct inter *
ratings(double noise)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 1);
	struct rng r;

	rng_init(&r, 3, rng_stream("test.bfm", 0));
	for (size_t u = 0; u < USERS; u++)
		for (size_t i = 0; i < ITEMS; i++) {
			double y = noise * rng_normal(&r) +
			    normal("test.user", u, K) +
			    normal("test.item", i, K);

			for (size_t f = 0; f < K; f++)
				y += normal("test.user", u, f) *
				    normal("test.item", i, f);
			if (rng_below(&r, 3) > 0)
				inter_add(in, named(in->users, 'u', u),
				    named(in->items, 'i', i), (float)y,
				    (int64_t)(u + i % 2 * 1000000));
		}
	inter_finish(in);
	return in;
}

/* The row of a block that a rating has. */
static size_t
row_of(const struct bfm_design *d, size_t b, size_t rating)
{
	size_t u = 0, t = 0;

	while (d->begin[t + 1] <= rating)
		t++;
	while (d->moments.first[u + 1] <= t)
		u++;
	return b == BFM_USER ? u : b == BFM_ITEM ? d->item[rating] : t;
}

static void
rows_init(struct mat *rows, const struct bfm_design *d)
{
	for (size_t b = 0; b < d->n_blocks; b++)
		mat_init(&rows[b], "test", d->block[b].rows, K + 1);
}

static void
rows_release(struct mat *rows, const struct bfm_design *d)
{
	for (size_t b = 0; b < d->n_blocks; b++)
		mat_release(&rows[b]);
}

static void
rows_take(struct mat *rows, const struct bfm_chain *c,
    const struct bfm_design *d)
{
	for (size_t b = 0; b < d->n_blocks; b++)
		bfm_chain_rows(c, b, &rows[b]);
}

/* Of rating i, from the rows that the chain says it has. */
static double
prediction(const struct mat *rows, const struct bfm_design *d, size_t i)
{
	double x = 0;

	for (size_t a = 0; a < d->n_blocks; a++) {
		const float *p = mat_row(&rows[a], row_of(d, a, i));

		x += (double)p[K];
		for (size_t b = 0; b < a; b++) {
			const float *q = mat_row(&rows[b], row_of(d, b, i));

			for (size_t f = 0; f < K; f++)
				x += (double)p[f] * (double)q[f];
		}
	}
	return x;
}

static void
check_errors(unsigned implicit, double width)
{
	struct inter *in = ratings(0.5);
	const float *y = in->by_user.values;
	struct mat rows[BFM_BLOCKS];
	struct bfm_design d;
	struct bfm_chain *c;

	bfm_design_init(&d, in, implicit, width);
	assert_int_equal(d.n_blocks, width > 0 ? 3 : 2);
	c = bfm_chain_new(&d, K, 1, 1, 0);
	bfm_chain_renew(c, y);
	rows_init(rows, &d);
	for (size_t sweep = 0; sweep < 20; sweep++)
		bfm_chain_sweep(c);
	for (int renewed = 0; renewed < 2; renewed++) {
		rows_take(rows, c, &d);
		for (size_t i = 0; i < d.n; i++)
			assert_true(fabs((double)y[i] - prediction(rows, &d,
			    i) - (double)bfm_chain_error(c)[i]) < 2e-4);
		bfm_chain_renew(c, y);
	}
	rows_release(rows, &d);
	bfm_chain_free(c);
	bfm_design_release(&d);
	inter_free(in);
}

static void
test_errors_are_ratings_less_predictions(void **state)
{
	(void)state;
	check_errors(0, 0);
	check_errors(BFM_OF_USERS, 0);
	check_errors(BFM_OF_ITEMS, 1000);
	check_errors(BFM_OF_USERS | BFM_OF_ITEMS, 1000);
}

/* The data are of the model's own kind: the noise is what it was. */
static void
test_noise_is_found(void **state)
{
	struct inter *in = ratings(0.5);
	struct bfm_design d;
	struct bfm_chain *c;
	double sum = 0;

	(void)state;
	bfm_design_init(&d, in, 0, 0);
	c = bfm_chain_new(&d, K, 1, 1, 0);
	bfm_chain_renew(c, in->by_user.values);
	for (size_t sweep = 0; sweep < 300; sweep++) {
		bfm_chain_sweep(c);
		if (sweep >= 100)
			sum += 1 / sqrt(bfm_chain_state(c)->alpha) / 200;
	}
	assert_true(fabs(sum - 0.5) < 0.05);
	bfm_chain_free(c);
	bfm_design_release(&d);
	inter_free(in);
}

static void
test_moments_are_found(void **state)
{
	struct inter *in = ratings(0);
	struct bfm_design d;

	(void)state;
	bfm_design_init(&d, in, 0, 500);
	for (size_t u = 0; u < USERS; u++)
		for (uint64_t i = in->by_user.indptr[u];
		    i < in->by_user.indptr[u + 1]; i++)
			assert_int_equal(bfm_moments_find(&d.moments,
			    (uint32_t)u, in->times[i]),
			    row_of(&d, BFM_MOMENT, i));
	assert_int_equal(bfm_moments_find(&d.moments, 0, INT64_MAX / 2),
	    UINT32_MAX);
	assert_int_equal(bfm_moments_find(&d.moments, 0, -1), UINT32_MAX);
	assert_int_equal(bfm_moments_find(&d.moments, USERS, 0), UINT32_MAX);
	bfm_design_release(&d);
	inter_free(in);
}

/* --- samples ------------------------------------------------------------ */

/* The mean of predictions by bytes is that by floats, nearly; packing changes
 * nothing. */
static void
test_samples_predict_as_the_chain(void **state)
{
	enum { N = 40 };
	struct inter *in = ratings(0.5);
	const struct bfm_levels none = { .n = 0 };
	struct bfm_samples s;
	struct bfm_context context;
	struct mat rows[BFM_BLOCKS];
	struct bfm_design d;
	struct bfm_chain *c;
	double *mean;

	(void)state;
	bfm_design_init(&d, in, BFM_OF_USERS, 1000);
	c = bfm_chain_new(&d, K, 1, 1, 0);
	bfm_chain_renew(c, in->by_user.values);
	rows_init(rows, &d);
	bfm_samples_init(&s, &d, K, N + 5, &none);
	mean = mem_array("test", d.n, sizeof *mean);
	for (size_t i = 0; i < N; i++) {
		bfm_chain_sweep(c);
		rows_take(rows, c, &d);
		for (size_t b = 0; b < d.n_blocks; b++)
			bfm_samples_set(&s, i, b, &rows[b]);
		for (size_t j = 0; j < d.n; j++)
			mean[j] += prediction(rows, &d, j) / N;
	}
	bfm_samples_pack(&s, N);
	context.c = mem_array("test", N * (K + 1), sizeof *context.c);
	context.d = mem_array("test", N, sizeof *context.d);
	for (size_t j = 0; j < d.n; j++) {
		bfm_context_set(&context, &s, row_of(&d, BFM_USER, j),
		    row_of(&d, BFM_MOMENT, j));
		assert_true(fabs((double)bfm_context_rating(&context, &s,
		    row_of(&d, BFM_ITEM, j)) - mean[j]) < 0.01);
	}
	free(context.c);
	free(context.d);
	free(mean);
	rows_release(rows, &d);
	bfm_samples_release(&s);
	bfm_chain_free(c);
	bfm_design_release(&d);
	inter_free(in);
}

/* A value of sample i. */
static double
value(const struct bfm_samples *s, size_t b, size_t row, size_t i, size_t f)
{
	return (double)s->part[b].unit[i * (K + 1) + f] *
	    bfm_sample(s, b, row, i)[f];
}

/* The slope, by v_f, of what the row v of a user minimises in sample i. */
static double
slope(const struct bfm_samples *s, size_t i, const float *v, size_t f,
    const uint32_t *items, const float *ratings, size_t n)
{
	const size_t rows = s->part[BFM_USER].rows - 1;
	const double mean = value(s, BFM_USER, rows, i, f);
	double squares = pow((double)s->part[BFM_USER].unit[i * (K + 1) + f],
	    2), sum;

	for (size_t r = 0; r < rows; r++)
		squares += pow(value(s, BFM_USER, r, i, f) - mean, 2);
	sum = (double)(rows + 1) / squares * ((double)v[f] - mean);
	for (size_t d = 0; d < n; d++) {
		double e = (double)ratings[d] - (double)v[K] -
		    value(s, BFM_ITEM, items[d], i, K);

		for (size_t g = 0; g < K; g++)
			e -= (double)v[g] * value(s, BFM_ITEM, items[d], i, g);
		sum -= (double)s->alpha[i] * e * (f == K ? 1 :
		    value(s, BFM_ITEM, items[d], i, f));
	}
	return sum;
}

static void
test_folded_row_is_where_the_slope_is_zero(void **state)
{
	enum { N = 3, RATINGS = 5 };
	static const uint32_t items[RATINGS] = { 1, 4, 9, 16, 25 };
	static const float had[RATINGS] = { 1, -1, 0.5f, 2, 0 };
	struct inter *in = ratings(0.5);
	const struct bfm_levels none = { .n = 0 };
	float x[N * (K + 1)];
	struct mat rows[BFM_BLOCKS];
	struct bfm_samples s;
	struct bfm_fold *fold;
	struct bfm_design d;
	struct bfm_chain *c;

	(void)state;
	bfm_design_init(&d, in, 0, 0);
	c = bfm_chain_new(&d, K, 1, 1, 0);
	bfm_chain_renew(c, in->by_user.values);
	rows_init(rows, &d);
	bfm_samples_init(&s, &d, K, N, &none);
	for (size_t i = 0; i < N; i++) {
		bfm_chain_sweep(c);
		rows_take(rows, c, &d);
		for (size_t b = 0; b < d.n_blocks; b++)
			bfm_samples_set(&s, i, b, &rows[b]);
		s.alpha[i] = (float)bfm_chain_state(c)->alpha;
	}
	s.n = N;
	fold = bfm_fold_new(&s, BFM_USER, RATINGS);
	bfm_fold_row(fold, items, had, RATINGS, x);
	for (size_t i = 0; i < N; i++)
		for (size_t f = 0; f <= K; f++)
			assert_true(fabs(slope(&s, i, x + i * (K + 1), f,
			    items, had, RATINGS)) < 1e-4);
	bfm_fold_free(fold);
	rows_release(rows, &d);
	bfm_samples_release(&s);
	bfm_chain_free(c);
	bfm_design_release(&d);
	inter_free(in);
}

/* --- levels ------------------------------------------------------------- */

enum { GRADES = 4000 };

/* Grades of z ~ N(x, 1), x being between -1 and 1. */
static void
grades(float *rating, float *x)
{
	static const double cut[] = { -1.2, 0.1, 0.9 };
	struct rng r;

	rng_init(&r, 9, rng_stream("test.grades", 0));
	for (size_t i = 0; i < GRADES; i++) {
		double z;

		x[i] = (float)(i % 21) / 10 - 1;
		z = (double)x[i] + rng_normal(&r);
		rating[i] = 1;
		for (size_t l = 0; l < 3; l++)
			rating[i] += z > cut[l];
	}
}

static void
test_cuts_are_found_and_latents_lie_between(void **state)
{
	static float rating[GRADES], x[GRADES], e[GRADES];
	struct bfm_levels levels;
	struct bfm_probit *p;
	double sum[3] = { 0 };

	(void)state;
	grades(rating, x);
	assert_int_equal(bfm_levels_init(&levels, rating, GRADES), 0);
	assert_int_equal(levels.n, 4);
	p = bfm_probit_new(&levels, GRADES);
	for (size_t i = 0; i < GRADES; i++)
		e[i] = -x[i];
	for (size_t draw = 0; draw < 50; draw++) {
		bfm_probit_draw(p, e, 1, draw);
		for (size_t l = 0; l < 3; l++)
			sum[l] += bfm_probit_cuts(p)[l] / 50;
	}
	assert_true(fabs(sum[0] + 1.2) < 0.08);
	assert_true(fabs(sum[1] - 0.1) < 0.08);
	assert_true(fabs(sum[2] - 0.9) < 0.08);
	for (size_t i = 0; i < GRADES; i++) {
		const double z = (double)bfm_probit_z(p)[i];
		const size_t l = levels.of[i];

		assert_true(levels.value[l] == rating[i]);
		assert_true(l == 0 || z > bfm_probit_cuts(p)[l - 1] - 1e-5);
		assert_true(l == 3 || z < bfm_probit_cuts(p)[l] + 1e-5);
		assert_true(fabs(z - (double)x[i] - (double)e[i]) < 1e-5);
	}
	bfm_probit_free(p);
	bfm_levels_release(&levels);
}

static void
test_curve_is_the_expected_rating(void **state)
{
	const float value[] = { 1, 2, 5 }, cuts[] = { -0.5f, 1 };
	struct bfm_curve c;

	(void)state;
	bfm_curve_init(&c, value, 3, cuts);
	for (double x = -3; x < 4; x += 0.37) {
		const double p1 = erfc((x + 0.5) / sqrt(2)) / 2;
		const double p5 = erfc((1 - x) / sqrt(2)) / 2;

		assert_true(fabs((double)bfm_curve_at(&c, (float)x) -
		    (p1 + 2 * (1 - p1 - p5) + 5 * p5)) < 1e-4);
	}
	assert_true(fabsf(bfm_curve_at(&c, -1e9f) - 1) < 1e-5f);
	assert_true(fabsf(bfm_curve_at(&c, 1e9f) - 5) < 1e-5f);
}

/* Against sums over what lies between the cuts. */
static void
test_expected_latents_lie_between_the_cuts(void **state)
{
	static const float cuts[] = { -0.5f, 1 };
	static const double edge[] = { -12, -0.5, 1, 12 };

	(void)state;
	for (size_t level = 0; level < 3; level++)
		for (double x = -2; x < 3; x += 0.7) {
			double sum = 0, mass = 0;

			for (double z = edge[level] + 5e-4; z < edge[level +
			    1]; z += 1e-3) {
				const double p = exp(-(z - x) * (z - x) / 2);

				sum += p * z;
				mass += p;
			}
			assert_true(fabs((double)bfm_probit_expect(cuts, 3,
			    level, (float)x) - sum / mass) < 1e-3);
		}
}

static void
test_levels_that_are_none(void **state)
{
	float same[] = { 3, 3 }, many[BFM_LEVELS_MAX + 1];
	struct bfm_levels l;

	(void)state;
	for (size_t i = 0; i <= BFM_LEVELS_MAX; i++)
		many[i] = (float)i;
	said_begin();
	assert_int_equal(bfm_levels_init(&l, same, 2), -1);
	assert_true(said_has("two or more different ratings, and all are 3"));
	said_end();
	said_begin();
	assert_int_equal(bfm_levels_init(&l, many, BFM_LEVELS_MAX + 1), -1);
	assert_true(said_has("at most 64 different ratings"));
	said_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors_are_ratings_less_predictions),
		cmocka_unit_test(test_noise_is_found),
		cmocka_unit_test(test_moments_are_found),
		cmocka_unit_test(test_samples_predict_as_the_chain),
		cmocka_unit_test(test_folded_row_is_where_the_slope_is_zero),
		cmocka_unit_test(test_expected_latents_lie_between_the_cuts),
		cmocka_unit_test(test_cuts_are_found_and_latents_lie_between),
		cmocka_unit_test(test_curve_is_the_expected_rating),
		cmocka_unit_test(test_levels_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
