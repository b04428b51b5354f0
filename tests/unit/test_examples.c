/* Rows of few features: texts in the format of libfm and tables, what their
 * fields are, and what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "io/readexamples.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static struct vocabulary *v;

/* "1: field/feature=value ...; " */
static const char *
shown(struct examples *x)
{
	static struct buf b;

	b.n = 0;
	assert_non_null(x);
	for (size_t i = 0; i < x->n; i++) {
		if (x->label != NULL)
			buf_float(&b, x->label[i]);
		buf_char(&b, ':');
		for (size_t e = x->start[i]; e < x->start[i + 1]; e++) {
			buf_char(&b, ' ');
			buf_span(&b, idmap_name(v->fields, x->field[e]));
			buf_char(&b, '/');
			if (v->hash_bits > 0)
				buf_char(&b, '#');
			else
				buf_span(&b, idmap_name(v->features,
				    x->feature[e]));
			buf_char(&b, '=');
			buf_float(&b, x->value[e]);
		}
		buf_text(&b, "; ");
	}
	examples_free(x);
	return buf_cstr(&b);
}

static struct examples *
reading(struct readexamples want, size_t n)
{
	static const char *const paths[] = { "a", "b" };

	want.vocabulary = v;
	return readexamples(paths, n, &want);
}

static int
begin(void **state)
{
	(void)state;
	v = vocabulary_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	vocabulary_free(v);
	return 0;
}

/* As many features in each line, each at its own place: fields. */
static void
test_places(void **state)
{
	(void)state;
	write_text("a", "1 3:1 7:0.5\n-1 4:1 7:2 # no feature\n");
	write_text("b", "0 4:1 9:1 \n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 1 }, 2)), "1: 1/3=1 2/7=0.5; 0: 1/4=1 2/7=2; "
	    "0: 1/4=1 2/9=1; ");
	/* the vocabulary is kept: what is not in it is left out */
	write_text("a", "1 9:1 5:1 3:2\n0\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 0 }, 1)), "1: 2/9=1 1/3=2; 0:; ");
}

static void
test_one_field(void **state)
{
	(void)state;
	write_text("a", "1 3:1 7:0.5\n0 7:1 3:1\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 1 }, 1)), "1: /3=1 /7=0.5; 0: /7=1 /3=1; ");
}

static void
test_named_fields(void **state)
{
	struct examples *x;

	(void)state;
	write_text("a", "1 ad:3:1 site:7:0.5\n0 site:3:1\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 1 }, 1)),
	    "1: ad/ad:3=1 site/site:7=0.5; 0: site/site:3=1; ");
	write_text("a", "1 ad:3:1 ad:7:1 geo:1:1\n");
	x = reading((struct readexamples){ .grows = 0 }, 1);
	assert_int_equal(x->n_unknown, 2);
	assert_string_equal(shown(x), "1: ad/ad:3=1; ");
}

/* By hash nothing but a field is unknown. */
static void
test_hashed(void **state)
{
	struct examples *x;

	(void)state;
	v->hash_bits = 4;
	write_text("a", "1 ad:3:1 site:7:0.5\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 1 }, 1)), "1: ad/#=1 site/#=0.5; ");
	write_text("a", "1 ad:99:1 geo:1:1\n");
	x = reading((struct readexamples){ .grows = 0 }, 1);
	assert_int_equal(x->n_unknown, 1);
	assert_true(x->feature[0] < 16);
	assert_string_equal(shown(x), "1: ad/#=1; ");
}

/* Tokens, shares of lists, numbers in standard units; what is missing is no
 * entry. */
static void
test_table(void **state)
{
	(void)state;
	write_text("a", "city:token\tlabel:float\tage:float\ttimestamp:float\t"
	    "tags:token_seq\nparis\t1\t20\t7\ta b\nrome\t0\t40\t8\t\n"
	    "\t1\t\t9\tb\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 1, .needs_label = 1 }, 1)),
	    "1: city/city=paris=1 age/age=-1 tags/tags=a=0.5 tags/tags=b=0.5; "
	    "0: city/city=rome=1 age/age=1; 1: tags/tags=b=1; ");
	assert_true(v->field[1].mean > 29.99f && v->field[1].mean < 30.01f);
	/* columns of another table are found by name */
	write_text("a", "tags,age,city,extra\nb,50,oslo,1\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 0 }, 1)), ": age/age=2 tags/tags=b=1; ");
}

static void
test_listed(void **state)
{
	(void)state;
	write_text("a", "click,city,age,x\n1,paris,1,z\n0,rome,3,z\n");
	assert_string_equal(shown(reading((struct readexamples){
	    .grows = 1, .needs_label = 1, .label = "click",
	    .features = "age:float,city" }, 1)),
	    "1: age/age=-1 city/city=paris=1; "
	    "0: age/age=1 city/city=rome=1; ");
}

static void
refused(const char *text, struct readexamples want, const char *message)
{
	vocabulary_free(v);
	v = vocabulary_new();
	want.grows = 1;
	write_text("a", text);
	said_begin();
	assert_null(reading(want, 1));
	assert_string_equal(said_end() + strlen("srs: "), message);
}

static void
test_refused(void **state)
{
	const struct readexamples labelled = { .needs_label = 1 };

	(void)state;
	refused("", labelled, "a: the table is empty\n");
	refused("2 1:1\n", labelled,
	    "a:1: label '2' is neither 0 nor 1 (nor -1)\n");
	refused("1 1:1\n0 1:x\n", labelled, "a:2: '1:x' is not feature:value "
	    "or field:feature:value\n");
	refused("1 1:1\n0 qid:1\n", labelled, "a:2: 'qid:1': queries are for "
	    "ranking, which this text is not read for\n");
	refused("1 1:1e39\n", labelled,
	    "a:1: '1:1e39': the value is out of range\n");
	refused("label,x\n0.5,a\n", labelled,
	    "a:2: label: label '0.5' is neither 0 nor 1 (nor -1)\n");
	refused("y,x\n0,a\n", labelled,
	    "a: no column 'label'; there are y, x\n");
	refused("label,x\n0,a\n", (struct readexamples){ .needs_label = 1,
	    .features = "x:word" },
	    "--features 'x:word': a type is token, token_seq or float\n");
	refused("label,x\n0,a\n", (struct readexamples){ .needs_label = 1,
	    .features = "x,x" }, "a: column 'x' is asked for twice\n");
	refused("label,x\n0,a\n", (struct readexamples){ .needs_label = 1,
	    .features = "x:float" }, "a:2: x: 'a' is not a number\n");
	refused("label,a=b\n0,a\n", labelled,
	    "a: column 'a=b': a field has no '=' in its name\n");
	refused("label:float\n0\n", labelled,
	    "a: no column beside the label\n");
}

static void
test_kinds_differ(void **state)
{
	(void)state;
	write_text("a", "1 1:1\n");
	write_text("b", "label,x\n0,a\n");
	said_begin();
	assert_null(reading((struct readexamples){ .grows = 1 }, 2));
	assert_string_equal(said_end(), "srs: b: not in the format of libfm, "
	    "as the training data is\n");
}

/* The k longest examples together. */
static void
test_most(void **state)
{
	struct examples *x;

	(void)state;
	write_text("a", "1 1:1\n1 1:1 2:1 3:1\n1\n1 1:1 2:1\n");
	x = reading((struct readexamples){ .grows = 1 }, 1);
	assert_int_equal(examples_most_entries(x, 1), 3);
	assert_int_equal(examples_most_entries(x, 2), 5);
	assert_int_equal(examples_most_entries(x, 9), 6);
	examples_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places, begin, end),
		cmocka_unit_test_setup_teardown(test_one_field, begin, end),
		cmocka_unit_test_setup_teardown(test_named_fields, begin, end),
		cmocka_unit_test_setup_teardown(test_hashed, begin, end),
		cmocka_unit_test_setup_teardown(test_table, begin, end),
		cmocka_unit_test_setup_teardown(test_listed, begin, end),
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_kinds_differ, begin, end),
		cmocka_unit_test_setup_teardown(test_most, begin, end),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
