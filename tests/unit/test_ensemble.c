/* Scorers that are made of others: ensemble.h and standin.h, with scorers whose
 * scores are a table. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/span.h"
#include "model/ensemble.h"
#include "model/standin.h"

enum { MOST = 4 };

/* Users and items have names of one letter; scores[u][i] are its state. */
typedef float scores_of[MOST][MOST];

static void
table_block(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	const scores_of *table = s->state;
	const size_t n_items = scorer_items(s);

	(void)worker;
	for (size_t r = 0; r < n; r++)
		for (size_t i = 0; i < n_items; i++)
			scores[r * n_items + i] = (*table)[users[r]][i];
}

static const struct scorer_ops table_ops = { .block = table_block };

static struct idmap *
letters(const char *text)
{
	struct idmap *map = idmap_new();

	for (; *text != '\0'; text++)
		idmap_add(map, (struct span){ text, 1 });
	return map;
}

static struct scorer *
table_scorer(const char *users, const char *items, scores_of *scores)
{
	struct scorer *s = mem_array("test", 1, sizeof *s);

	s->ops = &table_ops;
	s->state = scores;
	s->users = letters(users);
	s->items = letters(items);
	s->n_model_users = strlen(users);
	s->unknown = NAN;
	return s;
}

static float
score(const struct scorer *s, char user, char item)
{
	const uint32_t u = idmap_find(s->users, (struct span){ &user, 1 });
	const uint32_t i = idmap_find(s->items, (struct span){ &item, 1 });
	float row[2 * MOST];

	assert_true(u != IDMAP_NONE && i != IDMAP_NONE);
	scorer_block(s, &u, 1, row, 0);
	return row[i];
}

static void
is_near(float got, double want)
{
	if (!(fabs((double)got - want) < 1e-6))
		fail_msg("%g for %g", (double)got, want);
}

/* --- several models ------------------------------------------------------- */

static struct scorer *
two(struct scorer *a, double x, struct scorer *b, double y, int partial)
{
	const struct ensemble_part part[] = { { a, x }, { b, y } };

	return ensemble_new(part, 2, partial);
}

/* Deviations are sqrt(2/3) and 2 sqrt(2/3), items stand in another order. */
static void
test_normalised_sum(void **state)
{
	scores_of a = { { 1, 2, 3 }, { 5, 5, 5 } };
	scores_of b = { { 10, 12, 8 }, { 4, 0, 2 } };
	const double z = sqrt(1.5);
	struct scorer *s;

	(void)state;
	s = two(table_scorer("uv", "xyz", &a), 0.5,
	    table_scorer("uv", "zyx", &b), 2, 0);
	assert_non_null(s);
	assert_int_equal(scorer_prepare(s), 0);
	is_near(score(s, 'u', 'x'), 0.5 * -z + 2 * -z);
	is_near(score(s, 'u', 'y'), 2 * z);
	is_near(score(s, 'u', 'z'), 0.5 * z);
	/* all the same: it says nothing */
	is_near(score(s, 'v', 'z'), 2 * z);
	is_near(score(s, 'v', 'y'), 2 * -z);
	is_near(score(s, 'v', 'x'), 0);
	scorer_free(s);
}

/* Scaling and shifting a member changes nothing, nor does a useless order. */
static void
test_invariance(void **state)
{
	scores_of a = { { 1, 2, 4, 8 } }, b = { { 3, -1, 0, 5 } };
	scores_of c = { { 103, 99, 100, 105 } };
	struct scorer *s, *t;

	(void)state;
	s = two(table_scorer("u", "wxyz", &a), 1,
	    table_scorer("u", "wxyz", &b), 3, 0);
	for (size_t i = 0; i < MOST; i++)
		a[0][i] = a[0][i] * 0.25f - 7;
	assert_int_equal(scorer_prepare(s), 0);
	t = two(table_scorer("u", "wxyz", &c), 3,
	    table_scorer("u", "wxyz", &a), 1, 0);
	assert_int_equal(scorer_prepare(t), 0);
	for (const char *i = "wxyz"; *i != '\0'; i++)
		assert_true(fabsf(score(s, 'u', *i) - score(t, 'u', *i)) <
		    1e-5f);
	scorer_free(s);
	scorer_free(t);
}

/* Where a member has no number or no item, it counts as its mean; the mean and
 * the deviation are of what it has. */
static void
test_missing(void **state)
{
	scores_of a = { { NAN, 2, 4, -INFINITY }, { 1, 2, 3, 4 } };
	scores_of b = { { 6, 2 } };
	struct scorer *s;

	(void)state;
	s = two(table_scorer("uv", "wxyz", &a), 1,
	    table_scorer("u", "zx", &b), 1, 1);
	assert_non_null(s);
	assert_int_equal(scorer_prepare(s), 0);
	is_near(score(s, 'u', 'w'), 0);
	is_near(score(s, 'u', 'x'), -1 - 1);
	is_near(score(s, 'u', 'y'), 1);
	is_near(score(s, 'u', 'z'), 1);
	/* b does not know v: he is scored by a alone */
	assert_true(scorer_knows_user(s, 1));
	assert_false(scorer_knows_all(s, 1));
	assert_true(scorer_knows_all(s, 0));
	is_near(score(s, 'v', 'z'), 1.5 / sqrt(1.25));
	scorer_free(s);
}

/* --- another for strangers ------------------------------------------------ */

static void
test_standin(void **state)
{
	scores_of a = { { 1, 2, 3 } }, b = { { 9, 8 }, { 7, 5 } };
	struct scorer *s = table_scorer("u", "xyz", &a);
	struct scorer *other = table_scorer("gu", "zx", &b);

	(void)state;
	idmap_add(s->users, span_of("g"));
	s = standin_new(s, other);
	assert_non_null(s);
	assert_int_equal(scorer_prepare(s), 0);
	assert_int_equal(standin_lacks(s), 1);
	assert_false(scorer_stands_in(s, 0));
	assert_true(scorer_stands_in(s, 1));
	for (size_t i = 0; i < 3; i++)
		is_near(score(s, 'u', "xyz"[i]), a[0][i]);
	is_near(score(s, 'g', 'z'), 9);
	is_near(score(s, 'g', 'x'), 8);
	/* which the other lacks: never listed */
	assert_true(isinf(score(s, 'g', 'y')) && score(s, 'g', 'y') < 0);
	scorer_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalised_sum),
		cmocka_unit_test(test_invariance),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_standin),
	};

	par_set_threads(2);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
