/* Validation: what a --valid file and a metric's name measure. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "all/validate.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";

/*
 * A model that likes items by their number, the last one best, and that says
 * 3 + user / 2 of any pair.
 */
static void
number_block(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	(void)users;
	(void)worker;
	for (size_t i = 0; i < n * scorer_items(s); i++)
		scores[i] = (float)(i % scorer_items(s));
}

static void
number_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	(void)s;
	(void)items;
	(void)worker;
	for (size_t i = 0; i < n; i++)
		scores[i] = 3 + (float)users[i] / 2;
}

static const struct scorer_ops ops = {
	.block = number_block, .pairs = number_pairs
};

enum { USERS = 3, ITEMS = 5 };

struct fixture {
	struct inter *train;		/* u0..u2, i0..i4: u0 had i4 */
	struct scorer scorer;
};

static void
fixture_init(struct fixture *f)
{
	char name[16];

	memset(f, 0, sizeof *f);
	f->train = inter_new(idmap_new(), idmap_new(), 1, 0);
	for (uint32_t u = 0; u < USERS; u++) {
		snprintf(name, sizeof name, "u%u", u);
		idmap_add(f->train->users, span_of(name));
	}
	for (uint32_t i = 0; i < ITEMS; i++) {
		snprintf(name, sizeof name, "i%u", i);
		idmap_add(f->train->items, span_of(name));
	}
	inter_add(f->train, 0, 4, 1, 0);
	inter_add(f->train, 1, 0, 1, 0);
	inter_add(f->train, 2, 0, 1, 0);
	inter_finish(f->train);
	f->scorer.ops = &ops;
	f->scorer.users = f->train->users;
	f->scorer.items = f->train->items;
	f->scorer.n_model_users = USERS;
	assert_int_equal(scorer_prepare(&f->scorer), 0);
}

static void
measures_to(const char *metric, const char *text, double want,
    const char *about)
{
	struct fixture f;
	struct validation *v;
	double got = NAN;

	write_text(path, text);
	fixture_init(&f);
	v = validate_new(path, &(struct validate){ .metric = metric,
	    .train = f.train });
	assert_non_null(v);
	assert_string_equal(v->metric, metric);
	assert_non_null(strstr(validate_about(v), about));
	assert_int_equal(v->measure(v, &f.scorer, &got), 0);
	if (!(fabs(got - want) <= 1e-6))
		fail_msg("%s: %.17g is not %.17g", metric, got, want);
	/* The next epoch's answer does not depend on this one's. */
	assert_int_equal(v->measure(v, &f.scorer, &got), 0);
	assert_true(fabs(got - want) <= 1e-6);
	v->free(v);
	inter_free(f.train);
}

/* u0's list is i3 i2 i1 i0 (i4 was had), u1's is i4 i3 i2 i1. */
static void
lists_without_what_was_had(void **state)
{
	(void)state;
	measures_to("mrr", "u0\ti3\n", 1, "mrr of 1 users");
	measures_to("mrr", "u0\ti4\n", 0, "");
	measures_to("hr@2", "u0\ti2\nu1\ti2\n", 0.5, "of 2 users");
	measures_to("ndcg@2", "u0\ti2\nu1\ti4\n", (1 + 1 / log2(3)) / 2, "");
	/* Twice is once; an item that is not known cannot be found. */
	measures_to("recall@1", "u1\ti4\nu1\ti4\nu1\tnew\n", 0.5, "");
	measures_to("recall@1", "stranger\ti4\nu1\ti4\n", 1,
	    "of 1 users; 1 left out");
}

static void
pairs_that_are_known(void **state)
{
	(void)state;
	measures_to("rmse", "u0\ti1\t5\nu2\ti2\t3\n", sqrt(2.5), "of 2 pairs");
	measures_to("mae", "u0\ti1\t5\nu2\tnew\t3\nx\ti1\t1\n", 2,
	    "of 1 pairs; 2 left out");
	measures_to("auc", "user_id:token\titem_id:token\tlabel:float\n"
	    "u0\ti1\t0\nu2\ti1\t1\n", 1, "of 2 pairs");
}

static void
a_sample_of_users(void **state)
{
	struct fixture f;
	struct validation *v;
	double got = NAN;

	(void)state;
	write_text(path, "u0\ti3\nu1\ti4\nu2\ti4\n");
	fixture_init(&f);
	v = validate_new(path, &(struct validate){ .metric = "hr@1",
	    .train = f.train, .max_users = 2, .seed = 1 });
	assert_non_null(v);
	assert_non_null(strstr(validate_about(v),
	    "hr@1 of 2 users, a sample of 3"));
	assert_int_equal(v->measure(v, &f.scorer, &got), 0);
	assert_true(got > 0.999);
	v->free(v);
	inter_free(f.train);
}

static void
refuses(const char *metric, const char *text, const char *message)
{
	struct fixture f;

	write_text(path, text);
	fixture_init(&f);
	said_begin();
	assert_null(validate_new(path, &(struct validate){ .metric = metric,
	    .train = f.train }));
	assert_true(said_has(message));
	inter_free(f.train);
}

static void
says_what_is_wrong(void **state)
{
	(void)state;
	refuses("ndgc@10", "u0\ti3\n", "did you mean 'ndcg'?");
	refuses("coverage", "u0\ti3\n", "cannot be validated on");
	refuses("mrr,hr@1", "u0\ti3\n", "more than one metric");
	refuses("hr@1", "x\ti3\n", "knows none of the users");
	refuses("rmse", "u0\tx\t3\n", "knows none of the users and items");
	refuses("rmse", "u0\ti3\n", "no column 'rating'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_without_what_was_had),
		cmocka_unit_test(pairs_that_are_known),
		cmocka_unit_test(a_sample_of_users),
		cmocka_unit_test(says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
