#ifndef SRS_BUF_H
#define SRS_BUF_H

/*
 * buf.h -- bytes that grow at the end.
 *
 *	struct buf b = BUF_EMPTY;
 *	buf_text(&b, "user\t");
 *	buf_float(&b, score);
 *	out_write(out, b.p, b.n);
 *	buf_release(&b);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct buf {
	char *p;		/* (n of cap) */
	size_t n, cap;
};

#define BUF_EMPTY ((struct buf){ NULL, 0, 0 })

void buf_release(struct buf *);

/* For buf_room(). */
void buf_grow(struct buf *, size_t n);

/* Room for n more bytes at the end; the caller fills them and adds to b->n. */
static inline char *
buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->n < n)
		buf_grow(b, n);
	return b->p + b->n;
}

static inline void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n > 0)
		memcpy(buf_room(b, n), bytes, n);
	b->n += n;
}

static inline void
buf_char(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}

static inline void
buf_span(struct buf *b, struct span text)
{
	buf_add(b, text.p, text.n);
}

void buf_text(struct buf *, const char *text);
void buf_int(struct buf *, int64_t);
void buf_float(struct buf *, float);		/* as num_put_float() */
void buf_double(struct buf *, double);		/* as num_put_double() */
void buf_format(struct buf *, const char *fmt, ...) SRS_PRINTF(2, 3);

/* Adds a '\0' that is not counted in n, and returns the text. */
const char *buf_cstr(struct buf *);

#endif
