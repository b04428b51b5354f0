/* Rows judged many at once: as clean_row() judges them one by one. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "prep/cleanusual.h"

enum { ROUNDS = 400 };

/* Pieces of a text, a column for each field. */
struct table {
	struct buf text;
	uint32_t from[CLEAN_FIELDS][CLEANUSUAL_ROWS];
	uint32_t to[CLEAN_FIELDS][CLEANUSUAL_ROWS];
};

static const char *const ids[] = { "u1", "u1333019", "i", "12345678",
	"123456789012345678901234567890", "a b", "caf\xc3\xa9", "\xc3\xa9",
	"0", "a,b\"c", "-", "a~", "~~~~~~~~~" };
static const char *const bad_ids[] = { "", " ", " u", "u ", "a\tb", "\x01",
	"u\x7f", "caf\xe9", "1234567\r", "\xc3", "\t", "abcdefgh\x1f",
	"\xef\xbb\xbfu1" };
static const char *const numbers[] = { "5", "0.5", "4.5", "3", "10", "-1",
	"1234.5", "1e+20", "0.001", "16777217", "3.14159", "0" };
static const char *const bad_numbers[] = { "", " ", "5.0", "05", "+5", "-0",
	"1e1", "5e0", " 5", "5 ", ".5", "5.", "abc", "nan", "inf", "1e39",
	"1e-50", "0x10", "5,0", "--1", "1234567890.12345678901234567890" };
static const char *const times[] = { "1539542587", "0", "1", "999",
	"1000000000", "1539542587123", "99999999", "12345678", "253402300799" };
static const char *const bad_times[] = { "", " ", "01", "-5", "+5",
	"1539542587.5", "1539542587.0", "1.5e9", "2018-10-14T18:29:47Z",
	"2018-10-14", "2018-10-14T18:29:47.1234+02:00", "123456789012345",
	"1234567890123456", "99999999999999999999", "yesterday", " 5", "5 ",
	"1539542587.0005", "14/10/2018" };
static const char *const events[] = { "view", "cart", "purchase",
	"add_to_cart", "an event with a very long name" };
static const char *const bad_events[] = { "", " view", "View", "views",
	"a\tb", "caf\xe9" };

#define PICK(rng, list) \
	(list)[rng_below(rng, sizeof (list) / sizeof *(list))]

static const char *
pick(struct rng *rng, int f, int is_odd)
{
	if (f == CLEAN_USER || f == CLEAN_ITEM)
		return is_odd ? PICK(rng, bad_ids) : PICK(rng, ids);
	if (f == CLEAN_EVENT)
		return is_odd ? PICK(rng, bad_events) : PICK(rng, events);
	if (f == CLEAN_TIME)
		return is_odd ? PICK(rng, bad_times) : PICK(rng, times);
	return is_odd ? PICK(rng, bad_numbers) : PICK(rng, numbers);
}

/* One field in `odd` is odd. */
static void
make_table(struct rng *rng, struct table *t, uint32_t odd)
{
	t->text.n = 0;
	for (size_t i = 0; i < CLEANUSUAL_ROWS; i++)
		for (int f = 0; f < CLEAN_FIELDS; f++) {
			t->from[f][i] = (uint32_t)t->text.n;
			buf_text(&t->text, pick(rng, f,
			    rng_below(rng, odd) == 0));
			t->to[f][i] = (uint32_t)t->text.n;
			buf_char(&t->text, '\t');
		}
	buf_room(&t->text, SPANS_SLACK);
}

static void
assert_same_number(float a, float b)
{
	assert_true((isnan(a) && isnan(b)) || !(a < b || a > b));
}

static void
assert_spelled(struct buf *b, struct span text)
{
	assert_true(span_equal((struct span){ b->p, b->n }, text));
	b->n = 0;
}

/* Every field is what will be written. */
static void
assert_written(const struct clean_rules *rules, const struct span *field,
    const struct clean_row *row)
{
	struct buf b = BUF_EMPTY;

	if (rules->has[CLEAN_RATING]) {
		buf_float(&b, row->rating);
		assert_spelled(&b, field[CLEAN_RATING]);
	}
	if (rules->has[CLEAN_WEIGHT]) {
		buf_float(&b, row->weight);
		assert_spelled(&b, field[CLEAN_WEIGHT]);
	}
	if (rules->has[CLEAN_TIME]) {
		cleantime_put(&b, row->time);
		assert_spelled(&b, field[CLEAN_TIME]);
	}
	buf_release(&b);
}

/* Row i, judged by u, is as clean_row() has it, if it is usual. */
static void
assert_row(const struct cleanusual *u, const struct span *field, size_t i,
    struct clean_row *row)
{
	const struct clean_rules *rules = u->rules;

	if (u->is[i] == CLEANUSUAL_NOT)
		return;
	assert_int_equal(clean_row(rules, field, NULL, row), CLEAN_KEPT);
	assert_true(span_equal(row->user, field[CLEAN_USER]));
	if (rules->has[CLEAN_ITEM])
		assert_true(span_equal(row->item, field[CLEAN_ITEM]));
	if (rules->has[CLEAN_EVENT])
		assert_true(span_equal(row->event, field[CLEAN_EVENT]));
	if (rules->has[CLEAN_RATING])
		assert_same_number(row->rating, u->rating[i]);
	assert_same_number(row->weight, u->weight[i]);
	if (rules->has[CLEAN_TIME])
		assert_true(row->time == u->time[i]);
	assert_int_equal(row->event_type, u->event_type[i]);
	assert_int_equal(row->repairs, u->repairs[i]);
	if (u->is[i] == CLEANUSUAL_SAME)
		assert_written(rules, field, row);
}

/* How many of the rows of random tables are usual, in all. */
static size_t
usual_rows(const struct clean_rules *rules, uint64_t seed, uint32_t odd)
{
	struct cleanusual *u = cleanusual_new(rules);
	struct clean_row row = CLEAN_ROW_EMPTY;
	struct table *t = calloc(1, sizeof *t);
	struct spans column[CLEAN_FIELDS];
	struct span field[CLEAN_FIELDS];
	struct rng rng;
	size_t usual = 0;

	rng_init(&rng, seed, 0);
	for (int round = 0; round < ROUNDS; round++) {
		const size_t n = 1 + rng_below(&rng, CLEANUSUAL_ROWS);

		make_table(&rng, t, odd);
		for (int f = 0; f < CLEAN_FIELDS; f++)
			column[f] = (struct spans){ t->text.p, t->from[f],
				t->to[f] };
		cleanusual_rows(u, column, n);
		for (size_t i = 0; i < n; i++) {
			for (int f = 0; f < CLEAN_FIELDS; f++)
				field[f] = spans_get(&column[f], i);
			assert_row(u, field, i, &row);
			usual += u->is[i] != CLEANUSUAL_NOT;
		}
	}
	clean_row_release(&row);
	buf_release(&t->text);
	free(t);
	cleanusual_free(u);
	return usual;
}

static struct clean_rules
rules_of(int item, int rating, int weight, int event, int time)
{
	struct clean_rules rules;

	clean_rules_init(&rules);
	rules.has[CLEAN_USER] = 1;
	rules.has[CLEAN_ITEM] = item;
	rules.has[CLEAN_RATING] = rating;
	rules.has[CLEAN_WEIGHT] = weight;
	rules.has[CLEAN_EVENT] = event;
	rules.has[CLEAN_TIME] = time;
	return rules;
}

static void
plain_rules(void **state)
{
	const struct clean_rules rating = rules_of(1, 1, 0, 0, 1);
	const struct clean_rules all = rules_of(1, 1, 1, 1, 1);
	const struct clean_rules key = rules_of(0, 0, 0, 0, 0);

	(void)state;
	assert_true(usual_rows(&rating, 1, UINT32_MAX) > 10 * ROUNDS);
	assert_true(usual_rows(&rating, 2, 6) > ROUNDS);
	assert_true(usual_rows(&all, 3, 6) > ROUNDS);
	assert_true(usual_rows(&key, 4, 2) > ROUNDS);
	assert_true(usual_rows(&rating, 5, 1) < ROUNDS * CLEANUSUAL_ROWS / 4);
}

static void
rules_for_numbers_and_times(void **state)
{
	struct clean_rules rules = rules_of(1, 1, 1, 0, 1);
	static const char *const formats[] = { "%d/%m/%Y" };

	(void)state;
	rules.field[CLEAN_RATING].lo = 1;
	rules.field[CLEAN_RATING].hi = 5;
	rules.field[CLEAN_RATING].outside = CLEANVALUE_CLIP;
	rules.field[CLEAN_RATING].missing = CLEANVALUE_CONSTANT;
	rules.field[CLEAN_RATING].fill = span_of("3");
	rules.field[CLEAN_RATING].fill_number = 3;
	rules.field[CLEAN_WEIGHT].style = CLEANVALUE_COMMA;
	rules.since = 5000;
	rules.until = INT64_C(1539542587000);
	assert_true(usual_rows(&rules, 6, 4) > ROUNDS);
	rules.field[CLEAN_TIME].missing = CLEANVALUE_DROP;
	rules.time.unit = cleantime_unit(1);
	assert_true(usual_rows(&rules, 7, 4) > ROUNDS);
	rules.time.format = formats;
	rules.time.n_formats = 1;
	assert_true(usual_rows(&rules, 8, 2) > 0);
}

static void
rules_for_events(void **state)
{
	struct clean_rules rules = rules_of(1, 0, 0, 1, 1);
	struct idmap *types = idmap_new();
	float weights[] = { 1, 3.5F, 20 };

	(void)state;
	idmap_add(types, span_of("view"));
	idmap_add(types, span_of("purchase"));
	idmap_add(types, span_of("add_to_cart"));
	rules.events = types;
	assert_true(usual_rows(&rules, 9, 6) > ROUNDS);
	rules.weights = (struct eventweight){ types, weights, 0 };
	rules.field[CLEAN_WEIGHT].hi = 10;
	rules.field[CLEAN_WEIGHT].outside = CLEANVALUE_CLIP;
	assert_true(usual_rows(&rules, 10, 6) > ROUNDS);
	rules.drop_other_events = 1;
	rules.field[CLEAN_EVENT].missing = CLEANVALUE_DROP;
	assert_true(usual_rows(&rules, 11, 6) > ROUNDS);
	idmap_free(types);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_rules),
		cmocka_unit_test(rules_for_numbers_and_times),
		cmocka_unit_test(rules_for_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
