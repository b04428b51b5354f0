/* Interactions from tables and matrices: the same whatever they come from. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "io/interfile.h"
#include "io/readinter.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

/* "user item value time/" for each, by user. */
static const char *
shown(const struct inter *in)
{
	static struct buf b;

	b.n = 0;
	for (uint32_t u = 0; u < in->by_user.rows; u++)
		for (uint64_t i = in->by_user.indptr[u];
		    i < in->by_user.indptr[u + 1]; i++) {
			buf_span(&b, idmap_name(in->users, u));
			buf_char(&b, ' ');
			buf_span(&b, idmap_name(in->items,
			    in->by_user.indices[i]));
			buf_char(&b, ' ');
			buf_float(&b, in->by_user.values[i]);
			if (in->has_times)
				buf_format(&b, " %lld",
				    (long long)in->times[i]);
			buf_char(&b, '/');
		}
	return buf_cstr(&b);
}

static struct inter *
get(const struct readinter *want, const char *a, const char *b)
{
	const char *const paths[] = { "a", "b" };

	write_text("a", a);
	if (b != NULL)
		write_text("b", b);
	return readinter(paths, b == NULL ? 1 : 2, want, idmap_new(),
	    idmap_new(), 1);
}

static void
assert_reads(const char *a, const char *b, const char *value,
    const char *expected)
{
	struct inter *in = get(&(struct readinter){ .value = value }, a, b);

	assert_non_null(in);
	assert_string_equal(shown(in), expected);
	inter_free(in);
}

static void
test_tables(void **state)
{
	const char *typed = "item_id:token\tweight:float\tuser_id:token\n"
	    "i\t2.5\tu\nj\t\tu\n";

	(void)state;
	assert_reads("u\ti\nv\ti\nu\tj\n", NULL, NULL,
	    "u i 1/u j 1/v i 1/");
	assert_reads("u\ti\t4\t20\nu\tj\t5\t10.5\n", NULL, NULL,
	    "u j 1 10500/u i 1 20000/");
	assert_reads("u\ti\t4\t20\nu\tj\t5\t10\n", NULL, "rating",
	    "u j 5 10000/u i 4 20000/");
	assert_reads("u\ti\t4\t20\nu\tj\t5\t10\n", NULL, "4",
	    "u j 10 10000/u i 20 20000/");
	assert_reads(typed, NULL, NULL, "u i 2.5/u j 1/");
	assert_reads("user_id,item_id,weight\nu,\"i, j\",3\n", NULL, NULL,
	    "u i, j 3/");
	/* times only if every file has them; weights where they are */
	assert_reads("u\ti\t4\t20\nu\tj\t5\t10\n", typed, NULL,
	    "u i 1/u j 1/u i 2.5/u j 1/");
	assert_reads(typed, "u\tk\t4\t20\n", NULL, "u i 2.5/u j 1/u k 1/");
	assert_reads("u\ti\t4\t20\n", "u\tj\t4\t10\n", NULL,
	    "u j 1 10000/u i 1 20000/");
}

/*
 * Rows of a TSV file are read many at once as long as they are simple, and
 * those of JSON Lines one by one: odd ones here and there make no difference.
 */
static void
test_many_as_one_by_one(void **state)
{
	static const char *const users[] = { "u1", "u22", "u333", "\xc3\xa9",
		"a-user-of-20-letters", "user-nine" };
	static const char *const values[] = { "1", "2.5", "-3", "1e3", "0.1" };
	static const char *const times[] = { "7", "1539542587", "-5", "1.5",
		"0", "12345678901" };
	enum { ROWS = 3000, ODD = 97 };
	struct buf tsv = BUF_EMPTY, json = BUF_EMPTY, want = BUF_EMPTY;
	struct inter *in;

	(void)state;
	buf_text(&tsv, "user_id:token\titem_id:token\trating:float\t"
	    "timestamp:float\n");
	for (size_t i = 0; i < ROWS; i++) {
		/* two kinds of stretches: simple rows, and all kinds */
		const int odd = i % 1000 > 500 || i % ODD == 0;
		const char *user = users[odd ? i % 6 : i % 3];
		const char *value = values[odd ? i % 5 : i % 2];
		const char *time = times[odd ? i % 6 : i % 2];

		buf_format(&tsv, "%s\ti%zu\t%s\t%s%s\n", user, i % 31, value,
		    time, i % ODD == 1 ? "\r" : "");
		buf_format(&json, "{\"user_id\":\"%s\",\"item_id\":\"i%zu\","
		    "\"rating\":%s,\"timestamp\":%s}\n", user, i % 31, value,
		    time);
	}
	in = get(&(struct readinter){ .value = "rating" }, buf_cstr(&json),
	    NULL);
	assert_non_null(in);
	buf_text(&want, shown(in));
	inter_free(in);
	assert_reads(buf_cstr(&tsv), NULL, "rating", buf_cstr(&want));
	buf_release(&tsv);
	buf_release(&json);
	buf_release(&want);
}

static void
test_maps_that_hold_names(void **state)
{
	const char *const paths[] = { "a" };
	struct idmap *users = idmap_new(), *items = idmap_new();
	struct inter *in;

	(void)state;
	idmap_add(users, span_of("z"));
	idmap_add(items, span_of("i"));
	write_text("a", "u\ti\nz\tj\n");
	in = readinter(paths, 1, &(struct readinter){ 0 }, users, items, 0);
	assert_non_null(in);
	assert_string_equal(shown(in), "z j 1/u i 1/");
	assert_int_equal(in->by_user.rows, 2);
	inter_free(in);
	assert_int_equal(idmap_count(items), 2);
	idmap_free(users);
	idmap_free(items);
}

static void
assert_says(const char *table, const struct readinter *want,
    const char *message)
{
	said_begin();
	assert_null(get(want, table, NULL));
	assert_true(said_has(message));
}

/* Ratings if the files have them, else weights or 1. */
static void
test_values_if_there_are(void **state)
{
	const char *rated = "u\ti\t4\n", *weighed = "user_id:token\t"
	    "item_id:token\tweight:float\nu\tj\t2\n";
	int has = 0;
	const struct readinter want = { .value = "rating", .needs_value = 1,
	    .has_value = &has };
	struct inter *in = get(&want, rated, rated);

	(void)state;
	assert_non_null(in);
	assert_true(has);
	assert_string_equal(shown(in), "u i 4/u i 4/");
	inter_free(in);
	in = get(&want, weighed, "u\tk\n");
	assert_non_null(in);
	assert_false(has);
	assert_string_equal(shown(in), "u j 2/u k 1/");
	inter_free(in);
	said_begin();
	assert_null(get(&want, weighed, rated));
	assert_true(said_has(": b: it has a 'rating': the files are not of "
	    "one kind\n"));
}

static void
test_refusals(void **state)
{
	const struct readinter any = { 0 };
	const struct readinter rating = { .value = "rating",
	    .needs_value = 1 };

	(void)state;
	assert_says("", &any, ": a: the table is empty\n");
	assert_says("user_id:token\titem_id:token\n", &any,
	    ": a: no interactions\n");
	assert_says("u\n", &any, ": a: no column 'item_id'; there are "
	    "user_id\n");
	assert_says("u\ti\n\tj\n", &any, ": a:2: user_id: an empty id\n");
	assert_says("u\ti\nu\t\n", &any, ": a:2: item_id: an empty id\n");
	assert_says("u\ti\n", &rating, ": a: no column 'rating'; there are "
	    "user_id, item_id\n");
	assert_says("u\ti\t\n", &rating, ": a:1: rating: a missing value\n");
	assert_says("u\ti\t1e999\n", &rating,
	    ": a:1: rating: '1e999' is not a number\n");
	assert_says("u\ti\t1e99\n", &rating,
	    ": a:1: rating: '1e99' is too large\n");
	assert_says("u\ti\t1\tnoon\n", &any,
	    ": a:1: timestamp: 'noon' is not a number\n");
	assert_says("u\ti\t1\t1e18\n", &any,
	    ": a:1: timestamp: '1e18' is too large a time: nanoseconds "
	    "become seconds by srs-clean --time-unit ns\n");
	assert_says("u\ti\t1\t1700000000123456789\n", &any, ": a:1: "
	    "timestamp: '1700000000123456789' is too large a time: "
	    "nanoseconds become seconds by srs-clean --time-unit ns\n");
	assert_says("user_id,item_id\n\"u\tv\",i\n", &any,
	    ": a:2: user_id: 'u\\x09v' is no id: it has a control "
	    "character\n");
	assert_says("u\ti\r\t2\n", &any, ": a:1: a carriage return within a "
	    "line: lines must end in LF or CRLF\n");
}

/* A matrix holds what the table held. */
static void
test_matrix_round_trip(void **state)
{
	static const char *const tables[] = {
		"u\ti\t4\t20\nv\ti\t1.5\t-7\nu\tj\t5\t10\n",
		"u\ti\t4\t20.25\nv\ti\t1.5\t-7\nu\tj\t5\t10\n",
		"u\ti\t4\nv\ti\t1.5\nu\tj\t5\n",
	};
	const char *const paths[] = { "x.st" };
	const struct readinter rating = { .value = "rating" };
	const struct readinter weight = { .value = "weight" };

	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct inter *in = get(&rating, tables[i], NULL), *again;
		char *first;

		assert_non_null(in);
		first = strdup(shown(in));
		assert_int_equal(interfile_write(in, "rating", "x.st", 0), 0);
		inter_free(in);
		again = readinter(paths, 1, &rating, idmap_new(), idmap_new(),
		    1);
		assert_non_null(again);
		assert_string_equal(shown(again), first);
		inter_free(again);
		again = readinter(paths, 1, &(struct readinter){ 0 },
		    idmap_new(), idmap_new(), 1);
		assert_non_null(again);
		assert_true((int)again->by_user.values[0] == 1);
		inter_free(again);
		free(first);
		said_begin();
		assert_null(readinter(paths, 1, &weight, idmap_new(),
		    idmap_new(), 1));
		assert_true(said_has(": x.st: its values are 'rating', not "
		    "'weight'\n"));
	}
}

/* A matrix of 2 users and 2 items whose indptr and indices are these. */
static void
assert_matrix_says(const int64_t indptr[3], const int32_t indices[2],
    const char *message)
{
	const char *const paths[] = { "y.st" };
	struct st_writer *w = st_writer_new();

	st_put_meta(w, "srs.kind", "interactions");
	st_put_meta(w, "srs.format", "1");
	st_put(w, "user_ids", ST_U8, (size_t[]){ 4 }, 1, "u\nv\n");
	st_put(w, "item_ids", ST_U8, (size_t[]){ 4 }, 1, "i\nj\n");
	st_put(w, "indptr", ST_I64, (size_t[]){ 3 }, 1, indptr);
	st_put(w, "indices", ST_I32, (size_t[]){ 2 }, 1, indices);
	assert_int_equal(st_write(w, "y.st", 0), 0);
	st_writer_free(w);
	said_begin();
	assert_null(readinter(paths, 1, &(struct readinter){ 0 },
	    idmap_new(), idmap_new(), 1));
	assert_true(said_has(message));
}

static void
test_bad_matrices(void **state)
{
	const int32_t fine[] = { 0, 1 };

	(void)state;
	assert_matrix_says((int64_t[]){ 0, 1, 2 }, (int32_t[]){ 0, 2 },
	    ": y.st: indices[1] is none of the 2 items\n");
	assert_matrix_says((int64_t[]){ 0, 1, 2 }, (int32_t[]){ -1, 0 },
	    ": y.st: indices[0] is none of the 2 items\n");
	assert_matrix_says((int64_t[]){ 0, 3, 2 }, fine,
	    ": y.st: indptr[2] is less than the one before\n");
	assert_matrix_says((int64_t[]){ 1, 1, 2 }, fine,
	    ": y.st: indptr does not run from 0 to 2\n");
	assert_matrix_says((int64_t[]){ 0, 1, 9 }, fine,
	    ": y.st: indptr does not run from 0 to 2\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_many_as_one_by_one),
		cmocka_unit_test(test_maps_that_hold_names),
		cmocka_unit_test(test_values_if_there_are),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_matrix_round_trip),
		cmocka_unit_test(test_bad_matrices),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
