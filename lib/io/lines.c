#include <string.h>

#include "io/lines.h"

/* The first LF from p[from] on; NULL. */
static const char *
find_end(const struct lines *l, size_t from)
{
	return from == l->to ? NULL : memchr(l->p + from, '\n', l->to - from);
}

int
lines_find(const struct lines *l, size_t skip, size_t *n)
{
	const char *start = l->p + l->from;
	const char *lf = find_end(l, l->from + skip);
	const size_t end = lf != NULL ? (size_t)(lf - start)
	    : l->to - l->from;

	if (skip == 0 && l->from >= l->stop)
		return l->at_end ? 0 : 3;
	if (end > l->max)
		return 2;
	if (lf == NULL && !l->at_end)
		return 3;
	*n = end - skip;
	return lf != NULL || end > skip;
}

void
lines_drop(struct lines *l)
{
	const char *lf = find_end(l, l->from);

	l->drops = lf == NULL;
	l->from = lf == NULL ? l->to : (size_t)(lf - l->p) + 1;
	l->line++;
}
