/* Tables: what is read from well-formed ones, and what is said of others. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "io/rows.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";

static const struct rows_format guess = {
	.positional = rows_interactions, .kind = ROWS_GUESS
};

static struct rows *
open_text(const char *text, const struct rows_format *format)
{
	write_bytes(path, text, strlen(text));
	return rows_open(path, format == NULL ? &guess : format);
}

/* The rest of a table as "a|b|c/d|e|f/", with ! for a bad row. */
static const char *
rest(struct rows *r)
{
	static struct buf all;
	int got;

	all.n = 0;
	while ((got = rows_next(r)) > 0) {
		for (size_t c = 0; got == 1 && c < rows_width(r); c++) {
			if (c > 0)
				buf_char(&all, '|');
			buf_span(&all, rows_text(r, (int)c));
		}
		buf_text(&all, got == 1 ? "/" : "!/");
	}
	if (got < 0)
		buf_text(&all, "error");
	return buf_cstr(&all);
}

static void
assert_table(const char *text, const struct rows_format *format,
    const char *names, const char *expected)
{
	struct rows *r = open_text(text, format);
	struct buf have = BUF_EMPTY;

	assert_non_null(r);
	for (size_t c = 0; c < rows_width(r); c++)
		buf_format(&have, "%s%s", c ? " " : "",
		    rows_column_name(r, c));
	assert_string_equal(buf_cstr(&have), names);
	assert_string_equal(rest(r), expected);
	assert_int_equal(rows_next(r), 0);
	buf_release(&have);
	rows_close(r);
}

/* ROWS opens (or not) and says: the rest of the message after its path. */
static void
assert_says(const char *text, size_t n, const struct rows_format *format,
    const char *message)
{
	struct rows *r;
	char whole[512];

	snprintf(whole, sizeof whole, ": %s%s\n", path, message);
	write_bytes(path, text, n);
	said_begin();
	r = rows_open(path, format == NULL ? &guess : format);
	if (r != NULL)
		rest(r);
	rows_close(r);
	assert_true(said_has(whole));
}

static void
assert_text_says(const char *text, const char *message)
{
	assert_says(text, strlen(text), NULL, message);
}

static void
test_tsv(void **state)
{
	const struct rows_format any = { .kind = ROWS_TSV };

	(void)state;
	assert_table("u\ti\t3\nv\tj\t4\n", NULL, "user_id item_id rating",
	    "u|i|3/v|j|4/");
	assert_table("u\ti\t3\r\nv\tj\t4", NULL, "user_id item_id rating",
	    "u|i|3/v|j|4/");
	assert_table("\t\n\t\n", NULL, "user_id item_id", "|/|/");
	assert_table("1\t2\t3\t4\t5\t6\n", NULL,
	    "user_id item_id rating timestamp 5 6", "1|2|3|4|5|6/");
	assert_table("a \"b\", c\n", &any, "1", "a \"b\", c/");
	assert_table("\n\n", &any, "1", "//");
	assert_table("", NULL, "", "");
	assert_table("\xef\xbb\xbfu\ti\n", NULL, "user_id item_id", "u|i/");
}

static void
test_typed_header(void **state)
{
	const struct rows_format no = { .header = ROWS_HEADER_NO };
	const struct rows_format yes = { .header = ROWS_HEADER_YES };
	struct rows *r;
	double x;

	(void)state;
	assert_table("user_id:token\titem_id:token\nu\ti\n", NULL,
	    "user_id item_id", "u|i/");
	assert_table("a:b:token_seq\tc:float_seq\n", NULL, "a:b c", "");
	/* one field without that shape: all of it is data */
	assert_table("user_id:token\titem_id\n", NULL, "user_id item_id",
	    "user_id:token|item_id/");
	assert_table("user_id:token\t:token\n", NULL, "user_id item_id",
	    "user_id:token|:token/");
	assert_table("user_id:token\titem_id:tokens\n", NULL,
	    "user_id item_id", "user_id:token|item_id:tokens/");
	assert_table("a:token\tb:float\n", &no, "1 2", "a:token|b:float/");
	assert_table("a\tb:float\n1\t2\n", &yes, "a b:float", "1|2/");
	assert_table("a:token\t\n1\t2\n", &yes, "a:token 2", "1|2/");

	r = open_text("a:token_seq\trating:token\tn:float\nx y\t5\t1e2\n",
	    NULL);
	assert_non_null(r);
	assert_true(rows_has_header(r));
	assert_int_equal(rows_column_type(r, 0), ROWS_TOKEN_SEQ);
	assert_int_equal(rows_column_type(r, 1), ROWS_TOKEN);
	assert_int_equal(rows_column_type(r, 2), ROWS_FLOAT);
	assert_int_equal(rows_column(r, "n"), 2);
	assert_int_equal(rows_find(r, "2"), 1);
	assert_int_equal(rows_find(r, "4"), -1);
	assert_int_equal(rows_find(r, "0"), -1);
	assert_int_equal(rows_next(r), 1);
	assert_int_equal(rows_line(r), 2);
	assert_int_equal(rows_real(r, 2, &x), 0);
	assert_true(x > 99.5 && x < 100.5);
	assert_true(span_is(rows_raw(r), "x y\t5\t1e2"));
	rows_close(r);

	r = open_text("u\ti\t4\n", NULL);
	assert_non_null(r);
	assert_false(rows_has_header(r));
	assert_int_equal(rows_kind(r), ROWS_TSV);
	assert_int_equal(rows_column_type(r, 1), ROWS_TOKEN);
	assert_int_equal(rows_column_type(r, 2), ROWS_FLOAT);
	rows_close(r);
}

static void
test_csv(void **state)
{
	const struct rows_format bar = { .kind = ROWS_CSV, .separator = '|' };

	(void)state;
	assert_table("userId,movieId\n1,2\n3,4\n", NULL, "userId movieId",
	    "1|2/3|4/");
	assert_table("1,2,3.5\n3,4,5\n", NULL, "user_id item_id rating",
	    "1|2|3.5/3|4|5/");
	assert_table("a:token,b:float\r\nx,1\r\n", NULL, "a b", "x|1/");
	assert_table("a;b\nx;1,5\n", NULL, "a b", "x|1,5/");
	assert_table("a,b\nx,1;5\n", NULL, "a b", "x|1;5/");
	assert_table("a|b\n\"x|y\"|\n", &bar, "a b", "x|y|/");
	assert_table("a,b\n\n\"\"\"q\"\"\",\" x\"\n\r\n y ,\n", NULL, "a b",
	    "\"q\"| x/ y |/");
	assert_table("a,b\n\"x\n\n\ny\",\"1\"\r\n2,\"\"\r\n", NULL, "a b",
	    "x\n\n\ny|1/2|/");
	assert_table("\"a\nb\",\"c\"\n1,\"2\"", NULL, "a\nb c", "1|2/");
	assert_table("a,b\n1,\"x\r\ny\"\r\n", NULL, "a b", "1|x\r\ny/");
	/* whether there are quotes elsewhere in the row or not */
	assert_table("a,b\n1\r,\"2\"\r\n\r3,4\r\n\r,\"5\"", NULL, "a b",
	    "1\r|2/\r3|4/\r|5/");
	assert_table("a,b\n1,\"x,\n\",\n", &(struct rows_format){
	    .kind = ROWS_CSV, .header = ROWS_HEADER_NO }, "1 2", "a|b/error");
}

static void
test_lines_are_counted(void **state)
{
	struct rows *r = open_text("a,b\n\n\"x\ny\",1\n2,\"z\"\n\"\n\n\",3\n"
	    "4,5", NULL);
	static const size_t lines[] = { 3, 5, 6, 9 };

	(void)state;
	assert_non_null(r);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(rows_next(r), 1);
		assert_int_equal(rows_line(r), lines[i]);
	}
	assert_int_equal(rows_next(r), 0);
	rows_close(r);
}

static void
test_refusals(void **state)
{
	static const char late[] = "a\tb\n";
	struct buf b = BUF_EMPTY;

	(void)state;
	assert_text_says("1\t2\n3\n", ":2: 1 field, not 2");
	assert_text_says("1\t2\n\n", ":2: 1 field, not 2");
	assert_text_says("1\t2\n3\t4\t5\n", ":2: 3 fields, not 2");
	assert_text_says("a,b\n1,2\n3,4,5\n", ":3: 3 fields, not 2");
	assert_text_says("a:token\ta:float\n", ":1: column 'a' stands twice");
	assert_text_says("a,b,a\n", ":1: column 'a' stands twice");
	assert_text_says("a,\"b\r\"\r1,2\r", ":1: a field goes on after its "
	    "closing quote");
	assert_text_says("a,b\r1,2\r", ":1: a carriage return within a line: "
	    "lines must end in LF or CRLF");
	assert_says("a\tb\n1\0\t2\n", 8, NULL, ":2: a NUL byte: not a text "
	    "table");
	assert_says("\x7f""ELF\0\n", 6, NULL, ":1: a NUL byte: not a text "
	    "table");
	assert_says("\223NUMPY\1\0xx", 10, NULL, ": not a text table: a .npy "
	    "file");
	for (int i = 0; i < 200; i++)
		buf_add(&b, late, sizeof late - 1);
	buf_add(&b, "a\0\tb\n", 5);
	assert_says(b.p, b.n, NULL, ":201: a NUL byte");
	buf_release(&b);
}

static void
test_quotes(void **state)
{
	const struct rows_format tight = { .kind = ROWS_CSV,
	    .max_record = 40 };
	const char *text;

	(void)state;
	assert_text_says("a,b\n1,2\n3,\"4\n5,6\n", ":3: a quote is not "
	    "closed");
	assert_text_says("a,b\n1,\"x\ny\"\n\"z\n\n\",\"4\n5,6\n",
	    ":6: a quote is not closed");
	assert_text_says("a,b\n1,x\"y\n", ":2: a quote inside a field that "
	    "does not begin with one");
	assert_text_says("a,b\n1,\"x\"y\n", ":2: a field goes on after its "
	    "closing quote");
	assert_text_says("a,b\n1,\"x\n3,4\n5,\"y\"\n", ":2: the quote "
	    "opened here ends in line 4, and the field goes on");
	text = "a,b\n1,\"x\n3,4444444444444444\n5,6666666666666666\n7,8\n";
	assert_says(text, strlen(text), &tight, ":2: a quote is not closed "
	    "within the 40 bytes that a row may have");
}

/* A bad row costs one line, whatever it is. */
static void
test_bad_rows_are_kept(void **state)
{
	const struct rows_format f = { .kind = ROWS_CSV, .max_record = 2000 };
	struct buf b = BUF_EMPTY;
	struct rows *r;

	(void)state;
	buf_text(&b, "a,b\n1,2\n3,\"x\n5,6\n7\n8,x\"y\n9,\"y\nz\"\n");
	for (int i = 0; i < 3000; i++)
		buf_char(&b, 'x');
	buf_text(&b, "\n10,11\n");
	buf_add(&b, "\0,\0\n", 4);
	buf_text(&b, "12,\"\n");
	write_bytes(path, b.p, b.n);
	r = rows_open(path, &f);
	assert_non_null(r);
	rows_keep_bad(r);
	assert_int_equal(rows_next(r), 1);
	assert_int_equal(rows_next(r), 2);
	assert_true(span_is(rows_raw(r), "3,\"x"));
	assert_int_equal(rows_line(r), 3);
	assert_non_null(strstr(rows_problem(r), "quote"));
	assert_string_equal(rest(r), "5|6/!/!/9|y\nz/!/10|11/!/!/");
	rows_close(r);
	buf_release(&b);
}

static void
test_columns_are_named(void **state)
{
	struct rows *r = open_text("userId,movieId,rating\n1,2,abc\n", NULL);
	double x = 7;

	(void)state;
	assert_non_null(r);
	said_begin();
	assert_int_equal(rows_column(r, "user_id"), -1);
	assert_true(said_has(": no column 'user_id'; there are userId, "
	    "movieId, rating; did you mean 'userId'?\n"));
	assert_int_equal(rows_next(r), 1);
	said_begin();
	assert_int_equal(rows_real(r, 2, &x), -1);
	assert_true(said_has(":2: rating: 'abc' is not a number\n"));
	assert_true(x > 6.9 && x < 7.1);
	rows_close(r);

	r = open_text("", NULL);
	assert_non_null(r);
	said_begin();
	assert_int_equal(rows_column(r, "user_id"), -1);
	assert_true(said_has(": the table is empty\n"));
	rows_close(r);
}

/* Rows longer than a block, and blocks that end anywhere in a row. */
static void
test_blocks(void **state)
{
	struct buf b = BUF_EMPTY;
	struct rng rng;
	struct rows *r;
	size_t n = 0;

	(void)state;
	rng_init(&rng, 1, 0);
	for (int i = 0; i < 300; i++) {
		const uint32_t size = rng_below(&rng, i % 50 ? 9000 : 700000);

		buf_format(&b, "%d\t%u\t", i, size);
		memset(buf_room(&b, size), 'a' + i % 26, size);
		b.n += size;
		buf_char(&b, '\n');
	}
	write_bytes(path, b.p, b.n);
	r = rows_open(path, &guess);
	assert_non_null(r);
	for (; rows_next(r) == 1; n++) {
		const struct span text = rows_text(r, 2);
		double id, size;

		assert_int_equal(rows_real(r, 0, &id), 0);
		assert_int_equal(rows_real(r, 1, &size), 0);
		assert_int_equal((size_t)id, n);
		assert_int_equal((size_t)size, text.n);
		for (size_t i = 0; i < text.n; i++)
			if (text.p[i] != (char)('a' + n % 26))
				fail();
	}
	assert_int_equal(n, 300);
	rows_close(r);
	buf_release(&b);
}

/* Quoting every field changes nothing, so that libcsv and the short way for
 * lines without quotes agree; nor does CRLF. */
static void
test_quoted_as_unquoted(void **state)
{
	static const char letters[] = "ab1; .\t";
	struct buf plain = BUF_EMPTY, quoted = BUF_EMPTY;
	const struct rows_format csv = { .kind = ROWS_CSV };
	struct rng rng;
	struct rows *r;
	char *first;

	(void)state;
	rng_init(&rng, 2, 0);
	buf_text(&plain, "x,y,z\n");
	buf_text(&quoted, "x,y,z\n");
	for (int i = 0; i < 3000; i++) {
		buf_char(&quoted, '"');
		for (uint32_t n = rng_below(&rng, 6); n > 0; n--) {
			const char c = letters[rng_below(&rng, 7)];

			buf_char(&plain, c);
			buf_char(&quoted, c);
		}
		buf_char(&plain, i % 3 == 2 ? '\n' : ',');
		buf_text(&quoted, i % 3 == 2 ? "\"\r\n" : "\",");
	}
	r = open_text(buf_cstr(&plain), &csv);
	assert_non_null(r);
	first = strdup(rest(r));
	rows_close(r);
	r = open_text(buf_cstr(&quoted), &csv);
	assert_non_null(r);
	assert_string_equal(first, rest(r));
	rows_close(r);
	free(first);
	buf_release(&plain);
	buf_release(&quoted);
}

/*
 * Any bytes: reading ends, a good row has as many fields as there are columns,
 * and (in TSV, where a row is a line) all bytes of the file are in some row.
 */
static void
test_any_bytes(void **state)
{
	static const char bytes[] = "\"\"\"\n\n\n,,,\t\t\r;:ab1\xff";
	struct buf b = BUF_EMPTY;
	struct rng rng;

	(void)state;
	rng_init(&rng, 3, 0);
	for (int round = 0; round < 3000; round++) {
		const enum rows_kind kind = (enum rows_kind)(round % 3);
		const struct rows_format f = { .kind = kind,
		    .header = ROWS_HEADER_NO,
		    .max_record = kind == ROWS_CSV ? 50 : 0 };
		size_t n_bytes = 0;
		struct rows *r;
		int got = 0;

		b.n = 0;
		buf_text(&b, round % 2 ? "a,b\n" : "a\tb\n");
		for (uint32_t n = rng_below(&rng, 300); n > 0; n--)
			buf_char(&b, bytes[rng_below(&rng, sizeof bytes)]);
		said_begin();
		write_bytes(path, b.p, b.n);
		r = rows_open(path, &f);
		if (r != NULL)
			rows_keep_bad(r);
		while (r != NULL && (got = rows_next(r)) > 0) {
			n_bytes += rows_raw(r).n + 1;
			if (got == 1)
				assert_non_null(rows_text(r,
				    (int)rows_width(r) - 1).p);
			assert_true(n_bytes <= b.n + 1);
		}
		said_end();
		assert_int_equal(got, 0);
		if (r != NULL && rows_kind(r) == ROWS_TSV &&
		    memchr(b.p, '\r', b.n) == NULL)
			assert_int_equal(n_bytes, b.n +
			    (b.p[b.n - 1] != '\n'));
		rows_close(r);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tsv),
		cmocka_unit_test(test_typed_header),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_lines_are_counted),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_bad_rows_are_kept),
		cmocka_unit_test(test_columns_are_named),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_quoted_as_unquoted),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
