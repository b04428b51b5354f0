#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/csv.h"
#include "io/header.h"
#include "io/lines.h"
#include "io/record.h"
#include "io/rows.h"
#include "io/tsv.h"

enum {
	MAX_RECORD = 16 << 20,	/* bytes */
	FIRST_BYTES = 512,	/* a NUL among them: not a text table */
	ROWS_PER_BLOCK = 4096,
	NAMES_SHOWN = 30,	/* in a message */
	TIME_PARTS = 1000	/* of a time's unit */
};

const char *const rows_interactions[] = {
	"user_id", "item_id", "rating", "timestamp", NULL
};

struct rows {
	struct in *in;
	struct lines lines;
	struct record record;
	struct csv_reader *csv;		/* NULL: TSV */
	char separator;
	struct header header;
	int is_pending;		/* the record in hand is the first row */
	int keeps_bad;
	size_t left;		/* rows that a block may still have */
};

/* --- opening ------------------------------------------------------------ */

/* Answers as record.h says. */
static int
read_record(struct rows *r)
{
	return r->csv != NULL ? csv_record(r->csv, &r->lines, &r->record)
	    : tsv_record(&r->lines, r->separator, &r->record);
}

static int
check_is_text(struct rows *r)
{
	enum in_kind kind;
	size_t line = 1;

	if (in_sniff(r->in, &kind) != 0)
		return -1;
	if (kind != IN_TEXT)
		return err_msg("%s: not a text table: a %s file",
		    in_name(r->in), kind == IN_NPY ? ".npy" : "safetensors");
	if (lines_fill(&r->lines, FIRST_BYTES) != 0)
		return -1;
	if (r->lines.nul >= FIRST_BYTES)
		return 0;
	for (size_t i = 0; i < r->lines.nul; i++)
		line += r->lines.p[i] == '\n';
	return err_at(in_name(r->in), line, "a NUL byte: not a text table");
}

static void
skip_byte_order_mark(struct lines *l)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (l->to - l->from >= 3 && memcmp(l->p + l->from, mark, 3) == 0)
		l->from += 3;
}

static int
has(struct span s, char byte)
{
	return s.n > 0 && memchr(s.p, byte, s.n) != NULL;
}

/* Makes *kind (as the format says) definite, by the first line. */
static int
choose_kind(struct rows *r, const struct rows_format *f, enum rows_kind *kind)
{
	struct span line = { NULL, 0 };
	size_t n;
	const int got = lines_find(&r->lines, 0, &n);

	if (got < 0)
		return -1;
	if (got == 1)
		line = record_line(&r->lines, n);
	if (!has(line, '"') && has(line, '\r'))
		return err_at(in_name(r->in), 1, "a carriage return within "
		    "a line: lines must end in LF or CRLF");
	r->separator = f->separator;
	if (*kind == ROWS_GUESS && r->separator == '\0' && !has(line, '\t') &&
	    !has(line, ',') && has(line, ';'))
		r->separator = ';';
	if (*kind == ROWS_GUESS)
		*kind = !has(line, '\t') && (has(line, ',') ||
		    has(line, ';') || (line.n > 0 && *line.p == '"')) ?
		    ROWS_CSV : ROWS_TSV;
	if (r->separator == '\0')
		r->separator = *kind == ROWS_CSV ? ',' : '\t';
	return 0;
}

static int
begin(struct rows *r, const struct rows_format *f)
{
	enum rows_kind kind = f->kind;
	int got;

	if (check_is_text(r) != 0)
		return -1;
	skip_byte_order_mark(&r->lines);
	if (choose_kind(r, f, &kind) != 0)
		return -1;
	if (kind == ROWS_CSV)
		r->csv = csv_reader_new(r->separator);
	got = read_record(r);
	if (got == 2)
		return err_at(in_name(r->in), r->record.problem_line, "%s",
		    rows_problem(r));
	if (got <= 0)
		return got;
	if (header_make(&r->header, &r->record, f, kind, in_name(r->in)) != 0)
		return -1;
	r->is_pending = !r->header.is_there;
	return 0;
}

struct rows *
rows_open_in(struct in *in, const struct rows_format *f)
{
	struct rows *r = mem_array("reader", 1, sizeof *r);

	r->in = in;
	r->left = SIZE_MAX;
	in_set_tick(in, f->tick);
	lines_init(&r->lines, in, f->max_record ? f->max_record : MAX_RECORD);
	if (begin(r, f) == 0)
		return r;
	rows_close(r);
	return NULL;
}

struct rows *
rows_open(const char *path, const struct rows_format *f)
{
	struct in *in = in_open(path);

	return in == NULL ? NULL : rows_open_in(in, f);
}

void
rows_close(struct rows *r)
{
	if (r == NULL)
		return;
	lines_release(&r->lines);
	record_release(&r->record);
	header_release(&r->header);
	csv_reader_free(r->csv);
	in_close(r->in);
	free(r);
}

/* --- columns ------------------------------------------------------------ */

size_t
rows_width(const struct rows *r)
{
	return r->header.n;
}

const char *
rows_column_name(const struct rows *r, size_t column)
{
	assert(column < r->header.n);
	return r->header.column[column].name;
}

enum rows_type
rows_column_type(const struct rows *r, size_t column)
{
	assert(column < r->header.n);
	return r->header.column[column].type;
}

int
rows_has_header(const struct rows *r)
{
	return r->header.is_there;
}

enum rows_kind
rows_kind(const struct rows *r)
{
	return r->csv != NULL ? ROWS_CSV : ROWS_TSV;
}

int
rows_find(const struct rows *r, const char *name)
{
	return header_find(&r->header, name);
}

int
rows_column(const struct rows *r, const char *name)
{
	const int column = rows_find(r, name);
	struct buf names = BUF_EMPTY;

	if (column >= 0)
		return column;
	if (r->header.n == 0)
		return err_msg("%s: the table is empty", in_name(r->in));
	for (size_t i = 0; i < r->header.n && i < NAMES_SHOWN; i++)
		buf_format(&names, "%s %s", i == 0 ? "" : ",",
		    r->header.column[i].name);
	err_msg("%s: no column '%s'; there are%s%s", in_name(r->in), name,
	    buf_cstr(&names), r->header.n > NAMES_SHOWN ? ", ..." : "");
	buf_release(&names);
	return -1;
}

/* --- rows --------------------------------------------------------------- */

int
rows_next(struct rows *r)
{
	int got;

	if (r->left == 0)
		return 0;
	r->left--;
	if (r->is_pending) {
		r->is_pending = 0;
		return 1;
	}
	got = read_record(r);
	if (got == 1 && r->record.n != r->header.n)
		got = record_bad(&r->record, r->record.line,
		    "%zu field%s, not %zu", r->record.n,
		    r->record.n == 1 ? "" : "s", r->header.n);
	if (got == 2 && !r->keeps_bad)
		return err_at(in_name(r->in), r->record.problem_line, "%s",
		    rows_problem(r));
	return got;
}

int
rows_scan(struct rows *r, const struct rows_scan *scan)
{
	void *slot = mem_array("reading", scan->slot_size, 1);
	int status = 0;

	for (r->left = 0; r->left == 0 && status == 0;) {
		r->left = ROWS_PER_BLOCK;
		status = scan->work(scan->arg, r, slot);
		if (status == 0)
			status = scan->drain(scan->arg, slot);
	}
	if (scan->release != NULL)
		scan->release(slot);
	free(slot);
	return status;
}

void
rows_keep_bad(struct rows *r)
{
	r->keeps_bad = 1;
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
	const int64_t most = INT64_MAX / TIME_PARTS;
	const struct span text = rows_text(r, column);
	int64_t whole;
	double x;

	if (num_int(text, &whole) == 0 && whole <= most && whole >= -most) {
		*out = whole * TIME_PARTS;
		return 0;
	}
	if (rows_real(r, column, &x) != 0)
		return -1;
	if (!(fabs(x) < (double)most))
		return rows_error(r, column, "'%.*s' is too large a time",
		    SPAN_ARGS(text));
	*out = (int64_t)llround(x * TIME_PARTS);
	return 0;
}

const char *
rows_path(const struct rows *r)
{
	return in_name(r->in);
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
		return err_at(in_name(r->in), r->record.line, "%s", text);
	return err_at(in_name(r->in), r->record.line, "%s: %s",
	    rows_column_name(r, (size_t)column), text);
}
