/* Names get numbers in order of arrival, and keep them while the map grows. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "data/idmap.h"
#include "tests/ref/idmap.h"

enum { MANY = 100000 };

static struct span
name_of(char text[32], uint32_t i)
{
	return (struct span){ text,
	    (size_t)snprintf(text, 32, "item-%u", i * 7919U) };
}

static void
test_numbers_in_order_of_arrival(void **state)
{
	struct idmap *m = idmap_new();
	char text[32];

	(void)state;
	assert_int_equal(idmap_count(m), 0);
	for (uint32_t i = 0; i < MANY; i++)
		assert_int_equal(idmap_add(m, name_of(text, i)), i);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct span name = name_of(text, i);

		assert_int_equal(idmap_add(m, name), i);
		assert_int_equal(idmap_find(m, name), i);
		assert_true(span_equal(idmap_name(m, i), name));
	}
	assert_int_equal(idmap_count(m), MANY);
	assert_true(idmap_find(m, span_of("item-")) == IDMAP_NONE);
	assert_true(idmap_find(m, span_of("")) == IDMAP_NONE);
	idmap_free(m);
}

/* Prefixes, the empty name, bytes that are not text, very long names. */
static void
test_odd_names(void **state)
{
	static const char odd[] = "\xff\x00\t\r\x01";
	struct idmap *m = idmap_new();
	char *big = mem_array("name", 100000, 1);

	(void)state;
	memset(big, 'a', 100000);
	assert_int_equal(idmap_add(m, span_of("aa")), 0);
	assert_int_equal(idmap_add(m, span_of("a")), 1);
	assert_int_equal(idmap_add(m, span_of("")), 2);
	assert_int_equal(idmap_add(m, (struct span){ odd, 5 }), 3);
	assert_int_equal(idmap_add(m, (struct span){ odd, 4 }), 4);
	assert_int_equal(idmap_add(m, (struct span){ big, 100000 }), 5);
	assert_int_equal(idmap_add(m, (struct span){ big, 99999 }), 6);
	assert_int_equal(idmap_find(m, span_of("")), 2);
	assert_int_equal(idmap_find(m, (struct span){ odd, 5 }), 3);
	assert_int_equal(idmap_name(m, 5).n, 100000);
	assert_int_equal(idmap_name(m, 2).n, 0);
	assert_true(idmap_find(m, (struct span){ odd, 3 }) == IDMAP_NONE);
	free(big);
	idmap_free(m);
}

static void
test_text_goes_round(void **state)
{
	struct idmap *m = idmap_new(), *again;
	char text[32];

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		idmap_add(m, name_of(text, i));
	again = idmap_from_text(idmap_text(m), "x.st", "item_ids");
	assert_non_null(again);
	assert_int_equal(idmap_count(again), 1000);
	for (uint32_t i = 0; i < 1000; i++)
		assert_true(span_equal(idmap_name(m, i),
		    idmap_name(again, i)));
	idmap_free(again);
	idmap_free(m);

	m = idmap_from_text(span_of(""), "x.st", "item_ids");
	assert_non_null(m);
	assert_int_equal(idmap_count(m), 0);
	idmap_free(m);
}

static void
test_bad_texts(void **state)
{
	(void)state;
	assert_null(idmap_from_text(span_of("a\nb\na\n"), "x.st", "ids"));
	assert_null(idmap_from_text(span_of("a\nb"), "x.st", "ids"));
	assert_null(idmap_from_text(span_of("\n\n"), "x.st", "ids"));
}

/* Comparing ranks is comparing names, and ranks are a permutation. */
static void
test_ranks(void **state)
{
	static const char *const names[] = { "b", "a", "", "aaaaaaaaab",
	    "aaaaaaaaaa", "aaaaaaaa", "\xff", "10", "9" };
	const size_t n = sizeof names / sizeof *names;
	struct idmap *m = idmap_new();
	uint32_t *rank;

	(void)state;
	for (size_t i = 0; i < n; i++)
		idmap_add(m, span_of(names[i]));
	rank = idmap_ranks(m);
	for (uint32_t a = 0; a < n; a++) {
		assert_true(rank[a] < n);
		for (uint32_t b = 0; b < n; b++)
			assert_int_equal(rank[a] < rank[b],
			    span_compare(idmap_name(m, a),
			    idmap_name(m, b)) < 0);
	}
	free(rank);
	idmap_free(m);
	m = idmap_new();
	free(idmap_ranks(m));
	idmap_free(m);
}

/*
 * Names of few letters and all lengths up to 12, so that many are equal, many
 * differ in one byte, and some sit on either side of what a slot holds; in
 * memory that ends where the last one does.
 */
static void
make_names(uint64_t seed, struct span *name, size_t n, char *text)
{
	static const char letters[] = "ab\0\r";
	struct rng r;

	rng_init(&r, seed, rng_stream("test.idmap", 0));
	for (size_t i = 0; i < n; i++) {
		name[i] = (struct span){ text, rng_below(&r, 13) };
		for (size_t j = 0; j < name[i].n; j++)
			*text++ = letters[rng_below(&r, j == 0 ? 4 : 2)];
	}
}

static void
test_batches_equal_one_by_one(void **state)
{
	enum { NAMES = 3000 };
	struct span name[NAMES];
	uint32_t want[NAMES], id[NAMES], found[NAMES];
	struct idmap_key key[NAMES];

	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct idmap *m = idmap_new(), *one = idmap_new();
		const size_t cut = (size_t)seed * 700 + 1;
		char *text = mem_array("names", NAMES, 12);
		size_t count;

		make_names(seed, name, NAMES, text);
		count = ref_numbers(name, NAMES, want);
		for (size_t i = 0; i < NAMES; i++) {
			key[i] = idmap_key(name[i]);
			assert_int_equal(idmap_add(one, name[i]), want[i]);
		}
		idmap_add_keys(m, key, cut, id);
		idmap_find_keys(m, key, NAMES, found);
		for (size_t i = 0; i < NAMES; i++)
			assert_true(found[i] == idmap_find(m, name[i]));
		idmap_add_keys(m, key + cut, NAMES - cut, id + cut);
		assert_memory_equal(id, want, sizeof id);
		assert_int_equal(idmap_count(m), count);
		assert_int_equal(idmap_count(one), count);
		assert_true(span_equal(idmap_text(m), idmap_text(one)));
		free(text);
		idmap_free(one);
		idmap_free(m);
	}
}

/* Hashes that are all alike cost time, and nothing else. */
static void
test_equal_hashes(void **state)
{
	enum { NAMES = 500 };
	struct idmap *m = idmap_new();
	struct span name[NAMES];
	uint32_t want[NAMES], id[NAMES];
	struct idmap_key key[NAMES];
	char *text = mem_array("names", NAMES, 12);

	(void)state;
	make_names(9, name, NAMES, text);
	ref_numbers(name, NAMES, want);
	for (size_t i = 0; i < NAMES; i++) {
		key[i] = idmap_key(name[i]);
		key[i].hash = 0;
	}
	idmap_add_keys(m, key, NAMES, id);
	assert_memory_equal(id, want, sizeof id);
	free(text);
	idmap_free(m);
}

/* Long names that have a hash in common differ by any one byte. */
static void
test_every_byte_counts(void **state)
{
	enum { LONGEST = 41 };

	(void)state;
	for (size_t n = 1; n <= LONGEST; n++) {
		struct idmap *m = idmap_new();
		char text[LONGEST + 1][LONGEST];
		struct idmap_key key[LONGEST + 1];
		uint32_t id[LONGEST + 1];

		for (size_t i = 0; i <= n; i++) {
			memset(text[i], 'a', n);
			if (i < n)
				text[i][i] = 'b';
			key[i] = idmap_key((struct span){ text[i], n });
			key[i].hash = 0;
		}
		for (int again = 0; again < 2; again++) {
			idmap_add_keys(m, key, n + 1, id);
			for (size_t i = 0; i <= n; i++)
				assert_int_equal(id[i], i);
		}
		idmap_free(m);
	}
}

/* Keys of pieces of a text are those of the names, whatever stands around
 * them. */
static void
test_keys_of_pieces(void **state)
{
	enum { NAMES = 3000 };
	struct span name[NAMES];
	struct idmap_key key[NAMES];
	uint64_t hash[NAMES];
	uint32_t from[NAMES], to[NAMES];
	char *text = mem_array("names", NAMES + 1, 12);

	(void)state;
	make_names(5, name, NAMES, text);
	for (size_t i = 0; i < NAMES; i++) {
		from[i] = (uint32_t)(name[i].p - text);
		to[i] = from[i] + (uint32_t)name[i].n;
	}
	idmap_keys(&(struct spans){ text, from, to }, NAMES, key, hash);
	for (size_t i = 0; i < NAMES; i++) {
		const struct idmap_key want = idmap_key(name[i]);

		assert_true(hash[i] == hash_id(name[i]));
		assert_int_equal(key[i].hash, hash[i] >> 32);
		assert_memory_equal(&key[i], &want, sizeof want);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_in_order_of_arrival),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_text_goes_round),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_ranks),
		cmocka_unit_test(test_batches_equal_one_by_one),
		cmocka_unit_test(test_keys_of_pieces),
		cmocka_unit_test(test_equal_hashes),
		cmocka_unit_test(test_every_byte_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
