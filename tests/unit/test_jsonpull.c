/* io/jsonpull: what JSON allows and what it does not, checked against cJSON
 * where cJSON is strict. */

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
#include "io/json.h"
#include "io/jsonpull.h"

/* The tokens as "{k:s1}", texts unescaped; ends in "!" and the byte and
 * problem when bad. */
static const char *
tokens_of(struct span text)
{
	static const char signs[] = { [JSON_OBJECT] = '{',
	    [JSON_OBJECT_END] = '}', [JSON_ARRAY] = '[',
	    [JSON_ARRAY_END] = ']', [JSON_KEY] = 'k', [JSON_STRING] = 's',
	    [JSON_NUMBER] = 'n', [JSON_TRUE] = 'T', [JSON_FALSE] = 'F',
	    [JSON_NULL] = '0' };
	static struct buf b;
	struct jsonpull j = jsonpull_of(text);
	enum json_token token;

	b.n = 0;
	while ((token = jsonpull_next(&j)) > JSON_BAD) {
		buf_char(&b, signs[token]);
		if (token == JSON_NUMBER)
			buf_span(&b, j.text);
		if (token == JSON_KEY || token == JSON_STRING)
			b.n += jsonpull_unescape(j.text, buf_room(&b,
			    j.text.n + 1));
		buf_char(&b, ' ');
	}
	if (token == JSON_BAD)
		buf_format(&b, "!%zu %s", j.at, j.problem);
	return buf_cstr(&b);
}

static void
test_tokens(void **state)
{
	static const struct { const char *json, *tokens; } good[] = {
		{ "{}", "{ } " }, { "[]", "[ ] " }, { " 1 ", "n1 " },
		{ "{\"a\":1,\"b\":[true,false,null]}",
		    "{ ka n1 kb [ T F 0 ] } " },
		{ "\t{ \"a\" : { \"b\" : [ [ ] , { } ] } }\r\n",
		    "{ ka { kb [ [ ] { } ] } } " },
		{ "[-0,0.5,1e9,1E+2,-12.25e-3,12345678901234567890]",
		    "[ n-0 n0.5 n1e9 n1E+2 n-12.25e-3 "
		    "n12345678901234567890 ] " },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s\"\\/\b\f\n\r\t " },
		{ "\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\"",
		    "sA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 " },
		{ "\"\"", "s " }, { "{\"\":\"\\u007f\"}", "{ k s\x7f } " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_string_equal(tokens_of(span_of(good[i].json)),
		    good[i].tokens);
}

static void
test_refusals(void **state)
{
	static const struct { const char *json, *problem; } bad[] = {
		{ "", "!1 the JSON ends too early" },
		{ "{", "!2 the JSON ends too early" },
		{ "[1", "!3 the JSON ends too early" },
		{ "{\"a\"", "!5 ':' is expected" },
		{ "{\"a\" 1}", "!6 ':' is expected" },
		{ "{a:1}", "!2 a key is expected" },
		{ "{\"a\":1,}", "!8 a key is expected" },
		{ "{,}", "!2 a key is expected" },
		{ "[1,]", "!4 a value is expected" },
		{ "[,1]", "!2 a value is expected" },
		{ "[1 2]", "!4 a comma or the end is expected" },
		{ "[1}", "!3 a comma or the end is expected" },
		{ "{\"a\":1]", "!7 a comma or the end is expected" },
		{ "{\"a\":}", "!6 a value is expected" },
		{ "{} x", "!4 something follows the JSON" },
		{ "1 1", "!3 something follows the JSON" },
		{ "01", "!2 something follows the JSON" },
		{ "[01]", "!3 a comma or the end is expected" },
		{ "+1", "!1 a value is expected" },
		{ "-", "!2 a value is expected" },
		{ "1.", "!3 a digit is expected" },
		{ ".5", "!1 a value is expected" },
		{ "1e", "!3 a digit is expected" },
		{ "NaN", "!1 a value is expected" },
		{ "tru", "!1 a value is expected" },
		{ "'a'", "!1 a value is expected" },
		{ "\"a", "!3 a text is not closed" },
		{ "\"\\", "!2 a text is not closed" },
		{ "\"a\tb\"", "!3 a control character in a text" },
		{ "\"\\x\"", "!2 an unknown escape" },
		{ "\"\\u12g4\"", "!2 \\u without the number of a character" },
		{ "\"\\u123\"", "!2 \\u without the number of a character" },
		{ "\"\\ud800\"", "!2 \\u without the number of a character" },
		{ "\"\\udc00\"", "!2 \\u without the number of a character" },
		{ "\"\\ud83d\\u0041\"",
		    "!2 \\u without the number of a character" },
		{ "\"\\u0000\"", "!2 the character U+0000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *got = tokens_of(span_of(bad[i].json));

		assert_non_null(strchr(got, '!'));
		assert_string_equal(strchr(got, '!'), bad[i].problem);
	}
	assert_non_null(strstr(tokens_of((struct span){ "\"\\\0\"", 4 }),
	    "!2 an unknown escape"));
}

static void
test_depth(void **state)
{
	char deep[2 * JSONPULL_DEPTH + 3];
	const size_t n = JSONPULL_DEPTH;

	(void)state;
	memset(deep, '[', n + 1);
	memset(deep + n + 1, ']', n + 1);
	assert_null(strchr(tokens_of((struct span){ deep + 1, 2 * n }), '!'));
	assert_non_null(strstr(tokens_of((struct span){ deep, 2 * n + 2 }),
	    "!65 nested too deeply"));
}

static void
test_skip(void **state)
{
	struct jsonpull j = jsonpull_of(span_of(
	    "[{\"a\":[1,{}]},[2,[3]],4]"));

	(void)state;
	assert_int_equal(jsonpull_next(&j), JSON_ARRAY);
	assert_int_equal(jsonpull_next(&j), JSON_OBJECT);
	assert_int_equal(jsonpull_skip(&j), 0);
	assert_int_equal(jsonpull_next(&j), JSON_ARRAY);
	assert_int_equal(jsonpull_skip(&j), 0);
	assert_int_equal(jsonpull_next(&j), JSON_NUMBER);
	j = jsonpull_of(span_of("[1,x]"));
	assert_int_equal(jsonpull_next(&j), JSON_ARRAY);
	assert_int_equal(jsonpull_skip(&j), -1);
	assert_int_equal(j.at, 4);
}

/* Each byte at each place of a text, with others of every kind before it. */
static void
test_bytes_of_texts(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 256; c++)
		for (size_t at = 0; at < 20; at++) {
			char text[32] = "\"", want[40];
			const char *got;

			for (size_t i = 0; i < at; i++)
				text[1 + i] = " a\x7f\x80\xff!#[]"[(i + c) % 9];
			text[1 + at] = (char)c;
			memcpy(text + 2 + at, "xxxxxxxx\"", 10);
			got = tokens_of(span_of(text));
			if (c < ' ' || c == '"' || c == '\\') {
				snprintf(want, sizeof want, "!%zu ", at + 2 +
				    (c == '"'));
				assert_non_null(strstr(got, want));
			} else {
				assert_int_equal(got[0], 's');
				assert_memory_equal(got + 1, text + 1,
				    at + 9);
			}
		}
}

/* Random bytes from an alphabet that often is JSON: what we take, cJSON takes
 * too (which takes more than JSON allows). */
static void
test_random(void **state)
{
	static const char alphabet[] = "{}[]:,\"\"\\ab1-.eu0 tn";
	size_t taken = 0;
	struct rng r;

	(void)state;
	rng_init(&r, 5, rng_stream("json", 0));
	for (size_t round = 0; round < 300000; round++) {
		const size_t n = 1 + rng_below(&r, 12);
		char text[16];
		cJSON *root;

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[rng_below(&r,
			    sizeof alphabet - 1)];
		if (strchr(tokens_of((struct span){ text, n }), '!') != NULL)
			continue;
		root = cJSON_ParseWithLength(text, n);
		assert_non_null(root);
		cJSON_Delete(root);
		taken++;
	}
	assert_true(taken > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_bytes_of_texts),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
