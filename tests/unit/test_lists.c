/* lists_make() with a scorer that is a formula. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/par.h"
#include "rank/lists.h"

enum { USERS = 700, ITEMS = 2100, K = 5 };	/* several blocks and tiles */

/* A few distinct values, so that ties are many. */
static float
formula(uint32_t user, uint32_t item)
{
	return (float)(hash_mix(user, item) % 9);
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
formula_tile(const struct scorer *s, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker)
{
	(void)s;
	(void)worker;
	for (size_t u = 0; u < n; u++)
		for (size_t i = 0; i < width; i++)
			scores[u * width + i] = formula(users[u],
			    (uint32_t)(first + i));
}

/* Each eleventh user is a stranger. */
static int
formula_knows(const struct scorer *s, uint32_t user)
{
	(void)s;
	return user % 11 != 3;
}

struct fixture {
	struct scorer scorer;
	struct scorer_ops ops;
	uint32_t users[USERS];
	uint32_t *ranks;
};

/* Models of rows, of rows of a few users, and of tiles. */
enum { ROWS, FEW_ROWS, TILES, KINDS };

static void
fixture_init(struct fixture *f, int kind)
{
	char name[16];

	memset(f, 0, sizeof *f);
	if (kind == TILES)
		f->ops.tile = formula_tile;
	else
		f->ops.block = formula_block;
	f->ops.batch = kind == FEW_ROWS ? 7 : 0;
	f->ops.knows_user = formula_knows;
	f->scorer.ops = &f->ops;
	f->scorer.users = idmap_new();
	f->scorer.items = idmap_new();
	for (uint32_t u = 0; u < USERS; u++) {
		snprintf(name, sizeof name, "u%u", u);
		f->users[u] = idmap_add(f->scorer.users, span_of(name));
	}
	for (uint32_t i = 0; i < ITEMS; i++) {
		snprintf(name, sizeof name, "%u", i * 7);
		idmap_add(f->scorer.items, span_of(name));
	}
	f->scorer.n_model_users = USERS;
	f->ranks = idmap_ranks(f->scorer.items);
	assert_int_equal(scorer_prepare(&f->scorer), 0);
}

static void
fixture_release(struct fixture *f)
{
	free(f->ranks);
	free(f->scorer.scratch);
	idmap_free(f->scorer.users);
	idmap_free(f->scorer.items);
}

struct got {
	uint32_t user[USERS];
	size_t n[USERS], count, stop_after;
	struct topk_item best[USERS][ITEMS];
};

static int
keep(void *arg, uint32_t user, const struct topk_item *best, size_t n)
{
	struct got *g = arg;

	if (g->stop_after > 0 && g->count == g->stop_after)
		return -1;
	g->user[g->count] = user;
	g->n[g->count] = n;
	memcpy(g->best[g->count++], best, n * sizeof *best);
	return 0;
}

static void
check_best(int kind)
{
	const struct lists_options options = { .k = K };
	static struct fixture f;
	static struct got g;

	fixture_init(&f, kind);
	memset(&g, 0, sizeof g);
	assert_int_equal(lists_make(&f.scorer, f.users, USERS, &options, keep,
	    &g), 0);
	assert_int_equal(g.count, USERS);
	for (uint32_t u = 0; u < USERS; u++) {
		struct topk_item want[K];
		float row[ITEMS];

		assert_int_equal(g.user[u], u);
		if (!formula_knows(NULL, u)) {
			assert_int_equal(g.n[u], 0);
			continue;
		}
		formula_block(&f.scorer, &u, 1, row, 0);
		assert_int_equal(g.n[u], K);
		topk_select(row, ITEMS, f.ranks, K, want);
		for (size_t i = 0; i < K; i++)
			assert_int_equal(g.best[u][i].item, want[i].item);
	}
	fixture_release(&f);
}

/* User u has had the items u % ITEMS and one that the model does not know. */
static void
lists_are_the_best_of_each_row_in_order(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++)
		check_best(kind);
}

static void
check_left_out(int kind)
{
	uint64_t indptr[USERS];
	uint32_t indices[2 * USERS];
	float values[2 * USERS];
	const struct csr seen = { USERS - 1, ITEMS + 1, indptr, indices,
	    values };
	float adjust[ITEMS];
	const struct lists_options options = { .k = 10000,
	    .left_out = { NULL, &seen }, .adjust = adjust };
	static struct fixture f;
	static struct got g;

	fixture_init(&f, kind);
	memset(&g, 0, sizeof g);
	for (uint32_t u = 0; u < USERS; u++) {
		indptr[u] = 2 * (uint64_t)u;
		indices[2 * u] = u * 3 % ITEMS;
		indices[2 * u + 1] = ITEMS;
	}
	for (uint32_t i = 0; i < ITEMS; i++)
		adjust[i] = i % 5 != 0 ? 0 : -INFINITY;
	assert_int_equal(lists_make(&f.scorer, f.users, USERS, &options, keep,
	    &g), 0);
	for (uint32_t u = 0; u < USERS; u++) {
		const int no_row = u == USERS - 1;

		if (!formula_knows(NULL, u))
			continue;
		assert_int_equal(g.n[u], (size_t)ITEMS - ITEMS / 5 -
		    (!no_row && u * 3 % ITEMS % 5 != 0));
		for (size_t i = 0; i < g.n[u]; i++) {
			assert_true(g.best[u][i].item % 5 != 0);
			assert_true(no_row || g.best[u][i].item !=
			    u * 3 % ITEMS);
		}
	}
	fixture_release(&f);
}

static void
seen_and_not_allowed_are_left_out(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++)
		check_left_out(kind);
}

/* The last items are raised above all others, and come in their order. */
static void
adjustments_are_added(void **state)
{
	float adjust[ITEMS] = { 0 };
	const struct lists_options options = { .k = 3, .adjust = adjust };
	static struct fixture f;
	static struct got g;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		adjust[ITEMS - 1 - i] = 1000.0F * (float)(i + 1);
	fixture_init(&f, TILES);
	memset(&g, 0, sizeof g);
	assert_int_equal(lists_make(&f.scorer, f.users, USERS, &options, keep,
	    &g), 0);
	for (uint32_t u = 0; u < USERS; u++)
		for (uint32_t i = 0; i < g.n[u]; i++) {
			const uint32_t item = ITEMS - 3 + i;

			assert_int_equal(g.best[u][i].item, item);
			assert_true(g.best[u][i].score ==
			    formula(u, item) + adjust[item]);
		}
	fixture_release(&f);
}

/* The best of each kind: at most K, and no more than there are kinds. */
static size_t
best_of_kinds(const struct fixture *f, uint32_t user, uint32_t n_kinds,
    uint32_t *item)
{
	static struct topk_item all[ITEMS];
	unsigned char has[K] = { 0 };
	float row[ITEMS];
	size_t n = 0;

	formula_block(NULL, &user, 1, row, 0);
	topk_select(row, ITEMS, f->ranks, ITEMS, all);
	for (size_t i = 0; i < ITEMS && n < n_kinds; i++) {
		const uint32_t kind = all[i].item * n_kinds / ITEMS;

		if (!has[kind])
			item[n++] = all[i].item;
		has[kind] = 1;
	}
	return n;
}

static void
check_quota(int kind, uint32_t n_kinds)
{
	static struct fixture f;
	static struct got g;
	uint64_t indptr[ITEMS + 1];
	uint32_t indices[ITEMS];
	const struct csr kinds = { ITEMS, n_kinds, indptr, indices, NULL };
	const struct quota quota = { &kinds, 1 };
	struct lists_options options = { .k = K, .pool = K };

	for (uint32_t i = 0; i <= ITEMS; i++) {
		indptr[i] = i;
		if (i < ITEMS)
			indices[i] = i * n_kinds / ITEMS;
	}
	fixture_init(&f, kind);
	memset(&g, 0, sizeof g);
	options.rerank = rerank_new(&(struct rerank_plan){ .quota = &quota,
	    .n_quotas = 1 });
	assert_int_equal(lists_make(&f.scorer, f.users, USERS, &options, keep,
	    &g), 0);
	for (uint32_t u = 0; u < USERS; u++) {
		uint32_t want[K];

		if (!formula_knows(NULL, u))
			continue;
		assert_int_equal(g.n[u], best_of_kinds(&f, u, n_kinds, want));
		for (size_t i = 0; i < g.n[u]; i++)
			assert_int_equal(g.best[u][i].item, want[i]);
	}
	rerank_free(options.rerank);
	fixture_release(&f);
}

/* A pool that is too small for its quotas grows until lists are full, or
 * nothing is left. */
static void
pools_grow_for_quotas(void **state)
{
	(void)state;
	check_quota(ROWS, K);
	check_quota(TILES, K);
	check_quota(TILES, K - 2);
}

static void
the_callback_can_stop(void **state)
{
	const struct lists_options options = { .k = K };
	static struct fixture f;
	static struct got g;

	(void)state;
	fixture_init(&f, TILES);
	memset(&g, 0, sizeof g);
	g.stop_after = 300;
	assert_int_equal(lists_make(&f.scorer, f.users, USERS, &options, keep,
	    &g), -1);
	assert_int_equal(g.count, 300);
	fixture_release(&f);
}

static void
format(void *arg, uint32_t user, const struct topk_item *best, size_t n,
    struct buf *out)
{
	(void)arg;
	buf_int(out, user);
	for (size_t i = 0; i < n; i++) {
		buf_char(out, ' ');
		buf_int(out, best[i].item);
	}
	buf_char(out, '\n');
}

static int
append(void *arg, struct span rows)
{
	buf_span(arg, rows);
	return 0;
}

static void
text_is_the_same_for_any_threads(void **state)
{
	const struct lists_options options = { .k = K };
	struct buf out[2] = { BUF_EMPTY, BUF_EMPTY };
	static struct fixture f;

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		const struct lists_text text = { format, append, NULL,
		    &out[t] };

		par_set_threads(t == 0 ? 1 : 3);
		fixture_init(&f, TILES);
		assert_int_equal(lists_write(&f.scorer, f.users, USERS,
		    &options, &text), 0);
		fixture_release(&f);
	}
	par_set_threads(0);
	assert_int_equal(out[0].n, out[1].n);
	assert_memory_equal(out[0].p, out[1].p, out[0].n);
	assert_int_equal(memcmp(out[0].p, "0 ", 2), 0);
	buf_release(&out[0]);
	buf_release(&out[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_the_best_of_each_row_in_order),
		cmocka_unit_test(seen_and_not_allowed_are_left_out),
		cmocka_unit_test(adjustments_are_added),
		cmocka_unit_test(pools_grow_for_quotas),
		cmocka_unit_test(the_callback_can_stop),
		cmocka_unit_test(text_is_the_same_for_any_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
