/* What memory a method needs: the bound is one, and what is said of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "knn/nearest.h"
#include "knn/need.h"
#include "tests/ref/said.h"
#include "tests/ref/sparse.h"

enum { USERS = 30, ITEMS = 50 };

static void
what_fits_and_what_does_not(void **state)
{
	(void)state;
	assert_int_equal(need_check(&(struct need){ 1024, 1024, "",
	    NULL }, "a"), 0);
	said_begin();
	assert_int_equal(need_check(&(struct need){ 1025, 1024, "stop",
	    NULL },
	    "%d things", 3), -1);
	assert_true(said_has("3 things need 1.001K of memory, and --memory is "
	    "1K: give more, stop"));
	said_begin();
	assert_int_equal(need_check(&(struct need){ need_pairs(SIZE_MAX, 8),
	    (size_t)3 << 29, "stop", NULL }, "all"), -1);
	assert_true(said_has("all need 2.361e+21E of memory, and --memory is "
	    "1.5G: "));
}

/* Items that share a user are at least as many as neighbours are found. */
static void
no_more_neighbours_than_foreseen(void **state)
{
	const struct nearest_rule cosine = { .similarity =
	    choice_find(similarity_choice, span_of("cosine")) };
	const size_t keep[] = { 0, 1, 7, ITEMS };
	uint32_t ranks[ITEMS];
	struct nearest_space space;
	struct csr x, xt, near;

	(void)state;
	sparse_random(&x, USERS, ITEMS, 0.05, 1, 3);
	csr_transpose(&x, &xt);
	for (uint32_t i = 0; i < ITEMS; i++)
		ranks[i] = i;
	nearest_space_init(&space, &x, &cosine, ranks);
	for (size_t k = 0; k < sizeof keep / sizeof *keep; k++) {
		nearest_table(&space, &xt, keep[k], NULL, &near);
		assert_true(need_near(&x, keep[k]) >=
		    need_sparse((double)csr_count(&near)));
		csr_release(&near);
	}
	assert_true(need_near(&x, 1) <= need_sparse(ITEMS));
	assert_true(need_near(&x, 0) < need_sparse(ITEMS * ITEMS));
	nearest_space_release(&space);
	csr_release(&xt);
	csr_release(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_and_what_does_not),
		cmocka_unit_test(no_more_neighbours_than_foreseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
