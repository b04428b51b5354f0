/* Losses over drawn items, and the batches that take steps down them. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/vec.h"
#include "mf/bpr.h"
#include "mf/ccl.h"
#include "mf/sampledpool.h"
#include "mf/ssm.h"
#include "mf/warp.h"

enum { HAD = 5, DRAWN = 40, ITEMS = 90 };

static struct mf_options
settings(void)
{
	struct mf_options o = MF_NOTHING_SET;

	o.factors = 7;
	o.negatives = 30;
	o.lambda = 0;
	o.popularity = 0.5;
	o.temperature = 0.7;
	o.margin = 0.3;
	o.negative_weight = 4;
	return o;
}

/* --- slopes of a row ---------------------------------------------------- */

struct numbers {
	float had[HAD], drawn[DRAWN], weight[DRAWN];
};

static struct sampled_row
row_of(struct numbers *x)
{
	return (struct sampled_row){ x->had, HAD, x->drawn, x->weight, DRAWN,
		ITEMS, 3 };
}

static struct numbers
random_numbers(uint64_t piece)
{
	struct numbers x;
	struct rng r;

	rng_init(&r, 4, rng_stream("test.scores", piece));
	for (size_t i = 0; i < HAD; i++)
		x.had[i] = (float)rng_normal(&r);
	for (size_t j = 0; j < DRAWN; j++) {
		x.drawn[j] = j % 7 == 3 ? -INFINITY : (float)rng_normal(&r);
		x.weight[j] = (float)(rng_real(&r) / DRAWN);
	}
	return x;
}

static double
loss_at(const struct sampled_method *m, const struct mf_options *o,
    struct numbers x)
{
	const struct sampled_row row = row_of(&x);

	return m->loss(o, &row);
}

/* The loss with one number (of had, then of drawn) moved by h. */
static double
moved(const struct sampled_method *m, const struct mf_options *o,
    struct numbers x, size_t i, float h)
{
	*(i < HAD ? &x.had[i] : &x.drawn[i - HAD]) += h;
	return loss_at(m, o, x);
}

/* Each slope is the loss's difference quotient, but for the few numbers that
 * have a kink so near that the quotients of both sides are not the same. */
static void
check_slopes(const struct sampled_method *m)
{
	const struct mf_options o = settings();
	const float h = 1.0f / 256;
	size_t kinks = 0;

	for (uint64_t piece = 0; piece < 20; piece++) {
		const struct numbers at = random_numbers(piece);
		struct numbers slope = at;
		const struct sampled_row row = row_of(&slope);
		const double loss = m->loss(&o, &row);

		for (size_t i = 0; i < HAD + DRAWN; i++) {
			const double g = (double)(i < HAD ? slope.had[i] :
			    slope.drawn[i - HAD]);
			const double up = (moved(m, &o, at, i, h) - loss) /
			    (double)h;
			const double down = (loss - moved(m, &o, at, i, -h)) /
			    (double)h;

			if (fabs(up - down) > 0.02 * (1 + fabs(g)))
				kinks++;
			else
				assert_true(fabs((up + down) / 2 - g) <
				    1e-2 * (1 + fabs(g)));
		}
	}
	assert_true(kinks < HAD + DRAWN);
}

static void
test_slopes_are_difference_quotients(void **state)
{
	(void)state;
	check_slopes(&ssm_method);
	check_slopes(&ccl_method);
	check_slopes(&warp_method);
	check_slopes(&bpr_method);
}

/* With weights of 1 / n and all items drawn: the softmax of all items. */
static void
test_ssm_is_softmax(void **state)
{
	const struct mf_options o = settings();
	struct numbers x = random_numbers(50);
	struct sampled_row row = row_of(&x);
	double plain = 0, sum = 0;

	(void)state;
	row.n_items = DRAWN;
	for (size_t j = 0; j < DRAWN; j++) {
		x.weight[j] = 1.0f / DRAWN;
		sum += exp((double)x.drawn[j] / o.temperature);
	}
	for (size_t i = 0; i < HAD; i++) {
		const double e = exp((double)x.had[i] / o.temperature);

		plain -= log(e / (e + sum));
	}
	assert_true(fabs(ssm_loss(&o, &row) - plain) < 1e-4);
}

/* An item above all drawn by the margin costs nothing; one below them all is
 * told of at the first, which makes its rank the last. */
static void
test_warp_weighs_by_rank(void **state)
{
	const struct mf_options o = settings();
	struct numbers x = random_numbers(60);
	struct sampled_row row = row_of(&x);
	double rank = 0;

	(void)state;
	row.n_had = 2;
	for (size_t j = 0; j < DRAWN; j++)
		x.drawn[j] = 0;
	x.had[0] = 1;
	x.had[1] = -1;
	for (size_t i = 1; i < ITEMS; i++)
		rank += 1 / (double)i;
	assert_true(fabs(warp_loss(&o, &row) - rank * (1 + o.margin)) < 1e-3);
	assert_true(x.had[0] >= 0 && x.had[0] <= 0);
	assert_true(fabs((double)x.had[1] + rank) < 1e-4);
}

/* --- a batch ------------------------------------------------------------ */

enum { USERS = 9, K = 7, ROWS = 6 };

struct scene {
	struct csr had;			/* (USERS, ITEMS) */
	struct mat P, Q;
	struct sampled_side user, item;
	struct sampled_chunk row[ROWS];
	/* of users that are pooled */
	struct mat V;
	struct sampled_pool pool;
};

static void
make_side(struct sampled_side *side, struct mat *x, size_t n, int is_cosine,
    struct rng *r)
{
	mat_init(x, "test", n, K);
	for (size_t i = 0; i < n * K; i++)
		x->x[i] = (float)rng_normal(r);
	sampled_side_init(side, x, is_cosine);
}

/* User u had items u, u + USERS, ...; rows have users and items twice. */
static void
make_scene(struct scene *s, int is_cosine)
{
	struct rng r;
	uint64_t n = 0;

	rng_init(&r, 9, rng_stream("test.scene", 0));
	*s = (struct scene){ .V = { .x = NULL } };
	s->had = (struct csr){ USERS, ITEMS,
		mem_array("test", USERS + 1, sizeof(uint64_t)),
		mem_array("test", ITEMS, sizeof(uint32_t)),
		mem_array("test", ITEMS, sizeof(float)) };
	for (uint32_t u = 0; u < USERS; u++) {
		for (uint32_t i = u; i < ITEMS; i += USERS) {
			s->had.values[n] = 1;
			s->had.indices[n++] = i;
		}
		s->had.indptr[u + 1] = n;
	}
	make_side(&s->user, &s->P, USERS, is_cosine, &r);
	make_side(&s->item, &s->Q, ITEMS, is_cosine, &r);
	for (size_t i = 0; i < ROWS; i++) {
		const uint32_t u = (uint32_t)(i / 2 * 3);

		s->row[i] = (struct sampled_chunk){ u, (uint32_t)(1 + i),
			s->had.indptr[u] + i % 2 * 4 };
	}
}

static void
free_scene(struct scene *s)
{
	csr_release(&s->had);
	sampled_side_release(&s->user);
	sampled_side_release(&s->item);
	mat_release(&s->P);
	mat_release(&s->Q);
	if (s->V.x != NULL) {
		sampled_pool_release(&s->pool);
		mat_release(&s->V);
	}
}

static double
run(struct sampled_batch *b, struct scene *s, double rate)
{
	return sampled_batch_run(b, &s->user, &s->item, s->row, ROWS,
	    s->had.indices, 5, 17, rate);
}

/* The loss's slope by x. */
static double
quotient(struct sampled_batch *b, struct scene *s, float *x)
{
	const float at = *x, h = 1.0f / 512;
	double up, down;

	*x = at + h;
	up = run(b, s, 0);
	*x = at - h;
	down = run(b, s, 0);
	*x = at;
	return (up - down) / (2 * (double)h);
}

/*
 * The first step of Adam leaves (1 - beta1) times the slope in its memory, so
 * that is where the slope of every number is to be seen; a vector that no row
 * touches has none.  Returns how many slopes are not 0.
 */
static size_t
check_side(struct sampled_batch *b, struct scene *s,
    const struct sampled_side *side, const struct sampled_side *then)
{
	const struct mat *at = side->own.x != NULL && !side->is_unit ?
	    &side->own : side->factors;
	size_t touched = 0;

	for (size_t r = 0; r < at->rows; r++) {
		const float *first = mat_row(&then->first, r);
		float *x = mat_row(at, r);
		double g[K], along = 0, length = 1;

		for (size_t p = 0; p < K; p++) {
			g[p] = quotient(b, s, &x[p]);
			along += g[p] * (double)x[p];
		}
		if (side->is_unit)
			length = sqrt(vec_square_sum(mat_row(&side->own, r),
			    K));
		for (size_t p = 0; p < K; p++) {
			if (side->is_unit)
				g[p] -= along * (double)x[p];
			assert_true(fabs(g[p] - 10 * length *
			    (double)first[p]) < 5e-3 * (1 + fabs(g[p])));
			touched += fabs(g[p]) > 0.01;
		}
	}
	return touched;
}

static void
check_batch(const struct sampled_method *m, int is_cosine)
{
	struct mf_options o = settings();
	struct sampled_batch *b;
	struct scene s, then;

	o.margin = -1.5;		/* no kinks within [-1, 1] */
	o.similarity = sampled_similarity_choice(is_cosine ? SAMPLED_COSINE :
	    SAMPLED_DOT);
	make_scene(&s, is_cosine);
	make_scene(&then, is_cosine);
	b = sampled_batch_new(m, &o, &s.had, NULL, ROWS);
	run(b, &then, 1e-3);
	assert_true(check_side(b, &s, &s.user, &then.user) > 15);
	assert_true(check_side(b, &s, &s.item, &then.item) > 100);
	sampled_batch_free(b);
	free_scene(&s);
	free_scene(&then);
}

static void
test_slopes_of_a_batch(void **state)
{
	(void)state;
	check_batch(&ssm_method, 0);
	check_batch(&ssm_method, 1);
	check_batch(&ccl_method, 1);
}

/* --- users made of what they had ---------------------------------------- */

/* The scene's users have an own part, and V is any matrix. */
static void
make_pool(struct scene *s, const struct mf_options *o, int is_cosine)
{
	struct rng r;

	rng_init(&r, 9, rng_stream("test.pool", 0));
	sampled_side_release(&s->user);
	sampled_side_pooled(&s->user, &s->P);
	sampled_pool_init(&s->pool, o, is_cosine, &s->V, ROWS);
	for (size_t i = 0; i < USERS * K; i++)
		s->user.own.x[i] = (float)rng_normal(&r);
	for (size_t i = 0; i < K * K; i++)
		s->V.x[i] += (float)rng_normal(&r);
}

static struct mf_options
pool_settings(int is_cosine)
{
	struct mf_options o = settings();

	o.margin = -1.5;
	o.pooling = 0.6;
	o.pooled = 5;
	o.similarity = sampled_similarity_choice(is_cosine ? SAMPLED_COSINE :
	    SAMPLED_DOT);
	return o;
}

static void
check_pool(const struct sampled_method *m, int is_cosine)
{
	const struct mf_options o = pool_settings(is_cosine);
	struct sampled_batch *b, *b_then;
	struct scene s, then;

	make_scene(&s, is_cosine);
	make_scene(&then, is_cosine);
	make_pool(&s, &o, is_cosine);
	make_pool(&then, &o, is_cosine);
	b = sampled_batch_new(m, &o, &s.had, &s.pool, ROWS);
	b_then = sampled_batch_new(m, &o, &then.had, &then.pool, ROWS);
	run(b_then, &then, 1e-3);
	assert_true(check_side(b, &s, &s.user, &then.user) > 15);
	assert_true(check_side(b, &s, &s.item, &then.item) > 100);
	for (size_t i = 0; i < K * K; i++) {
		const double g = quotient(b, &s, &s.V.x[i]);

		assert_true(fabs(g - 10 * (double)then.pool.first.x[i]) <
		    5e-3 * (1 + fabs(g)));
	}
	sampled_batch_free(b);
	sampled_batch_free(b_then);
	free_scene(&s);
	free_scene(&then);
}

static void
test_slopes_of_pooled_users(void **state)
{
	(void)state;
	check_pool(&ssm_method, 0);
	check_pool(&ssm_method, 1);
	check_pool(&ccl_method, 1);
}

/* h by its definition; own parts are found again from it, but where it is 0;
 * who has no own part has the direction of a new user of the same items. */
static void
test_pooled_users_by_their_definition(void **state)
{
	const struct mf_options o = pool_settings(1);
	struct scene s;
	struct mat own;
	float x[K], scratch[K];

	(void)state;
	make_scene(&s, 1);
	make_pool(&s, &o, 1);
	s.pool.is_unit = 0;
	memset(mat_row(&s.user.own, 2), 0, sizeof x);
	sampled_pool_users(&s.pool, &s.had, &s.user.own, &s.Q, &s.P);
	for (uint32_t u = 0; u < USERS; u++)
		for (size_t p = 0; p < K; p++) {
			double h = 0.4 * (double)mat_row(&s.user.own, u)[p];

			for (uint32_t i = u; i < ITEMS; i += USERS)
				for (size_t f = 0; f < K; f++)
					h += 0.6 / 10 *
					    (double)(mat_row(&s.V, p)[f] *
					    mat_row(&s.Q, i)[f]);
			assert_true(fabs(h - (double)mat_row(&s.P, u)[p]) <
			    1e-5);
		}
	sampled_pool_new_user(&s.V, 0.6, &s.Q, s.had.indices +
	    s.had.indptr[2], 10, x, scratch);
	for (size_t p = 0; p < K; p++)
		assert_true(fabsf(x[p] - mat_row(&s.P, 2)[p]) < 1e-5f);
	mat_init(&own, "test", USERS, K);
	memset(mat_row(&s.P, 5), 0, sizeof x);
	own.x[5 * K] = 7;
	sampled_pool_own(&s.pool, &s.had, &s.P, &s.Q, &own);
	assert_true(own.x[5 * K] >= 7 && own.x[5 * K] <= 7);
	for (size_t u = 0; u < USERS; u++)
		for (size_t p = 0; p < K && u != 5; p++)
			assert_true(fabsf(mat_row(&own, u)[p] -
			    mat_row(&s.user.own, u)[p]) < 1e-4f);
	mat_release(&own);
	free_scene(&s);
}

/* Step after step, the loss of one batch falls; unit vectors stay so. */
static void
test_steps_descend(void **state)
{
	const struct mf_options o = settings();
	struct scene s;
	struct sampled_batch *b;
	double first, last;

	(void)state;
	make_scene(&s, 1);
	b = sampled_batch_new(&ccl_method, &o, &s.had, NULL, ROWS);
	first = run(b, &s, 0.01);
	for (size_t i = 0; i < 200; i++)
		last = run(b, &s, 0.01);
	assert_true(last < 0.5 * first);
	for (size_t u = 0; u < USERS; u++)
		assert_true(fabs(vec_square_sum(mat_row(&s.P, u), K) - 1) <
		    1e-5);
	sampled_batch_free(b);
	free_scene(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slopes_are_difference_quotients),
		cmocka_unit_test(test_ssm_is_softmax),
		cmocka_unit_test(test_warp_weighs_by_rank),
		cmocka_unit_test(test_slopes_of_a_batch),
		cmocka_unit_test(test_slopes_of_pooled_users),
		cmocka_unit_test(test_pooled_users_by_their_definition),
		cmocka_unit_test(test_steps_descend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
