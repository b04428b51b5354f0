/* Tables of attributes become features. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/readattributes.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";

static void
write_table(const char *text)
{
	write_text(path, text);
}

/* The value of a feature of an id; 0 if it has none. */
static double
value(const struct attributes *a, size_t column, const char *id,
    const char *feature)
{
	const struct csr *m = &a->column[column].of;
	const uint32_t row = idmap_find(a->ids, span_of(id));
	const uint32_t col = idmap_find(a->column[column].values->items,
	    span_of(feature));

	for (uint64_t i = m->indptr[row]; i < m->indptr[row + 1]; i++)
		if (m->indices[i] == col)
			return (double)m->values[i];
	return 0;
}

static void
test_columns_become_features(void **state)
{
	struct idmap *ids = idmap_new();
	struct attributes *a;

	(void)state;
	idmap_add(ids, span_of("b"));
	write_table("genre:token_seq\titem_id:token\tprice:float\tkind:token\n"
	    "crime noir\ta\t1\tfilm\n\tb\t3\t\n");
	a = readattributes(path, "item_id", ids);
	assert_non_null(a);
	idmap_add(ids, span_of("late"));
	attributes_finish(a);
	assert_int_equal(a->n, 3);
	assert_string_equal(a->column[1].name, "price");
	assert_int_equal(a->column[0].of.rows, 3);
	assert_true(fabs(value(a, 0, "a", "noir") - sqrt(0.5)) < 1e-6);
	assert_true(fabs(value(a, 0, "a", "crime") - sqrt(0.5)) < 1e-6);
	assert_true(value(a, 0, "b", "crime") == 0);
	assert_true(fabs(value(a, 1, "a", "value") + 1) < 1e-6);
	assert_true(fabs(value(a, 1, "b", "value") - 1) < 1e-6);
	assert_true(fabs(value(a, 2, "a", "film") - 1) < 1e-6);
	assert_true(value(a, 2, "late", "film") == 0);
	attributes_free(a);
	idmap_free(ids);
}

static void
refused(const char *text, const char *why)
{
	struct idmap *ids = idmap_new();

	write_table(text);
	said_begin();
	assert_null(readattributes(path, "item_id", ids));
	assert_true(said_has(why));
	idmap_free(ids);
}

static void
test_what_is_no_table_of_attributes(void **state)
{
	(void)state;
	refused("item_id:token\tx:token\na\t1\na\t2\n", ":3: ");
	refused("item_id:token\tx:token\na\t1\na\t2\n", "'a' stands twice");
	refused("item_id:token\tx:token\n\t1\n", "an empty id");
	refused("x:token\ty:token\na\tb\n", "item_id");
	refused("item_id:token\tx:float_seq\na\t1 2\n",
	    "a list of numbers is no attribute");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_become_features),
		cmocka_unit_test(test_what_is_no_table_of_attributes),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
