/* A factor model from training to its file and back to scores. */

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
#include "mf/mf.h"
#include "model/model.h"
#include "tests/ref/plain.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const struct family *const families[] = { &mf_family, NULL };
static const char path[] = "m.st";

static uint32_t
named(struct idmap *ids, char kind, size_t i)
{
	char name[NUM_TEXT_MAX + 1] = { kind };

	return idmap_add(ids, (struct span){ name,
	    1 + num_put_int(name + 1, (int64_t)i) });
}

/* Ratings 1 .. 5 of some pairs. */
static struct inter *
ratings(size_t n_users, size_t n_items)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	struct rng r;

	rng_init(&r, 6, rng_stream("test.ratings", 0));
	for (size_t u = 0; u < n_users; u++)
		for (size_t i = 0; i < n_items; i++)
			if (rng_below(&r, 3) > 0)
				inter_add(in, named(in->users, 'u', u),
				    named(in->items, 'i', i),
				    (float)(1 + rng_below(&r, 5)), 0);
	inter_finish(in);
	return in;
}

static struct mf_options
settings(void)
{
	return (struct mf_options){ .factors = 7, .epochs = 5, .lambda = 0.1,
		.lambda_bias = 0.2, .nu = 0.5, .alpha0 = 0.2, .rate = 0.05,
		.stdev = 0.3, .start = NAN };
}

static void
train(const char *method, const struct inter *data,
    const struct mf_options *o, uint64_t seed)
{
	const struct train how = { .seed = seed };
	const struct mf_task task = { data, o, &how, path, 0, NULL,
		    NULL, NULL, NULL, NULL, NULL };
	struct mf_result result;

	assert_int_equal(mf_train(choice_find(mf_choice, span_of(method)),
	    &task, &result), 0);
	assert_int_equal(result.epochs, strcmp(method, "svd") == 0 ? 1 :
	    o->epochs);
}

static struct scorer *
open_model(void)
{
	struct scorer *s = scorer_open(families, path);

	assert_non_null(s);
	return s;
}

/* --- the worked example ------------------------------------------------- */

static void
test_five_factors_of_a_half_score_one_and_a_quarter(void **state)
{
	static const int R[3][5] = { { 1, 1, 0, 1, 0 }, { 0, 1, 1, 1, 1 },
		{ 1, 0, 0, 1, 0 } };
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	struct mf_options o = settings();
	const uint32_t users[] = { 0, 1, 2 };
	float scores[15];
	struct scorer *s;

	(void)state;
	for (uint32_t u = 0; u < 3; u++)
		for (uint32_t i = 0; i < 5; i++)
			if (R[u][i])
				inter_add(in, named(in->users, 'u', u),
				    named(in->items, 'i', i), 1, 0);
	inter_finish(in);
	o.factors = 5;
	o.epochs = 0;
	o.start = 0.5;
	train("ials", in, &o, 1);
	s = open_model();
	assert_int_equal(scorer_prepare(s), 0);
	scorer_block(s, users, 3, scores, 0);
	for (size_t i = 0; i < 15; i++)
		assert_true(scores[i] >= 1.25f && scores[i] <= 1.25f);
	scorer_free(s);
	inter_free(in);
}

/* --- scores ------------------------------------------------------------- */

/* The score by its definition, from the tensors. */
static double
plain_score(const struct scorer *s, uint32_t u, uint32_t i)
{
	const int ratings_too = st_find(s->file, "user_bias") != NULL;
	struct mat P, Q;
	double x = 0;

	assert_int_equal(model_mat(s->file, "user_factors", SIZE_MAX, 7, &P),
	    0);
	assert_int_equal(model_mat(s->file, "item_factors", SIZE_MAX, 7, &Q),
	    0);
	if (ratings_too) {
		assert_int_equal(model_real(s->file, "mean", &x), 0);
		x += (double)model_vec(s->file, "user_bias", P.rows)[u];
		x += (double)model_vec(s->file, "item_bias", Q.rows)[i];
	}
	return x + plain_dot(mat_row(&P, u), mat_row(&Q, i), 7);
}

/* More users than one product takes at once, in an order of their own. */
static void
check_scores(const char *method, double low, double high)
{
	enum { USERS = 150, ITEMS = 20 };
	struct inter *in = ratings(USERS, ITEMS);
	const struct mf_options o = settings();
	float *block = mem_array("scores", USERS * ITEMS, sizeof *block);
	uint32_t users[USERS], same[ITEMS], items[ITEMS];
	float pairs[ITEMS];
	struct scorer *s;

	train(method, in, &o, 1);
	s = open_model();
	assert_int_equal(scorer_prepare(s), 0);
	for (uint32_t u = 0; u < USERS; u++)
		users[u] = u * 7 % USERS;
	scorer_block(s, users, USERS, block, 0);
	for (size_t u = 0; u < USERS; u++) {
		for (uint32_t i = 0; i < ITEMS; i++) {
			same[i] = users[u];
			items[i] = i;
		}
		scorer_pairs(s, same, items, ITEMS, pairs, 0);
		for (uint32_t i = 0; i < ITEMS; i++) {
			const double x = plain_score(s, users[u], i);

			assert_true(fabs((double)block[u * ITEMS + i] - x) <
			    1e-5);
			assert_true(fabs((double)pairs[i] - fmin(high,
			    fmax(low, x))) < 1e-5);
		}
	}
	free(block);
	scorer_free(s);
	inter_free(in);
}

static void
test_scores_are_their_definition(void **state)
{
	(void)state;
	check_scores("ials", -INFINITY, INFINITY);
	check_scores("sgd", 1, 5);
	check_scores("als", 1, 5);
	check_scores("nmf", 1, 5);
	check_scores("svd", -INFINITY, INFINITY);
}

static void
test_rating_of_what_is_not_known(void **state)
{
	struct inter *in = ratings(30, 10);
	const struct mf_options o = settings();
	const uint32_t users[] = { 3, IDMAP_NONE, IDMAP_NONE };
	const uint32_t items[] = { IDMAP_NONE, 2, IDMAP_NONE };
	float x[3];
	double mean;
	struct scorer *s;

	(void)state;
	train("sgd", in, &o, 1);
	s = open_model();
	assert_true(s->predicts_ratings);
	assert_int_equal(scorer_prepare(s), 0);
	assert_int_equal(model_real(s->file, "mean", &mean), 0);
	scorer_pairs(s, users, items, 3, x, 0);
	assert_true(fabs((double)x[0] - mean -
	    (double)model_vec(s->file, "user_bias", 30)[3]) < 1e-6);
	assert_true(fabs((double)x[1] - mean -
	    (double)model_vec(s->file, "item_bias", 10)[2]) < 1e-6);
	assert_true(fabs((double)x[2] - mean) < 1e-6);
	scorer_free(s);
	inter_free(in);
}

/* --- fold-in ------------------------------------------------------------ */

/* The history of `from` as that of users of other names, and one more user
 * who had nothing that the model knows. */
static struct inter *
strangers(struct scorer *s, const struct inter *from)
{
	struct idmap *items = idmap_from_text(idmap_text(s->items), "test",
	    "items");
	struct inter *in = inter_new(s->users, items, 0, 0);

	for (size_t u = 0; u < from->by_user.rows; u++)
		for (uint64_t i = from->by_user.indptr[u];
		    i < from->by_user.indptr[u + 1]; i++)
			inter_add(in, named(s->users, 'n', u),
			    from->by_user.indices[i],
			    from->by_user.values[i], 0);
	inter_add(in, named(s->users, 'x', 0), named(items, 'x', 0), 1, 0);
	inter_finish(in);
	s->history = in;
	return in;
}

static void
test_new_user_with_the_same_history_has_the_same_scores(void **state)
{
	enum { USERS = 70, ITEMS = 25 };
	struct inter *in = ratings(USERS, ITEMS), *new;
	const struct mf_options o = settings();
	float a[ITEMS], b[ITEMS];
	struct idmap *items;
	struct scorer *s;

	(void)state;
	train("ials", in, &o, 1);
	s = open_model();
	new = strangers(s, in);
	items = new->items;
	assert_int_equal(scorer_prepare(s), 0);
	for (uint32_t u = 0; u < USERS; u++) {
		const uint32_t stranger = USERS + u;

		assert_true(scorer_knows_user(s, stranger));
		scorer_block(s, &u, 1, a, 0);
		scorer_block(s, &stranger, 1, b, 0);
		for (size_t i = 0; i < ITEMS; i++)
			assert_true(fabsf(a[i] - b[i]) < 1e-4f);
	}
	assert_false(scorer_knows_user(s, 2 * USERS));
	scorer_free(s);
	inter_free(new);
	idmap_free(items);
	inter_free(in);
}

/* L over one new user of a rating model, from the model's own tensors. */
static double
user_loss(const struct scorer *s, const struct inter *in, size_t row,
    const double *y, const struct mf_options *o)
{
	const size_t k = o->factors;
	const float *bias = model_vec(s->file, "item_bias", SIZE_MAX);
	const uint64_t from = in->by_user.indptr[row];
	const size_t n = csr_row_count(&in->by_user, row);
	double mean, scale, sum = o->lambda_bias * y[k] * y[k];
	struct mat Q;

	assert_int_equal(model_mat(s->file, "item_factors", SIZE_MAX, k, &Q),
	    0);
	assert_int_equal(model_real(s->file, "mean", &mean), 0);
	assert_int_equal(model_real(s->file, "scale", &scale), 0);
	for (size_t j = 0; j < k; j++)
		sum += o->lambda * scale * y[j] * y[j];
	sum *= pow((double)n, o->nu);
	for (uint64_t i = from; i < from + n; i++) {
		const uint32_t item = in->by_user.indices[i];
		double e = (double)in->by_user.values[i] - mean - y[k] -
		    (double)bias[item];

		for (size_t j = 0; j < k; j++)
			e -= y[j] * (double)mat_row(&Q, item)[j];
		sum += e * e;
	}
	return sum;
}

/*
 * The factors are not to be seen, so they are found from scores: block() is
 * mean + b + c_i + p.q_i, linear in (p, b), and k + 1 items determine them.
 */
static void
unseen_factors(const struct scorer *s, uint32_t user, size_t k, double *y)
{
	const float *bias = model_vec(s->file, "item_bias", SIZE_MAX);
	float scores[25];
	double A[64], mean;
	struct mat Q;

	assert_true(k + 1 == 8);
	assert_int_equal(model_mat(s->file, "item_factors", SIZE_MAX, k, &Q),
	    0);
	assert_int_equal(model_real(s->file, "mean", &mean), 0);
	scorer_block(s, &user, 1, scores, 0);
	for (size_t i = 0; i <= k; i++) {
		y[i] = (double)scores[i] - mean - (double)bias[i];
		for (size_t j = 0; j < k; j++)
			A[i * (k + 1) + j] = (double)mat_row(&Q, i)[j];
		A[i * (k + 1) + k] = 1;
	}
	plain_solve(k + 1, A, y);
}

static void
test_slope_of_a_new_users_loss_is_zero(void **state)
{
	enum { USERS = 40, ITEMS = 25, K = 7 };
	struct inter *in = ratings(USERS, ITEMS), *new;
	struct mf_options o = settings();
	struct idmap *items;
	struct scorer *s;

	(void)state;
	o.stdev = 3;		/* factors that a bias cannot stand in for */
	o.epochs = 1;
	o.rate = 1e-4;
	train("sgd", in, &o, 1);
	s = open_model();
	new = strangers(s, in);
	items = new->items;
	assert_int_equal(scorer_prepare(s), 0);
	for (uint32_t u = USERS; u < 2 * USERS; u++) {
		double y[K + 1];

		unseen_factors(s, u, K, y);
		for (size_t j = 0; j <= K; j++) {
			const double at = y[j], h = 0.125;
			double up, down;

			y[j] = at + h;
			up = user_loss(s, new, u, y, &o);
			y[j] = at - h;
			down = user_loss(s, new, u, y, &o);
			y[j] = at;
			assert_true(fabs(up - down) / (2 * h) < 0.05);
		}
	}
	scorer_free(s);
	inter_free(new);
	idmap_free(items);
	inter_free(in);
}

/*
 * PureSVD: item factors are orthonormal, and what is left of R is at right
 * angles to them: (R - R V V') V = 0, user factors being R V.
 */
static void
test_svd_projects_on_unit_vectors_at_right_angles(void **state)
{
	enum { K = 7 };
	struct inter *in = ratings(40, 25);
	const struct mf_options o = settings();
	struct scorer *s;
	struct mat P, Q;

	(void)state;
	train("svd", in, &o, 1);
	s = open_model();
	assert_int_equal(model_mat(s->file, "user_factors", 40, K, &P), 0);
	assert_int_equal(model_mat(s->file, "item_factors", 25, K, &Q), 0);
	for (size_t a = 0; a < K; a++)
		for (size_t b = 0; b < K; b++) {
			double sum = 0;

			for (size_t i = 0; i < 25; i++)
				sum += (double)mat_row(&Q, i)[a] *
				    (double)mat_row(&Q, i)[b];
			assert_true(fabs(sum - (a == b)) < 1e-4);
		}
	for (size_t u = 0; u < 40; u++)
		for (size_t a = 0; a < K; a++) {
			double sum = 0;

			for (uint64_t i = in->by_user.indptr[u];
			    i < in->by_user.indptr[u + 1]; i++)
				sum += (double)in->by_user.values[i] *
				    (double)mat_row(&Q,
				    in->by_user.indices[i])[a];
			assert_true(fabs(sum - (double)mat_row(&P, u)[a]) <
			    1e-3);
		}
	scorer_free(s);
	inter_free(in);
}

/* At a user's solution the slope of the loss is zero, as for sgd's fold-in:
 * more epochs of als, and the loss has fallen each time. */
static void
test_als_descends(void **state)
{
	struct inter *in = ratings(40, 25);
	struct mf_options o = settings();
	const struct train how = { .seed = 1 };
	const struct mf_task task = { in, &o, &how, path, 0, NULL,
		    NULL, NULL, NULL, NULL, NULL };
	double last = INFINITY;

	(void)state;
	o.lambda = o.lambda_bias = 1e-3;
	for (o.epochs = 1; o.epochs < 6; o.epochs++) {
		struct mf_result result;

		assert_int_equal(mf_train(choice_find(mf_choice,
		    span_of("als")), &task, &result), 0);
		assert_true(result.loss < last);
		last = result.loss;
	}
	inter_free(in);
}

static void
test_nmf_is_not_negative(void **state)
{
	struct inter *in = ratings(40, 25);
	struct mf_options o = settings();
	struct scorer *s;
	struct mat P, Q;
	size_t n_zero = 0;

	(void)state;
	o.steps = 2;
	train("nmf", in, &o, 1);
	s = open_model();
	assert_int_equal(model_mat(s->file, "user_factors", 40, 7, &P), 0);
	assert_int_equal(model_mat(s->file, "item_factors", 25, 7, &Q), 0);
	for (size_t i = 0; i < 40 * 7; i++) {
		assert_true(P.x[i] >= 0);
		n_zero += !(P.x[i] > 0);
	}
	for (size_t i = 0; i < 25 * 7; i++)
		assert_true(Q.x[i] >= 0);
	assert_true(n_zero > 0 && n_zero < 40 * 7);
	scorer_free(s);
	inter_free(in);
}

static void
test_negative_weight_in_a_history_is_refused(void **state)
{
	struct inter *in = ratings(10, 5), *new;
	const struct mf_options o = settings();
	struct idmap *items;
	struct scorer *s;

	(void)state;
	train("ials", in, &o, 1);
	s = open_model();
	in->by_user.values[0] = -1;
	new = strangers(s, in);
	items = new->items;
	said_begin();
	assert_int_equal(scorer_prepare(s), -1);
	assert_true(said_has("user 'n0' is new, and its interactions do not "
	    "determine its factors: a weight is negative"));
	scorer_free(s);
	inter_free(new);
	idmap_free(items);
	inter_free(in);
}

/* --- training ----------------------------------------------------------- */

static void
test_negative_weight_is_refused(void **state)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	const struct mf_options o = settings();
	const struct train how = { .seed = 1 };
	const struct mf_task task = { in, &o, &how, path, 0, NULL,
		    NULL, NULL, NULL, NULL, NULL };
	struct mf_result result;

	(void)state;
	inter_add(in, named(in->users, 'u', 0), named(in->items, 'i', 0), -2,
	    0);
	inter_finish(in);
	said_begin();
	assert_int_equal(mf_train(choice_find(mf_choice, span_of("ials")),
	    &task, &result), -1);
	assert_true(said_has("user 'u0', item 'i0': a weight of -2: weights "
	    "are not negative"));
	inter_free(in);
}

/* Ratings of 107, 207, ... are predicted as those of 1, 2, ... are. */
static void
test_scale_of_ratings_does_not_matter(void **state)
{
	struct inter *in = ratings(40, 20);
	struct mf_options o = settings();
	uint32_t users[20], items[20];
	float a[20], b[20];
	struct scorer *s;

	(void)state;
	o.epochs = 30;
	for (uint32_t i = 0; i < 20; i++) {
		users[i] = 2 * i;
		items[i] = i;
	}
	train("sgd", in, &o, 1);
	s = open_model();
	assert_int_equal(scorer_prepare(s), 0);
	scorer_pairs(s, users, items, 20, a, 0);
	scorer_free(s);
	for (uint64_t i = 0; i < csr_count(&in->by_user); i++)
		in->by_user.values[i] = in->by_user.values[i] * 100 + 7;
	train("sgd", in, &o, 1);
	s = open_model();
	assert_int_equal(scorer_prepare(s), 0);
	scorer_pairs(s, users, items, 20, b, 0);
	scorer_free(s);
	for (size_t i = 0; i < 20; i++)
		assert_true(fabsf(a[i] * 100 + 7 - b[i]) < 0.1f);
	inter_free(in);
}

/* A validation that calls the third epoch the best of five. */
struct third {
	struct validation base;
	double epoch;
};

static int
measure_third(struct validation *base, const struct scorer *s, double *out)
{
	struct third *v = (struct third *)base;

	assert_int_equal(scorer_items(s), 20);
	v->epoch++;
	*out = -fabs(v->epoch - 3);
	return 0;
}

/* What is written is what training for three epochs writes. */
static void
test_best_epoch_is_kept(void **state)
{
	struct inter *in = ratings(30, 20);
	struct third v = { { "nearness", 0, measure_third, NULL }, 0 };
	struct mf_options o = settings();
	const struct train how = { .seed = 1, .valid = &v.base };
	const struct mf_task task = { in, &o, &how, path, 0, NULL,
		    NULL, NULL, NULL, NULL, NULL };
	struct mf_result result;
	float best[20], three[20];
	const uint32_t user = 11;
	struct scorer *s;

	(void)state;
	assert_int_equal(mf_train(choice_find(mf_choice, span_of("ials")),
	    &task, &result), 0);
	assert_int_equal(result.epochs, 5);
	assert_int_equal(result.best_epoch, 3);
	s = open_model();
	assert_int_equal(scorer_prepare(s), 0);
	scorer_block(s, &user, 1, best, 0);
	scorer_free(s);
	o.epochs = 3;
	train("ials", in, &o, 1);
	s = open_model();
	assert_int_equal(scorer_prepare(s), 0);
	scorer_block(s, &user, 1, three, 0);
	scorer_free(s);
	assert_memory_equal(best, three, sizeof best);
	inter_free(in);
}

/* --- files that are not what they say ----------------------------------- */

static void
refuses_model(struct st_writer *w, const char *why)
{
	assert_int_equal(st_write(w, path, 0), 0);
	st_writer_free(w);
	said_begin();
	assert_null(scorer_open(families, path));
	assert_true(said_has(why));
}

static struct st_writer *
damaged(const struct idmap *ids, const struct mat *user,
    const struct mat *item)
{
	struct st_writer *w = model_writer("ials");

	model_put_ids(w, "user_ids", ids);
	model_put_ids(w, "item_ids", ids);
	if (user != NULL)
		model_put_mat(w, "user_factors", user);
	model_put_mat(w, "item_factors", item);
	model_put_real(w, "nu", 1);
	model_put_real(w, "alpha0", 1);
	model_put_real(w, "lambda", 1);
	return w;
}

static void
test_damaged_models_are_refused(void **state)
{
	struct idmap *ids = idmap_new();
	struct mat two_by_three, three_by_two, none;

	(void)state;
	named(ids, 'a', 1);
	named(ids, 'a', 2);
	mat_init(&two_by_three, "test", 2, 3);
	mat_init(&three_by_two, "test", 3, 2);
	mat_init(&none, "test", 2, 0);
	refuses_model(damaged(ids, NULL, &two_by_three), "user_factors");
	refuses_model(damaged(ids, &three_by_two, &two_by_three),
	    "user_factors");
	refuses_model(damaged(ids, &two_by_three, &three_by_two),
	    "item_factors");
	refuses_model(damaged(ids, &none, &none), "no factors");
	mat_release(&two_by_three);
	mat_release(&three_by_two);
	mat_release(&none);
	idmap_free(ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_five_factors_of_a_half_score_one_and_a_quarter),
		cmocka_unit_test(test_scores_are_their_definition),
		cmocka_unit_test(test_rating_of_what_is_not_known),
		cmocka_unit_test(
		    test_new_user_with_the_same_history_has_the_same_scores),
		cmocka_unit_test(test_slope_of_a_new_users_loss_is_zero),
		cmocka_unit_test(
		    test_svd_projects_on_unit_vectors_at_right_angles),
		cmocka_unit_test(test_als_descends),
		cmocka_unit_test(test_nmf_is_not_negative),
		cmocka_unit_test(test_negative_weight_in_a_history_is_refused),
		cmocka_unit_test(test_negative_weight_is_refused),
		cmocka_unit_test(test_scale_of_ratings_does_not_matter),
		cmocka_unit_test(test_best_epoch_is_kept),
		cmocka_unit_test(test_damaged_models_are_refused),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
