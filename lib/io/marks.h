#ifndef SRS_MARKS_H
#define SRS_MARKS_H

/*
 * marks.h -- where the bytes are that cut a table, 64 at a time.
 *
 * Texts may be read up to MARKS_SLACK bytes past their end: what is there
 * does not matter.  (Langdale and Lemire 2019, "Parsing gigabytes of JSON per
 * second", section 3.1: bit masks of the bytes, and positions out of masks.)
 */

#include <stddef.h>
#include <stdint.h>

enum { MARKS_SLACK = 64 };

/* How many of the n bytes are LF. */
size_t marks_lines(const char *text, size_t n);

/* Where the bytes are that end fields. */
struct marks {
	uint32_t *at;		/* (n of cap) ascending */
	size_t n, cap;
	size_t next;		/* the first one not used yet */
	/* of CSV: within quotes are somewhere */
	int has_quotes;		/* doubled quotes */
	int has_lines;		/* line ends */
};

#define MARKS_EMPTY ((struct marks){ .at = NULL })

void marks_release(struct marks *);

/* Finds those of the n < 2^32 bytes that are the separator or LF.  *has_nul <-
 * whether a byte is 0. */
void marks_find(struct marks *, const char *text, size_t n, char separator,
    int *has_nul);

/*
 * Finds those outside of quotes, in a text that begins there.  None when it
 * ends within quotes, or a quote stands where RFC 4180 has none: one that opens
 * a field and is not at its beginning, or closes one with something behind it.
 */
void marks_find_csv(struct marks *, const char *text, size_t n,
    char separator, int *has_nul);

/* Uses up those before text + from. */
static inline void
marks_skip(struct marks *m, size_t from)
{
	while (m->next < m->n && m->at[m->next] < from)
		m->next++;
}

/* Where the last line outside of quotes ends, that is, behind its LF, in a text
 * that begins outside; 0: there is none.  MARKS_ODD when a quote stands where
 * it should not, as above. */
#define MARKS_ODD SIZE_MAX
size_t marks_last_row(const char *text, size_t n, char separator);

#endif
