/* io/jsonl: what of JSON becomes which field, what is refused, and random
 * objects written and read back. */

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

static struct rows *
open_bytes(const char *bytes, size_t n)
{
	write_bytes(path, bytes, n);
	return rows_open(path, &(struct rows_format){ .kind = ROWS_GUESS });
}

static struct rows *
open_text(const char *text)
{
	return open_bytes(text, strlen(text));
}

/* The columns as "a:token b:float", the rows as "|x|y/", "!problem/" if
 * bad. */
static const char *
table_of(struct rows *r)
{
	static struct buf b;
	int got;

	b.n = 0;
	for (size_t c = 0; c < rows_width(r); c++)
		buf_format(&b, "%s%s:%s", c > 0 ? " " : "",
		    rows_column_name(r, c),
		    rows_type_name(rows_column_type(r, c)));
	buf_text(&b, "/");
	rows_keep_bad(r);
	while ((got = rows_next(r)) > 0) {
		for (size_t c = 0; got == 1 && c < rows_width(r); c++) {
			buf_char(&b, '|');
			buf_span(&b, rows_text(r, (int)c));
		}
		if (got == 2)
			buf_format(&b, "!%s", rows_problem(r));
		buf_char(&b, '/');
	}
	rows_close(r);
	return buf_cstr(&b);
}

static void
test_fields(void **state)
{
	static const struct { const char *json, *table; } good[] = {
		{ "{\"user_id\":17,\"item_id\":\"a b\",\"rating\":4.50}\n"
		    "{\"rating\":1e1,\"user_id\":\"u\"}\n",
		    "user_id:token item_id:token rating:float/"
		    "|17|a b|4.50/|u||1e1/" },
		/* numbers are as they were written */
		{ "{\"id\":12345678901234567890}",
		    "id:token/|12345678901234567890/" },
		/* objects within objects */
		{ "{\"user\":{\"id\":1,\"at\":{\"x\":2}},\"price\":3}\n"
		    "{\"price\":null,\"user\":{\"at\":{\"x\":-5},\"id\":4}}\n",
		    "user.id:token user.at.x:float price:float/"
		    "|1|2|3/|4|-5|/" },
		{ "{\"a.b\":\"x\"}\n{\"a\":{\"b\":\"y\"}}\n",
		    "a.b:token/|x/|y/" },
		/* an object where there was nothing */
		{ "{\"g\":null,\"a\":1}\n{\"g\":{\"x\":2},\"a\":2}\n",
		    "g:token a:float g.x:float/||1|/||2|2/" },
		/* sequences */
		{ "{\"t\":[\"a\",\"b\"],\"v\":[1,-2.5e3]}\n"
		    "{\"v\":[],\"t\":[true,7,\"\\u00e9\"]}\n",
		    "t:token_seq v:float_seq/|a b|1 -2.5e3/"
		    "|true 7 \xc3\xa9|/" },
		/* words, texts with escapes, keys with escapes */
		{ "{\"a\":true,\"\\u0062\":\"\\u20ac\\n\\\"\"}\n"
		    "{\"b\":\"\",\"a\":\"yes\"}\n",
		    "a:token b:token/|true|\xe2\x82\xac\n\"/|yes|/" },
		/* what one of the first rows has is a column */
		{ "{\"a\":1}\n\n{}\r\n{\"b\":\"x\",\"a\":2}",
		    "a:float b:token/|1|/||/|2|x/" },
		/* the usual columns of numbers, whatever is in them */
		{ "{\"timestamp\":\"2020-01-01\",\"n\":\"1\"}\n",
		    "timestamp:float n:token/|2020-01-01|1/" },
		/* ids may be numbers and texts */
		{ "{\"movieId\":1,\"x\":1}\n{\"movieId\":\"tt1\",\"x\":\"\"}",
		    "movieId:token x:float/|1|1/|tt1|/" },
		{ "\xef\xbb\xbf{\"a\":1}", "a:float/|1/" },
		{ "{}", "//" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_string_equal(table_of(open_text(good[i].json)),
		    good[i].table);
}

static void
test_bad_rows(void **state)
{
	static const struct { const char *row, *problem; } bad[] = {
		{ "{\"n\":1", "not JSON at byte 7: the JSON ends too early" },
		{ "{\"n\":1,}", "not JSON at byte 8: a key is expected" },
		{ "{\"n\":1} {}",
		    "not JSON at byte 9: something follows the JSON" },
		{ "[1]", "the row is no object" },
		{ "\"n\"", "the row is no object" },
		{ "n,s", "not JSON at byte 1: a value is expected" },
		{ "{\"n\":1,\"n\":1}", "key 'n' stands twice" },
		{ "{\"n\":1,\"\\u006e\":null}", "key 'n' stands twice" },
		{ "{\"o\":{\"k\":1},\"o.k\":1}", "key 'o.k' stands twice" },
		{ "{\"new\":0}",
		    "key 'new' is in none of the 1000 rows at the beginning" },
		{ "{\"o\":{\"new\":0}}",
		    "key 'o.new' is in none of the 1000 rows at the "
		    "beginning" },
		{ "{\"o\":1}",
		    "key 'o' is in none of the 1000 rows at the beginning" },
		{ "{\"n\":\"x\"}",
		    "key 'n': a text, where other rows have a number" },
		{ "{\"n\":true}",
		    "key 'n': a text, where other rows have a number" },
		{ "{\"n\":[1]}",
		    "key 'n': an array, where other rows have a single value" },
		{ "{\"n\":{\"k\":1}}",
		    "key 'n': an object, where other rows have a single "
		    "value" },
		{ "{\"q\":{}}",
		    "key 'q': an object, where other rows have an array" },
		{ "{\"q\":5}",
		    "key 'q': a single value, where other rows have an array" },
		{ "{\"q\":[1,\"x\"]}",
		    "key 'q': texts, where other rows have numbers" },
		{ "{\"w\":[\"a b\"]}",
		    "key 'w': a text that is empty or has a blank, in an "
		    "array" },
		{ "{\"w\":[\"\"]}",
		    "key 'w': a text that is empty or has a blank, in an "
		    "array" },
		{ "{\"w\":[[]]}",
		    "key 'w': null, an array or an object in an array" },
		{ "{\"w\":[null]}",
		    "key 'w': null, an array or an object in an array" },
		{ "{\"\":1}", "an empty key" },
		{ "{\"a\\tb\":1}", "a TAB or line end in a key" },
		{ "{\"n\":\"\\u0000\"}",
		    "not JSON at byte 7: the character U+0000" },
	};
	static const char first[] = "{\"n\":1,\"s\":\"x\",\"q\":[1]}\n"
	    "{\"w\":[\"a\"],\"o\":{\"k\":1}}\n";
	struct buf text = BUF_EMPTY, want = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		/* Behind the rows that are learned from; reading goes on. */
		text.n = want.n = 0;
		buf_text(&text, first);
		for (size_t k = 2; k < 1000; k++)
			buf_text(&text, "{}\n");
		buf_format(&text, "%s\n{\"n\":5}\n", bad[i].row);
		buf_format(&want, "!%s/|5||||/", bad[i].problem);
		assert_non_null(strstr(table_of(open_bytes(text.p, text.n)),
		    buf_cstr(&want)));
	}
	buf_release(&text);
	buf_release(&want);
}

static void
test_first_row_and_messages(void **state)
{
	struct rows *r;

	(void)state;
	said_begin();
	assert_null(open_text("{\"a\":1\n"));
	assert_true(said_has(":1: not JSON at byte 7: "
	    "the JSON ends too early\n"));
	said_begin();
	assert_null(open_text("{\n\t\"a\": 1\n}\n"));
	assert_true(said_has(":1: not JSON at byte 2: "
	    "the JSON ends too early\n"));
	r = open_text("{\"a\":1}\n\n{\"a\":1,\"a\":2}\n");
	assert_int_equal(rows_next(r), 1);
	assert_int_equal(rows_line(r), 1);
	said_begin();
	assert_int_equal(rows_next(r), -1);
	assert_true(said_has(":3: key 'a' stands twice\n"));
	rows_close(r);
	r = open_text("{\"rating\":\"x\"}\n");
	assert_int_equal(rows_next(r), 1);
	said_begin();
	assert_int_equal(rows_real(r, 0, &(double){ 0 }), -1);
	assert_true(said_has(":1: rating: 'x' is not a number\n"));
	rows_close(r);
}

/* Columns come of the first 1000 rows, and of no byte past the first MiB. */
static void
test_what_is_learned_from(void **state)
{
	struct buf b = BUF_EMPTY;

	(void)state;
	for (int i = 0; i < 999; i++)
		buf_text(&b, "{\"a\":\"x\"}\n");
	buf_text(&b, "{\"late\":\"y\"}\n{\"later\":null}\n{\"later\":0}\n");
	assert_non_null(strstr(table_of(open_bytes(b.p, b.n)),
	    "/||y/||/!key 'later' is in none of the 1000 rows"));
	b.n = 0;
	buf_text(&b, "{\"a\":\"");
	memset(buf_room(&b, 1 << 20), 'x', 1 << 20);
	b.n += 1 << 20;
	buf_text(&b, "\"}\n{\"b\":1}\n");
	assert_non_null(strstr(table_of(open_bytes(b.p, b.n)),
	    "/!key 'b' is in none of the 1 rows"));
	buf_release(&b);
}

/* What is not used may be anything, but for JSON that is none. */
static void
test_used_columns(void **state)
{
	static const char *const used[] = { "a", "b" };
	struct buf b = BUF_EMPTY;
	struct rows *r;

	(void)state;
	buf_text(&b, "{\"a\":1,\"c\":[1],\"d\":[{}]}\n");
	for (int i = 1; i < 1000; i++)
		buf_text(&b, "{}\n");
	buf_text(&b, "{\"a\":2,\"c\":[[null]],\"new\":5}\n"
	    "{\"b\":3}\n{\"c\":\"x\",\"c\":1}\n{\"a\":[3]}\n"
	    "{\"c\":[}}\n");
	r = open_bytes(b.p, b.n);
	rows_use_only(r, used, 2);
	assert_non_null(strstr(table_of(r), "/|2||/"
	    "!key 'b' is in none of the 1000 rows at the beginning/"
	    "!key 'c' stands twice/"
	    "!key 'a': an array, where other rows have a single value/"
	    "!not JSON at byte 7: a value is expected/"));
	buf_release(&b);
}

/* --- random objects, written and read back -------------------------------- */

enum { N_COLUMNS = 5, N_ROWS = 2000 };

/* a.x and a.y are within a. */
static const char *const keys[N_COLUMNS] = {
	"k\xc3\xa9y", "a.x", "a.y", "n", "q"
};

static void
put_blanks(struct buf *b, struct rng *r)
{
	while (rng_below(r, 4) == 0)
		buf_char(b, " \t"[rng_below(r, 2)]);
}

/* A text as JSON, each character escaped in one of the ways it may be. */
static void
put_text(struct buf *b, struct rng *r, struct span text)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char stand[] = "\"\\/\b\f\n\r\t";

	buf_char(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];
		const char *at = c ? strchr(stand, c) : NULL;

		if (at != NULL && (c != '/' || rng_below(r, 2)))
			buf_format(b, "\\%c", letters[at - stand]);
		else if ((unsigned char)c < ' ' ||
		    ((unsigned char)c < 0x80 && rng_below(r, 5) == 0))
			buf_format(b, rng_below(r, 2) ? "\\u%04x" :
			    "\\u%04X", (unsigned)c);
		else if (text.n - i >= 4 && memcmp(text.p + i,
		    "\xf0\x9f\x98\x80", 4) == 0 && rng_below(r, 2)) {
			buf_text(b, "\\ud83d\\uDE00");
			i += 3;
		} else
			buf_char(b, c);
	}
	buf_char(b, '"');
}

/* Some text, into the field too. */
static void
put_random_text(struct buf *b, struct rng *r, struct buf *field)
{
	static const char *const parts[] = {
		"a", "/", "\"", "\\", "\n", "\x01", "\xc3\xa9",
		"\xf0\x9f\x98\x80", " ", "{", ",", "u0041"
	};

	for (size_t n = rng_below(r, 6); n > 0; n--)
		buf_text(field, parts[rng_below(r,
		    sizeof parts / sizeof *parts)]);
	put_text(b, r, (struct span){ field->p, field->n });
}

static void
put_numbers(struct buf *b, struct rng *r, struct buf *field, size_t n)
{
	static const char *const numbers[] = {
		"0", "-0.0", "1e300", "12345678901234567890", "5E-3", "17"
	};

	for (size_t i = 0; i < n; i++) {
		const char *number = numbers[rng_below(r,
		    sizeof numbers / sizeof *numbers)];

		if (i > 0) {
			buf_char(b, ',');
			buf_char(field, ' ');
		}
		put_blanks(b, r);
		buf_text(b, number);
		buf_text(field, number);
		put_blanks(b, r);
	}
}

/* The value of column c, its field into `field`. */
static void
put_value(struct buf *b, struct rng *r, size_t c, struct buf *field)
{
	put_blanks(b, r);
	if (rng_below(r, 8) == 0)
		buf_text(b, "null");
	else if (c < 3)
		put_random_text(b, r, field);
	else if (c == 3)
		put_numbers(b, r, field, 1);
	else {
		buf_char(b, '[');
		put_numbers(b, r, field, rng_below(r, 4));
		buf_char(b, ']');
	}
	put_blanks(b, r);
}

/* One row, its keys in any order; some are left out. */
static void
put_row(struct buf *b, struct rng *r, struct buf field[N_COLUMNS])
{
	const size_t turn = rng_below(r, 4);
	int first = 1;

	for (size_t c = 0; c < N_COLUMNS; c++)
		field[c].n = 0;
	buf_char(b, '{');
	for (size_t i = 0; i < 4; i++) {
		const size_t k = (i + turn) % 4;	/* keys[1], [2]: one */
		const size_t c = k == 0 ? 0 : k + 1;

		if (rng_below(r, 5) == 0)
			continue;
		if (!first)
			buf_char(b, ',');
		first = 0;
		put_blanks(b, r);
		put_text(b, r, span_of(k == 1 ? "a" : keys[c]));
		put_blanks(b, r);
		buf_char(b, ':');
		if (k == 1) {
			buf_text(b, " {\"y\":");
			put_value(b, r, 2, &field[2]);
			buf_text(b, ",\"x\":");
			put_value(b, r, 1, &field[1]);
			buf_char(b, '}');
		} else
			put_value(b, r, c, &field[c]);
	}
	buf_text(b, "}\n");
}

/* Every key in the first row, so that all rows may have it. */
static struct buf
random_table(struct rng *r, struct buf field[N_COLUMNS])
{
	struct buf b = BUF_EMPTY;

	buf_format(&b, "{\"%s\":\"t\",\"a\":{\"x\":\"t\",\"y\":\"t\"},"
	    "\"n\":1,\"q\":[1]}\n", keys[0]);
	for (size_t i = 0; i < N_ROWS; i++)
		put_row(&b, r, field);
	return b;
}

static void
test_random_objects(void **state)
{
	static const size_t blocks[] = { 0, 1, 100, 3000 };
	struct buf field[N_COLUMNS] = { BUF_EMPTY }, again = BUF_EMPTY;

	(void)state;
	for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) {
		struct rng write, read;
		struct rows *rows;
		struct buf all;

		rng_init(&write, 9, rng_stream("jsonl", 0));
		read = write;
		all = random_table(&write, field);
		rows_close(open_bytes(all.p, all.n));
		rows = rows_open(path, &(struct rows_format){
		    .kind = ROWS_GUESS, .block = blocks[k] });
		assert_int_equal(rows_width(rows), N_COLUMNS);
		for (size_t c = 0; c < N_COLUMNS; c++)
			assert_string_equal(rows_column_name(rows, c),
			    keys[c]);
		assert_int_equal(rows_next(rows), 1);
		for (size_t i = 0; i < N_ROWS; i++) {
			again.n = 0;
			put_row(&again, &read, field);	/* its fields anew */
			assert_int_equal(rows_next(rows), 1);
			for (int c = 0; c < N_COLUMNS; c++)
				assert_true(span_equal(rows_text(rows, c),
				    (struct span){ field[c].p, field[c].n }));
		}
		assert_int_equal(rows_next(rows), 0);
		rows_close(rows);
		buf_release(&all);
	}
	for (size_t c = 0; c < N_COLUMNS; c++)
		buf_release(&field[c]);
	buf_release(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_bad_rows),
		cmocka_unit_test(test_first_row_and_messages),
		cmocka_unit_test(test_what_is_learned_from),
		cmocka_unit_test(test_used_columns),
		cmocka_unit_test(test_random_objects),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
