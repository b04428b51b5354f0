/* What items are like, from what is known of them. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/par.h"
#include "knn/content.h"
#include "tests/ref/sparse.h"

enum { ITEMS = 40, OLD = 30, FEATURES = 25, KEEP = 6 };

static void
vectors_by_hand(void **state)
{
	struct idmap *ids = idmap_new();
	struct attributes *a = attributes_new(ids);
	const struct attributes *tables = a;
	const size_t tags = attributes_column(a, span_of("tags"),
	    ATTRIBUTE_TOKENS);
	const size_t price = attributes_column(a, span_of("price"),
	    ATTRIBUTE_NUMBER);
	const size_t vector = attributes_column(a, span_of("vector"),
	    ATTRIBUTE_VECTOR);
	const uint32_t x = idmap_add(ids, span_of("x"));
	const uint32_t y = idmap_add(ids, span_of("y"));
	const double red = log(1 + 3.0 / 2), old = log(1 + 3.0);
	struct csr v;

	(void)state;
	idmap_add(ids, span_of("z"));
	attributes_add(a, tags, x, span_of("red"), 0.5F);
	attributes_add(a, tags, x, span_of("old"), 0.5F);
	attributes_add(a, tags, y, span_of("red"), 1);
	attributes_add(a, price, x, span_of("value"), -1.5F);
	attributes_add(a, vector, y, span_of("1"), 3);
	attributes_add(a, vector, y, span_of("2"), -4);
	attributes_finish(a);
	content_vectors(&tables, 1, &v);
	assert_int_equal(v.rows, 3);
	assert_int_equal(v.cols, 5);
	assert_near(sparse_at(&v, x, 0), red / hypot(red, old), 1e-6);
	assert_near(sparse_at(&v, x, 1), old / hypot(red, old), 1e-6);
	assert_near(sparse_at(&v, y, 0), 1, 1e-6);
	assert_near(sparse_at(&v, x, 2), -1.5, 0);
	assert_near(sparse_at(&v, y, 3), 0.6, 1e-6);
	assert_near(sparse_at(&v, y, 4), -0.8, 1e-6);
	assert_int_equal(csr_row_count(&v, 2), 0);
	csr_release(&v);
	attributes_free(a);
	idmap_free(ids);
}

static double
cosine(const struct csr *v, size_t a, size_t b)
{
	double dot = 0, aa = 0, bb = 0;

	for (size_t f = 0; f < v->cols; f++) {
		dot += sparse_at(v, a, f) * sparse_at(v, b, f);
		aa += sparse_at(v, a, f) * sparse_at(v, a, f);
		bb += sparse_at(v, b, f) * sparse_at(v, b, f);
	}
	return dot > 0 ? dot / sqrt(aa * bb) : 0;
}

/* Row i is the old items of the largest cosines, and no other is nearer than
 * the last of them. */
static void
nearest_are_old_and_like_it(void **state)
{
	uint32_t ranks[OLD];
	struct csr v, near, one;

	(void)state;
	for (uint32_t i = 0; i < OLD; i++)
		ranks[i] = i;
	sparse_random(&v, ITEMS, FEATURES, 0.3, 1, 5);
	content_near(&v, OLD, KEEP, ranks, NULL, &near);
	assert_int_equal(near.rows, ITEMS);
	assert_int_equal(near.cols, OLD);
	for (size_t i = 0; i < ITEMS; i++) {
		const uint64_t from = near.indptr[i];
		const size_t n = csr_row_count(&near, i);
		double left[OLD], last = 2;

		for (size_t j = 0; j < OLD; j++)
			left[j] = j == i ? 0 : cosine(&v, i, j);
		for (uint64_t p = from; p < from + n; p++) {
			assert_near(near.values[p], left[near.indices[p]],
			    1e-6);
			assert_true((double)near.values[p] <= last);
			last = (double)near.values[p];
			left[near.indices[p]] = 0;
		}
		for (size_t j = 0; j < OLD; j++)
			assert_true(left[j] <= (n == KEEP ? last + 1e-6 : 0));
	}
	par_set_threads(1);
	content_near(&v, OLD, KEEP, ranks, NULL, &one);
	par_set_threads(0);
	assert_memory_equal(one.values, near.values,
	    (size_t)csr_count(&near) * sizeof *near.values);
	csr_release(&one);
	csr_release(&near);
	csr_release(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_by_hand),
		cmocka_unit_test(nearest_are_old_and_like_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
