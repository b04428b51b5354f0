/* Ids out of tables: what is one, and the ids of many blocks at once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/par.h"
#include "io/ids.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";

static struct rows *
open_text(const char *text, size_t block)
{
	write_text(path, text);
	return rows_open(path, &(struct rows_format){
	    .positional = rows_interactions, .block = block });
}

/* What ids_text() answers for the first field of a table. */
static int
answer(const char *id, struct span *out)
{
	char text[200];
	struct rows *r;
	int got;

	snprintf(text, sizeof text, "%s\ti\n", id);
	r = open_text(text, 0);
	assert_non_null(r);
	assert_int_equal(rows_next(r), 1);
	got = ids_text(r, 0, out);
	assert_int_equal(out->n, strlen(id));
	rows_close(r);
	return got;
}

static void
what_is_an_id(void **state)
{
	static const char *const good[] = { "u", "a b", "1234567", "12345678",
		"a long one: \xe2\x82\xac", "\xc3\xa9", "\xf0\x9f\x98\x80" };
	static const struct {
		const char *id, *message;
	} bad[] = {
		{ "", ":1: user_id: an empty id\n" },
		{ " u", ":1: user_id: ' u' is no id: it has spaces around" },
		{ "u ", ":1: user_id: 'u ' is no id: it has spaces around" },
		{ " ", ":1: user_id: ' ' is no id: it has spaces around it" },
		{ "a\001b", "'a\\x01b' is no id: it has a control charac" },
		{ "\177", "'\\x7f' is no id: it has a control character" },
		{ "12345678\v", "is no id: it has a control character" },
		{ "\xe9t\xe9", "'\xe9t\xe9' is no id: it is not UTF-8" },
		{ "1234567890\xc0\xaf", "is no id: it is not UTF-8" },
	};
	struct span id;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(answer(good[i], &id), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		said_begin();
		assert_int_equal(answer(bad[i].id, &id), -1);
		assert_true(said_has(bad[i].message));
	}
}

/* Every byte at every place of ids of some lengths, between others. */
static void
plain_ids_at_a_glance(void **state)
{
	char text[64 + SPANS_SLACK];
	uint32_t from[3] = { 2, 10, 30 }, to[3] = { 9, 10, 39 };
	const struct spans ids = { text, from, to };

	(void)state;
	memset(text, 'a', sizeof text);
	assert_false(ids_are_plain(&ids, 3));	/* one is empty */
	for (to[1] = 11; to[1] <= 29; to[1]++)
		for (uint32_t at = 10; at < to[1]; at++)
			for (int c = 0; c < 256; c++) {
				const int is_end = at == 10 || at + 1 == to[1];

				text[9] = text[to[1]] = '\t';
				text[at] = (char)c;
				assert_int_equal(ids_are_plain(&ids, 3),
				    c < 0x7f && c >= (is_end ? '!' : ' '));
				text[9] = text[at] = text[to[1]] = 'a';
			}
}

/* --- of blocks ------------------------------------------------------------ */

enum { ROWS = 5000, USERS = 700, ITEMS = 90 };

struct slot {
	struct ids user, item;
};

struct job {
	struct idmap *users, *items;
	int finds;
	size_t n;
};

static int
work(void *arg, struct rows *r, void *slot)
{
	struct slot *s = slot;
	int got;

	(void)arg;
	s->user.n = s->item.n = 0;
	while ((got = rows_next(r)) > 0)
		if (ids_add(&s->user, r, 0) != 0 ||
		    ids_add(&s->item, r, 1) != 0)
			return -1;
	return got;
}

/* Row i has user i * i % USERS and item i % ITEMS. */
static int
drain(void *arg, void *slot)
{
	struct job *job = arg;
	struct slot *s = slot;
	const struct ids_pair pair = { &s->user, &s->item, job->users,
	    job->items };

	if (job->finds)
		ids_find(&pair);
	else
		assert_int_equal(ids_number(&pair, path), 0);
	assert_int_equal(s->user.n, s->item.n);
	for (size_t i = 0; i < s->user.n; i++, job->n++) {
		char user[40], item[40];

		snprintf(user, sizeof user, "u%zu", job->n * job->n % USERS);
		snprintf(item, sizeof item, "i%zu", job->n % ITEMS);
		assert_true(span_is(idmap_name(job->users, s->user.id[i]),
		    user));
		assert_true(span_is(idmap_name(job->items, s->item.id[i]),
		    item));
	}
	return 0;
}

static void
release(void *slot)
{
	struct slot *s = slot;

	ids_release(&s->user);
	ids_release(&s->item);
}

static void
ids_of_many_blocks(void **state)
{
	struct buf text = BUF_EMPTY;
	struct job job = { idmap_new(), idmap_new(), 0, 0 };

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		buf_format(&text, "u%zu\ti%zu\n", i * i % USERS, i % ITEMS);
	for (size_t threads = 1; threads <= 3; threads++) {
		struct rows *r = open_text(buf_cstr(&text), 1000);

		par_set_threads(threads);
		assert_non_null(r);
		job.n = 0;
		assert_int_equal(rows_scan(r, &(struct rows_scan){ &job,
		    sizeof(struct slot), work, drain, release }), 0);
		assert_int_equal(job.n, ROWS);
		rows_close(r);
		job.finds = 1;		/* from now on */
	}
	assert_int_equal(idmap_count(job.items), ITEMS);
	assert_true(span_is(idmap_name(job.users, 0), "u0"));
	assert_true(span_is(idmap_name(job.items, 89), "i89"));
	buf_release(&text);
	idmap_free(job.users);
	idmap_free(job.items);
}

static void
none_is_not_found(void **state)
{
	struct ids users = { .key = NULL }, items = { .key = NULL };
	struct job job = { idmap_new(), idmap_new(), 0, 0 };

	(void)state;
	ids_add_none(&users);
	ids_add_none(&items);
	idmap_add(job.users, span_of("u"));
	ids_find(&(struct ids_pair){ &users, &items, job.users, job.items });
	assert_int_equal(users.id[0], IDMAP_NONE);
	assert_int_equal(items.id[0], IDMAP_NONE);
	ids_release(&users);
	ids_release(&items);
	idmap_free(job.users);
	idmap_free(job.items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_an_id),
		cmocka_unit_test(plain_ids_at_a_glance),
		cmocka_unit_test(ids_of_many_blocks),
		cmocka_unit_test(none_is_not_found),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
