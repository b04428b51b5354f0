/* Rows that are written are the rows that are read back. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/put.h"
#include "io/rows.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static void
round_trip(const char *path)
{
	const struct rows_format f = { .kind = ROWS_TSV };
	struct put *p = put_open(path, 0);
	struct rows *r;
	double x;

	assert_non_null(p);
	put_header(p, "id:token\tx:float\ty:float\tn:float");
	for (int i = 0; i < 20000; i++) {
		put_text(p, "tee");
		put_float(p, (float)i / 7);
		put_double(p, 1.0 / (i + 1));
		put_int(p, i);
		put_end(p);
		if (i == 9999)
			put_rows(p, span_of("\t1\t2\t-3\n"));
	}
	assert_int_equal(put_commit(p), 0);
	put_free(p);

	r = rows_open(path, &f);
	assert_non_null(r);
	assert_int_equal(rows_width(r), 4);
	for (int i = 0; i < 20000; i++) {
		assert_int_equal(rows_next(r), 1);
		assert_true(span_is(rows_text(r, 0), "tee"));
		assert_int_equal(rows_real(r, 1, &x), 0);
		assert_true(fabs((float)x - (float)i / 7) <= 0);
		assert_int_equal(rows_real(r, 2, &x), 0);
		assert_true(fabs(x - 1.0 / (i + 1)) <= 0);
		assert_int_equal(rows_real(r, 3, &x), 0);
		assert_int_equal((int)x, i);
		if (i == 9999) {
			assert_int_equal(rows_next(r), 1);
			assert_int_equal(rows_text(r, 0).n, 0);
			assert_true(span_is(rows_text(r, 3), "-3"));
		}
	}
	assert_int_equal(rows_next(r), 0);
	rows_close(r);
}

static void
test_round_trip(void **state)
{
	(void)state;
	round_trip("x.tsv");
	round_trip("x.tsv.gz");
}

/* A field that would be two leaves no file, and the old one as it was. */
static void
test_bad_fields(void **state)
{
	static const char bad[][4] = { "a\tb", "a\nb", "a\rb", "a\0b" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct put *p = put_open("x.tsv", 0);

		put_text(p, "fine");
		put_end(p);
		assert_false(put_failed(p));
		put_span(p, (struct span){ bad[i], 3 });
		put_end(p);
		assert_true(put_failed(p));
		said_begin();
		assert_int_equal(put_commit(p), -1);
		assert_true(said_has(": x.tsv: row 2: a field with a TAB, line "
		    "end or NUL byte cannot be written\n"));
		put_free(p);
	}
	assert_int_equal(access("x.tsv", F_OK), 0);
	unlink("x.tsv");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_bad_fields),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
