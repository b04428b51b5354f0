#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/record.h"

enum { START = 1024 };		/* bytes shown of a record that is too long */

void
record_release(struct record *r)
{
	free(r->field);
	buf_release(&r->problem);
}

int
record_bad(struct record *r, size_t line, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	r->problem.n = 0;
	buf_text(&r->problem, text);
	buf_cstr(&r->problem);
	r->problem_line = line;
	return 2;
}

static int
too_long(struct record *r, struct lines *l)
{
	r->raw = (struct span){ l->p + l->from, l->max < START ? l->max :
	    START };
	lines_drop(l);
	return record_bad(r, r->line, "a row of more than %zu bytes", l->max);
}

int
record_find(struct record *r, struct lines *l, size_t *n)
{
	const int got = lines_find(l, 0, n);

	r->line = l->line;
	return got == 2 ? too_long(r, l) : got;
}

void
record_grow(struct record *r)
{
	r->field = mem_grow("fields", r->field, &r->cap, r->n + 1,
	    sizeof *r->field);
}

void
record_split(struct record *r, struct span raw, char separator)
{
	const char *p = raw.p, *const end = raw.p + raw.n, *at;

	r->raw = raw;
	r->n = 0;
	while (p < end &&
	    (at = memchr(p, separator, (size_t)(end - p))) != NULL) {
		record_add(r, (struct span){ p, (size_t)(at - p) });
		p = at + 1;
	}
	record_add(r, (struct span){ p, (size_t)(end - p) });
}
