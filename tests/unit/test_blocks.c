/* Tables in blocks, by several threads: as if read in one piece by one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "io/csv.h"
#include "io/rows.h"
#include "io/tsv.h"
#include "tests/ref/said.h"
#include "tests/ref/tempdir.h"

static const char path[] = "table";

/* --- what was read, as text ----------------------------------------------- */

static void
show(struct buf *out, int got, size_t line, struct span raw,
    const char *problem)
{
	buf_format(out, "%zu %d <", line, got);
	buf_span(out, raw);
	buf_format(out, ">%s", got == 2 ? problem : "");
}

static void
show_row(struct buf *out, int got, const struct rows *r)
{
	show(out, got, rows_line(r), rows_raw(r), rows_problem(r));
	for (size_t c = 0; got == 1 && c < rows_width(r); c++) {
		buf_text(out, " [");
		buf_span(out, rows_text(r, (int)c));
		buf_char(out, ']');
	}
	buf_char(out, '\n');
}

/* Rows by rows_many(), of which some are looked at one by one. */
static void
show_many(struct buf *out, struct rows *block)
{
	static const int column[2] = { 1, 0 };
	struct spans field[2];
	size_t n;

	while ((n = rows_many(block, column, 2, field)) > 0)
		for (size_t i = 0; i < n; i++) {
			rows_one(block, i);
			for (int c = 0; c < 2; c++)
				assert_true(span_equal(rows_text(block,
				    column[c]), spans_get(&field[c], i)));
			show_row(out, 1, block);
		}
}

static int
show_block(void *arg, struct rows *block, void *slot)
{
	struct buf *out = slot;
	int got;

	(void)arg;
	out->n = 0;
	while ((got = rows_next(block)) > 0) {
		show_row(out, got, block);
		if (rows_line(block) % 4 != 0)
			show_many(out, block);
	}
	return got;
}

static int
collect(void *arg, void *slot)
{
	const struct buf *part = slot;

	buf_add(arg, part->p, part->n);
	return 0;
}

static void
release(void *slot)
{
	buf_release(slot);
}

/* All rows of the file: the first `n` one by one, the others by rows_scan(). */
static int
read_file(const struct rows_format *f, int keeps_bad, int n, struct buf *out)
{
	struct rows *r = rows_open(path, f);
	int got = 1;

	assert_non_null(r);
	out->n = 0;
	if (keeps_bad)
		rows_keep_bad(r);
	while (n-- > 0 && (got = rows_next(r)) > 0)
		show_row(out, got, r);
	if (got > 0)
		got = rows_scan(r, &(struct rows_scan){ .arg = out,
		    .slot_size = sizeof(struct buf), .work = show_block,
		    .drain = collect, .release = release });
	rows_close(r);
	return got;
}

/* The same by libcsv or memchr(3) alone, of the whole text. */
static void
read_plainly(const struct buf *text, size_t width, int is_csv, size_t max,
    struct buf *out)
{
	struct csv_reader *csv = is_csv ? csv_reader_new(',') : NULL;
	struct marks none = MARKS_EMPTY;
	struct record r = { .n = 0 };
	struct lines l = { .p = text->p, .to = text->n, .stop = text->n,
	    .line = 1, .max = max, .at_end = 1, .has_nul = 1 };
	int got;

	out->n = 0;
	while ((got = is_csv ? csv_record(csv, &l, NULL, &r)
	    : tsv_record(&l, &none, '\t', &r)) != 0) {
		if (got == 1 && r.n != width)
			got = record_bad(&r, r.line, "%zu field%s, not %zu",
			    r.n, r.n == 1 ? "" : "s", width);
		show(out, got, r.line, r.raw, r.problem.p);
		for (size_t c = 0; got == 1 && c < r.n; c++) {
			buf_text(out, " [");
			buf_span(out, r.field[c]);
			buf_char(out, ']');
		}
		buf_char(out, '\n');
	}
	record_release(&r);
	csv_reader_free(csv);
}

static void
assert_same(const struct buf *a, const struct buf *b)
{
	if (a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0))
		return;
	fprintf(stderr, "wanted:\n%.*s\ngot:\n%.*s\n", (int)a->n, a->p,
	    (int)b->n, b->p);
	fail();
}

/* --- tables --------------------------------------------------------------- */

/* More than what must be text if a file is to be a table. */
static void
begin(struct buf *b, char separator)
{
	b->n = 0;
	for (int i = 0; i < 20; i++)
		buf_format(b, "%d long long long long long%cb\n", i, separator);
}

/* Fields of which most are fit for CSV, and some are not. */
static void
make_csv(struct rng *rng, struct buf *b, int evil)
{
	static const char *const good[] = { "a", "", "12", "\"x\"", "\"\"",
		"\"a,b\"", "\"p\"\"q\"", "\"1\n2\"", "\"\"\"\"", "x y",
		"\"\r\n\"", "\"long long long\"" };
	static const char *const bad[] = { "x\"y", "\"a\"b", "\"open", "\r",
		"\r\"a\"", "\"a\"\r", "b\r", "\n", "\"a\" ", "\0",
		"\"\n\n\n\n\n\n\n\n\n\n", "long long long long long long" };
	const uint32_t rows = rng_below(rng, 60);

	begin(b, ',');
	for (uint32_t i = 0; i < rows; i++) {
		const uint32_t n = rng_below(rng, 20) == 0 ? 1 : 2;

		for (uint32_t c = 0; c < n; c++) {
			const int is_bad = evil && rng_below(rng, 12) == 0;
			const char *text = is_bad ? bad[rng_below(rng, 12)]
			    : good[rng_below(rng, 12)];

			if (c > 0)
				buf_char(b, ',');
			buf_add(b, text, is_bad && *text == '\0' ?
			    1 : strlen(text));
		}
		buf_text(b, rng_below(rng, 3) ? "\n" : "\r\n");
	}
	if (rng_below(rng, 2) && b->n > 5)
		b->n--;
}

static void
make_soup(struct rng *rng, struct buf *b, int is_csv)
{
	static const char bytes[] = "\"\"\"\n\n\n,,,\t\t\t\r;:ab1\xff";

	begin(b, is_csv ? ',' : '\t');
	for (uint32_t n = rng_below(rng, 400); n > 0; n--)
		buf_char(b, bytes[rng_below(rng, sizeof bytes)]);
}

static void
assert_blocks_agree(const struct buf *text, int is_csv, size_t max)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 16, 64, 300, 0 };
	struct buf want = BUF_EMPTY, have = BUF_EMPTY;

	write_bytes(path, text->p, text->n);
	read_plainly(text, 2, is_csv, max, &want);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const struct rows_format f = { .max_record = max,
		    .kind = is_csv ? ROWS_CSV : ROWS_TSV,
		    .header = ROWS_HEADER_NO, .block = sizes[i] };

		par_set_threads(1 + i % 3);
		assert_int_equal(read_file(&f, 1, (int)i - 2, &have), 0);
		assert_same(&want, &have);
	}
	par_set_threads(0);
	buf_release(&want);
	buf_release(&have);
}

/* Whatever the bytes, blocks of all sizes give what the whole text gives. */
static void
any_bytes(void **state)
{
	struct buf b = BUF_EMPTY;
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, 0);
	for (int round = 0; round < 600; round++) {
		const int is_csv = round % 3 != 0;

		make_soup(&rng, &b, is_csv);
		assert_blocks_agree(&b, is_csv, round % 4 < 2 ? 1 << 20 : 50);
	}
	buf_release(&b);
}

static void
any_csv(void **state)
{
	struct buf b = BUF_EMPTY;
	struct rng rng;

	(void)state;
	rng_init(&rng, 2, 0);
	for (int round = 0; round < 600; round++) {
		make_csv(&rng, &b, round % 3);
		assert_blocks_agree(&b, 1, round % 2 ? 1 << 20 : 40);
	}
	buf_release(&b);
}

/* The first bad row is what is said, by whatever thread. */
static void
one_message(void **state)
{
	struct buf b = BUF_EMPTY, out = BUF_EMPTY;
	char message[256];

	(void)state;
	buf_text(&b, "a,b\n");
	for (int i = 2; i < 5000; i++)
		buf_text(&b, i % 1000 == 0 ? "1,\"2\n\"x\n" : i > 1500 &&
		    i % 7 == 0 ? "1,2,3\n" : "1,\"2\"\n");
	write_bytes(path, b.p, b.n);
	snprintf(message, sizeof message, "srs: %s:1000: the quote opened "
	    "here ends in line 1001, and the field goes on\n", path);
	for (size_t t = 1; t < 5; t++) {
		const struct rows_format f = { .kind = ROWS_CSV,
		    .block = 100 * t };

		par_set_threads(t);
		said_begin();
		assert_int_equal(read_file(&f, 0, 5, &out), -1);
		assert_string_equal(said_end(), message);
	}
	par_set_threads(0);
	buf_release(&b);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(any_csv),
		cmocka_unit_test(one_message),
	};

	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
}
