/* One row of ratings, solved for in three ways. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mf/ratingrow.h"

enum { K = 19, COLUMNS = 300, RATINGS = 170 };	/* more than are gathered */

struct scene {
	struct mat Y;
	float bias[COLUMNS], rating[RATINGS], x[K], b;
	uint32_t column[RATINGS];
	float *scratch;
};

static void
make_scene(struct scene *s)
{
	struct rng r;

	rng_init(&r, 3, rng_stream("test.row", 0));
	mat_init(&s->Y, "test", COLUMNS, K);
	for (size_t i = 0; i < COLUMNS * K; i++)
		s->Y.x[i] = (float)(0.4 * rng_normal(&r));
	for (size_t i = 0; i < COLUMNS; i++)
		s->bias[i] = (float)rng_normal(&r);
	for (size_t i = 0; i < RATINGS; i++) {
		s->column[i] = rng_below(&r, COLUMNS);
		s->rating[i] = (float)(1 + rng_below(&r, 5));
	}
	for (size_t p = 0; p < K; p++)
		s->x[p] = (float)fabs(rng_normal(&r));
	s->b = 0.5f;
	s->scratch = mem_array("test", rating_scratch(K), sizeof *s->scratch);
}

static void
free_scene(struct scene *s)
{
	mat_release(&s->Y);
	free(s->scratch);
}

static struct rating_side
side_of(const struct scene *s, enum rating_solver solver, size_t steps)
{
	return (struct rating_side){ &s->Y, s->bias, 3, 0.2, 0.3, 0.5, solver,
		steps };
}

static void
solve(struct scene *s, enum rating_solver solver, size_t steps)
{
	const struct rating_side side = side_of(s, solver, steps);

	assert_int_equal(rating_row(&side, s->column, s->rating, RATINGS,
	    s->x, &s->b, s->scratch), 0);
}

/* Half the slope of L by coordinate p, K being the bias. */
static double
slope(const struct scene *s, size_t p)
{
	double sum = pow(RATINGS, 0.5) * (p < K ? 0.2 * (double)s->x[p] :
	    0.3 * (double)s->b);

	for (size_t i = 0; i < RATINGS; i++) {
		const float *y = mat_row(&s->Y, s->column[i]);
		double e = 3 + (double)s->bias[s->column[i]] + (double)s->b -
		    (double)s->rating[i];

		for (size_t q = 0; q < K; q++)
			e += (double)(s->x[q] * y[q]);
		sum += e * (p < K ? (double)y[p] : 1);
	}
	return sum;
}

static void
test_slope_is_zero(void **state)
{
	struct scene s;

	(void)state;
	make_scene(&s);
	solve(&s, RATING_CHOLESKY, 0);
	for (size_t p = 0; p <= K; p++)
		assert_true(fabs(slope(&s, p)) < 1e-3);
	free_scene(&s);
	make_scene(&s);
	solve(&s, RATING_CG, 2 * K);
	for (size_t p = 0; p <= K; p++)
		assert_true(fabs(slope(&s, p)) < 1e-3);
	free_scene(&s);
}

/* Karush, Kuhn and Tucker: where x is 0 the slope may be above 0. */
static void
test_not_negative(void **state)
{
	struct scene s;
	size_t n_zero = 0;

	(void)state;
	make_scene(&s);
	solve(&s, RATING_NONNEGATIVE, 200);
	for (size_t p = 0; p < K; p++) {
		assert_true(s.x[p] >= 0);
		n_zero += !(s.x[p] > 0);
		if (s.x[p] > 0)
			assert_true(fabs(slope(&s, p)) < 1e-3);
		else
			assert_true(slope(&s, p) > -1e-3);
	}
	assert_true(fabs(slope(&s, K)) < 1e-3);
	assert_true(n_zero > 2 && n_zero < K - 2);
	free_scene(&s);
}

/* L less a constant: slopes of a quadratic form, at x and at 0. */
static double
loss(struct scene *s)
{
	const struct scene at = *s;
	double sum = 0;

	for (size_t p = 0; p < K; p++)
		s->x[p] = 0;
	s->b = 0;
	for (size_t p = 0; p <= K; p++)
		sum += (p < K ? (double)at.x[p] : (double)at.b) *
		    (slope(&at, p) + slope(s, p));
	*s = at;
	return sum;
}

static void
test_each_step_descends(void **state)
{
	static const enum rating_solver solvers[] = { RATING_CG,
		RATING_NONNEGATIVE };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct scene s;
		double last;

		make_scene(&s);
		last = loss(&s);
		for (size_t step = 0; step < 6; step++) {
			solve(&s, solvers[i], 1);
			assert_true(loss(&s) < last);
			last = loss(&s);
		}
		free_scene(&s);
	}
}

static void
test_no_ridge_and_no_ratings_are_refused(void **state)
{
	struct scene s;

	(void)state;
	make_scene(&s);
	for (size_t i = 0; i < COLUMNS * K; i++)
		s.Y.x[i] = 0;
	for (int i = 0; i < 2; i++) {
		struct rating_side side = side_of(&s, i == 0 ?
		    RATING_CHOLESKY : RATING_NONNEGATIVE, 1);

		side.lambda = 0;
		assert_int_equal(rating_row(&side, s.column, s.rating,
		    RATINGS, s.x, &s.b, s.scratch), -1);
	}
	free_scene(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slope_is_zero),
		cmocka_unit_test(test_not_negative),
		cmocka_unit_test(test_each_step_descends),
		cmocka_unit_test(test_no_ridge_and_no_ratings_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
