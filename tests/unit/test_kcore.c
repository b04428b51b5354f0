/* kcore.h against its definition, and where sweeps alone would be slow. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "prep/kcore.h"
#include "tests/ref/kcore.h"

enum { ROWS = 400, IDS = 120, PIECE = 64 };

/* Rows that come in pieces. */
struct rows {
	const uint32_t *user, *item;
	size_t n;
};

static int
piece(const void *arg, size_t i, void **memory, const uint32_t **user,
    const uint32_t **item, size_t *n)
{
	const struct rows *r = arg;
	const size_t first = i * PIECE;

	(void)memory;
	*user = r->user + first;
	*item = r->item + first;
	*n = r->n - first < PIECE ? r->n - first : PIECE;
	return 0;
}

static void
find(struct kcore *core, const uint32_t *user, const uint32_t *item, size_t n,
    size_t n_ids, size_t min_user, size_t min_item, int in_memory)
{
	const struct rows r = { user, item, n };
	const struct kcore_rows rows = { &r, par_pieces(n, PIECE), piece,
		in_memory };

	assert_int_equal(kcore_find(core, &rows, n_ids, n_ids, min_user,
	    min_item), 0);
}

static void
equals_the_definition(void **state)
{
	uint32_t user[ROWS], item[ROWS];
	unsigned char want[ROWS];
	size_t some = 0, all = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		const size_t n = 20 + seed * 6, k = 1 + seed % 4;
		struct kcore core;
		struct rng r;

		rng_init(&r, seed, rng_stream("test.kcore", 0));
		for (size_t i = 0; i < n; i++) {
			user[i] = rng_below(&r, IDS / 2 + 1);
			item[i] = rng_below(&r, 1 + rng_below(&r, IDS));
		}
		ref_kcore(user, item, n, k, k + 1, want);
		find(&core, user, item, n, IDS, k, k + 1, seed % 2 == 0);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(kcore_has(&core, user[i], item[i]),
			    want[i]);
			some += want[i];
			all++;
		}
		kcore_release(&core);
	}
	assert_true(some > all / 20 && some < all * 19 / 20);
}

/*
 * A path u0 - i0 - u1 - i1 - ...: with two rows wanted of each, one end goes
 * at a time.  With `ring` the ends are joined, and all stay.
 */
static void
path(size_t n_users, int ring, size_t want, int in_memory)
{
	const size_t n = 2 * n_users - !ring;
	uint32_t *user = mem_array("users", n, sizeof *user);
	uint32_t *item = mem_array("items", n, sizeof *item);
	size_t left = 0;
	struct kcore core;

	for (size_t i = 0; i < n; i++) {
		user[i] = (uint32_t)(i / 2);
		item[i] = (uint32_t)((i + 1) / 2 % n_users);
	}
	find(&core, user, item, n, n_users, 2, 2, in_memory);
	for (size_t i = 0; i < n; i++)
		left += (size_t)kcore_has(&core, user[i], item[i]);
	assert_int_equal(left, want);
	kcore_release(&core);
	free(user);
	free(item);
}

static void
long_paths_unravel(void **state)
{
	(void)state;
	path(300000, 0, 0, 1);
	path(300000, 1, 600000, 1);
	path(300, 0, 0, 0);
	path(300, 1, 600, 0);
	path(3, 0, 0, 1);
}

static void
nothing_to_do(void **state)
{
	const uint32_t user[] = { 0, 0, 1 }, item[] = { 0, 1, 1 };
	struct kcore core;

	(void)state;
	find(&core, user, item, 3, 2, 0, 1, 1);
	for (int i = 0; i < 3; i++)
		assert_true(kcore_has(&core, user[i], item[i]));
	kcore_release(&core);
	find(&core, user, item, 0, 0, 5, 5, 1);
	kcore_release(&core);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_definition),
		cmocka_unit_test(long_paths_unravel),
		cmocka_unit_test(nothing_to_do)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
