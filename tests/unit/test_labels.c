/* Labels put what the map says, whatever the length of a name. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "data/labels.h"

enum { LENGTHS = 40, BIG = 100000 };

/* Puts all names in any order, one behind the other, and looks at them. */
static void
check(const struct idmap *map, const uint32_t *id, size_t n)
{
	struct labels *l = labels_new(map);
	const size_t room = labels_ask(l, id, n);
	char *text = mem_array("text", room, 1), *p = text;

	for (size_t i = 0; i < n; i++) {
		const struct span name = idmap_name(map, id[i]);
		char *end = labels_put(l, id[i], p);

		assert_int_equal(end - p, name.n);
		assert_memory_equal(p, name.p, name.n);
		p = end;
	}
	assert_true((size_t)(p - text) <= room);
	free(text);
	labels_free(l);
}

static void
names_of_all_lengths(void **state)
{
	struct idmap *map = idmap_new();
	char *text = mem_array("name", BIG, 1);
	uint32_t id[3 * LENGTHS];

	(void)state;
	check(map, id, 0);
	for (size_t i = 0; i < BIG; i++)
		text[i] = (char)('a' + i % 23);
	for (uint32_t n = 0; n < LENGTHS; n++)
		assert_int_equal(idmap_add(map, (struct span){ text, n }), n);
	assert_int_equal(idmap_add(map, (struct span){ text, BIG }), LENGTHS);
	for (uint32_t i = 0; i < 3 * LENGTHS; i++)
		id[i] = i * 17 % (LENGTHS + 1);
	check(map, id, 3 * LENGTHS);
	for (uint32_t i = 0; i < 3 * LENGTHS; i++)
		id[i] = i % (LABEL_MAX + 1);
	check(map, id, 3 * LENGTHS);
	idmap_free(map);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_all_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
