/*
 * The targets of make fuzz, without libFuzzer: their inputs in testdata/fuzz,
 * and each of them changed at random, the same way every time.  What the
 * targets say must hold does, and the sanitizers find nothing.
 *
 * An input that breaks something is left in /tmp/srs-test.*, as `input`.
 */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "tests/ref/tempdir.h"

enum {
	CHANGES = 40,		/* of each input */
	EDITS = 6,		/* of a change, at most */
	RUN = 16,		/* bytes of an edit, at most */
	FILES = 20
};

/* Each is LLVMFuzzerTestOneInput() of the file with this name. */
#define TARGETS(X) \
	X(csv) X(gzip) X(jsonl) X(libfm) X(npy) X(options) X(ranges) \
	X(safetensors) X(tsv) X(vectors) X(where)

#define PROTOTYPE(name) int target_##name(const uint8_t *data, size_t n);
TARGETS(PROTOTYPE)

struct target {
	const char *name;
	int (*run)(const uint8_t *data, size_t n);
};

#define ROW(name) { #name, target_##name },
static const struct target targets[] = { TARGETS(ROW) };

enum { N_TARGETS = sizeof targets / sizeof *targets };

/* --- inputs --------------------------------------------------------------- */

static void
folder(struct buf *path, const char *name)
{
	const char *root = getenv("SRS_ROOT");

	path->n = 0;
	buf_format(path, "%s/testdata/fuzz/%s", root ? root : ".", name);
}

static void
read_bytes(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char some[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(some, 1, sizeof some, f)) > 0)
		buf_add(out, some, n);
	assert_int_equal(ferror(f), 0);
	fclose(f);
}

static int
is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* The files of a target by name: file (FILES), to be released. */
static size_t
read_inputs(const char *name, struct buf *file)
{
	struct buf path = BUF_EMPTY;
	struct dirent **list;
	int n;

	folder(&path, name);
	n = scandir(buf_cstr(&path), &list, is_visible, alphasort);
	assert_in_range(n, 1, FILES);
	for (int i = 0; i < n; i++) {
		folder(&path, name);
		buf_format(&path, "/%s", list[i]->d_name);
		file[i] = BUF_EMPTY;
		read_bytes(buf_cstr(&path), &file[i]);
		free(list[i]);
	}
	free(list);
	buf_release(&path);
	return (size_t)n;
}

/* --- changes -------------------------------------------------------------- */

/* *n <- at most RUN bytes of b; returns where. */
static size_t
some_of(const struct buf *b, struct rng *r, size_t *n)
{
	const size_t at = b->n == 0 ? 0 : rng_below(r, (uint32_t)b->n);
	const size_t most = b->n - at < RUN ? b->n - at : RUN;

	*n = most == 0 ? 0 : 1 + rng_below(r, (uint32_t)most);
	return at;
}

/* b <- b without `gone` bytes at `at`, and with those of `text` there. */
static void
put(struct buf *b, size_t at, size_t gone, const char *text, size_t n)
{
	struct buf out = BUF_EMPTY;

	buf_add(&out, b->p, at);
	buf_add(&out, text, n);
	buf_add(&out, b->p + at + gone, b->n - at - gone);
	buf_release(b);
	*b = out;
}

/* One edit of b; `other` is another input of the target. */
static void
edit(struct buf *b, const struct buf *other, struct rng *r)
{
	static const char odd[] = "\0\1\t\n\r\" ,:;-+.019eE{}[]\x7f\x80\xff";
	size_t n, m;
	const size_t at = some_of(b, r, &n);
	const size_t from = some_of(other, r, &m);

	switch (n == 0 ? 3 : rng_below(r, 6)) {
	case 0:
		b->p[at] ^= (char)(1 << rng_below(r, 8));
		break;
	case 1:
		b->p[at] = odd[rng_below(r, sizeof odd)];
		break;
	case 2:
		put(b, at, n, "", 0);
		break;
	case 3:
		put(b, at, 0, other->p + from, m);
		break;
	case 4:
		put(b, at, n, other->p + from, m);
		break;
	default:
		b->n = at;
	}
}

/* --- tests ---------------------------------------------------------------- */

static void
run(const struct target *t, const struct buf *b)
{
	/* of this size and no larger, so that a byte too far is found */
	uint8_t *bytes = malloc(b->n > 0 ? b->n : 1);

	assert_non_null(bytes);
	if (b->n > 0)
		memcpy(bytes, b->p, b->n);
	write_bytes("input", bytes, b->n);
	assert_int_equal(t->run(bytes, b->n), 0);
	free(bytes);
}

static void
check_target(void **state)
{
	const struct target *t = *state;
	struct buf file[FILES];
	const size_t n = read_inputs(t->name, file);

	for (size_t i = 0; i < n; i++) {
		run(t, &file[i]);
		for (size_t c = 0; c < CHANGES; c++) {
			struct buf b = BUF_EMPTY;
			struct rng r;
			uint32_t edits;

			rng_init(&r, i, rng_stream(t->name, c));
			buf_add(&b, file[i].p, file[i].n);
			edits = 1 + rng_below(&r, EDITS);
			while (edits-- > 0)
				edit(&b, &file[rng_below(&r, (uint32_t)n)], &r);
			run(t, &b);
			buf_release(&b);
		}
	}
	for (size_t i = 0; i < n; i++)
		buf_release(&file[i]);
}

/* A folder without a target here would not be tried. */
static void
check_folders(void **state)
{
	struct buf path = BUF_EMPTY;
	struct dirent **list;
	int n;

	(void)state;
	folder(&path, "");
	n = scandir(buf_cstr(&path), &list, is_visible, alphasort);
	assert_int_equal(n, N_TARGETS);
	for (int i = 0; i < n; i++) {
		assert_string_equal(list[i]->d_name, targets[i].name);
		free(list[i]);
	}
	free(list);
	buf_release(&path);
}

int
main(void)
{
	struct CMUnitTest tests[N_TARGETS + 1];

	for (size_t i = 0; i < N_TARGETS; i++)
		tests[i] = (struct CMUnitTest){ targets[i].name, check_target,
		    NULL, NULL, (void *)(uintptr_t)&targets[i] };
	tests[N_TARGETS] = (struct CMUnitTest)cmocka_unit_test(check_folders);
	return cmocka_run_group_tests_name("fuzz", tests, tempdir_enter,
	    tempdir_leave);
}
