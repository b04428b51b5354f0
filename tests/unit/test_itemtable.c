/* Item tables are read by the numbers of a map's items. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/readitemtable.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "items";

enum { A, B, C };

static struct idmap *
three_items(void)
{
	struct idmap *items = idmap_new();

	idmap_add(items, span_of("a"));
	idmap_add(items, span_of("b"));
	idmap_add(items, span_of("c"));
	return items;
}

static void
check_token(const struct itemtable_column *c, uint32_t item, size_t j,
    const char *want)
{
	assert_true(j < c->n_tokens[item]);
	assert_true(span_is(idmap_name(c->names, c->token[c->first[item] +
	    j]), want));
}

static void
test_typed_columns(void **state)
{
	static const char *const names[] = { "kind", "genre", "price",
		"kind" };
	struct idmap *items = three_items();
	const struct itemtable_column *kind, *genre, *price;
	struct itemtable *t;

	(void)state;
	write_text(path, "genre:token_seq\titem_id:token\tprice:float\t"
	    "kind:token\tvector:float_seq\n"
	    "noir crime  noir\tb\t-1.5\ta film\t1 2\n"
	    "war\tz\tnot read\t\t\n"
	    "\ta\t\tbook\t\n");
	t = readitemtable(path, names, 4, items);
	assert_non_null(t);
	assert_int_equal(t->n_columns, 3);
	assert_int_equal(t->n_has, 2);
	assert_int_equal(t->n_unknown, 1);
	assert_true(t->has[A] && t->has[B] && !t->has[C]);
	kind = itemtable_find(t, "kind");
	check_token(kind, A, 0, "book");
	check_token(kind, B, 0, "a film");
	assert_int_equal(kind->n_tokens[C], 0);
	genre = itemtable_find(t, "genre");
	assert_int_equal(genre->n_tokens[A], 0);
	assert_int_equal(genre->n_tokens[B], 2);
	check_token(genre, B, 0, "noir");
	check_token(genre, B, 1, "crime");
	price = itemtable_find(t, "price");
	assert_true(isnan(price->number[A]) && isnan(price->number[C]));
	assert_true(price->number[B] == -1.5);
	assert_null(itemtable_find(t, "vector"));
	itemtable_free(t);
	idmap_free(items);
}

static void
refused(const char *text, const char *column, const char *why)
{
	struct idmap *items = three_items();

	write_text(path, text);
	said_begin();
	assert_null(readitemtable(path, &column, 1, items));
	assert_true(said_has(why));
	idmap_free(items);
}

static void
test_what_is_refused(void **state)
{
	(void)state;
	refused("item_id:token\tx:float\na\t1\nz\t\nz\t\na\t2\n", "x",
	    "items:5: item_id: 'a' stands twice");
	refused("item_id:token\tx:float\na\tmany\n", "x",
	    "items:2: x: 'many' is not a number");
	refused("item_id:token\tx:float\nA\t1\n", "x",
	    "items: it has none of the model's 3 items");
	refused("item_id:token\tx:float\na\t1\n", "stock",
	    "items: no column 'stock'; there are item_id, x");
	refused("item_id:token\tx:float_seq\na\t1\n", "x",
	    "items: column 'x' is of type float_seq");
	refused("id:token\tx:float\na\t1\n", "x",
	    "items: no column 'item_id'; there are id, x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed_columns),
		cmocka_unit_test(test_what_is_refused),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
