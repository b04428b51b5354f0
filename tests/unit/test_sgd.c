/* SGD: a step is the gradient's, the grid keeps threads apart. */

#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "mf/bpr.h"
#include "mf/sgd.h"

enum { K = 21, MOST = 200 };	/* not a multiple of any register's width */

/* All that one rating touches, with k factors. */
struct pair {
	float p[MOST], q[MOST], b, c;
	size_t k;
};

static const float ridge_p = 0.3f, ridge_q = 0.2f, ridge_b = 0.5f,
    ridge_c = 0.7f;

/* Half of the rating's part of L: what the step descends. */
static double
half_loss(const struct pair *x, double *error)
{
	double dot = 0, pp = 0, qq = 0, e;

	for (size_t j = 0; j < x->k; j++) {
		dot += (double)x->p[j] * (double)x->q[j];
		pp += pow((double)x->p[j], 2);
		qq += pow((double)x->q[j], 2);
	}
	e = 4 - 3.5 - (double)x->b - (double)x->c - dot;
	if (error != NULL)
		*error = e;
	return (e * e + (double)ridge_p * pp + (double)ridge_q * qq +
	    (double)ridge_b * pow((double)x->b, 2) +
	    (double)ridge_c * pow((double)x->c, 2)) / 2;
}

/* Is the partial derivative at `at`, a float of old, what moved it? */
static void
assert_descent(struct pair *old, float *at, float moved, float rate)
{
	const float x = *at, h = 0.03125f;
	double up, down;

	*at = x + h;
	up = half_loss(old, NULL);
	*at = x - h;
	down = half_loss(old, NULL);
	*at = x;
	assert_true(fabs((double)(x - moved) / (double)rate -
	    (up - down) / (2 * (double)h)) < 1e-4);
}

static void
check_step(size_t k)
{
	struct pair old = { .k = k }, now;
	const float rate = 0.03125f;
	double e;
	struct rng r;

	rng_init(&r, 8, rng_stream("test.step", 0));
	for (size_t j = 0; j < k; j++) {
		old.p[j] = (float)(rng_normal(&r) / sqrt((double)k));
		old.q[j] = (float)(rng_normal(&r) / sqrt((double)k));
	}
	old.b = (float)rng_normal(&r) / 3;
	old.c = (float)rng_normal(&r) / 3;
	half_loss(&old, &e);
	now = old;
	assert_true(fabs(e - (double)sgd_step(
	    &(struct sgd_row){ now.p, &now.b, ridge_p, ridge_b },
	    &(struct sgd_row){ now.q, &now.c, ridge_q, ridge_c }, k,
	    4 - 3.5f, rate, rate)) < 1e-6);
	for (size_t j = 0; j < k; j++) {
		assert_descent(&old, &old.p[j], now.p[j], rate);
		assert_descent(&old, &old.q[j], now.q[j], rate);
	}
	assert_descent(&old, &old.b, now.b, rate);
	assert_descent(&old, &old.c, now.c, rate);
	assert_memory_equal(now.p + k, old.p + k, (MOST - k) * sizeof(float));
	assert_memory_equal(now.q + k, old.q + k, (MOST - k) * sizeof(float));
}

/* Of rows that registers hold, and of others. */
static void
test_step_follows_the_gradient(void **state)
{
	static const size_t k[] = { 1, 8, 16, K, 24, 32, 48, 64, 100, 128,
		199 };

	(void)state;
	for (size_t i = 0; i < sizeof k / sizeof *k; i++)
		check_step(k[i]);
}

/* p, q_i, q_j: what a step of BPR descends. */
static double
pair_loss(const float *x, float lambda)
{
	double dot = 0, squares = 0;

	for (size_t j = 0; j < K; j++)
		dot += (double)x[j] * ((double)x[K + j] -
		    (double)x[2 * K + j]);
	for (size_t j = 0; j < 3 * K; j++)
		squares += pow((double)x[j], 2);
	return log1p(exp(-dot)) + (double)lambda / 2 * squares;
}

static void
test_pair_step_follows_the_gradient(void **state)
{
	const float rate = 0.03125f, h = 0.03125f, lambda = 0.25f;
	float old[3 * K], now[3 * K];
	struct rng r;

	(void)state;
	rng_init(&r, 8, rng_stream("test.step", 1));
	for (size_t j = 0; j < 3 * K; j++)
		old[j] = (float)rng_normal(&r) / 3;
	memcpy(now, old, sizeof old);
	assert_true(fabs(bpr_step(now, now + K, now + 2 * K, K, rate,
	    lambda) - pair_loss(old, 0)) < 1e-6);
	for (size_t j = 0; j < 3 * K; j++) {
		const float x = old[j];
		double up, down;

		old[j] = x + h;
		up = pair_loss(old, lambda);
		old[j] = x - h;
		down = pair_loss(old, lambda);
		old[j] = x;
		assert_true(fabs((double)(x - now[j]) / (double)rate -
		    (up - down) / (2 * (double)h)) < 1e-4);
	}
}

/* A rating's value tells which one it is. */
static void
make_ratings(struct csr *m, size_t users, size_t items, uint64_t per_user)
{
	*m = (struct csr){ .rows = users, .cols = items };
	m->indptr = mem_array("ratings", users + 1, sizeof *m->indptr);
	m->indices = mem_array("ratings", users * per_user,
	    sizeof *m->indices);
	m->values = mem_array("ratings", users * per_user, sizeof *m->values);
	for (size_t u = 0; u < users; u++) {
		m->indptr[u + 1] = (u + 1) * per_user;
		for (uint64_t j = 0; j < per_user; j++) {
			const uint64_t i = u * per_user + j;

			m->indices[i] = (uint32_t)((u * 31 + j * 17) % items);
			m->values[i] = (float)i;
		}
	}
}

/* Every rating is in the grid once; each user is in one row of blocks and each
 * item in one column, so blocks of a diagonal share neither. */
static void
test_grid_keeps_blocks_apart(void **state)
{
	enum { USERS = 300, ITEMS = 200, EACH = 100 };
	struct csr m;
	struct sgd_grid g, pairs;
	unsigned char *met = mem_array("test", USERS * EACH, 1);
	size_t row_of[USERS], column_of[ITEMS];

	(void)state;
	make_ratings(&m, USERS, ITEMS, EACH);
	sgd_grid_init(&g, &m, 8, 1);
	assert_true(g.side > 2 && g.side <= SGD_SIDE_MAX);
	memset(row_of, 0xff, sizeof row_of);
	memset(column_of, 0xff, sizeof column_of);
	assert_int_equal(g.block[g.side * g.side], USERS * EACH);
	for (size_t b = 0; b < g.side * g.side; b++)
		for (uint64_t i = g.block[b]; i < g.block[b + 1]; i++) {
			const struct sgd_pair *x = &g.pair[i];
			const size_t id = (size_t)g.rating[i];

			assert_int_equal(x->user, id / EACH);
			assert_int_equal(x->item, m.indices[id]);
			assert_int_equal(met[id], 0);
			met[id] = 1;
			if (row_of[x->user] == SIZE_MAX)
				row_of[x->user] = b / g.side;
			if (column_of[x->item] == SIZE_MAX)
				column_of[x->item] = b % g.side;
			assert_int_equal(row_of[x->user], b / g.side);
			assert_int_equal(column_of[x->item], b % g.side);
		}
	for (size_t c = 0; c < g.side; c++)
		for (uint32_t i = g.column[c]; i < g.column[c + 1]; i++)
			assert_true(column_of[g.items[i]] == c ||
			    column_of[g.items[i]] == SIZE_MAX);
	assert_int_equal(g.column[g.side], ITEMS);
	csr_drop_values(&m);
	sgd_grid_init(&pairs, &m, 8, 1);
	assert_null(pairs.rating);
	assert_memory_equal(pairs.pair, g.pair, USERS * EACH *
	    sizeof *g.pair);
	sgd_grid_release(&pairs);
	sgd_grid_release(&g);
	csr_release(&m);
	free(met);
}

/* Who is at work in each row and column of blocks, and how many were. */
struct watch {
	size_t side;
	atomic_int row[SGD_SIDE_MAX], column[SGD_SIDE_MAX];
	unsigned n[SGD_SIDE_MAX];
	uint32_t blocks[SGD_SIDE_MAX * SGD_SIDE_MAX];	/* of rows, in order */
};

static double
watch_block(void *arg, size_t b)
{
	struct watch *w = arg;
	const size_t row = b / w->side, column = b % w->side;
	const int row_was = atomic_fetch_add(&w->row[row], 1);
	const int column_was = atomic_fetch_add(&w->column[column], 1);

	w->blocks[row * w->side + w->n[row]++] = (uint32_t)column;
	atomic_fetch_sub(&w->row[row], 1);
	atomic_fetch_sub(&w->column[column], 1);
	return row_was == 0 && column_was == 0 ? 1 : -1e9;
}

/* Blocks of a row or a column never run at once; each runs, and in all rows
 * the diagonals come in the same order. */
static void
test_pass_goes_by_diagonals(void **state)
{
	struct sgd_grid g = { .side = 24 };
	struct watch w = { .side = g.side };
	struct rng r;

	(void)state;
	par_set_threads(3);
	rng_init(&r, 8, rng_stream("test.pass", 0));
	assert_true(fabs(sgd_grid_pass(&g, watch_block, &w, &r) - 24 * 24) <
	    0.5);
	par_set_threads(1);
	for (size_t row = 0; row < g.side; row++) {
		assert_int_equal(w.n[row], g.side);
		for (size_t d = 0; d < g.side; d++)
			assert_int_equal(w.blocks[row * g.side + d],
			    (w.blocks[d] + row) % g.side);
	}
}

static void
test_grid_of_one_rating(void **state)
{
	struct csr m;
	struct sgd_grid g;

	(void)state;
	make_ratings(&m, 1, 1, 1);
	sgd_grid_init(&g, &m, 8, 1);
	assert_int_equal(g.side, 1);
	assert_int_equal(g.block[1], 1);
	sgd_grid_release(&g);
	csr_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step_follows_the_gradient),
		cmocka_unit_test(test_pair_step_follows_the_gradient),
		cmocka_unit_test(test_grid_keeps_blocks_apart),
		cmocka_unit_test(test_grid_of_one_rating),
		cmocka_unit_test(test_pass_goes_by_diagonals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
