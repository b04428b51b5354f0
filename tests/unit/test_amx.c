/* Products by matrix instructions: as good as floats can be, at every edge. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "linalg/amx.h"

enum { ROWS = 150, DEPTH = 70, LD = 77 };

/* What is added up in the order and precision of doubles, and how far from it
 * a result may be: 2^-20 of the sizes that are added, as floats round often. */
static void
check(const float *W, size_t k, size_t i, size_t j, float before, float after)
{
	double sum = (double)before, sizes = fabs(sum);

	for (size_t c = 0; c < k; c++) {
		const double p = (double)W[i * DEPTH + c] *
		    (double)W[j * DEPTH + c];

		sum -= p;
		sizes += fabs(p);
	}
	if (!(fabs((double)after - sum) <= sizes * ldexp(1, -20)))
		fail_msg("(%zu, %zu): %g is not %g", i, j, (double)after, sum);
}

/* W_i (m, k) and W_j (n, k), rows or columns side by side. */
static void
product(const float *W, size_t k, size_t i, size_t m, size_t j, size_t n,
    int by_columns)
{
	static float across[DEPTH * ROWS], C[ROWS * LD], before[ROWS * LD];
	struct amx_panel w;

	for (size_t r = 0; r < ROWS; r++)
		for (size_t c = 0; c < DEPTH; c++)
			across[c * ROWS + r] = W[r * DEPTH + c];
	for (size_t p = 0; p < ROWS * LD; p++)
		C[p] = before[p] = (float)(p % 13) - 5;
	amx_init(&w, ROWS, DEPTH);
	for (size_t r = 0; r < ROWS; r += 64)
		amx_pack(&w, r, ROWS - r < 64 ? ROWS - r : 64, k, by_columns ?
		    across + r : W + r * DEPTH, by_columns ? ROWS : DEPTH,
		    by_columns);
	amx_update(&w, i, m, j, n, C, LD);
	for (size_t r = 0; r < ROWS; r++)
		for (size_t c = 0; c < LD; c++)
			if (r >= m || c >= n)
				assert_true(C[r * LD + c] >= before[r * LD + c]
				    && C[r * LD + c] <= before[r * LD + c]);
			else if (i != j || c <= r)
				check(W, k, i + r, j + c, before[r * LD + c],
				    C[r * LD + c]);
	amx_release(&w);
}

static void
is_the_product_of_floats(void **state)
{
	static float W[ROWS * DEPTH];
	struct rng r;

	(void)state;
	if (!amx_is_there())
		skip();
	rng_init(&r, 1, rng_stream("test.amx", 0));
	for (size_t p = 0; p < ROWS * DEPTH; p++)
		W[p] = (float)ldexp(rng_real(&r) - 0.5,
		    (int)rng_below(&r, 20) - 10);
	for (int by_columns = 0; by_columns < 2; by_columns++) {
		product(W, DEPTH, 0, 64, 64, 64, by_columns);
		product(W, DEPTH, 96, 54, 32, 45, by_columns);
		product(W, 33, 64, 86, 0, 17, by_columns);
		product(W, DEPTH, 64, 70, 64, 70, by_columns);
		product(W, 1, 32, 1, 32, 1, by_columns);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_the_product_of_floats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
