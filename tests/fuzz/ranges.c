/* ranges.c -- what a search may try: every value that is drawn is one that the
 * option takes. */

#include "all/searchranges.h"
#include "tests/fuzz/fuzz.h"

static const struct choice *
choose(size_t i)
{
	static const struct choice some[] = {
		{ "adam", "the first", NULL }, { "sgd", "the second", NULL },
	};

	return i < sizeof some / sizeof *some ? &some[i] : NULL;
}

static int
may(const void *arg, const struct opt *o)
{
	(void)arg;
	return o->type != OPT_T_FLAG;
}

static void
draw(const struct searchranges *s)
{
	for (size_t i = 0; i < searchranges_count(s); i++)
		for (uint64_t trial = 0; trial < 8; trial++) {
			char *text = searchranges_draw(s, i, 1, trial);

			MUST(opt_store(searchranges_option(s, i), text) == 0);
			free(text);
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	double real = 0;
	size_t size = 0;
	const char *text = NULL;
	const struct choice *choice = NULL;
	int flag = 0;
	const struct opt options[] = {
		OPT_REAL(0, "rate", "X", &real, 0, 10, "a number"),
		OPT_SIZE(0, "batch", "N", &size, 1, 1e6, "a size"),
		OPT_TEXT(0, "layers", "LIST", &text, "a text"),
		OPT_CHOICE(0, "optimizer", "NAME", &choice, choose, "a choice"),
		OPT_FLAG(0, "flag", &flag, "a flag"),
		OPT_END
	};
	const struct fuzz f = { data, n };
	char path[FUZZ_PATH];
	const int fd = fuzz_file(&f, path);
	struct buf said = BUF_EMPTY, *before = err_hold(&said);
	struct searchranges *s = searchranges_read(path, options, may, NULL);

	MUST(s != NULL ? said.n == 0 : fuzz_one_line(&said));
	if (s != NULL)
		draw(s);
	err_hold(before);
	searchranges_free(s);
	buf_release(&said);
	close(fd);
	return 0;
}
