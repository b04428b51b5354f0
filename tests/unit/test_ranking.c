/* Lists of many users against a truth: who counts, and what must not. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/par.h"
#include "base/rng.h"
#include "eval/ranking.h"

static void
assert_close(double got, double want)
{
	if (!(fabs(got - want) <= 1e-12))
		fail_msg("%.17g is not %.17g", got, want);
}

struct row {
	uint32_t user, item;
	double value;
};

static struct scored *
scored_from(const struct row *rows, size_t n)
{
	struct scored *s = scored_new();

	for (size_t i = 0; i < n; i++)
		scored_add(s, rows[i].user, rows[i].item, rows[i].value);
	scored_finish(s);
	return s;
}

/*
 * User 0 hits at rank 2 of 2 relevant, user 1 has no list, user 2 has nothing
 * relevant, user 3 is not in the truth.
 */
static const struct row truth_rows[] = {
	{ 0, 4, 1 }, { 0, 9, 1 }, { 1, 4, 1 }, { 2, 5, 0 }, { 2, 6, -1 },
};
static const struct row list_rows[] = {
	{ 0, 1, 3 }, { 0, 4, 2 }, { 2, 5, 2 }, { 2, 6, 1 }, { 3, 7, 1 },
};

static void
eval_rows(int all_users, const char *metrics, struct ranking *out,
    struct measures *m, struct ranking_shown *shown)
{
	struct scored *truth = scored_from(truth_rows, 5);
	struct scored *lists = scored_from(list_rows, 5);
	struct ranking_options options = { .measures = m,
	    .relevant = RANKING_ANY, .all_users = all_users };

	scored_unique(truth);
	assert_int_equal(measures_parse(metrics, METRIC_LIST, m), 0);
	ranking_eval(truth, lists, &options, out);
	if (shown != NULL)
		ranking_show(lists, out, NULL, 1, 10, shown);
	assert_int_equal(ranking_overlap(truth, lists, 10), 1);
	scored_free(truth);
	scored_free(lists);
}

static void
who_counts(void **state)
{
	struct ranking_shown shown;
	struct ranking r;
	struct measures m;

	(void)state;
	eval_rows(0, "recall@2,mrr,coverage@1", &r, &m, &shown);
	assert_int_equal(r.n_counted, 2);	/* user 2 counts with 0 */
	assert_int_equal(r.n_missing, 1);
	assert_int_equal(r.n_strangers, 1);
	assert_close(ranking_mean(&r, m.n, 0, NULL), 0.5 / 2);
	assert_close(ranking_mean(&r, m.n, 1, NULL), 0.5 / 2);
	assert_true(isnan(ranking_mean(&r, m.n, 2, NULL)));
	assert_int_equal(shown.count[1], 1);
	assert_int_equal(shown.count[4], 0);	/* rank 2 */
	assert_int_equal(shown.count[5], 1);
	assert_int_equal(shown.count[7], 0);	/* of a stranger */
	ranking_shown_release(&shown);
	ranking_release(&r);
	measures_release(&m);

	eval_rows(1, "recall@2", &r, &m, NULL);
	assert_int_equal(r.n_counted, 3);
	assert_close(ranking_mean(&r, m.n, 0, NULL), 0.5 / 3);
	ranking_release(&r);
	measures_release(&m);
}

static void
relevance_has_a_threshold(void **state)
{
	static const struct row judged[] = { { 0, 1, 3 }, { 0, 2, 1 },
	    { 0, 3, -2 }, { 0, 4, 3 } };
	struct scored *truth = scored_from(judged, 4);
	struct ranking_scratch s = { .gain = NULL };
	const uint32_t items[] = { 2, 3, 1, 8 };
	struct metric_list l;

	(void)state;
	scored_unique(truth);
	ranking_list(truth, 2, 0, items, 4, &s, &l);
	assert_int_equal(l.n_relevant, 2);
	assert_int_equal(l.n_ideal, 3);
	assert_close(l.ideal[1], 3);
	assert_close(l.ideal[2], 1);
	assert_close(l.gain[0], 1);
	assert_close(l.gain[1], 0);		/* below 0 is 0 */
	assert_close(l.gain[2], 3);
	assert_close(l.gain[3], 0);		/* not judged */
	assert_int_equal(l.n_refused, 1);
	assert_int_equal(l.refused[0], 1);
	assert_int_equal(l.refused[1], 0);	/* below 0 is not judged */
	assert_close(l.max_gain, 3);
	ranking_scratch_release(&s);
	scored_free(truth);
}

enum { USERS = 700, ITEMS = 60, EACH = 12 };

/* Random lists and judgments, users and items numbered by a permutation. */
static void
random_case(const uint32_t *user, const uint32_t *item, struct ranking *out,
    const struct measures *m)
{
	struct scored *truth = scored_new(), *lists = scored_new();
	struct ranking_options options = { .measures = m,
	    .relevant = RANKING_ANY };
	struct rng r;

	for (uint32_t u = 0; u < USERS; u++) {
		rng_init(&r, 1, rng_stream("test.ranking", u));
		for (uint32_t i = 0; i < EACH; i++) {
			scored_add(truth, user[u], item[rng_below(&r, ITEMS)],
			    rng_below(&r, 4));
			scored_add(lists, user[u], item[(u + 5 * i) % ITEMS],
			    -(double)i);
		}
	}
	scored_finish(truth);
	scored_finish(lists);
	scored_unique(truth);
	ranking_eval(truth, lists, &options, out);
	scored_free(truth);
	scored_free(lists);
}

/* The means are the same to the last bit. */
static void
numbering_and_threads_do_not_show(void **state)
{
	static uint32_t user[USERS], item[ITEMS];
	struct ranking a, b;
	struct measures m;
	struct rng r;

	(void)state;
	assert_int_equal(measures_parse("ndcg@10,ndcg_exp,map@5,recall@3,mrr",
	    METRIC_LIST, &m), 0);
	for (uint32_t u = 0; u < USERS; u++)
		user[u] = u;
	for (uint32_t i = 0; i < ITEMS; i++)
		item[i] = i;
	par_set_threads(1);
	random_case(user, item, &a, &m);
	rng_init(&r, 2, rng_stream("test.ranking", 0));
	rng_shuffle(&r, user, USERS);
	rng_shuffle(&r, item, ITEMS);
	par_set_threads(3);
	random_case(user, item, &b, &m);
	par_set_threads(0);
	for (size_t j = 0; j < m.n; j++) {
		const double x = ranking_mean(&a, m.n, j, NULL);
		const double y = ranking_mean(&b, m.n, j, NULL);

		assert_true(x > 0.01 && x < 0.99);
		assert_memory_equal(&x, &y, sizeof x);
	}
	ranking_release(&a);
	ranking_release(&b);
	measures_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_counts),
		cmocka_unit_test(relevance_has_a_threshold),
		cmocka_unit_test(numbering_and_threads_do_not_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
