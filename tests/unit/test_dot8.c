/* The kernels of dot8.h against the definition. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "linalg/dot8.h"

enum {
	ROWS = 2 * DOT8_ROWS, GROUPS = 3 * DOT8_GROUPS,
	N = GROUPS * DOT8_GROUP
};

static int8_t
number(struct rng *r)
{
	/* the ends of the range are frequent */
	switch (rng_below(r, 8)) {
	case 0:
		return DOT8_MAX;
	case 1:
		return -DOT8_MAX;
	default:
		return (int8_t)((int)rng_below(r, 2 * DOT8_MAX + 1) -
		    DOT8_MAX);
	}
}

static void
check(size_t k)
{
	const size_t D = dot8_width(k);
	int8_t *a = mem_array("rows", ROWS, D);
	int8_t *b = mem_array("rows", N, D), *y = mem_array("rows", N, k);
	int32_t bars[ROWS], want[ROWS][N];
	uint16_t above[ROWS * GROUPS];
	dot8_above *kernel;
	struct rng r;

	rng_init(&r, 4, rng_stream("test.dot8", k));
	for (size_t u = 0; u < ROWS; u++)
		for (size_t p = 0; p < k; p++)
			a[u * D + p] = number(&r);
	for (size_t i = 0; i < N; i++) {
		for (size_t p = 0; p < k; p++)
			y[i * k + p] = number(&r);
		dot8_put(b, D, i, y + i * k, k);
	}
	/* all of the largest: what 16 bits would have to hold */
	for (size_t p = 0; p < k; p++) {
		a[p] = DOT8_MAX;
		y[p] = p % 2 == 0 ? DOT8_MAX : -DOT8_MAX;
	}
	dot8_put(b, D, 0, y, k);
	for (size_t u = 0; u < ROWS; u++) {
		for (size_t i = 0; i < N; i++) {
			want[u][i] = 0;
			for (size_t p = 0; p < k; p++)
				want[u][i] += a[u * D + p] * y[i * k + p];
		}
		/* one is at the bar; nothing, or all, is above it */
		bars[u] = u == 3 ? INT32_MAX : u == 4 ? INT32_MIN :
		    want[u][(7 * u) % N];
	}
	for (size_t m = 0; (kernel = dot8_kernels(m)) != NULL; m++) {
		kernel(a, b, D, ROWS, GROUPS, bars, above);
		for (size_t u = 0; u < ROWS; u++)
			for (size_t i = 0; i < N; i++)
				assert_int_equal(above[u * GROUPS + i / 16] >>
				    i % 16 & 1, want[u][i] > bars[u]);
	}
	free(a);
	free(b);
	free(y);
}

static void
definition(void **state)
{
	(void)state;
	check(1);
	check(64);
	check(67);
	check(300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(definition) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
