/* iALS: the slope at a solution is zero, the loss is its definition. */

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
#include "base/par.h"
#include "base/rng.h"
#include "linalg/gather.h"
#include "mf/ials.h"
#include "tests/ref/plain.h"

/* A random sparse matrix of weights in (0, 2), and what goes with it. */
struct problem {
	struct csr by_user, by_item;
	struct mat P, Q;
	struct mf_options options;
};

static void
fill(struct mat *m, size_t rows, size_t k, const char *purpose)
{
	struct rng r;

	mat_init(m, "test factors", rows, k);
	rng_init(&r, 5, rng_stream(purpose, 0));
	for (size_t i = 0; i < rows * k; i++)
		m->x[i] = (float)rng_normal(&r) / 2;
}

static void
make(struct problem *p, size_t users, size_t items, size_t k, double share)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);
	struct rng r;
	char name[32];

	for (size_t u = 0; u < users; u++)
		idmap_add(in->users, (struct span){ name,
		    num_put_int(name, (int64_t)u) });
	for (size_t i = 0; i < items; i++)
		idmap_add(in->items, (struct span){ name,
		    num_put_int(name, (int64_t)i) });
	rng_init(&r, 4, rng_stream("test.problem", users));
	for (uint32_t u = 0; u < users; u++)
		for (uint32_t i = 0; i < items; i++)
			if (rng_real(&r) < share)
				inter_add(in, u, i, (float)rng_real(&r) * 2,
				    0);
	inter_finish(in);
	inter_matrix(in, CSR_SUM, &p->by_user);
	csr_transpose(&p->by_user, &p->by_item);
	inter_free(in);
	fill(&p->P, users, k, "test.P");
	fill(&p->Q, items, k, "test.Q");
	p->options = (struct mf_options){ .factors = k, .lambda = 0.02,
		.alpha0 = 0.3, .nu = 0.8 };
}

static void
release(struct problem *p)
{
	csr_release(&p->by_user);
	csr_release(&p->by_item);
	mat_release(&p->P);
	mat_release(&p->Q);
}

/* Solve for one side; the part of L that depends on it. */
static double
users(struct problem *p)
{
	double loss;

	assert_int_equal(ials_solve(&p->by_user, &p->Q, &p->P, NULL,
	    &p->options, &loss), 0);
	return loss;
}

static double
items(struct problem *p)
{
	double loss;

	assert_int_equal(ials_solve(&p->by_item, &p->P, &p->Q, NULL,
	    &p->options, &loss), 0);
	return loss;
}

/* p_u.q_i */
static double
score(const struct problem *p, size_t u, size_t i)
{
	double sum = 0;

	for (size_t q = 0; q < p->P.cols; q++)
		sum += (double)mat_row(&p->P, u)[q] *
		    (double)mat_row(&p->Q, i)[q];
	return sum;
}

/* lambda (n + alpha0 others)^nu |x|^2, summed over the rows of X */
static double
plain_ridge(const struct csr *had, const struct mat *X, size_t others,
    const struct mf_options *o)
{
	double sum = 0;

	for (size_t r = 0; r < X->rows; r++) {
		double n = o->alpha0 * (double)others, square = 0;

		for (uint64_t i = had->indptr[r]; i < had->indptr[r + 1]; i++)
			n += (double)had->values[i];
		for (size_t q = 0; q < X->cols; q++)
			square += pow((double)mat_row(X, r)[q], 2);
		sum += o->lambda * pow(n, o->nu) * square;
	}
	return sum;
}

/* L as it is defined, over all pairs. */
static double
plain_loss(const struct problem *p)
{
	double sum = 0;

	for (size_t u = 0; u < p->P.rows; u++) {
		for (size_t i = 0; i < p->Q.rows; i++)
			sum += p->options.alpha0 * pow(score(p, u, i), 2);
		for (uint64_t j = p->by_user.indptr[u];
		    j < p->by_user.indptr[u + 1]; j++)
			sum += (double)p->by_user.values[j] *
			    pow(score(p, u, p->by_user.indices[j]) - 1, 2);
	}
	return sum + plain_ridge(&p->by_user, &p->P, p->Q.rows, &p->options) +
	    plain_ridge(&p->by_item, &p->Q, p->P.rows, &p->options);
}

static void
test_loss_is_its_definition(void **state)
{
	struct problem p;
	double plain;

	(void)state;
	make(&p, 37, 29, 6, 0.3);
	plain = plain_loss(&p);
	assert_true(fabs(ials_loss(&p.by_user, &p.by_item, &p.P, &p.Q,
	    &p.options) - plain) < 1e-5 * plain);
	release(&p);
}

/* dL/dx by central differences; L is a parabola, so h may be large. */
static double
slope(struct problem *p, float *x)
{
	const float at = *x, h = 0.25f;
	double up, down;

	*x = at + h;
	up = plain_loss(p);
	*x = at - h;
	down = plain_loss(p);
	*x = at;
	return (up - down) / (2 * (double)h);
}

static void
test_slope_is_zero_after_each_half_step(void **state)
{
	struct problem p;

	(void)state;
	make(&p, 17, 23, 5, 0.4);
	assert_true(fabs(slope(&p, p.P.x)) > 0.1);
	users(&p);
	for (size_t j = 0; j < p.P.rows * p.P.cols; j++)
		assert_true(fabs(slope(&p, p.P.x + j)) < 1e-4);
	items(&p);
	for (size_t j = 0; j < p.Q.rows * p.Q.cols; j++)
		assert_true(fabs(slope(&p, p.Q.x + j)) < 1e-4);
	release(&p);
}

/* The same where rows are longer than what is gathered at once, and where
 * there are fewer rows than factors. */
static void
test_slope_is_zero_for_long_and_for_few_rows(void **state)
{
	struct problem p;

	(void)state;
	make(&p, 3, 700, 9, 0.8);
	users(&p);
	for (size_t j = 0; j < p.P.rows * p.P.cols; j++)
		assert_true(fabs(slope(&p, p.P.x + j)) < 1e-2);
	items(&p);
	for (size_t j = 0; j < 20; j++)
		assert_true(fabs(slope(&p, p.Q.x + j)) < 1e-4);
	release(&p);
}

static void
test_loss_never_rises(void **state)
{
	struct problem p;
	double before = INFINITY;

	(void)state;
	make(&p, 60, 50, 8, 0.2);
	for (int step = 0; step < 12; step++) {
		double after;

		(void)(step % 2 == 0 ? items(&p) : users(&p));
		after = ials_loss(&p.by_user, &p.by_item, &p.P, &p.Q,
		    &p.options);
		assert_true(after <= before * (1 + 1e-6));
		before = after;
	}
	release(&p);
}

/* One row twice is one row with both weights. */
static void
test_weights_add_up(void **state)
{
	struct problem p;
	const uint32_t twice[] = { 4, 1, 4 }, once[] = { 1, 4 };
	const float w[] = { 0.5f, 1, 1.5f }, sum[] = { 1, 2 };
	float gram[16], x[4], y[4];
	float *scratch = mem_array("scratch", ials_scratch(4), sizeof *scratch);
	struct ials_side side;
	double loss, same;

	(void)state;
	make(&p, 2, 9, 4, 1);
	side = (struct ials_side){ .Y = &p.Q, .gram = gram, .alpha0 = 0.1,
		.lambda = 0.01, .nu = 1 };
	ials_gram(&p.Q, 0.1, gram);
	assert_int_equal(ials_row(&side, twice, w, 3, x, scratch, &loss), 0);
	assert_int_equal(ials_row(&side, once, sum, 2, y, scratch, &same), 0);
	assert_true(fabs(loss - same) < 1e-5);
	for (int q = 0; q < 4; q++)
		assert_true(fabsf(x[q] - y[q]) < 1e-5f);
	free(scratch);
	release(&p);
}

static void
test_singular_system_is_refused(void **state)
{
	const uint32_t column = 0;
	const float one = 1;
	float gram[16] = { 0 }, x[4];
	float *scratch = mem_array("scratch", ials_scratch(4), sizeof *scratch);
	struct mat Y;
	struct ials_side side = { .Y = &Y, .gram = gram, .nu = 1 };
	double loss;

	(void)state;
	mat_init(&Y, "test factors", 1, 4);
	assert_int_equal(ials_row(&side, &column, &one, 1, x, scratch, &loss),
	    -1);
	mat_release(&Y);
	free(scratch);
}

/* Users in another order get the same factors, in that order. */
static void
test_permuted_users_permute_the_factors(void **state)
{
	enum { USERS = 40, K = 6 };
	struct problem p, q;
	struct csr *m = &q.by_user;
	uint64_t to = 0;

	(void)state;
	make(&p, USERS, 30, K, 0.3);
	make(&q, USERS, 30, K, 0.3);
	for (size_t u = 0; u < USERS; u++) {	/* backwards */
		const size_t from = USERS - 1 - u;

		m->indptr[u] = to;
		for (uint64_t i = p.by_user.indptr[from];
		    i < p.by_user.indptr[from + 1]; i++, to++) {
			m->indices[to] = p.by_user.indices[i];
			m->values[to] = p.by_user.values[i];
		}
	}
	csr_release(&q.by_item);
	csr_transpose(m, &q.by_item);
	for (struct problem *z = &p; z != NULL; z = z == &p ? &q : NULL)
		for (int epoch = 0; epoch < 3; epoch++) {
			users(z);
			items(z);
		}
	for (size_t u = 0; u < USERS; u++)
		for (size_t j = 0; j < K; j++)
			assert_true(fabsf(mat_row(&p.P, u)[j] -
			    mat_row(&q.P, USERS - 1 - u)[j]) < 1e-4f);
	release(&p);
	release(&q);
}

static void
test_threads_do_not_change_a_bit(void **state)
{
	struct problem p, q;

	(void)state;
	make(&p, 300, 900, 8, 0.05);
	make(&q, 300, 900, 8, 0.05);
	par_set_threads(1);
	users(&p);
	items(&p);
	par_set_threads(3);
	users(&q);
	items(&q);
	assert_memory_equal(p.P.x, q.P.x, 300 * 8 * sizeof *p.P.x);
	assert_memory_equal(p.Q.x, q.Q.x, 900 * 8 * sizeof *p.Q.x);
	release(&p);
	release(&q);
}

/* The largest difference of a score from what it is in q. */
static double
difference(const struct problem *p, const struct problem *q)
{
	double worst = 0;

	for (size_t u = 0; u < p->P.rows; u++)
		for (size_t i = 0; i < p->Q.rows; i++)
			worst = fmax(worst, fabs(score(p, u, i) -
			    score(q, u, i)));
	return worst;
}

/* From where it is, each solver comes to the same minimum as Cholesky's:
 * axes may turn, so it is scores that are compared. */
static void
test_solvers_find_the_same_minimum(void **state)
{
	static const size_t factors[] = { 5, 16, 37, 70 };

	(void)state;
	for (size_t t = 0; t < 4; t++)
		for (size_t solver = 1; solver < 3; solver++) {
			const size_t k = factors[t];
			struct problem p, exact;

			make(&p, 45, 60, k, 0.3);
			make(&exact, 45, 60, k, 0.3);
			users(&exact);
			p.options.solver = ials_solver_choice(solver);
			p.options.steps = 4 * k;
			p.options.block = 16;
			for (size_t i = 0; i < (solver == 1 ? 3 : 200); i++)
				users(&p);
			assert_true(difference(&p, &exact) < 5e-3);
			release(&p);
			release(&exact);
		}
}

/* What a solver says of the loss is what its definition says. */
static void
test_solvers_know_the_loss(void **state)
{
	(void)state;
	for (size_t solver = 0; solver < 3; solver++) {
		struct problem p;
		double part, plain;

		make(&p, 45, 60, 21, 0.2);
		p.options.solver = ials_solver_choice(solver);
		p.options.steps = 2;
		p.options.block = 8;
		items(&p);
		part = users(&p);
		plain = plain_loss(&p);
		assert_true(fabs(part + plain_ridge(&p.by_item, &p.Q, 45,
		    &p.options) - plain) < 1e-4 * plain);
		release(&p);
	}
}

/* Turned axes: Y'Y is diagonal, and no score is another. */
static void
test_turning_changes_no_score(void **state)
{
	enum { K = 21 };
	struct problem p, q;
	float spectrum[K], gram[K * K];

	(void)state;
	make(&p, 45, 60, K, 0.2);
	make(&q, 45, 60, K, 0.2);
	assert_int_equal(ials_turn(&p.Q, &p.P, 0.5, spectrum), 0);
	ials_gram(&p.Q, 0.5, gram);
	for (size_t i = 0; i < K; i++)
		for (size_t j = 0; j < K; j++)
			assert_true(fabsf(gram[i * K + j] - (i == j ?
			    spectrum[i] : 0)) < 1e-4f);
	assert_true(difference(&p, &q) < 1e-4);
	release(&p);
	release(&q);
}

/* A pass of either never makes the loss larger. */
static void
test_solvers_descend(void **state)
{
	(void)state;
	for (size_t solver = 1; solver < 3; solver++) {
		struct problem p;
		double last = INFINITY;

		make(&p, 45, 60, 21, 0.2);
		p.options.solver = ials_solver_choice(solver);
		p.options.steps = 2;
		p.options.block = 8;
		for (size_t pass = 0; pass < 6; pass++) {
			double now;

			users(&p);
			items(&p);
			now = ials_loss(&p.by_user, &p.by_item, &p.P, &p.Q,
			    &p.options);
			assert_true(now < last);
			last = now;
		}
		release(&p);
	}
}

/* The kernel that takes four rows at a time does what its comment says. */
static void
test_gathered_sums(void **state)
{
	static const uint32_t rows[] = { 3, 0, 7, 3, 2, 9, 1 };
	static const float w[] = { 1, 0.5f, 2, 0.25f, 3, 1, 0.125f };

	(void)state;
	for (size_t k = 1; k < 70; k += 4)
		for (size_t n = 0; n <= 7; n++) {
			struct mat Y, v;
			float z[7], squares[70] = { 0 };
			double sum;

			fill(&Y, 10, k, "test.Y");
			fill(&v, 3, k, "test.v");
			memcpy(mat_row(&v, 2), mat_row(&v, 1), k *
			    sizeof *v.x);
			sum = gather_normal(Y.x, k, rows, w, n, 0.5f, v.x,
			    mat_row(&v, 1), squares);
			gather_dots(Y.x, k, k, rows, n, v.x, z);
			for (size_t j = 0; j < k; j++) {
				double q = (double)mat_row(&v, 2)[j];

				for (size_t i = 0; i < n; i++)
					q += (double)w[i] *
					    (plain_dot(mat_row(&Y, rows[i]),
					    v.x, k) - 0.5) *
					    (double)mat_row(&Y, rows[i])[j];
				assert_true(fabs(q - (double)mat_row(&v,
				    1)[j]) < 1e-4);
				for (size_t i = 0; i < n; i++)
					squares[j] -= w[i] * mat_row(&Y,
					    rows[i])[j] * mat_row(&Y,
					    rows[i])[j];
				assert_true(fabsf(squares[j]) < 1e-5f);
			}
			for (size_t i = 0; i < n; i++) {
				const double product = plain_dot(mat_row(&Y,
				    rows[i]), v.x, k);

				assert_true(fabs((double)z[i] - product) <
				    1e-5);
				sum -= (double)w[i] * pow(product - 0.5, 2);
			}
			assert_true(fabs(sum) < 1e-3);
			mat_release(&Y);
			mat_release(&v);
		}
}

/* Columns of what gather_turned() makes are rows, scaled; the rest is zero. */
static void
test_gathered_columns(void **state)
{
	enum { W = 48 };
	static float T[70 * W];

	(void)state;
	for (size_t k = 1; k < 70; k += 11)
		for (size_t n = 0; n <= 40; n += 5) {
			uint32_t rows[40];
			struct mat Y, v;

			fill(&Y, 10, k, "test.Y");
			fill(&v, 1, k + 40, "test.v");
			for (size_t i = 0; i < n; i++)
				rows[i] = (uint32_t)(i * 7 % 10);
			gather_turned(Y.x, k, k, rows, v.x + k, n, v.x, W, T);
			for (size_t j = 0; j < k; j++)
				for (size_t i = 0; i < W; i++)
					assert_true(fabsf(T[j * W + i] - (i < n
					    ? mat_row(&Y, rows[i])[j] *
					    v.x[k + i] * v.x[j] : 0)) < 1e-6f);
			mat_release(&Y);
			mat_release(&v);
		}
}

/* Few columns: the solution and the loss of n equations are those of k. */
static void
test_few_columns_are_solved_for_alike(void **state)
{
	static const size_t factors[] = { 4, 33, 64, 150 };

	(void)state;
	for (size_t t = 0; t < 4; t++) {
		const size_t k = factors[t];
		float *gram = mem_array("test", k, k * sizeof *gram);
		float *spectrum = mem_array("test", k, sizeof *spectrum);
		float *scratch = mem_array("test", ials_scratch(k) +
		    ials_few_scratch(k), sizeof *scratch);
		struct problem p;
		struct ials_side side;

		make(&p, 60, 200, k, 0.2);
		assert_int_equal(ials_turn(&p.Q, &p.P, 0.3, spectrum), 0);
		ials_gram(&p.Q, 0.3, gram);
		side = (struct ials_side){ .Y = &p.Q, .gram = gram, .spectrum =
			spectrum, .alpha0 = 0.3, .lambda = 0.02, .nu = 1 };
		for (size_t n = 0; n <= k && n <= 120; n += 1 + n / 3) {
			const struct csr *m = &p.by_item;	/* any ids */
			float *x = mat_row(&p.P, 0), *y = mat_row(&p.P, 1);
			uint32_t columns[120];
			double many, few;

			for (size_t i = 0; i < n; i++)
				columns[i] = (uint32_t)(i * 13 % 200);
			assert_int_equal(ials_row(&side, columns, m->values, n,
			    x, scratch, &many), 0);
			assert_int_equal(ials_few_row(&side, columns,
			    m->values, n, y, scratch, &few), 0);
			assert_true(fabs(many - few) < 1e-4 * (1 + many));
			for (size_t j = 0; j < k; j++)
				assert_true(fabsf(x[j] - y[j]) < 1e-4f);
		}
		free(gram);
		free(spectrum);
		free(scratch);
		release(&p);
	}
}

/* Without a ridge there may be axes without weight. */
static void
test_few_needs_all_axes(void **state)
{
	const float weights[] = { 1, 0, 2 };
	float spectrum[] = { 0, 1, 2, 3 };
	struct mat Y;
	struct ials_side side = { .Y = &Y, .spectrum = spectrum, .nu = 1 };

	(void)state;
	mat_init(&Y, "test factors", 1, 4);
	assert_false(ials_is_few(&side, weights, 3));
	side.lambda = 1;
	assert_true(ials_is_few(&side, weights, 3));
	side.lambda = 0;
	spectrum[0] = 0.5f;
	assert_true(ials_is_few(&side, weights, 3));
	mat_release(&Y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loss_is_its_definition),
		cmocka_unit_test(test_slope_is_zero_after_each_half_step),
		cmocka_unit_test(test_slope_is_zero_for_long_and_for_few_rows),
		cmocka_unit_test(test_loss_never_rises),
		cmocka_unit_test(test_weights_add_up),
		cmocka_unit_test(test_singular_system_is_refused),
		cmocka_unit_test(test_permuted_users_permute_the_factors),
		cmocka_unit_test(test_threads_do_not_change_a_bit),
		cmocka_unit_test(test_solvers_find_the_same_minimum),
		cmocka_unit_test(test_solvers_know_the_loss),
		cmocka_unit_test(test_turning_changes_no_score),
		cmocka_unit_test(test_solvers_descend),
		cmocka_unit_test(test_gathered_sums),
		cmocka_unit_test(test_gathered_columns),
		cmocka_unit_test(test_few_columns_are_solved_for_alike),
		cmocka_unit_test(test_few_needs_all_axes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
