/* nearest.h and nearpairs.h against definitions; weighting.h; past.h. */

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
#include "knn/nearest.h"
#include "knn/nearpairs.h"
#include "knn/past.h"
#include "knn/weighting.h"
#include "tests/ref/sparse.h"

enum { USERS = 60, ITEMS = 90 };

/* The table of the columns of x, ties broken by `ranks`. */
static void
table_of(const struct csr *x, double shrink, size_t keep,
    const uint32_t *ranks, struct csr *out)
{
	struct nearest_space space;
	struct csr xt;

	csr_transpose(x, &xt);
	nearest_space_init(&space, x, &(struct nearest_rule){
	    similarity_choice(0), 0, shrink, 0 }, ranks);
	nearest_table(&space, &xt, keep, NULL, out);
	nearest_space_release(&space);
	csr_release(&xt);
}

static void
some_ranks(uint32_t ranks[ITEMS])
{
	sparse_order(ranks, ITEMS, 5);
}

/* Sparse enough that sums are cleared one by one, or all at once. */
static const double densities[] = { 0.02, 0.2, 0.7 };

static void
equals_the_definition(void **state)
{
	uint32_t ranks[ITEMS];

	(void)state;
	some_ranks(ranks);
	for (size_t d = 0; d < 3; d++) {
		struct csr x, near;

		sparse_random(&x, USERS, ITEMS, densities[d], 1, 7);
		table_of(&x, 4, 0, ranks, &near);
		for (size_t a = 0; a < ITEMS; a++)
			for (size_t b = 0; b < ITEMS; b++)
				assert_near(sparse_at(&near, a, b),
				    a == b ? 0 : sparse_cosine(&x, a, b, 4),
				    1e-6);
		csr_release(&near);
		csr_release(&x);
	}
}

/* Of 1s and 0s many cosines are equal: the rule decides. */
static void
keeps_the_nearest_first(void **state)
{
	uint32_t ranks[ITEMS];
	struct csr x, all, few;

	(void)state;
	some_ranks(ranks);
	sparse_random(&x, USERS, ITEMS, 0.06, 0, 8);
	table_of(&x, 2, 0, ranks, &all);
	table_of(&x, 2, 7, ranks, &few);
	for (size_t a = 0; a < ITEMS; a++) {
		const size_t n = csr_row_count(&all, a);
		const size_t kept = csr_row_count(&few, a);
		const uint32_t *who = all.indices + all.indptr[a];
		const float *s = all.values + all.indptr[a];

		for (size_t i = 1; i < n; i++)
			assert_true(s[i - 1] > s[i] || (s[i - 1] >= s[i] &&
			    ranks[who[i - 1]] > ranks[who[i]]));
		assert_int_equal(kept, n < 7 ? n : 7);
		assert_memory_equal(who, few.indices + few.indptr[a],
		    kept * sizeof *who);
	}
	csr_release(&few);
	csr_release(&all);
	csr_release(&x);
}

static void
permuting_changes_nothing(void **state)
{
	uint32_t ranks[ITEMS], moved_ranks[ITEMS], users[USERS], items[ITEMS];
	struct csr x, moved, near, near_moved;

	(void)state;
	some_ranks(ranks);
	sparse_order(users, USERS, 1);
	sparse_order(items, ITEMS, 2);
	sparse_random(&x, USERS, ITEMS, 0.1, 0, 9);
	sparse_permute(&x, users, items, &moved);
	for (size_t i = 0; i < ITEMS; i++)
		moved_ranks[items[i]] = ranks[i];
	table_of(&x, 3, 10, ranks, &near);
	table_of(&moved, 3, 10, moved_ranks, &near_moved);
	for (size_t a = 0; a < ITEMS; a++) {
		const uint64_t from = near.indptr[a];
		const uint64_t to = near_moved.indptr[items[a]];

		assert_int_equal(csr_row_count(&near, a),
		    csr_row_count(&near_moved, items[a]));
		for (size_t i = 0; i < csr_row_count(&near, a); i++) {
			assert_int_equal(items[near.indices[from + i]],
			    near_moved.indices[to + i]);
			assert_near(near.values[from + i],
			    near_moved.values[to + i], 1e-7);
		}
	}
	csr_release(&near_moved);
	csr_release(&near);
	csr_release(&moved);
	csr_release(&x);
}

/* Neither the unit of the values nor the number of threads matters. */
static void
unit_and_threads_do_not_matter(void **state)
{
	uint32_t ranks[ITEMS];
	struct csr x, near, again;

	(void)state;
	some_ranks(ranks);
	sparse_random(&x, USERS, ITEMS, 0.3, 1, 10);
	par_set_threads(1);
	table_of(&x, 10, 20, ranks, &near);
	for (uint64_t i = 0; i < csr_count(&x); i++)
		x.values[i] *= 8;
	par_set_threads(2);
	table_of(&x, 10, 20, ranks, &again);
	par_set_threads(0);
	assert_int_equal(csr_count(&near), csr_count(&again));
	assert_memory_equal(near.indices, again.indices,
	    csr_count(&near) * sizeof *near.indices);
	assert_memory_equal(near.values, again.values,
	    csr_count(&near) * sizeof *near.values);
	csr_release(&again);
	csr_release(&near);
	csr_release(&x);
}

/* Row c of the table is what nearest_best() finds for column c. */
static void
assert_rows_are_best(const struct nearest_space *s, const struct csr *xt,
    size_t keep)
{
	struct topk_item *best = mem_array("test", keep, sizeof *best);
	struct nearest scratch;
	struct csr near;

	nearest_table(s, xt, keep, NULL, &near);
	nearest_init(&scratch, s);
	for (size_t c = 0; c < xt->rows; c++) {
		const uint64_t from = near.indptr[c], at = xt->indptr[c];
		const size_t n = nearest_best(&scratch, s,
		    (struct nearest_vector){ xt->indices + at, xt->values + at,
		    csr_row_count(xt, c), c }, keep, best);

		assert_int_equal(csr_row_count(&near, c), n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(near.indices[from + i], best[i].item);
			assert_memory_equal(&near.values[from + i],
			    &best[i].score, sizeof best[i].score);
		}
	}
	nearest_release(&scratch);
	csr_release(&near);
	free(best);
}

/* Where each product is made once for two columns (nearpairs.h), also for
 * similarities that are not the same both ways, and over several strips. */
static void
pairs_are_what_rows_are(void **state)
{
	enum { WIDE = 1600 };
	const struct choice *how;

	(void)state;
	for (size_t k = 0; (how = similarity_choice(k)) != NULL; k++) {
		const size_t n = k == 0 ? WIDE : ITEMS;
		uint32_t *ranks = mem_array("test", n, sizeof *ranks);
		struct nearest_space space;
		struct csr x, xt;

		sparse_random(&x, USERS, n, 0.4, k % 2 == 0, k);
		csr_transpose(&x, &xt);
		sparse_order(ranks, n, k);
		nearest_space_init(&space, &x, &(struct nearest_rule){ how,
		    0.3, 3, 0 }, ranks);
		for (size_t i = 0; i < n; i++)
			space.b[i] += (double)(i % 5);
		assert_true(nearpairs_pays(&space, 20));
		assert_rows_are_best(&space, &xt, 20);
		nearest_space_release(&space);
		csr_release(&x);
		csr_release(&xt);
		free(ranks);
	}
}

/* --- weighting ------------------------------------------------------------ */

static void
weights(const char *how, struct csr *m)
{
	struct weighting w;

	weighting_init(&w, choice_find(weighting_choice, span_of(how)), m);
	weighting_matrix(&w, m);
	weighting_release(&w);
}

/* Two rows, 2 1 0 and 4 0 0; the middle column is in one, the last in none. */
static void
weights_by_hand(void **state)
{
	uint64_t indptr[] = { 0, 2, 3 };
	uint32_t indices[] = { 0, 1, 0 };
	float values[] = { 2, 1, 4 };
	struct csr m = { 2, 3, indptr, indices, values };

	(void)state;
	weights("none", &m);
	assert_near(values[1], 1, 0);

	weights("tfidf", &m);
	assert_near(values[0], 2 * log(2), 1e-6);
	assert_near(values[1], log(3), 1e-6);
	assert_near(values[2], 4 * log(2), 1e-6);

	/* mean length 3.5; idf log(1 + 0.5 / 2.5) and log(1 + 1.5 / 1.5) */
	values[0] = 2;
	values[1] = 1;
	values[2] = 4;
	weights("bm25", &m);
	assert_near(values[0], log(1.2) * 2 * 2.2 /
	    (2 + 1.2 * (0.25 + 0.75 * 3 / 3.5)), 1e-6);
	assert_near(values[1], log(2) * 2.2 /
	    (1 + 1.2 * (0.25 + 0.75 * 3 / 3.5)), 1e-6);
	assert_near(values[2], log(1.2) * 4 * 2.2 /
	    (4 + 1.2 * (0.25 + 0.75 * 4 / 3.5)), 1e-6);
}

/* --- what users had ------------------------------------------------------- */

/* User 0: item 1 twice, item 0 with a negative weight, and an item that the
 * model does not know; user 1: nothing. */
static struct inter *
some_history(void)
{
	struct inter *in = inter_new(idmap_new(), idmap_new(), 1, 0);

	idmap_add(in->users, span_of("u"));
	idmap_add(in->users, span_of("v"));
	idmap_add(in->items, span_of("a"));
	idmap_add(in->items, span_of("b"));
	idmap_add(in->items, span_of("new"));
	inter_add(in, 0, 1, 3, 0);
	inter_add(in, 0, 2, 9, 0);
	inter_add(in, 0, 0, -7, 0);
	inter_add(in, 0, 1, 4, 0);
	inter_finish(in);
	return in;
}

static void
values_count_as_told(void **state)
{
	static const struct { const char *how; float a, b; } cases[] = {
		{ "raw", -7, 7 }, { "log", -3, 3 }, { "one", -1, 1 },
		{ NULL, -7, 4 },
	};
	struct inter *in = some_history();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct csr m;

		past_matrix(in, 2, cases[i].how == NULL ? NULL : choice_find(
		    past_values_choice, span_of(cases[i].how)), &m);
		assert_int_equal(m.rows, 2);
		assert_int_equal(m.cols, 2);
		assert_int_equal(csr_row_count(&m, 0), 2);
		assert_int_equal(csr_row_count(&m, 1), 0);
		assert_int_equal(m.indices[0], 0);
		assert_near(m.values[0], cases[i].a, 1e-6);
		assert_near(m.values[1], cases[i].b, 1e-6);
		csr_release(&m);
	}
	inter_free(in);
}

static void
history_comes_before_what_is_stored(void **state)
{
	struct csr fresh, stored, both;

	(void)state;
	sparse_random(&fresh, 12, 5, 0.2, 1, 3);
	sparse_random(&stored, 9, 5, 0.6, 1, 4);
	past_or(&fresh, &stored, 14, 5, &both);
	for (size_t u = 0; u < 14; u++) {
		const int has = u < 12 && csr_row_count(&fresh, u) > 0;

		for (size_t i = 0; i < 5; i++)
			assert_near(sparse_at(&both, u, i), has ?
			    sparse_at(&fresh, u, i) : u < 9 ?
			    sparse_at(&stored, u, i) : 0, 0);
	}
	csr_release(&both);
	csr_release(&stored);
	csr_release(&fresh);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_definition),
		cmocka_unit_test(keeps_the_nearest_first),
		cmocka_unit_test(permuting_changes_nothing),
		cmocka_unit_test(unit_and_threads_do_not_matter),
		cmocka_unit_test(pairs_are_what_rows_are),
		cmocka_unit_test(weights_by_hand),
		cmocka_unit_test(values_count_as_told),
		cmocka_unit_test(history_comes_before_what_is_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
