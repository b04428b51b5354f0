#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

void
buf_release(struct buf *b)
{
	free(b->p);
	*b = BUF_EMPTY;
}

void
buf_grow(struct buf *b, size_t n)
{
	b->p = mem_grow("a buffer", b->p, &b->cap, b->n + n, 1);
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_int(struct buf *b, int64_t n)
{
	b->n += num_put_int(buf_room(b, NUM_TEXT_MAX), n);
}

void
buf_float(struct buf *b, float x)
{
	b->n += num_put_float(buf_room(b, NUM_TEXT_MAX), x);
}

void
buf_double(struct buf *b, double x)
{
	b->n += num_put_double(buf_room(b, NUM_TEXT_MAX), x);
}

void
buf_format(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	buf_room(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

const char *
buf_cstr(struct buf *b)
{
	*buf_room(b, 1) = '\0';
	return b->p;
}
