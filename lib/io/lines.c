#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/lines.h"

enum { BLOCK = 1 << 18 };	/* bytes to have room for when reading */

void
lines_init(struct lines *l, struct in *in, size_t max)
{
	*l = (struct lines){ .in = in, .nul = SIZE_MAX, .line = 1,
	    .max = max };
}

void
lines_release(struct lines *l)
{
	free(l->p);
	l->p = NULL;
}

static void
find_nul(struct lines *l, size_t from)
{
	const char *at = from == l->to ? NULL
	    : memchr(l->p + from, '\0', l->to - from);

	l->nul = at == NULL ? SIZE_MAX : (size_t)(at - l->p);
}

/* Reads more behind what there is, which moves to the front. */
static int
fill(struct lines *l)
{
	ptrdiff_t got;

	if (l->from > 0) {
		memmove(l->p, l->p + l->from, l->to - l->from);
		l->to -= l->from;
		if (l->nul != SIZE_MAX)
			l->nul -= l->from;
		l->from = 0;
	}
	if (l->cap - l->to < BLOCK)
		l->p = mem_grow("a row", l->p, &l->cap, l->to + BLOCK, 1);
	got = in_read(l->in, l->p + l->to, l->cap - l->to);
	if (got < 0)
		return -1;
	l->at_end = got == 0;
	l->to += (size_t)got;
	if (l->nul == SIZE_MAX)
		find_nul(l, l->to - (size_t)got);
	return 0;
}

int
lines_fill(struct lines *l, size_t n)
{
	while (!l->at_end && l->to - l->from < n)
		if (fill(l) != 0)
			return -1;
	return 0;
}

static int
drop_line(struct lines *l)
{
	for (;;) {
		const size_t have = l->to - l->from;
		const char *lf = have == 0 ? NULL
		    : memchr(l->p + l->from, '\n', have);

		if (lf != NULL || l->at_end) {
			lines_take(l, lf == NULL ? have
			    : (size_t)(lf - (l->p + l->from)), 1);
			return 0;
		}
		l->from = l->to;
		l->nul = SIZE_MAX;
		if (fill(l) != 0)
			return -1;
	}
}

int
lines_find(struct lines *l, size_t skip, size_t *n)
{
	size_t seen = skip;	/* of the record: no LF between skip and here */

	if (l->drops && drop_line(l) != 0)
		return -1;
	l->drops = 0;
	for (;;) {
		const size_t have = l->to - l->from;
		const char *start = l->p + l->from;
		const char *lf = have == seen ? NULL
		    : memchr(start + seen, '\n', have - seen);
		const size_t end = lf == NULL ? have : (size_t)(lf - start);

		if (end > l->max)
			return 2;
		*n = end - skip;
		if (lf != NULL)
			return 1;
		if (l->at_end)
			return end > skip;
		seen = end;
		if (fill(l) != 0)
			return -1;
	}
}

void
lines_take(struct lines *l, size_t n, size_t n_lines)
{
	assert(n <= l->to - l->from);
	l->from += n;
	if (l->from < l->to && l->p[l->from] == '\n')
		l->from++;
	l->line += n_lines;
	if (l->nul < l->from)
		find_nul(l, l->from);
}

void
lines_drop(struct lines *l)
{
	l->drops = 1;
}
