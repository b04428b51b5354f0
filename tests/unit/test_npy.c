/* io/npy: every type of number, both orders, what is refused. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "io/npy.h"
#include "tests/ref/tempdir.h"

static int
enter_quietly(void **state)
{
	/* Messages of what is meant to fail are not for the log. */
	return tempdir_enter(state) != 0 ||
	    freopen("messages", "w+", stderr) == NULL;
}

/* Writes an array file: the version, its header, its bytes. */
static void
put_array(int version, const char *header, const void *bytes, size_t n)
{
	const size_t length = strlen(header);
	struct buf b = BUF_EMPTY;
	FILE *f = fopen("a.npy", "wb");

	buf_add(&b, "\x93NUMPY", 6);
	buf_char(&b, (char)version);
	buf_char(&b, 0);
	for (int i = 0; i < (version == 1 ? 2 : 4); i++)
		buf_char(&b, (char)(length >> 8 * i & 0xff));
	buf_text(&b, header);
	buf_add(&b, bytes, n);
	assert_non_null(f);
	assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
	assert_int_equal(fclose(f), 0);
	buf_release(&b);
}

static int
get(const char *path, struct mat *m)
{
	struct in *in = in_open(path);
	enum in_kind kind;
	int status;

	assert_non_null(in);
	assert_int_equal(in_sniff(in, &kind), 0);
	assert_int_equal(kind, IN_NPY);
	status = npy_read(in, m);
	in_close(in);
	return status;
}

static void
assert_refused(const char *why)
{
	struct mat m;
	char text[512];
	size_t n;

	assert_int_equal(get("a.npy", &m), -1);
	assert_null(m.x);
	fflush(stderr);
	rewind(stderr);
	n = fread(text, 1, sizeof text - 1, stderr);
	text[n] = '\0';
	rewind(stderr);
	assert_int_equal(ftruncate(fileno(stderr), 0), 0);
	if (strstr(text, why) == NULL || strchr(text, '\n') != text + n - 1)
		fail_msg("'%s' is not in: %s", why, text);
}

/* The array of this type and these bytes is the column 1, 0, -2 (or as much
 * of it as the type knows). */
static void
assert_column(const char *type, const void *bytes, size_t size,
    const float want[3])
{
	char header[128], turned[24];
	struct mat m;

	for (int big = 0; big < 2; big++) {
		for (size_t i = 0; i < 3; i++)
			for (size_t j = 0; j < size; j++)
				turned[i * size + j] = ((const char *)bytes)
				    [i * size + (big ? size - 1 - j : j)];
		snprintf(header, sizeof header, "{'descr': '%c%s', "
		    "'fortran_order': False, 'shape': (3,), }\n",
		    size == 1 ? '|' : big ? '>' : '<', type);
		put_array(1, header, turned, 3 * size);
		assert_int_equal(get("a.npy", &m), 0);
		assert_int_equal(m.rows, 3);
		assert_int_equal(m.cols, 1);
		assert_memory_equal(m.x, want, 3 * sizeof *want);
		mat_release(&m);
	}
}

#define COLUMN(name, type, a, b, c) do {				\
	const type x[3] = { a, b, c };					\
	assert_column(name, x, sizeof x[0],				\
	    (const float[3]){ (float)(a), (float)(b), (float)(c) });	\
} while (0)

static void
test_types(void **state)
{
	static const uint16_t half[3] = { 0x3c00, 0x0001, 0xfbff };
	static const uint16_t half2[3] = { 0x0400, 0x3555, 0x8000 };

	(void)state;
	COLUMN("b1", uint8_t, 1, 0, 1);
	COLUMN("i1", int8_t, 1, 0, -128);
	COLUMN("u1", uint8_t, 1, 0, 255);
	COLUMN("i2", int16_t, 258, 0, -32768);
	COLUMN("u2", uint16_t, 258, 0, 65535);
	COLUMN("i4", int32_t, 66051, 0, INT32_MIN);
	COLUMN("u4", uint32_t, 66051, 0, UINT32_MAX);
	COLUMN("i8", int64_t, INT64_C(1) << 40, 0, INT64_MIN);
	COLUMN("u8", uint64_t, 3, 0, UINT64_MAX);
	COLUMN("f4", float, 1.5f, 0, -3e38f);
	COLUMN("f8", double, 0.1, 0, -3e38);
	/* one, the least subnormal, the largest negative */
	assert_column("f2", half, 2, (const float[]){ 1, 0x1p-24f, -65504 });
	/* the least normal, about a third, negative zero */
	assert_column("f2", half2, 2, (const float[]){ 0x1p-14f, 0x1.554p-2f,
	    -0.0f });
}

static void
test_orders_and_versions(void **state)
{
	static const float x[6] = { 1, 2, 3, 4, 5, 6 };
	static const float turned[6] = { 1, 4, 2, 5, 3, 6 };
	struct mat m;

	(void)state;
	for (int version = 1; version <= 3; version++) {
		put_array(version, "{'shape': (2, 3), 'descr': \"<f4\", "
		    "'fortran_order': False}", x, sizeof x);
		assert_int_equal(get("a.npy", &m), 0);
		assert_int_equal(m.rows, 2);
		assert_int_equal(m.cols, 3);
		assert_memory_equal(m.x, x, sizeof x);
		mat_release(&m);
		put_array(version, "{'descr': '<f4', 'fortran_order': True, "
		    "'shape': (2, 3), }    \n", turned, sizeof turned);
		assert_int_equal(get("a.npy", &m), 0);
		assert_memory_equal(m.x, x, sizeof x);
		mat_release(&m);
	}
	put_array(1, "{'descr': '<f4', 'fortran_order': False, "
	    "'shape': (0, 3), }\n", x, 0);
	assert_int_equal(get("a.npy", &m), 0);
	assert_int_equal(m.rows, 0);
	assert_int_equal(m.cols, 3);
	mat_release(&m);
}

/* What is written is read, over the boundary of a chunk; gzip too. */
static void
test_round_trip(void **state)
{
	struct mat m, got;

	(void)state;
	mat_init(&m, "test", 5003, 7);
	for (size_t i = 0; i < 5003 * 7; i++)
		m.x[i] = (float)i / 7 - 1000;
	for (int gzip = 0; gzip < 2; gzip++) {
		assert_int_equal(npy_write("b.npy", gzip, &m), 0);
		assert_int_equal(get("b.npy", &got), 0);
		assert_int_equal(got.rows, 5003);
		assert_int_equal(got.cols, 7);
		assert_memory_equal(got.x, m.x, 5003 * 7 * sizeof *m.x);
		mat_release(&got);
	}
	mat_release(&m);
}

#define HEAD(type, shape) "{'descr': " type ", 'fortran_order': False, " \
	"'shape': " shape ", }\n"

static void
test_refusals(void **state)
{
	static const struct { const char *header, *why; } bad[] = {
		{ HEAD("'|O'", "(1,)"), "'|O' is not a type of numbers" },
		{ HEAD("'<c8'", "(1,)"), "'<c8' is not a type of numbers" },
		{ HEAD("'<f3'", "(1,)"), "'<f3' is not a type of numbers" },
		{ HEAD("'|f4'", "(1,)"), "'|f4' is not a type of numbers" },
		{ HEAD("''", "(1,)"), "'' is not a type of numbers" },
		{ HEAD("[('a', '<f4')]", "(1,)"), "of records, not numbers" },
		{ HEAD("'<f4'", "()"), "has no dimensions" },
		{ HEAD("'<f4'", "(1, 1, 1)"), "has more dimensions" },
		{ HEAD("'<f4'", "(1, 1, 1, 1)"), "has more dimensions" },
		{ HEAD("'<f4'", "(-1,)"), "no list of whole numbers" },
		{ HEAD("'<f4'", "(1 1)"), "no list of whole numbers" },
		{ HEAD("'<f4'", "(99999999999999999999,)"),
		    "no list of whole numbers" },
		{ HEAD("'<f4'", "(4294967296, 4294967296)"), "too large" },
		{ HEAD("'<f4'", "(9000000000000000,)"), "ends too early" },
		{ HEAD("'<f4'", "(7, 0)"), "has no columns" },
		{ HEAD("'<f4'", "(2,)"), "ends too early" },
		{ "{'descr': '<f4', 'shape': (1,)}", "not what NumPy" },
		{ HEAD("'<f4'", "(1,)") "x", "not what NumPy" },
		{ HEAD("'<f4'", "(1,), 'more': 1"), "not what NumPy" },
		{ HEAD("'<f4'", "(1,), 'descr': '<f8'"), "not what NumPy" },
		{ HEAD("'<f4'", "(1,), 'descr': '<r4'"),
		    "'<r4' is not a type of numbers" },
		{ "{'descr': '<f4", "records" },
		{ "", "not what NumPy" }, { "{", "not what NumPy" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		put_array(1, bad[i].header, "\0\0\0\0", 4);
		assert_refused(bad[i].why);
	}
	put_array(1, HEAD("'<f4'", "(1,)"), "\0\0\0\0\0", 5);
	assert_refused("something follows the array");
	put_array(4, HEAD("'<f4'", "(1,)"), "\0\0\0\0", 4);
	assert_refused("version 4.0 of the array format is not known");
}

static void
test_not_finite(void **state)
{
	static const float f[4] = { 1, 2, NAN, 4 };
	static const double d[4] = { 1, 2, 3, 4e38 };

	(void)state;
	put_array(1, HEAD("'<f4'", "(2, 2)"), f, sizeof f);
	assert_refused("a.npy: row 2, column 1: not a number");
	put_array(1, HEAD("'<f8'", "(2, 2)"), d, sizeof d);
	assert_refused("a.npy: row 2, column 2: infinite, or too large");
	put_array(1, "{'descr': '<f4', 'fortran_order': True, "
	    "'shape': (2, 2)}", f, sizeof f);
	assert_refused("a.npy: row 1, column 2: not a number");
}

/* Each shorter file is refused. */
static void
test_truncation(void **state)
{
	static const float x[2] = { 1, 2 };
	char bytes[256];
	FILE *f;
	size_t n;

	(void)state;
	put_array(1, HEAD("'<f4'", "(2,)"), x, sizeof x);
	f = fopen("a.npy", "rb");
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	for (size_t cut = n; cut-- > 6; ) {
		assert_int_equal(truncate("a.npy", (off_t)cut), 0);
		assert_refused("a.npy: the array ends too early");
	}
}

/* Whatever a few changed bytes make of a file, it is an array or refused. */
static void
test_mutations(void **state)
{
	static const float x[6] = { 1, 2, 3, 4, 5, 6 };
	char bytes[256], changed[256];
	struct rng r;
	FILE *f;
	size_t n;

	(void)state;
	put_array(1, HEAD("'<f4'", "(2, 3)"), x, sizeof x);
	f = fopen("a.npy", "rb");
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	rng_init(&r, 1, 1);
	for (int i = 0; i < 1500; i++) {
		struct mat m;

		memcpy(changed, bytes, n);
		for (int k = i % 3; k >= 0; k--)	/* not the magic */
			changed[6 + rng_below(&r, (uint32_t)n - 6)] =
			    i % 2 ? (char)rng_u32(&r) :
			    "0123456789()<>{}',:bfiuTF "[rng_below(&r, 27)];
		f = fopen("b.npy", "wb");
		assert_int_equal(fwrite(changed, 1, n, f), n);
		assert_int_equal(fclose(f), 0);
		if (get("b.npy", &m) == 0) {
			assert_true(m.rows * m.cols <= 24);
			mat_release(&m);
		} else
			assert_null(m.x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_orders_and_versions),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_mutations)
	};

	return cmocka_run_group_tests(tests, enter_quietly, tempdir_leave);
}
