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
struct span record_line(const struct lines *, size_t n);

/* Makes `raw` fields, between separators. */
void record_split(struct record *, struct span raw, char separator);

/* The fields of the n bytes have been added: a CR at the end is none of the
 * last one's. */
void record_end(struct record *, const struct lines *, size_t n);

/* For record_add(). */
void record_grow(struct record *);

static inline void
record_add(struct record *r, struct span field)
{
	if (r->n == r->cap)
		record_grow(r);
	r->field[r->n++] = field;
}

/* The record ends after n bytes: takes them off the lines.  1, or 2 when
 * there is a NUL byte among them. */
int record_take(struct record *, struct lines *, size_t n, size_t n_lines)
    SRS_MUST_CHECK;

/* No record, because: returns 2. */
int record_bad(struct record *, size_t line, const char *fmt, ...)
    SRS_PRINTF(3, 4);

#endif
