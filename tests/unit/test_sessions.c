/* Sessions: places, rules, and session neighbours against their formulas. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "knn/knn.h"
#include "knn/rules.h"
#include "knn/sessions.h"
#include "tests/ref/sparse.h"
#include "tests/ref/tempdir.h"

enum { SESSIONS = 60, ITEMS = 12, LONGEST = 7 };

static const struct family *const families[] = { &knn_family, NULL };
static const int64_t hour = 3600 * 1000;

/* Session s has length[s] items, the last of them at time[s]. */
struct log {
	size_t length[SESSIONS];
	uint32_t item[SESSIONS][LONGEST];
	int64_t time[SESSIONS];
};

static void
make_log(struct log *l, uint64_t seed)
{
	struct rng r;

	rng_init(&r, seed, rng_stream("test.sessions", 0));
	for (size_t s = 0; s < SESSIONS; s++) {
		l->length[s] = 1 + rng_below(&r, LONGEST);
		l->time[s] = hour * (int64_t)(1000 + (s * 37) % SESSIONS);
		for (size_t p = 0; p < l->length[s]; p++)
			l->item[s][p] = rng_below(&r, ITEMS);
	}
}

static struct inter *
inter_of(const struct log *l)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 1);
	char name[24];

	for (uint32_t i = 0; i < ITEMS; i++) {
		snprintf(name, sizeof name, "i%u", (unsigned)i);
		idmap_add(in->items, span_of(name));
	}
	for (uint32_t s = 0; s < SESSIONS; s++) {
		snprintf(name, sizeof name, "s%u", (unsigned)s);
		idmap_add(in->users, span_of(name));
		for (size_t p = 0; p < l->length[s]; p++)
			inter_add(in, s, l->item[s][p], 1, l->time[s] -
			    (int64_t)(l->length[s] - 1 - p));
	}
	inter_finish(in);
	return in;
}

/* Where item i is last in session s, from 1; 0: not there. */
static double
place(const struct log *l, size_t s, uint32_t i)
{
	double at = 0;

	for (size_t p = 0; p < l->length[s]; p++)
		if (l->item[s][p] == i)
			at = (double)p + 1;
	return at;
}

static double
kinds(const struct log *l, size_t s)
{
	double n = 0;

	for (uint32_t i = 0; i < ITEMS; i++)
		n += place(l, s, i) > 0;
	return n;
}

static void
an_item_is_where_it_was_last(void **state)
{
	struct log l;
	struct inter *in;
	struct csr m;

	(void)state;
	make_log(&l, 1);
	in = inter_of(&l);
	sessions_places(in, ITEMS, &m);
	for (size_t s = 0; s < SESSIONS; s++) {
		assert_int_equal(csr_row_count(&m, s), (size_t)kinds(&l, s));
		for (uint32_t i = 0; i < ITEMS; i++)
			assert_near(sparse_at(&m, s, i), place(&l, s, i), 0);
	}
	csr_release(&m);
	inter_free(in);
}

static void
rules_count_what_follows(void **state)
{
	uint32_t ranks[ITEMS];
	struct log l;
	struct inter *in;

	(void)state;
	make_log(&l, 2);
	in = inter_of(&l);
	sparse_order(ranks, ITEMS, 1);
	for (size_t steps = 1; steps <= 3; steps += 2) {
		double want[ITEMS][ITEMS] = { { 0 } };
		struct csr W;

		for (size_t s = 0; s < SESSIONS; s++)
			for (size_t p = 0; p < l.length[s]; p++)
				for (size_t q = p + 1; q < l.length[s] &&
				    q <= p + steps; q++)
					want[l.item[s][p]][l.item[s][q]] +=
					    1 / (double)(q - p);
		rules_count(in, steps, 0, ranks, &W);
		for (size_t a = 0; a < ITEMS; a++)
			for (size_t b = 0; b < ITEMS; b++)
				assert_near(sparse_at(&W, a, b), want[a][b],
				    1e-5);
		csr_release(&W);
	}
	inter_free(in);
}

/* --- neighbours ----------------------------------------------------------- */

static double
fade(double t, double scale)
{
	return scale > 0 ? exp(-t / scale) : 1;
}

/* score (ITEMS) of session s among those of l, all of them neighbours. */
static void
plain_scores(const struct log *l, const struct log *query, size_t s,
    const struct knn_options *o, int linear, double *score)
{
	const double length = (double)query->length[s];

	memset(score, 0, ITEMS * sizeof *score);
	for (size_t n = 0; n < SESSIONS; n++) {
		const double days = fabs((double)(query->time[s] -
		    l->time[n])) / (24 * (double)hour);
		double like = 0, latest = INFINITY, at = 0, m;

		for (uint32_t i = 0; i < ITEMS; i++) {
			const double t = length - place(query, s, i);

			if (!(place(query, s, i) > 0 && place(l, n, i) > 0))
				continue;
			like += linear ? 1 - t / length : fade(t, o->position);
			if (t < latest) {
				latest = t;
				at = place(l, n, i);
			}
		}
		if (!(like > 0))
			continue;
		m = linear ? 1 / (1 + latest) : fade(latest, o->matched);
		like *= m / sqrt(kinds(query, s) * kinds(l, n)) *
		    fade(days, o->recency);
		for (uint32_t j = 0; j < ITEMS; j++) {
			double with = 0;

			for (size_t k = 0; k < SESSIONS; k++)
				with += place(l, k, j) > 0;
			if (place(l, n, j) > 0)
				score[j] += like * fade(fabs(place(l, n, j) -
				    at), o->distance) *
				    (1 + o->idf * log(SESSIONS / with));
		}
	}
}

static void
write_history(const struct log *l)
{
	FILE *f = fopen("h.tsv", "w");

	fputs("user_id:token\titem_id:token\ttimestamp:float\n", f);
	for (size_t s = 0; s < SESSIONS; s++)
		for (size_t p = 0; p < l->length[s]; p++)
			fprintf(f, "q%zu\ti%u\t%.3f\n", s,
			    (unsigned)l->item[s][p], (double)(l->time[s] -
			    (int64_t)(l->length[s] - 1 - p)) / 1000);
	fclose(f);
}

static void
check_method(const char *method, const struct knn_options *o)
{
	const char *const path = "h.tsv";
	struct log l, query;
	struct inter *in, *history;
	struct knn_result result;
	struct scorer *s;

	make_log(&l, 3);
	make_log(&query, 4);
	in = inter_of(&l);
	assert_int_equal(knn_train(choice_find(knn_choice, span_of(method)),
	    &(struct knn_task){ .data = in, .options = o, .output = "m.st" },
	    &result), 0);
	inter_free(in);
	write_history(&query);
	s = scorer_open(families, "m.st");
	assert_non_null(s);
	history = scorer_history(s, &(struct scorer_reading){
	    .paths = &path, .n_paths = 1 });
	assert_non_null(history);
	assert_int_equal(scorer_prepare(s), 0);
	for (uint32_t u = 0; u < SESSIONS; u++) {
		double want[ITEMS];
		float got[ITEMS];

		plain_scores(&l, &query, u, o, strcmp(method, "vsknn") == 0,
		    want);
		scorer_block(s, &u, 1, got, 0);
		for (size_t i = 0; i < ITEMS; i++)
			assert_near(got[i], want[i], 1e-4);
	}
	scorer_free(s);
	inter_free(history);
}

static void
neighbours_vote_as_the_formula_says(void **state)
{
	struct knn_options o = KNN_UNSET;

	(void)state;
	o.neighbours = o.sample = SESSIONS;
	o.idf = 0;
	check_method("vsknn", &o);
	o = KNN_UNSET;
	o.neighbours = o.sample = SESSIONS;
	o.position = 2;
	o.recency = 1;
	o.distance = 3;
	o.matched = o.idf = 0;
	check_method("stan", &o);
	o.matched = 1.5;
	o.idf = 0.5;
	check_method("vstan", &o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_is_where_it_was_last),
		cmocka_unit_test(rules_count_what_follows),
		cmocka_unit_test(neighbours_vote_as_the_formula_says),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
