/* cleanstore.h: passes see every row, in order, and what they change stays. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "prep/cleanspill.h"
#include "tests/ref/stored.h"

/* Each row that is looked at has its block read anew: one of SOME is. */
enum { ROWS = 150000, USERS = 700, SOME = 61 };

static struct cleanstore *
store(int is_out)
{
	static const struct cleanstore_columns has = { 1, 0, 1, 0, 1, 1 };
	struct cleanstore *s = cleanstore_new(&has);
	struct rng r;

	rng_init(&r, 1, rng_stream("test.cleanstore", 0));
	for (int i = 0; i < ROWS; i++) {
		char user[16], item[16], text[16];

		snprintf(user, sizeof user, "u%u", rng_below(&r, USERS));
		snprintf(item, sizeof item, "i%u", rng_below(&r, 50));
		snprintf(text, sizeof text, "\t%d", i);
		stored_add(s, &(struct cleanstore_row){ span_of(user),
		    span_of(item), span_of(""), span_of(text), 1, 1, i });
		/* in the middle, so that rows are added to the file too */
		if (is_out && i == ROWS / 2)
			assert_int_equal(cleanspill_out(s), 0);
	}
	return s;
}

/* Row i is the one that was made with this number. */
static void
check_row(struct cleanstore *s, size_t i, int64_t number, float rating)
{
	struct buf has = BUF_EMPTY;
	const struct cleanstore_row row = stored_get(s, i, &has);
	char text[16];

	snprintf(text, sizeof text, "\t%lld", (long long)number);
	assert_true(span_is(row.text, text));
	assert_int_equal(row.time, number);
	assert_true(row.rating == rating);
	buf_release(&has);
}

struct count {
	struct cleanstore *s;
	size_t rows, user_rows[USERS];
	int64_t time;
	uint32_t user;
	int fails;
};

/* Takes the odd rows away, and doubles the rating of the others. */
static int
halve(void *arg, struct cleanblock *b)
{
	struct count *c = arg;

	if (c->fails)
		return -1;
	assert_null(b->event);
	assert_null(b->weight);
	for (size_t i = 0; i < b->n; i++) {
		assert_int_equal(b->time[i], c->time++);
		b->gone[i] = b->time[i] % 2 != 0;
		b->rating[i] *= 2;
	}
	c->rows += b->n;
	return 0;
}

static void
scan(int is_out)
{
	struct cleanstore *s = store(is_out);
	struct count c = { .s = s };

	assert_int_equal(cleanstore_scan(s, 1, halve, &c), 0);
	assert_int_equal(c.rows, ROWS);
	assert_int_equal(cleanstore_rows(s), ROWS / 2);
	for (size_t i = 0; i < cleanstore_rows(s); i += SOME)
		check_row(s, i, 2 * (int64_t)i, 2);
	c = (struct count){ .s = s, .fails = 1 };
	assert_int_equal(cleanstore_scan(s, 1, halve, &c), -1);
	cleanstore_free(s);
}

static void
a_scan_sees_all_rows_in_order(void **state)
{
	(void)state;
	scan(0);
	scan(1);
}

/* One user's rows are in order; the first stays, with their number. */
static int
count_user(void *arg, struct cleanblock *b)
{
	struct count *c = arg;
	struct buf text = BUF_EMPTY;
	struct textlog_window window = { .n = 0 };

	assert_true(c->rows == 0 || b->user[0] > c->user);
	c->user = b->user[0];
	c->rows += b->n;
	for (size_t i = 0; i < b->n; i++) {
		char want[16];

		assert_int_equal(b->user[i], c->user);
		assert_true(i == 0 || b->time[i] > b->time[i - 1]);
		b->gone[i] = i > 0;
		text.n = 0;
		assert_int_equal(cleanstore_text(c->s, b->at[i],
		    &window, &text), 0);
		snprintf(want, sizeof want, "\t%lld", (long long)b->time[i]);
		assert_true(span_is((struct span){ text.p, text.n }, want));
	}
	b->rating[0] = (float)b->n;
	buf_release(&text);
	free(window.p);
	return 0;
}

static void
visit_users(int is_out)
{
	struct cleanstore *s = store(is_out);
	struct count c = { .s = s };
	double sum = 0;
	int64_t last = -1;

	if (is_out)	/* room for a third of the rows, so some parts */
		cleanstore_limit(s, 2 << 20);
	assert_int_equal(cleanstore_users(s, count_user, &c), 0);
	assert_int_equal(c.rows, ROWS);
	assert_int_equal(cleanstore_rows(s), idmap_count(s->users));
	for (size_t i = 0; i < cleanstore_rows(s); i++) {
		struct buf text = BUF_EMPTY;
		const struct cleanstore_row row = stored_get(s, i, &text);

		buf_release(&text);
		assert_true(row.time > last);
		last = row.time;
		sum += (double)row.rating;
	}
	assert_true(sum == ROWS);
	cleanstore_free(s);
}

static void
users_come_one_by_one(void **state)
{
	(void)state;
	visit_users(0);
	visit_users(1);
}

static void
an_empty_store(void **state)
{
	static const struct cleanstore_columns has = { 1, 0, 1, 0, 1, 0 };
	struct cleanstore *s = cleanstore_new(&has);
	struct count c = { .s = s };

	(void)state;
	assert_int_equal(cleanstore_scan(s, 1, halve, &c), 0);
	assert_int_equal(cleanstore_users(s, count_user, &c), 0);
	assert_int_equal(c.rows, 0);
	cleanstore_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_sees_all_rows_in_order),
		cmocka_unit_test(users_come_one_by_one),
		cmocka_unit_test(an_empty_store)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
