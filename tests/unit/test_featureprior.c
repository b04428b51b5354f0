/* Factors by a regression on features: at B the slope is zero. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "mf/featureprior.h"

enum { ROWS = 40, K = 3 };

/* Two columns: a kind of three, and a number; row 7 has neither. */
static struct attributes *
features(struct idmap *ids)
{
	struct attributes *a = attributes_new(ids);
	const size_t kind = attributes_column(a, span_of("kind"),
	    ATTRIBUTE_TOKEN);
	const size_t number = attributes_column(a, span_of("number"),
	    ATTRIBUTE_NUMBER);
	static const char *const kinds[] = { "a", "b", "c" };

	for (uint32_t i = 0; i < ROWS; i++) {
		const char name[] = { (char)('0' + i), '\0' };

		idmap_add(ids, span_of(name));
		if (i == 7)
			continue;
		attributes_add(a, kind, i, span_of(kinds[i * 5 % 3]), 1);
		attributes_add(a, number, i, span_of("value"),
		    (float)i / ROWS - 0.5f);
	}
	attributes_finish(a);
	return a;
}

static void
test_slope_is_zero(void **state)
{
	struct idmap *ids = idmap_new();
	struct attributes *a = features(ids);
	struct feature_prior p;
	struct mat X;
	float weight[ROWS];
	double ridge = 0;
	struct rng r;

	(void)state;
	feature_prior_init(&p, a, ROWS, K);
	assert_int_equal(p.F.cols, 4);
	mat_init(&X, "test", ROWS, K);
	rng_init(&r, 1, rng_stream("test.features", 0));
	for (size_t i = 0; i < ROWS; i++) {
		ridge += (double)(weight[i] = i == 9 ? 0 : (float)(1 + i % 4));
		for (size_t c = 0; c < K; c++)
			mat_row(&X, i)[c] = (float)rng_normal(&r);
	}
	ridge /= ROWS - 1;
	feature_prior_fit(&p, &X, weight);
	for (size_t d = 0; d < p.F.cols; d++)
		for (size_t c = 0; c < K; c++) {
			double slope = ridge * (double)mat_row(&p.B, d)[c];

			for (uint64_t i = p.by_feature.indptr[d];
			    i < p.by_feature.indptr[d + 1]; i++) {
				const uint32_t row = p.by_feature.indices[i];

				slope += (double)(weight[row] *
				    p.by_feature.values[i] *
				    (mat_row(&p.mean, row)[c] -
				    mat_row(&X, row)[c]));
			}
			assert_true(fabs(slope) < 1e-4);
		}
	for (size_t c = 0; c < K; c++)
		assert_true(fabsf(mat_row(&p.mean, 7)[c]) <= 0);
	feature_prior_release(&p);
	mat_release(&X);
	attributes_free(a);
	idmap_free(ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slope_is_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
