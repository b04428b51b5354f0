#ifndef SRS_LINES_H
#define SRS_LINES_H

/*
 * lines.h -- a stream as lines, for the readers of records.
 *
 * A record is one line, or several when it has quoted line ends.  All of it
 * is in memory, in one piece, until it is taken; what was taken stays where
 * it is until the next lines_find().
 *
 *	while ((got = lines_find(&l, 0, &n)) == 1) {
 *		use(l.p + l.from, n);
 *		lines_take(&l, n, 1);
 *	}
 */

#include <stddef.h>

#include "base/err.h"
#include "io/in.h"

struct lines {
	struct in *in;		/* not owned */
	char *p;		/* (to of cap) */
	size_t from;		/* where the record begins */
	size_t to, cap;
	size_t nul;		/* the first NUL from there on, or SIZE_MAX */
	size_t line;		/* the line at `from`, from 1 */
	size_t max;		/* bytes that a record may have */
	int drops;		/* the rest of a line that was too long */
	int at_end;		/* of the stream: all of it is in memory */
};

void lines_init(struct lines *, struct in *, size_t max);
void lines_release(struct lines *);

/* Has at least n bytes in memory, if the stream has them. */
int lines_fill(struct lines *, size_t n) SRS_MUST_CHECK;

/*
 * Finds the line that begins `skip` bytes into the record: *n is its length
 * without LF.  1; 0 when the stream ends there; 2 when the record would be
 * longer than `max`; -1 after a message.  A stream's last line may have no LF.
 */
int lines_find(struct lines *, size_t skip, size_t *n) SRS_MUST_CHECK;

/* Ends the record after n bytes, and after the LF there if there is one. */
void lines_take(struct lines *, size_t n, size_t n_lines);

/* The record is too long: the next lines_find() first drops all up to and
 * with the next LF.  (Not at once: it may never come.) */
void lines_drop(struct lines *);

/* Is there a NUL in the first n bytes of the record? */
static inline int
lines_has_nul(const struct lines *l, size_t n)
{
	return l->nul < l->from + n;
}

#endif
