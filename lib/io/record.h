#ifndef SRS_RECORD_H
#define SRS_RECORD_H

/*
 * record.h -- one row as it was read: what tsv.c and csv.c make of lines.
 *
 *	got = record_find(r, lines, &n);	its first line
 *	if (got == 1) {
 *		record_split(r, record_line(lines, n), '\t');
 *		got = record_take(r, lines, n, 1);
 *	}
 *
 * The functions that return int answer 1 for a record, 0 at the end, -1 after
 * a message, and 2 for bytes that are no record: `problem` then says why, and
 * reading can go on behind them; 3 at the stop of the lines, or when they end
 * before it is clear which (not in a block, which blocks.h cuts so).
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "io/lines.h"

struct record {
	struct span *field;	/* (n of cap) */
	size_t n, cap;
	struct span raw;	/* without its line end */
	size_t line;		/* where raw begins */
	size_t problem_line;	/* where the problem is */
	struct buf problem;
};

void record_release(struct record *);

/* Finds the first line of the next record. */
int record_find(struct record *, struct lines *, size_t *n) SRS_MUST_CHECK;

/* That line, without the CR at its end. */
static inline struct span
record_line(const struct lines *l, size_t n)
{
	const char *p = l->p + l->from;

	return (struct span){ p, n > 0 && p[n - 1] == '\r' ? n - 1 : n };
}

/* Makes `raw` fields, between separators. */
void record_split(struct record *, struct span raw, char separator);

/* For record_add(). */
void record_grow(struct record *);

static inline void
record_add(struct record *r, struct span field)
{
	if (r->n == r->cap)
		record_grow(r);
	r->field[r->n++] = field;
}

/* No record, because: returns 2. */
int record_bad(struct record *, size_t line, const char *fmt, ...)
    SRS_PRINTF(3, 4);

/* The record ends after n bytes: takes them off the lines.  1, or 2 when
 * there is a NUL byte among them. */
static inline int
record_take(struct record *r, struct lines *l, size_t n, size_t n_lines)
{
	const int has_nul = lines_has_nul(l, n);

	lines_take(l, n, n_lines);
	return has_nul ? record_bad(r, r->line, "a NUL byte") : 1;
}

#endif
