#ifndef SRS_LINES_H
#define SRS_LINES_H

/*
 * lines.h -- lines of a text in memory, for the readers of records.
 *
 * A record is one line, or several when it has quoted line ends.
 *
 *	while ((got = lines_find(&l, 0, &n)) == 1) {
 *		use(l.p + l.from, n);
 *		lines_take(&l, n, 1);
 *	}
 */

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"

struct lines {
	const char *p;		/* (to) */
	size_t from;		/* where the record begins */
	size_t to;
	size_t stop;		/* no record begins here or behind */
	size_t line;		/* the line at `from`, from 1 */
	size_t max;		/* bytes that a record may have */
	int at_end;		/* the stream ends with the text */
	int has_nul;		/* somewhere in the text */
	int drops;		/* lines_drop() did not find the line's end */
};

/*
 * Finds the line that begins `skip` bytes into the record: *n is its length
 * without LF.  1; 0 when the stream ends there; 2 when the record would be
 * longer than `max`; 3 at the stop, or when the text ends before it is clear
 * which.  A stream's last line may have no LF.
 */
int lines_find(const struct lines *, size_t skip, size_t *n) SRS_MUST_CHECK;

/* Ends the record after n bytes, and after the LF there if there is one. */
static inline void
lines_take(struct lines *l, size_t n, size_t n_lines)
{
	assert(n <= l->to - l->from);
	l->from += n;
	if (l->from < l->to && l->p[l->from] == '\n')
		l->from++;
	l->line += n_lines;
}

/* The record is too long: drops all up to and with the next LF. */
void lines_drop(struct lines *);

/* Is there a NUL in the first n bytes of the record? */
static inline int
lines_has_nul(const struct lines *l, size_t n)
{
	return l->has_nul && n > 0 && memchr(l->p + l->from, '\0', n) != NULL;
}

#endif
