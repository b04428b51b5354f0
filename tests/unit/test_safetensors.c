/* safetensors: what is written reads back; what is damaged is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "io/in.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "io/stdigest.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "s.st";

static const float x[6] = { 1, -2, 3.5f, 0, 1e-30f, 7 };
static const int64_t big[2] = { INT64_MIN, INT64_MAX };

static struct st_writer *
make(int backwards)
{
	struct st_writer *w = st_writer_new();

	for (int k = 0; k < 4; k++)
		switch (backwards ? 3 - k : k) {
		case 0:
			st_put(w, "a\"\n\xc3\xa9", ST_U8, (size_t[]){ 3 }, 1,
			    "xyz");
			st_put_meta(w, "srs.kind", "model");
			break;
		case 1:
			st_put(w, "x", ST_F32, (size_t[]){ 2, 3 }, 2, x);
			st_put_meta_format(w, "lambda", "%.2f", 0.25);
			break;
		case 2:
			st_put_copy(w, "big", ST_I64, (size_t[]){ 2 }, 1, big);
			break;
		default:
			st_put(w, "none", ST_F64, (size_t[]){ 4, 0 }, 2,
			    NULL);
			st_put(w, "one", ST_I16, NULL, 0, "\1\2");
		}
	return w;
}

static void
write_it(int backwards, int gzip)
{
	struct st_writer *w = make(backwards);

	assert_int_equal(st_write(w, path, gzip), 0);
	st_writer_free(w);
}

static void
check_it(struct st_file *f)
{
	const struct st_tensor *t;

	assert_non_null(f);
	assert_int_equal(st_count(f), 5);
	assert_string_equal(st_at(f, 0)->name, "a\"\n\xc3\xa9");
	assert_memory_equal(st_at(f, 0)->data, "xyz", 3);
	t = st_want(f, "x", ST_F32, (size_t[]){ SIZE_MAX, 3 }, 2);
	assert_non_null(t);
	assert_int_equal(t->dims[0], 2);
	assert_memory_equal(t->data, x, sizeof x);
	t = st_find(f, "big");
	assert_non_null(t);
	assert_int_equal((uintptr_t)t->data % 8, 0);
	assert_memory_equal(t->data, big, sizeof big);
	assert_int_equal(st_find(f, "none")->count, 0);
	assert_int_equal(st_find(f, "one")->count, 1);
	assert_null(st_find(f, "two"));
	assert_int_equal(st_meta_count(f), 2);
	assert_string_equal(st_meta_key(f, 0), "lambda");
	assert_string_equal(st_meta(f, "lambda"), "0.25");
	assert_null(st_meta(f, "mu"));
	st_close(f);
}

static void
test_round_trip(void **state)
{
	(void)state;
	write_it(0, 0);
	check_it(st_open(path));
	write_it(0, 1);
	check_it(st_open(path));
}

static char *
slurp(size_t *n)
{
	struct in *in = in_open(path);
	char *bytes = NULL;

	assert_non_null(in);
	assert_int_equal(in_read_all(in, &bytes, n), 0);
	in_close(in);
	return bytes;
}

/* The order of the calls does not show, and data begins at 64 n. */
static void
test_same_bytes(void **state)
{
	size_t n, m;
	uint64_t length;
	char *a, *b;

	(void)state;
	write_it(0, 0);
	a = slurp(&n);
	write_it(1, 0);
	b = slurp(&m);
	assert_int_equal(n, m);
	assert_memory_equal(a, b, n);
	memcpy(&length, a, 8);
	assert_int_equal((length + 8) % 64, 0);
	assert_int_equal(n, 8 + length + 16 + 24 + 2 + 3);
	free(a);
	free(b);
}

static void
put_raw(const char *header, size_t n_data)
{
	const uint64_t n = strlen(header);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	fwrite(&n, 8, 1, f);
	fwrite(header, 1, n, f);
	for (size_t i = 0; i < n_data; i++)
		fputc((int)i, f);
	assert_int_equal(fclose(f), 0);
}

/* A header of odd length (so data is not aligned), tensors in any order. */
static void
test_foreign(void **state)
{
	struct st_file *f;
	float v[2];

	(void)state;
	put_raw("{\"b\":{\"shape\":[2],\"data_offsets\":[3,11],\"dtype\":"
	    "\"F32\"}, \"a\":{\"dtype\":\"U8\",\"shape\":[3],"
	    "\"data_offsets\":[0,3]}}  ", 11);
	f = st_open(path);
	assert_non_null(f);
	assert_int_equal((uintptr_t)st_find(f, "b")->data % 4, 0);
	memcpy(v, "\3\4\5\6\7\10\11\12", 8);
	assert_memory_equal(st_find(f, "b")->data, v, 8);
	assert_int_equal(st_meta_count(f), 0);
	st_close(f);
}

#define T(type, shape, from, to) "{\"dtype\":\"" type "\",\"shape\":[" shape \
	"],\"data_offsets\":[" #from "," #to "]}"

static void
test_refusals(void **state)
{
	static const struct {
		const char *header;
		size_t n_data;
		const char *says;
	} bad[] = {
		{ "", 0, "does not begin with '{'" },
		{ "[]", 0, "does not begin with '{'" },
		{ "{\"a\"}", 0, "not valid JSON at byte" },
		{ "{} x", 0, "text after the JSON at byte 3" },
		{ "{\"\xff\":1}", 0, "is not UTF-8 text" },
		{ "{\"a\\u0000\":1}", 0, "has the character U+0000" },
		{ "{\"a\":1}", 0, "tensor 'a': not an object" },
		{ "{}", 1, "1 bytes of data belong to no tensor" },
		{ "{\"a\":" T("U8", "3", 0, 3) "}", 2,
		    "data_offsets 0 to 3 are not within the file's 2 bytes" },
		{ "{\"a\":" T("U8", "3", 0, 3) "}", 4,
		    "1 bytes of data belong to no tensor" },
		{ "{\"a\":" T("U8", "2", 0, 3) "}", 3,
		    "3 bytes of data for a shape that takes 2" },
		{ "{\"a\":" T("U8", "2", 3, 1) "}", 3, "data_offsets 3 to 1" },
		{ "{\"a\":" T("U8", "2", 1, 3) "}", 3, "a gap before" },
		{ "{\"a\":" T("U8", "2", 0, 2) ",\"b\":" T("U8", "2", 1, 3)
		    "}", 3, "overlaps" },
		{ "{\"a\":" T("U8", "1", 0, 1) ",\"a\":" T("U8", "1", 1, 2)
		    "}", 2, "tensor 'a': the name stands twice" },
		{ "{\"a\":" T("C64", "1", 0, 8) "}", 8,
		    "dtype 'C64' is not one that is read" },
		{ "{\"a\":" T("F32", "1.5", 0, 6) "}", 6,
		    "a dimension is not a whole number" },
		{ "{\"a\":" T("F32", "-1", 0, 4) "}", 4,
		    "a dimension is not a whole number" },
		{ "{\"a\":" T("U8", "4294967296,4294967296", 0, 0) "}", 0,
		    "the shape is too large" },
		{ "{\"a\":" T("U8", "1,1,1,1,1,1,1,1,1", 0, 1) "}", 1,
		    "too many dimensions" },
		{ "{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0,
		    "tensor 'a': no data_offsets" },
		{ "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0,
		    "'dtype' stands twice" },
		{ "{\"a\":{\"type\":1}}", 0,
		    "'type' is not a field of the format" },
		{ "{\"__metadata__\":[]}", 0, "is not an object" },
		{ "{\"__metadata__\":{\"k\":1}}", 0,
		    "metadata 'k' is not a string" },
		{ "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0,
		    "metadata 'k' stands twice" },
		{ "{\"__metadata__\":{},\"__metadata__\":{}}", 0,
		    "__metadata__ stands twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		put_raw(bad[i].header, bad[i].n_data);
		said_begin();
		assert_null(st_open(path));
		assert_true(said_has(bad[i].says));
	}
}

static void
test_lengths(void **state)
{
	static const unsigned char huge[] = { 0, 0, 0, 0, 0, 0, 0, 0x80, '{' };
	FILE *f = fopen(path, "wb");

	(void)state;
	fwrite(huge, 1, 5, f);
	fclose(f);
	said_begin();
	assert_null(st_open(path));
	assert_true(said_has("not a safetensors file: 5 bytes long"));
	f = fopen(path, "wb");
	fwrite(huge, 1, sizeof huge, f);
	fclose(f);
	said_begin();
	assert_null(st_open(path));
	assert_true(said_has("header of 9223372036854775808 bytes"));
	said_begin();
	assert_null(st_open("/nonexistent/x.st"));
	assert_true(said_has("cannot open '/nonexistent/x.st'"));
}

/* Every cut of a good file is refused, whatever is cut. */
static void
test_truncated(void **state)
{
	size_t n;
	char *bytes;

	(void)state;
	write_it(0, 0);
	bytes = slurp(&n);
	for (size_t cut = 0; cut < n; cut++) {
		FILE *f = fopen(path, "wb");

		fwrite(bytes, 1, cut, f);
		fclose(f);
		said_begin();
		assert_null(st_open(path));
		said_end();
	}
	free(bytes);
}

/* Whatever bytes are changed: refused, or read within the file. */
static void
test_damaged(void **state)
{
	size_t n;
	char *bytes, *good;

	(void)state;
	write_it(0, 0);
	bytes = slurp(&n);
	good = malloc(n);
	memcpy(good, bytes, n);
	for (uint64_t i = 0; i < 1000; i++) {
		struct st_file *f;
		struct rng r;
		FILE *out;

		rng_init(&r, 1, rng_stream("test.damage", i));
		memcpy(bytes, good, n);
		for (uint32_t k = 0; k <= rng_below(&r, 3); k++)
			bytes[rng_below(&r, (uint32_t)n)] = rng_below(&r, 2) ?
			    (char)rng_u32(&r) : good[rng_below(&r,
			    (uint32_t)n)];
		out = fopen(path, "wb");
		fwrite(bytes, 1, n, out);
		fclose(out);
		said_begin();
		f = st_open(path);
		for (size_t j = 0; f != NULL && j < st_count(f); j++) {
			const struct st_tensor *t = st_at(f, j);
			unsigned sum = 0;

			for (size_t b = 0; b < st_bytes(t); b++)
				sum += ((const unsigned char *)t->data)[b];
			assert_true(sum < 256 * n);
		}
		st_close(f);
		said_end();
	}
	free(good);
	free(bytes);
}

/* One bit that fell over: refused, or it was in the name of the digest. */
static void
test_every_bit(void **state)
{
	size_t n;
	char *bytes;

	(void)state;
	write_it(0, 0);
	bytes = slurp(&n);
	for (size_t i = 0; i < n * 8; i++) {
		struct in *in;
		struct st_file *f;

		bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
		in = in_open_bytes(bytes, n, 0, "bit");
		said_begin();
		f = st_open_in(in);
		if (f != NULL) {
			assert_int_equal(st_meta_count(f), 3);
			assert_string_equal(st_meta(f, "lambda"), "0.25");
			assert_memory_equal(st_find(f, "x")->data, x,
			    sizeof x);
		}
		st_close(f);
		said_end();
		in_close(in);
		bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
	}
	free(bytes);
}

/* What is no digest is not believed, and without one there is no check. */
static void
test_digest(void **state)
{
	static const char with[] = "{\"__metadata__\":{\"srs.digest\":"
	    "\"0123456789abcdef\"}}";

	(void)state;
	put_raw(with, 0);
	said_begin();
	assert_null(st_open(path));
	assert_true(said_has("the file is damaged: its digest is "
	    "0000000000000000, and should be 0123456789abcdef"));
	put_raw("{\"__metadata__\":{}}", 0);
	st_close(st_open(path));
}

/* Of a tensor that is several pieces every part counts, on any threads. */
static void
test_digest_of_pieces(void **state)
{
	const size_t n = STDIGEST_PIECE + 100;
	char *bytes = mem_raw("test", n, 1);
	struct st_tensor t = { .name = "x", .type = ST_U8, .n_dims = 1,
		.dims = { n }, .count = n, .data = bytes };
	uint64_t digest;

	(void)state;
	memset(bytes, 1, n);
	par_set_threads(1);
	digest = stdigest_tensor(7, &t);
	par_set_threads(2);
	assert_true(stdigest_tensor(7, &t) == digest);
	assert_true(stdigest_tensor(8, &t) != digest);
	for (size_t i = 0; i < 2; i++) {
		char *p = &bytes[i == 0 ? 0 : n - 1];

		*p = 2;
		assert_true(stdigest_tensor(7, &t) != digest);
		*p = 1;
	}
	mem_give_back(bytes, n);
}

static void
test_depth(void **state)
{
	char deep[400];

	(void)state;
	memset(deep, '[', 200);
	memset(deep + 200, ']', 200);
	said_begin();
	assert_null(json_parse((struct span){ deep, 400 }, "deep"));
	assert_true(said_has("deep: is nested too deeply"));
	cJSON_Delete(json_parse((struct span){ deep + 140, 120 }, "deep"));
}

static void
test_utf8(void **state)
{
	(void)state;
	assert_true(json_is_text(span_of("\xf0\x9f\x8d\x92 k\xc3\xa9")));
	assert_false(json_is_text(span_of("\xc0\xaf")));	/* over-long */
	assert_false(json_is_text(span_of("\xe0\x80\xaf")));
	assert_false(json_is_text(span_of("\xed\xa0\x80")));	/* surrogate */
	assert_false(json_is_text(span_of("\xf4\x90\x80\x80")));
	assert_false(json_is_text(span_of("\xe2\x82")));	/* cut short */
	assert_false(json_is_text((struct span){ "a\0b", 3 }));
}

static void
test_bad_text_is_not_written(void **state)
{
	struct st_writer *w = st_writer_new();

	(void)state;
	st_put_meta(w, "column", "caf\xe9");
	said_begin();
	assert_int_equal(st_write(w, path, 0), -1);
	assert_true(said_has("metadata 'column': 'caf\xe9' is not UTF-8"));
	st_writer_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_digest_of_pieces),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_bad_text_is_not_written),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
