#include "base/mem.h"
#include "base/par.h"
#include "io/in.h"
#include "tests/fuzz/table.h"

static void
put_columns(const struct rows *r, struct buf *out)
{
	for (size_t c = 0; c < rows_width(r); c++)
		buf_format(out, "%s:%s ", rows_column_name(r, c),
		    rows_type_name(rows_column_type(r, c)));
}

static void
put_row(const struct rows *r, int got, struct buf *out)
{
	buf_format(out, "\n%zu %d", rows_line(r), got);
	if (got == 2) {
		buf_text(out, rows_problem(r));
		buf_span(out, rows_raw(r));
		return;
	}
	for (size_t c = 0; c < rows_width(r); c++) {
		const struct span text = rows_text(r, (int)c);

		buf_format(out, " %zu:", text.n);
		buf_span(out, text);
	}
}

static int
put_rows(struct rows *r, struct buf *out)
{
	int got;

	while ((got = rows_next(r)) > 0)
		put_row(r, got, out);
	return got;
}

int
fuzz_rows(struct span bytes, size_t step, const struct rows_format *format,
    int keep_bad, struct buf *out, struct buf *said)
{
	struct buf *before = err_hold(said);
	struct rows *r = rows_open_in(in_open_bytes(bytes.p, bytes.n, step,
	    "fuzz"), format);
	int status = -1;

	if (r != NULL) {
		if (keep_bad)
			rows_keep_bad(r);
		put_columns(r, out);
		status = put_rows(r, out);
	}
	rows_close(r);
	err_hold(before);
	return status;
}

/* --- side by side --- */

static int
scan_work(void *arg, struct rows *block, void *slot)
{
	struct buf *part = slot;

	(void)arg;
	part->n = 0;
	return put_rows(block, part);
}

static int
scan_drain(void *arg, void *slot)
{
	struct buf *out = arg, *part = slot;

	buf_add(out, part->p, part->n);
	return 0;
}

static void
scan_release(void *slot)
{
	buf_release(slot);
}

/* The same as fuzz_rows() with keep_bad, for a table that can be opened. */
static void
scan_rows(struct span bytes, const struct rows_format *format,
    struct buf *out)
{
	struct rows *r = rows_open_in(in_open_bytes(bytes.p, bytes.n, 0,
	    "fuzz"), format);

	MUST(r != NULL);
	rows_keep_bad(r);
	put_columns(r, out);
	MUST(rows_scan(r, &(struct rows_scan){ .arg = out,
	    .slot_size = sizeof(struct buf), .work = scan_work,
	    .drain = scan_drain, .release = scan_release }) == 0);
	rows_close(r);
}

void
fuzz_table(enum rows_kind kind, struct fuzz f)
{
	static const char separators[] = { '\0', '\0', ';', '|' };
	struct rows_format format = { .kind = fuzz_choose(&f, 4) == 3 ?
	    ROWS_GUESS : kind };
	struct buf whole = BUF_EMPTY, parts = BUF_EMPTY, side = BUF_EMPTY;
	struct buf said = BUF_EMPTY, said_parts = BUF_EMPTY;
	const int keep_bad = fuzz_choose(&f, 2) == 0;
	const size_t step = fuzz_choose(&f, 20);
	const size_t block = 1 + fuzz_choose(&f, 50);
	struct span bytes;
	int status;

	format.separator = separators[fuzz_choose(&f, 4)];
	format.header = (enum rows_header)fuzz_choose(&f, 3);
	format.max_record = fuzz_choose(&f, 4) == 0 ? 20 : 0;
	format.positional = fuzz_choose(&f, 2) ? rows_interactions : NULL;
	bytes = (struct span){ (const char *)f.p, f.n };

	status = fuzz_rows(bytes, 0, &format, keep_bad, &whole, &said);
	MUST(status == 0 ? said.n == 0 : fuzz_one_line(&said));
	format.block = block;
	MUST(fuzz_rows(bytes, step, &format, keep_bad, &parts,
	    &said_parts) == status);
	MUST(fuzz_same(&whole, &parts) && fuzz_same(&said, &said_parts));
	if (status == 0 && keep_bad) {
		par_set_threads(2);
		scan_rows(bytes, &format, &side);
		MUST(fuzz_same(&whole, &side));
	}
	buf_release(&whole);
	buf_release(&parts);
	buf_release(&side);
	buf_release(&said);
	buf_release(&said_parts);
}
