/* Score files and judgments: which column is what, in files of every kind. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/readscores.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";
static const struct readscores a_list = { .judgments = 0 };
static const struct readscores a_truth = { .judgments = 1 };

static struct scored *
read_text(const char *text, const struct readscores *how,
    struct idmap **users, struct idmap **items)
{
	write_text(path, text);
	*users = idmap_new();
	*items = idmap_new();
	return readscores(path, how, *users, *items);
}

/* The file has user "u1" with item "a" and this number. */
static void
has(const char *text, const struct readscores *how, double want)
{
	struct idmap *users, *items;
	struct scored *s = read_text(text, how, &users, &items);
	const struct scored_item *x;
	size_t n;

	assert_non_null(s);
	x = scored_of(s, idmap_find(users, span_of("u1")), &n);
	assert_true(n > 0);
	assert_int_equal(x[0].item, idmap_find(items, span_of("a")));
	if (!(fabs(x[0].value - want) <= 1e-12))
		fail_msg("%.17g is not %.17g in %s", x[0].value, want, text);
	scored_free(s);
	idmap_free(users);
	idmap_free(items);
}

static void
refuses(const char *text, const struct readscores *how, const char *message)
{
	struct idmap *users, *items;

	said_begin();
	assert_null(read_text(text, how, &users, &items));
	assert_true(said_has(message));
	idmap_free(users);
	idmap_free(items);
}

static void
scores_by_name_and_by_place(void **state)
{
	(void)state;
	has("user_id:token\tscore:float\titem_id:token\nu1\t2.5\ta\n", &a_list,
	    2.5);
	has("u1\ta\t2.5\n", &a_list, 2.5);
	has("u1\ta\t2.5\t1\n", &a_list, 2.5);	/* the rank is not a score */
	has("u1\ta\t4\t881250949\t2.5\n", &a_list, 2.5);
	has("u0\tb\t1\nu1\ta\t-2.5e-1\n", &a_list, -0.25);
	has("u1\ta\t4\t2.5\n", &(struct readscores){ .column = "4" }, 2.5);
	has("user_id:token\titem_id:token\tx:float\nu1\ta\t3\n",
	    &(struct readscores){ .column = "x" }, 3);
}

static void
judgments_by_name_and_by_place(void **state)
{
	const struct readscores rating = { .judgments = 1,
	    .column = "rating" };

	(void)state;
	has("u1\ta\n", &a_truth, 1);
	has("u1\ta\t4\t881250949\n", &a_truth, 1);
	has("u1\ta\t4\t881250949\n", &rating, 4);
	has("user_id:token\titem_id:token\tlabel:float\nu1\ta\t0\n", &a_truth,
	    0);
	has("user_id:token\titem_id:token\trating:float\nu1\ta\t3\n",
	    &a_truth, 1);
}

static void
trec_files_by_their_shape(void **state)
{
	const struct readscores trec_truth = { .judgments = 1, .trec = 1 };

	(void)state;
	has("u1 Q0 a 1 2.5 tag\n", &a_list, 2.5);
	has("u1  Q0\ta 1 2.5 tag\n", &(struct readscores){ .trec = 1 }, 2.5);
	has("u1\tQ0\ta\t7\t2.5\ttag\n", &a_list, 2.5);
	has("u1 0 a 3\n", &a_truth, 3);
	has("u1 0 a -1\n", &a_truth, -1);
	has("u1\t0\ta\t3\n", &trec_truth, 3);
}

static void
says_what_is_wrong(void **state)
{
	const struct readscores rating = { .judgments = 1,
	    .column = "rating" };

	(void)state;
	refuses("", &a_list, ": no rows");
	refuses("user_id:token\titem_id:token\tscore:float\n", &a_list,
	    ": no rows");
	refuses("u1\ta\n", &a_list, "2 columns: user, item and score");
	refuses("u1\ta\tnan\n", &a_list, ":1: 3: 'nan' is not a number");
	refuses("u1\ta\t1\nu1\tb\t1e999\n", &a_list, ":2: 3: '1e999'");
	refuses("u1\t\t1\n", &a_list, ":1: item_id: an empty id");
	refuses("user_id:token\titem_id:token\nu1\ta\n", &a_list,
	    "no column 'score'");
	refuses("user_id:token\titem_id:token\nu1\ta\n", &rating,
	    "no column 'rating'");
	refuses("u1 Q0 a 1 2.5 tag\nu1 Q0 a 1\n", &a_list,
	    ":2: 4 fields, not 6");
	refuses("u1 Q0 a 1 x tag\n", &a_list, ":1: score: 'x'");
	refuses("u1 0 a x\n", &a_truth, ":1: relevance: 'x'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_by_name_and_by_place),
		cmocka_unit_test(judgments_by_name_and_by_place),
		cmocka_unit_test(trec_files_by_their_shape),
		cmocka_unit_test(says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
