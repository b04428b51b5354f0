/* Option tables: what is read, what is refused, what a method fills in. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/opt.h"

static const struct choice *
method(size_t i)
{
	static const struct choice table[] = {
		{ "ials", "implicit", "factors=64 init=" },
		{ "sgd", "explicit", "factors=32 rate=0.05" },
	};

	return i < 2 ? &table[i] : NULL;
}

static struct values {
	int flag, help;
	size_t k, memory, factors;
	double rate;
	const char *text, *init;
	struct opt_list files;
	const struct choice *method;
} v;

static const struct opt options[] = {
	OPT_FLAG('f', "flag", &v.flag, "a flag"),
	OPT_SIZE('k', "top", "N", &v.k, 1, 100, "a number"),
	OPT_BYTES(0, "memory", "SIZE", &v.memory, 0, INFINITY, "a size"),
	OPT_TEXT('x', "text", "WORD", &v.text, "a word"),
	OPT_FILES('i', "input", "FILE", &v.files, "files"),
	OPT_METHOD('m', "method", "NAME", &v.method, method, "a method"),
	OPT_SOME_SIZE(0, "factors", "N", &v.factors, 1, 2048, "factors"),
	OPT_SOME_REAL(0, "rate", "X", &v.rate, 0, 1, "learning rate"),
	OPT_SOME_TEXT(0, "init", "WORD", &v.init, "a start"),
	OPT_END
};

static const struct opt common[] = {
	OPT_STOP('h', "help", &v.help, "help"),
	OPT_END
};

static struct opt_memory memory;

/* Reads a line of words; returns what opt_parse() did. */
static int
parse(char *line, char *argv[20])
{
	static const struct opt *const tables[] = { options, common, NULL };
	static char program[] = "srs-test";
	int n = 1;

	opt_release(&memory);
	v = (struct values){ .k = 10, .factors = OPT_UNSET, .rate = NAN,
		.method = method(0) };
	argv[0] = program;
	for (char *w = strtok(line, " "); w != NULL; w = strtok(NULL, " "))
		argv[n++] = w;
	argv[n] = NULL;
	return opt_parse(tables, argv, &memory);
}

static void
reads_every_form(void **state)
{
	char *argv[20];
	char line[] = "a -fk5 --text=w -i one b --input two --memory 2M -- -c";

	(void)state;
	assert_int_equal(parse(line, argv), 3);
	assert_string_equal(argv[1], "a");
	assert_string_equal(argv[2], "b");
	assert_string_equal(argv[3], "-c");
	assert_null(argv[4]);
	assert_int_equal(v.flag, 1);
	assert_int_equal(v.k, 5);
	assert_int_equal(v.memory, 2 << 20);
	assert_string_equal(v.text, "w");
	assert_int_equal(v.files.n, 2);
	assert_string_equal(v.files.text[1], "two");
}

static void
methods_fill_their_defaults(void **state)
{
	char *argv[20];
	char first[] = "", second[] = "--method sgd --factors 7";
	char third[] = "--init 0.5";

	(void)state;
	assert_int_equal(parse(first, argv), 0);
	assert_int_equal(v.factors, 64);
	assert_true(isnan(v.rate));
	assert_null(v.init);
	assert_int_equal(parse(second, argv), 0);
	assert_int_equal(v.factors, 7);
	assert_true(v.rate == 0.05);
	assert_int_equal(parse(third, argv), 0);
	assert_string_equal(v.init, "0.5");
}

static void
help_stops_the_reading(void **state)
{
	char *argv[20];
	char line[] = "--help --nonsense";

	(void)state;
	assert_int_equal(parse(line, argv), 0);
	assert_int_equal(v.help, 1);
}

/* Each message is part of what users see: it is tested word for word. */
static void
refuses_with_the_exact_words(void **state)
{
	static const struct { const char *line, *want; } cases[] = {
		{ "--tpo 3", "srs: unknown option --tpo; did you mean --top?" },
		{ "--zebra", "srs: unknown option --zebra" },
		{ "-q", "srs: unknown option -q" },
		{ "-k 3x", "srs: --top: '3x' is not a whole number" },
		{ "-k 101", "srs: --top must be from 1 to 100" },
		{ "-k", "srs: -k needs a value" },
		{ "--top", "srs: --top needs a value" },
		{ "--flag=1", "srs: --flag takes no value" },
		{ "--memory 2X", "srs: --memory: '2X' is not a size such as "
		    "512M" },
		{ "-m sdg", "srs: --method: unknown 'sdg'; did you mean "
		    "'sgd'?" },
		{ "-m zebra", "srs: --method: unknown 'zebra'; it is one of "
		    "ials, sgd" },
		{ "-m ials --rate 0.1", "srs: --rate is not for --method "
		    "ials" },
		{ "-m sgd --rate nan", "srs: --rate: 'nan' is not a number" },
	};
	const int saved = dup(STDERR_FILENO);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FILE *const file = tmpfile();
		char line[100], said[200] = "", *argv[20];
		int got;

		snprintf(line, sizeof line, "%s", cases[i].line);
		dup2(fileno(file), STDERR_FILENO);
		got = parse(line, argv);
		dup2(saved, STDERR_FILENO);
		rewind(file);
		if (fgets(said, sizeof said, file) == NULL)
			said[0] = '\0';
		fclose(file);
		assert_int_equal(got, -1);
		said[strcspn(said, "\n")] = '\0';
		assert_string_equal(said, cases[i].want);
	}
	close(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form),
		cmocka_unit_test(methods_fill_their_defaults),
		cmocka_unit_test(help_stops_the_reading),
		cmocka_unit_test(refuses_with_the_exact_words),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	opt_release(&memory);
	return failed;
}
