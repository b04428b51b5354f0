#ifndef SRS_ROWS_H
#define SRS_ROWS_H

/*
 * rows.h -- tables, read row by row: TSV, typed TSV, CSV, JSON Lines.
 *
 *	struct rows *rows = rows_open(path, &(struct rows_format){
 *	    .positional = rows_interactions });
 *	int user = rows_column(rows, "user_id");	-1 after a message
 *	while ((got = rows_next(rows)) > 0)
 *		use(rows_text(rows, user));
 *	rows_close(rows);
 *
 * TSV: LF ends a record (a CR before it is dropped), TAB separates, no
 * quoting; the first line is a header exactly if every field has the shape
 * name:type with type token, token_seq, float or float_seq.  CSV: RFC 4180
 * with embedded newlines, by libcsv in its strict mode; an empty line is no
 * row there.  JSON Lines: one object a line, as jsonl.h says; its keys are
 * the header, whatever the format says of one.
 *
 * A UTF-8 byte order mark is skipped.  Every row has as many fields as the
 * first one, no column name stands twice, no row is longer than `max_record`
 * and none has a NUL byte: else an error with path and line.  A file with a
 * NUL among its first bytes is not text at all.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/spans.h"
#include "base/tick.h"
#include "io/in.h"

struct rows;

enum rows_type { ROWS_TOKEN, ROWS_TOKEN_SEQ, ROWS_FLOAT, ROWS_FLOAT_SEQ };
const char *rows_type_name(enum rows_type);		/* "token", ... */
enum rows_header { ROWS_HEADER_AUTO, ROWS_HEADER_YES, ROWS_HEADER_NO };
enum rows_kind { ROWS_TSV, ROWS_CSV, ROWS_JSONL, ROWS_GUESS };

/* user_id item_id rating timestamp */
extern const char *const rows_interactions[];

struct rows_format {
	/* names of columns in a file without header, ended by NULL; columns
	 * past the last are named by their number ("5"); NULL: all are */
	const char *const *positional;
	const char *only;	/* that of a file with one column; NULL: the
				 * first of these */
	enum rows_kind kind;
	char separator;		/* 0: TAB, or comma in CSV */
	/* AUTO: a typed header, as above, is one; in CSV the first row is
	 * one unless a field of it is a number */
	enum rows_header header;
	size_t max_record;	/* bytes; 0: 16 MiB */
	size_t block;		/* bytes read at a time, about; 0: as is best
				 * (results do not depend on it) */
	struct tick *tick;	/* told the bytes read; may be NULL */
};

/*
 * ROWS_GUESS looks at the first line: '{' as its first byte makes it JSON
 * Lines (unless a separator is given), a TAB TSV, else a comma CSV
 * (a ";" and a quote at its beginning too), else TSV.  Reads the header.  An
 * empty file has no columns and no rows; rows_column() then says so.  `format`
 * is not needed afterwards.  NULL after a message.
 */
struct rows *rows_open(const char *path, const struct rows_format *format);
void rows_close(struct rows *);

/* The same from a stream, which rows_close() closes (and a failure to open,
 * at once). */
struct rows *rows_open_in(struct in *, const struct rows_format *format);

/* The table's columns, 0 .. rows_width() - 1.  Without types in a header,
 * columns with the usual names of numbers (rating, timestamp, ...) are floats
 * and all others tokens. */
size_t rows_width(const struct rows *);
const char *rows_column_name(const struct rows *, size_t column);
enum rows_type rows_column_type(const struct rows *, size_t column);
int rows_has_header(const struct rows *);
enum rows_kind rows_kind(const struct rows *);		/* never ROWS_GUESS */
int rows_is_tsv(const struct rows *);	/* and separated by TABs */

/* The column named `name` (or by its number from 1), or -1 and no message. */
int rows_find(const struct rows *, const char *name);

/* The same, and a message that names the columns there are. */
int rows_column(const struct rows *, const char *name) SRS_MUST_CHECK;

/*
 * Nothing but these n columns will be asked for (names of what might be there
 * but is not included).  Only JSON Lines care: their other keys, of which new
 * ones may come at any time, may then hold anything.  Before the first row.
 */
void rows_use_only(struct rows *, const char *const *name, size_t n);

/* Reads a row: 1, or 0 at the end, or -1 after a message. */
int rows_next(struct rows *) SRS_MUST_CHECK;

/*
 * All rows that are left, by all threads (base/pipe.h): they come in blocks of
 * whole rows, which depend on the data only.
 *
 *	struct part { size_t n; };			one in each slot
 *	static int work(void *arg, struct rows *rows, void *slot)
 *	{
 *		while ((got = rows_next(rows)) > 0)
 *			...				rows_text() and all that
 *		return got;
 *	}
 *	static int drain(void *arg, void *slot)		in the order of the rows
 *	status = rows_scan(rows, &(struct rows_scan){ .arg = &job,
 *	    .slot_size = sizeof(struct part), .work = work, .drain = drain });
 *
 * work() gets a block as rows of its own, to be used as far as `rows` would
 * be, and its slot, which several threads fill at once.  A slot is all zero at
 * first and then as it was left: keep its memory, empty it before use, and
 * free what it owns in release() (NULL: nothing to free).  What work() reads
 * of *arg must not change meanwhile.  Texts are gone when work() returns, but
 * for those of rows_hold().
 * work() may stop early and return 0: the rest of the block is left out.
 *
 * 0; or -1 after one message, that of the first row (or drain) that failed,
 * whatever the number of threads.
 */
struct rows_scan {
	void *arg;
	size_t slot_size;
	int (*work)(void *arg, struct rows *block, void *slot);
	int (*drain)(void *arg, void *slot);
	void (*release)(void *slot);
};
int rows_scan(struct rows *, const struct rows_scan *) SRS_MUST_CHECK;

/*
 * The row could not be used as a record (wrong number of fields, an unclosed
 * quote, too long, a NUL byte): with this set, rows_next() answers 2 for it
 * instead of failing; rows_problem() is the message without path and line.
 * For --on-error=skip.
 */
void rows_keep_bad(struct rows *);
const char *rows_problem(const struct rows *);

/* The bytes of the row last read, without its line end; of one that is too
 * long, the first kilobyte. */
struct span rows_raw(const struct rows *);

/*
 * Many rows at once: several times as fast, where most are alike.
 *
 *	while ((n = rows_many(rows, column, 2, ids)) > 0)
 *		use(ids, n);		of some, rows_one(rows, i)
 *
 * Reads the next rows, at most ROWS_MANY, as far as they are simple to read:
 * out[k] are the fields of column[k], until the next call.  0: the next row is
 * for rows_next(), if there is one.  The first line of a stream is never among
 * them.
 */
enum { ROWS_MANY = 128 };
size_t rows_many(struct rows *, const int *column, size_t n_columns,
    struct spans *out);

/* Makes row i of these the row last read; i only grows from call to call. */
void rows_one(struct rows *, size_t i);

/* Of n fields what rows_float() and rows_time() make of each: 1; or 0 and no
 * message when one of them has to be asked. */
int rows_floats(const struct spans *, size_t n, float *out);
int rows_times(const struct spans *, size_t n, int64_t *out);

/* Field `column` of the row last read; valid until the next rows_next(). */
struct span rows_text(const struct rows *, int column);

/* The same, valid longer: for the work() of rows_scan(), until its drain() has
 * returned. */
struct span rows_hold(struct rows *, int column);

/* The same as a number: 0, or -1 after a message with path, line, column. */
int rows_real(const struct rows *, int column, double *out) SRS_MUST_CHECK;

/* The same as a float: a number past its range is an error too. */
int rows_float(const struct rows *, int column, float *out) SRS_MUST_CHECK;

/* The same as a time, in thousandths of the column's unit; a number that is
 * finer is rounded.  What does not fit, as nanoseconds since 1970 do not, is an
 * error that names the remedy. */
int rows_time(const struct rows *, int column, int64_t *out) SRS_MUST_CHECK;

/* Where the row last read began. */
const char *rows_path(const struct rows *);
size_t rows_line(const struct rows *);

/* A message about the row last read: "PATH:LINE: COLUMN: ..."; returns -1.
 * column -1 leaves the column out. */
int rows_error(const struct rows *, int column, const char *fmt, ...)
    SRS_PRINTF(3, 4);

#endif
