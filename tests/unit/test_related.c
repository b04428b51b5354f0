/* related.h against the definition of the cosine, with what cannot be told. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "mf/factors.h"
#include "rank/related.h"

enum { USERS = 40, ITEMS = 70, FACTORS = 5, NULL_ITEM = 13 };

struct model {
	struct factors f;
	struct inter *data;
	struct scorer *scorer;
};

static void
fill(struct mat *m, uint64_t part)
{
	struct rng r;

	rng_init(&r, 3, rng_stream("test.related", part));
	for (size_t i = 0; i < m->rows * m->cols; i++)
		m->x[i] = (float)rng_normal(&r);
}

static struct idmap *
names(char letter, size_t n)
{
	struct idmap *map = idmap_new();
	char name[32];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%c%zu", letter, i);
		idmap_add(map, span_of(name));
	}
	return map;
}

static void
model_init(struct model *m)
{
	factors_init(&m->f, USERS, ITEMS, FACTORS, 0);
	fill(&m->f.user, 0);
	fill(&m->f.item, 1);
	for (size_t p = 0; p < FACTORS; p++)
		mat_row(&m->f.item, NULL_ITEM)[p] = 0;
	m->data = inter_new(names('u', USERS), names('i', ITEMS), 1, 0);
	inter_finish(m->data);
	m->scorer = factors_scorer(&m->f, m->data, 0);
	assert_int_equal(scorer_prepare(m->scorer), 0);
	assert_true(related_has_vectors(m->scorer));
}

static void
model_release(struct model *m)
{
	factors_scorer_free(m->scorer);
	inter_free(m->data);
	factors_release(&m->f);
}

static double
dot(const float *x, const float *y)
{
	double sum = 0;

	for (size_t p = 0; p < FACTORS; p++)
		sum += (double)x[p] * (double)y[p];
	return sum;
}

/* All scores of all rows, in tiles and by pairs. */
static void
check(const struct model *m, enum related_kind kind,
    enum related_measure measure)
{
	const struct mat *V = kind == RELATED_ITEMS ? &m->f.item : &m->f.user;
	struct scorer *near = related_new(m->scorer, kind, measure);
	const uint32_t some[] = { 7, 8, 9, 3, 30, 31 };
	enum { N = sizeof some / sizeof *some, WIDTH = 20, FIRST = 10 };
	float scores[N * WIDTH], one;

	assert_int_equal(scorer_prepare(near), 0);
	assert_int_equal(scorer_items(near), V->rows);
	scorer_tile(near, some, N, FIRST, WIDTH, scores, 0);
	for (size_t r = 0; r < N; r++)
		for (uint32_t c = 0; c < WIDTH; c++) {
			const float *x = mat_row(V, some[r]);
			const float *y = mat_row(V, FIRST + c);
			const uint32_t item = FIRST + c;
			double want = dot(x, y);

			if (measure == RELATED_COSINE)
				want /= sqrt(dot(x, x) * dot(y, y));
			scorer_pairs(near, &some[r], &item, 1, &one, 0);
			if (isnan(want)) {
				assert_true(isnan(one));
				assert_true(isnan(scores[r * WIDTH + c]));
				continue;
			}
			assert_true(fabs((double)one - want) < 1e-5);
			assert_true(fabs((double)scores[r * WIDTH + c] -
			    want) < 1e-5);
		}
	scorer_free(near);
}

static void
definition(void **state)
{
	struct model m;

	(void)state;
	model_init(&m);
	check(&m, RELATED_ITEMS, RELATED_COSINE);
	check(&m, RELATED_ITEMS, RELATED_DOT);
	check(&m, RELATED_USERS, RELATED_COSINE);
	check(&m, RELATED_USERS, RELATED_DOT);
	model_release(&m);
}

static void
itself(void **state)
{
	struct idmap *items = names('i', ITEMS);
	struct inter *self = related_self(items, items);

	(void)state;
	assert_int_equal(self->by_user.rows, ITEMS);
	for (uint32_t i = 0; i < ITEMS; i++) {
		assert_int_equal(csr_row_count(&self->by_user, i), 1);
		assert_int_equal(self->by_user.indices[i], i);
	}
	inter_free(self);
	idmap_free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definition),
		cmocka_unit_test(itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
