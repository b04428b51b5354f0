/* options.c -- a command line: what is taken is within what the table allows,
 * and read again is the same. */

#include <string.h>

#include "base/mem.h"
#include "cli/opt.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS = 30 };

static const struct choice *
choose(size_t i)
{
	static const struct choice some[] = {
		{ "one", "the first", "size=3 real=0.25" },
		{ "two", "the second", "real=0.75 text=x" },
	};

	return i < sizeof some / sizeof *some ? &some[i] : NULL;
}

struct read {
	int flag, n;		/* n: operands, or -1 */
	size_t size, bytes;
	double real;
	const char *text;
	struct opt_list list;
	const struct choice *method;
	struct opt_memory memory;
};

/* Reads the words (WORDS + 2), which are put in another order. */
static void
read_words(char **words, struct read *r)
{
	const struct opt options[] = {
		OPT_FLAG('f', "flag", &r->flag, "a flag"),
		OPT_SOME_SIZE('n', "size", "N", &r->size, 1, 100, "a size"),
		OPT_BYTES('b', "bytes", "SIZE", &r->bytes, 0, 1e12, "bytes"),
		OPT_SOME_REAL('x', "real", "X", &r->real, -1, 1, "a number"),
		OPT_SOME_TEXT(0, "text", "TEXT", &r->text, "a text"),
		OPT_LIST('l', "list", "TEXT", &r->list, "texts"),
		OPT_METHOD('m', "method", "NAME", &r->method, choose,
		    "a method"),
		OPT_END
	};
	const struct opt *const tables[] = { options, NULL };

	*r = (struct read){ .size = OPT_UNSET, .method = choose(0) };
	r->n = opt_parse(tables, words, &r->memory);
}

static void
check(const struct read *r, size_t n_words)
{
	MUST(r->n < 0 || (size_t)r->n <= n_words);
	MUST(r->n < 0 || (r->flag >= 0 && r->flag <= 1));
	MUST(r->n < 0 || r->size == OPT_UNSET ||
	    (r->size >= 1 && r->size <= 100));
	MUST(r->n < 0 || (double)r->bytes <= 1e12);
	MUST(r->n < 0 || (r->real >= -1 && r->real <= 1));
	MUST(r->n < 0 || r->list.n <= n_words);
	MUST(r->n < 0 || r->method == choose(0) || r->method == choose(1));
}

static void
check_same(const struct read *a, const struct read *b)
{
	MUST(a->n == b->n);
	if (a->n < 0)
		return;
	MUST(a->flag == b->flag && a->size == b->size);
	MUST(a->bytes == b->bytes && !(a->real < b->real) &&
	    !(a->real > b->real));
	MUST(a->list.n == b->list.n && a->method == b->method);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = mem_text((const char *)data, n);
	char *words[WORDS + 2] = { text }, *again[WORDS + 2];
	struct buf said = BUF_EMPTY, *before = err_hold(&said);
	struct read a, b;
	size_t n_words = 0;
	char program[] = "fuzz";

	/* A line is a word. */
	words[0] = program;
	for (char *at = text; at != NULL && n_words < WORDS; ) {
		words[++n_words] = at;
		at = strchr(at, '\n');
		if (at != NULL)
			*at++ = '\0';
	}
	words[n_words + 1] = NULL;
	memcpy(again, words, sizeof again);
	read_words(words, &a);
	MUST(a.n >= 0 ? said.n == 0 : fuzz_one_line(&said));
	read_words(again, &b);
	check(&a, n_words);
	check_same(&a, &b);
	err_hold(before);
	opt_release(&a.memory);
	opt_release(&b.memory);
	buf_release(&said);
	free(text);
	return 0;
}
