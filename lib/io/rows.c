#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/rows.h"
#include "io/rowsview.h"
#include "io/tsv.h"

enum { NAMES_SHOWN = 30 };	/* in a message */

const char *const rows_interactions[] = {
	"user_id", "item_id", "rating", "timestamp", NULL
};

/* --- blocks --------------------------------------------------------------- */

void
rows_enter(struct rows *r)
{
	const struct rows_table *t = r->table;

	hold_release(&r->held);
	r->lines = block_lines(&r->block, t->max_record);
	if (t->json != NULL) {
		r->lines.has_nul = 0;	/* it is not JSON, wherever it is */
		return;
	}
	(t->kind == ROWS_CSV ? marks_find_csv : marks_find)(&r->marks,
	    r->block.text, r->block.stop, t->separator, &r->lines.has_nul);
}

/* The next record of the block, as record.h says. */
static int
read_record(struct rows *r)
{
	if (r->json != NULL)
		return jsonl_record(r->json, &r->lines, &r->record);
	return r->csv != NULL ? csv_record(r->csv, &r->lines, &r->marks,
	    &r->record) : tsv_record(&r->lines, &r->marks,
	    r->table->separator, &r->record);
}

int
rows_record(struct rows *r)
{
	int got;

	while ((got = read_record(r)) == 3 && !r->is_part) {
		got = blocks_next(r->table->blocks, &r->block);
		if (got != 1)
			return got;
		rows_enter(r);
	}
	return got == 3 ? 0 : got;
}

struct rows *
rows_view(struct rows_table *table)
{
	struct rows *r = mem_array("reader", 1, sizeof *r);

	r->table = table;
	if (table->kind == ROWS_CSV)
		r->csv = csv_reader_new(table->separator);
	if (table->json != NULL)
		r->json = jsonl_reader_new(table->json);
	return r;
}

void
rows_view_free(struct rows *r)
{
	hold_release(&r->held);
	block_release(&r->block);
	marks_release(&r->marks);
	rows_many_release(&r->many);
	record_release(&r->record);
	csv_reader_free(r->csv);
	jsonl_reader_free(r->json);
	free(r);
}

/* --- columns -------------------------------------------------------------- */

size_t
rows_width(const struct rows *r)
{
	return r->table->header.n;
}

const char *
rows_column_name(const struct rows *r, size_t column)
{
	assert(column < r->table->header.n);
	return r->table->header.column[column].name;
}

enum rows_type
rows_column_type(const struct rows *r, size_t column)
{
	assert(column < r->table->header.n);
	return r->table->header.column[column].type;
}

int
rows_has_header(const struct rows *r)
{
	return r->table->header.is_there;
}

enum rows_kind
rows_kind(const struct rows *r)
{
	return r->table->kind;
}

int
rows_is_tsv(const struct rows *r)
{
	return r->table->kind == ROWS_TSV && r->table->separator == '\t';
}

int
rows_find(const struct rows *r, const char *name)
{
	return header_find(&r->table->header, name);
}

int
rows_column(const struct rows *r, const char *name)
{
	const int column = rows_find(r, name);
	struct guess g = guess_of(span_of(name));
	struct buf names = BUF_EMPTY;

	if (column >= 0)
		return column;
	if (r->table->header.n == 0)
		return err_msg("%s: the table is empty", rows_path(r));
	for (size_t i = 0; i < r->table->header.n; i++) {
		const char *other = r->table->header.column[i].name;

		guess_offer(&g, span_of(other));
		if (i < NAMES_SHOWN)
			buf_format(&names, "%s %s", i == 0 ? "" : ",", other);
	}
	guess_fail(&g, "%s: no column '%s'; there are%s%s", rows_path(r), name,
	    buf_cstr(&names), r->table->header.n > NAMES_SHOWN ? ", ..." : "");
	buf_release(&names);
	return -1;
}

void
rows_use_only(struct rows *r, const char *const *name, size_t n)
{
	for (size_t i = 0; r->table->json != NULL && i < n; i++)
		jsonl_use(r->table->json, rows_find(r, name[i]), name[i]);
}

/* --- rows ----------------------------------------------------------------- */

int
rows_next(struct rows *r)
{
	const struct rows_table *t = r->table;
	int got = rows_record(r);

	if (got == 1 && r->record.n != t->header.n)
		got = record_bad(&r->record, r->record.line,
		    "%zu field%s, not %zu", r->record.n,
		    r->record.n == 1 ? "" : "s", t->header.n);
	if (got == 2 && !t->keeps_bad)
		return err_at(in_name(t->in), r->record.problem_line, "%s",
		    rows_problem(r));
	return got;
}

void
rows_keep_bad(struct rows *r)
{
	r->table->keeps_bad = 1;
}

const char *
rows_problem(const struct rows *r)
{
	return r->record.problem.p;
}

struct span
rows_raw(const struct rows *r)
{
	return r->record.raw;
}

struct span
rows_text(const struct rows *r, int column)
{
	assert(column >= 0 && (size_t)column < r->record.n);
	return r->record.field[column];
}

struct span
rows_hold(struct rows *r, int column)
{
	const struct span text = rows_text(r, column);

	if (text.p >= r->block.text && text.p <= r->block.text + r->block.n)
		return text;
	return hold_text(&r->held, text);
}

int
rows_real(const struct rows *r, int column, double *out)
{
	const struct span text = rows_text(r, column);

	if (num_real(text, out) == 0)
		return 0;
	return rows_error(r, column, "'%.*s' is not a number",
	    SPAN_ARGS(text));
}

int
rows_float(const struct rows *r, int column, float *out)
{
	double x;

	if (rows_real(r, column, &x) != 0)
		return -1;
	if (fabs(x) > (double)FLT_MAX)
		return rows_error(r, column, "'%.*s' is too large",
		    SPAN_ARGS(rows_text(r, column)));
	*out = (float)x;
	return 0;
}

int
rows_time(const struct rows *r, int column, int64_t *out)
{
	const int64_t most = INT64_MAX / ROWS_TIME_PARTS;
	const struct span text = rows_text(r, column);
	int64_t whole;
	double x;

	if (num_int(text, &whole) == 0 && whole <= most && whole >= -most) {
		*out = whole * ROWS_TIME_PARTS;
		return 0;
	}
	if (rows_real(r, column, &x) != 0)
		return -1;
	if (!(fabs(x) < (double)most))
		return rows_error(r, column, "'%.*s' is too large a time: "
		    "nanoseconds become seconds by srs-clean --time-unit ns",
		    SPAN_ARGS(text));
	*out = (int64_t)llround(x * ROWS_TIME_PARTS);
	return 0;
}

const char *
rows_path(const struct rows *r)
{
	return in_name(r->table->in);
}

size_t
rows_line(const struct rows *r)
{
	return r->record.line;
}

int
rows_error(const struct rows *r, int column, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (column < 0)
		return err_at(rows_path(r), r->record.line, "%s", text);
	return err_at(rows_path(r), r->record.line, "%s: %s",
	    rows_column_name(r, (size_t)column), text);
}
