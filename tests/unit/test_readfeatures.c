/* Tables of features: the same whatever they come from; what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "io/npy.h"
#include "io/readfeatures.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

/* "a,b: 1 2=0; 3 4=1; " */
static const char *
shown(struct features *f)
{
	static struct buf b;

	b.n = 0;
	assert_non_null(f);
	for (uint32_t i = 0; i < idmap_count(f->names); i++) {
		buf_span(&b, idmap_name(f->names, i));
		buf_char(&b, i + 1 < idmap_count(f->names) ? ',' : ':');
	}
	for (size_t r = 0; r < f->n; r++) {
		for (size_t j = 0; j < f->x.cols; j++) {
			buf_char(&b, ' ');
			buf_float(&b, mat_row(&f->x, r)[j]);
		}
		if (f->label != NULL) {
			buf_char(&b, '=');
			buf_float(&b, f->label[r]);
		}
		buf_char(&b, ';');
	}
	features_free(f);
	return buf_cstr(&b);
}

static struct features *
reading(const struct readfeatures *want, size_t n)
{
	static const char *const paths[] = { "a", "b" };

	return readfeatures(paths, n, want);
}

static void
test_tables(void **state)
{
	const struct readfeatures want = { .needs_label = 1,
		.labels = READFEATURES_BINARY };

	(void)state;
	write_text("a", "x:float\tlabel:float\ty:float\n1\t0\t2\n3\t1\t4.5\n");
	assert_string_equal(shown(reading(&want, 1)), "x,y: 1 2=0; 3 4.5=1;");
	write_text("b", "y,x,label,more\n6,5,1,word\n");
	assert_string_equal(shown(reading(&want, 2)),
	    "x,y: 1 2=0; 3 4.5=1; 5 6=1;");
	write_text("a", "1\t2\t1\n3\t4\t0\n");
	assert_string_equal(shown(reading(&(struct readfeatures){
	    .label = "3", .needs_label = 1 }, 1)), "1,2: 1 2=1; 3 4=0;");
}

static void
test_names(void **state)
{
	struct idmap *names = idmap_new();
	const struct readfeatures want = { .names = names };

	(void)state;
	idmap_add(names, span_of("y"));
	idmap_add(names, span_of("x"));
	write_text("a", "x,z,y,label\n1,a,2,3\n");
	assert_string_equal(shown(reading(&want, 1)), "y,x: 2 1=3;");
	/* Labels are in every file or none. */
	write_text("b", "x,z,y\n1,a,2\n");
	assert_string_equal(shown(reading(&want, 2)), "y,x: 2 1; 2 1;");
	idmap_free(names);
}

static void
test_matrix(void **state)
{
	float x[] = { 1, 2, 0, 3, 4, 1 };
	const struct mat m = { x, 2, 3 };
	const char *const path[] = { "x.npy" };
	const struct readfeatures want = { .needs_label = 1,
		.labels = READFEATURES_BINARY };

	(void)state;
	assert_int_equal(npy_write("x.npy", 0, &m), 0);
	assert_string_equal(shown(readfeatures(path, 1, &want)),
	    "1,2: 1 2=0; 3 4=1;");
	x[5] = 2;
	assert_int_equal(npy_write("x.npy", 0, &m), 0);
	said_begin();
	assert_null(readfeatures(path, 1, &want));
	assert_true(said_has("x.npy: row 2: label '2' is neither 0 nor 1"));
}

/* Reading `text` fails and says `message`. */
static void
refused(const char *text, const char *message)
{
	const struct readfeatures want = { .needs_label = 1,
		.labels = READFEATURES_BINARY };

	write_text("a", text);
	said_begin();
	assert_null(reading(&want, 1));
	assert_true(said_has(message));
}

static void
test_refusals(void **state)
{
	(void)state;
	refused("x,label\n1,2\n", "a:2: label: label '2' is neither 0 nor 1");
	refused("x,label\n1,0.5\n", "label '0.5' is neither 0 nor 1");
	refused("x,y\n1,2\n", "label");
	refused("x,label\none,1\n", "a:2: x: 'one' is not a number");
	refused("x,label\n1e39,1\n", "a:2: x: '1e39' is too large");
	refused("x:token\tlabel:float\none\t1\n",
	    "a: column 'x' is not of numbers");
	refused("label:float\n1\n0\n", "no column beside the label");
	refused("x,label\n", "a: no rows");
	refused("", "a: ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
