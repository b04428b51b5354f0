/* Lists by an index against lists of all scores. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "mf/factors.h"
#include "rank/lists.h"

enum { USERS = 600, K = 20, HAD = 30 };

struct model {
	size_t n_items;
	struct factors f;
	struct inter *data;	/* what was had */
	struct scorer *scorer;
	float *adjust;
};

/* Vectors of many lengths, about a mean that is not 0. */
static void
fill(struct mat *m, double spread, uint64_t part)
{
	struct rng r;

	rng_init(&r, 8, rng_stream("test.coarse", part));
	for (size_t i = 0; i < m->rows; i++) {
		const double length = exp(spread * rng_normal(&r));

		for (size_t p = 0; p < m->cols; p++)
			mat_row(m, i)[p] = (float)(length * rng_normal(&r) +
			    0.3);
	}
}

static struct idmap *
names(char letter, size_t n)
{
	struct idmap *map = idmap_new();
	char name[24];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%c%zu", letter, i);
		idmap_add(map, span_of(name));
	}
	return map;
}

static void
model_init(struct model *m, size_t n_items, size_t k, int has_biases)
{
	struct rng r;

	*m = (struct model){ .n_items = n_items };
	factors_init(&m->f, USERS, n_items, k, has_biases);
	fill(&m->f.user, 0.2, 0);
	fill(&m->f.item, 0.5, 1);
	m->data = inter_new(names('u', USERS), names('i', n_items), 1, 0);
	m->adjust = mem_array("test", n_items, sizeof *m->adjust);
	rng_init(&r, 8, rng_stream("test.coarse", 2));
	for (uint32_t i = 0; i < n_items; i++) {
		m->adjust[i] = rng_below(&r, 3) == 0 ? -INFINITY :
		    (float)rng_normal(&r);
		if (has_biases)
			m->f.item_bias[i] = 30 * (float)rng_normal(&r);
	}
	for (uint32_t u = 0; u < USERS; u++) {
		if (has_biases)
			m->f.user_bias[u] = (float)rng_normal(&r);
		for (size_t i = 0; i < HAD; i++)
			inter_add(m->data, u, rng_below(&r,
			    (uint32_t)n_items), 1, 0);
	}
	inter_finish(m->data);
	/* what no list can have, and whom no list can be made for */
	if (n_items > 5)
		m->f.item.x[5] = NAN;
	mat_row(&m->f.user, 17)[0] = NAN;
	memset(mat_row(&m->f.user, 18), 0, k * sizeof(float));
	m->scorer = factors_scorer(&m->f, m->data, 0);
	assert_int_equal(scorer_prepare(m->scorer), 0);
}

static void
model_release(struct model *m)
{
	factors_scorer_free(m->scorer);
	inter_free(m->data);
	factors_release(&m->f);
	free(m->adjust);
}

struct kept {
	struct topk_item best[USERS][K];
	size_t n[USERS];
};

static int
keep(void *arg, uint32_t user, const struct topk_item *best, size_t n)
{
	struct kept *k = arg;

	memcpy(k->best[user], best, n * sizeof *best);
	k->n[user] = n;
	return 0;
}

/* Nearly equal scores may stand the other way round. */
static void
assert_same(const struct topk_item *a, const struct topk_item *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const float near = 1e-5F * (1 + fabsf(a[i].score));

		assert_true(fabsf(a[i].score - b[i].score) <= near);
		if (i > 0 && i + 1 < n &&
		    a[i - 1].score - a[i].score > 2 * near &&
		    a[i].score - a[i + 1].score > 2 * near)
			assert_int_equal(a[i].item, b[i].item);
	}
}

static void
check(const struct model *m, const struct lists_options *options)
{
	struct kept *exact = mem_array("test", 1, sizeof *exact);
	struct kept *found = mem_array("test", 1, sizeof *found);
	struct lists_options how = *options;
	struct coarse *index = coarse_new(m->scorer, how.adjust);
	uint32_t users[USERS];

	for (uint32_t u = 0; u < USERS; u++)
		users[u] = u;
	assert_int_equal(lists_make(m->scorer, users, USERS, &how, keep,
	    exact), 0);
	how.index = index;
	assert_int_equal(lists_make(m->scorer, users, USERS, &how, keep,
	    found), 0);
	for (uint32_t u = 0; u < USERS; u++) {
		assert_int_equal(exact->n[u], found->n[u]);
		assert_same(exact->best[u], found->best[u], exact->n[u]);
	}
	assert_int_equal(found->n[17], 0);
	coarse_free(index);
	free(exact);
	free(found);
}

static void
check_model(size_t n_items, size_t k, int has_biases)
{
	const float least = 3;
	struct model m;

	model_init(&m, n_items, k, has_biases);
	check(&m, &(struct lists_options){ .k = K });
	check(&m, &(struct lists_options){ .k = K,
	    .left_out = { &m.data->by_user }, .adjust = m.adjust,
	    .min_score = &least });
	model_release(&m);
}

static void
tiles(void **state)
{
	(void)state;
	check_model(3000, 20, 0);
	check_model(1024, 64, 0);
	check_model(1, 3, 0);
	check_model(40, 5, 0);
}

static void
biases(void **state)
{
	(void)state;
	check_model(3000, 64, 1);
	check_model(300, 7, 1);
}

static void
nothing(void **state)
{
	struct model m;

	(void)state;
	model_init(&m, 50, 4, 0);
	for (size_t i = 0; i < 50; i++)
		m.adjust[i] = -INFINITY;
	check(&m, &(struct lists_options){ .k = K, .adjust = m.adjust });
	memset(m.f.item.x, 0, 50 * 4 * sizeof(float));
	check(&m, &(struct lists_options){ .k = K, .left_out =
	    { &m.data->by_user } });
	model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles),
		cmocka_unit_test(biases),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
