#ifndef SRS_SPAN_H
#define SRS_SPAN_H

/*
 * span.h -- a piece of text that somebody else owns; no '\0' at its end.
 *
 *	err_msg("'%.*s' is new", SPAN_ARGS(name));
 */

#include <stddef.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

/* For "%.*s": at most 200 bytes, so that a message stays a line. */
#define SPAN_ARGS(s) ((int)((s).n < 200 ? (s).n : 200)), ((s).p)

static inline struct span
span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static inline int
span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline int
span_is(struct span a, const char *text)
{
	return span_equal(a, span_of(text));
}

/* Order by unsigned bytes, a prefix first: as sort(1) in the C locale. */
static inline int
span_compare(struct span a, struct span b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int c = n ? memcmp(a.p, b.p, n) : 0;

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

/*
 * Cuts the part of *rest before the first `separator` off and returns it;
 * *rest is what follows.  With no separator left the part is all of *rest and
 * *rest gets p = NULL, so that this walks a list, empty parts included:
 *
 *	while (rest.p != NULL)
 *		use(span_cut(&rest, ','));
 */
static inline struct span
span_cut(struct span *rest, char separator)
{
	const char *at = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
	struct span part = *rest;

	if (at == NULL) {
		*rest = (struct span){ NULL, 0 };
		return part;
	}
	part.n = (size_t)(at - part.p);
	rest->p = at + 1;
	rest->n -= part.n + 1;
	return part;
}

#endif
