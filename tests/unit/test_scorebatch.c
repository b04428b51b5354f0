/* Rows and their scores: order, what is not known, what is not a number. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "all/scorebatch.h"
#include "base/par.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";

enum { USERS = 4, ITEMS = 3 };

/* u * 10 + i - 5; user 2 with item 2 is NaN. */
static float
formula(uint32_t user, uint32_t item)
{
	return user == 2 && item == 2 ? NAN :
	    (float)user * 10 + (float)item - 5;
}

static void
formula_block(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	(void)s;
	(void)worker;
	for (size_t u = 0; u < n; u++)
		for (uint32_t i = 0; i < ITEMS; i++)
			scores[u * ITEMS + i] = formula(users[u], i);
}

static void
sum_rows(const struct scorer *s, const struct features *f, size_t first,
    size_t n, float *scores, size_t worker)
{
	(void)s;
	(void)worker;
	for (size_t i = 0; i < n; i++) {
		const float *x = mat_row(&f->x, first + i);

		scores[i] = 0;
		for (size_t j = 0; j < f->x.cols; j++)
			scores[i] += x[j];
	}
}

static const struct scorer_ops of_items = { .block = formula_block };
static const struct scorer_ops of_features = { .rows = sum_rows };

static void
scorer_init(struct scorer *s, float unknown)
{
	static const char *const items[] = { "a", "b", "c" };

	memset(s, 0, sizeof *s);
	s->ops = &of_items;
	s->users = idmap_new();
	s->items = idmap_new();
	for (size_t i = 0; i < ITEMS; i++)
		idmap_add(s->items, span_of(items[i]));
	for (size_t u = 0; u < USERS; u++)
		idmap_add(s->users, (struct span){ &"wxyz"[u], 1 });
	s->n_model_users = USERS - 1;		/* the last is a stranger */
	s->unknown = unknown;
	assert_int_equal(scorer_prepare(s), 0);
}

static void
scorer_release(struct scorer *s)
{
	idmap_free(s->users);
	idmap_free(s->items);
	idmap_free(s->features);
	free(s->scratch);
}

static const char *
file_text(void)
{
	static char text[1 << 22];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

struct pair {
	uint32_t user, item;
};

/* The scores of pairs, as lines "row TAB score". */
static const char *
scores_of(const struct pair *pairs, size_t n, float unknown,
    enum scorebatch_missing missing, uint64_t n_missing)
{
	struct put *put = put_open(path, 0);
	struct scorebatch b;
	struct scorer s;

	assert_non_null(put);
	scorer_init(&s, unknown);
	scorebatch_init(&b, &s, missing);
	for (size_t i = 0; i < n; i++)
		scorebatch_add_pair(&b, (struct span){ &"abcdefgh"[i], 1 },
		    pairs[i].user, pairs[i].item, 0);
	assert_int_equal(scorebatch_flush(&b, "in", 1, put), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(b.n_rows, n);
	assert_int_equal(b.n_missing, n_missing);
	scorebatch_release(&b);
	scorer_release(&s);
	assert_int_equal(put_commit(put), 0);
	put_free(put);
	return file_text();
}

static void
rows_keep_their_order(void **state)
{
	const struct pair p[] = { { 2, 0 }, { 0, 1 }, { 2, 1 }, { 0, 1 } };

	(void)state;
	assert_string_equal(scores_of(p, 4, NAN, SCOREBATCH_FALLBACK, 0),
	    "a\t15\nb\t-4\nc\t16\nd\t-4\n");
}

/* A known user's unknown item, an unknown user (new or without a number). */
static const struct pair strange[] = {
	{ 1, 0 }, { 1, IDMAP_NONE }, { 1, 7 }, { 0, IDMAP_NONE }, { 3, 1 },
	{ IDMAP_NONE, 1 }, { IDMAP_NONE, IDMAP_NONE },
};

static void
what_is_not_known(void **state)
{
	(void)state;
	/* The mean of a rating model. */
	assert_string_equal(scores_of(strange, 7, 3.5F, SCOREBATCH_FALLBACK,
	    6), "a\t5\nb\t3.5\nc\t3.5\nd\t3.5\ne\t3.5\nf\t3.5\ng\t3.5\n");
	/* Without one: never above what is known. */
	assert_string_equal(scores_of(strange, 7, NAN, SCOREBATCH_FALLBACK,
	    6), "a\t5\nb\t5\nc\t5\nd\t-5\ne\t0\nf\t0\ng\t0\n");
	assert_string_equal(scores_of(strange, 7, 3.5F, SCOREBATCH_DROP, 6),
	    "a\t5\n");
	assert_string_equal(scores_of(strange, 3, 3.5F, SCOREBATCH_NAN, 2),
	    "a\t5\nb\tnan\nc\tnan\n");
}

static void
a_score_that_is_no_number_is_an_error(void **state)
{
	struct put *put = put_open(path, 0);
	struct scorebatch b;
	struct scorer s;

	(void)state;
	scorer_init(&s, NAN);
	scorebatch_init(&b, &s, SCOREBATCH_NAN);
	scorebatch_add_pair(&b, span_of("x"), 0, 0, 0);
	scorebatch_add_pair(&b, span_of("y"), 2, 2, 0);
	said_begin();
	assert_int_equal(scorebatch_flush(&b, "in.tsv", 7, put), -1);
	assert_true(said_has("in.tsv:8: the model's score is not a number"));
	scorebatch_release(&b);
	scorer_release(&s);
	put_free(put);
}

static void
features_too(void **state)
{
	struct put *put = put_open(path, 0);
	struct scorebatch b;
	struct scorer s;

	(void)state;
	scorer_init(&s, NAN);
	s.ops = &of_features;
	s.features = idmap_new();
	idmap_add(s.features, span_of("x"));
	idmap_add(s.features, span_of("y"));
	scorebatch_init(&b, &s, SCOREBATCH_FALLBACK);
	for (size_t i = 0; i < 3; i++) {
		/* The second row has no columns of its own. */
		float *x = scorebatch_add_features(&b,
		    span_of(i == 1 ? "" : "row"));

		x[0] = (float)i;
		x[1] = 0.5F;
	}
	assert_int_equal(scorebatch_flush(&b, "in", 1, put), 0);
	scorebatch_release(&b);
	scorer_release(&s);
	assert_int_equal(put_commit(put), 0);
	put_free(put);
	assert_string_equal(file_text(), "row\t0.5\n1.5\nrow\t2.5\n");
}

/* Several pieces, several batches. */
static void
threads_and_batches_do_not_show(void **state)
{
	enum { N = SCOREBATCH_ROWS + 5000 };
	char *first = NULL;

	(void)state;
	for (size_t t = 1; t <= 3; t += 2) {
		struct put *put = put_open(path, 0);
		struct scorebatch b;
		struct scorer s;
		char row[16];

		par_set_threads(t);
		scorer_init(&s, NAN);
		scorebatch_init(&b, &s, SCOREBATCH_FALLBACK);
		for (uint32_t i = 0; i < N; i++) {
			snprintf(row, sizeof row, "%u", i);
			scorebatch_add_pair(&b, span_of(row), i / 9 % 5,
			    i % 11 == 0 ? IDMAP_NONE : i % 2, 0);
			if (scorebatch_is_full(&b) || i + 1 == N)
				assert_int_equal(scorebatch_flush(&b, "in", 1,
				    put), 0);
		}
		assert_int_equal(b.n_rows, N);
		scorebatch_release(&b);
		scorer_release(&s);
		assert_int_equal(put_commit(put), 0);
		put_free(put);
		if (t == 1)
			first = strdup(file_text());
	}
	par_set_threads(0);
	assert_string_equal(file_text(), first);
	assert_int_equal(strncmp(first, "0\t-5\n1\t-4\n2\t-5\n", 15), 0);
	free(first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_keep_their_order),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(a_score_that_is_no_number_is_an_error),
		cmocka_unit_test(features_too),
		cmocka_unit_test(threads_and_batches_do_not_show),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
