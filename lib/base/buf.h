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

/* Room for n more bytes at the end; the caller fills them and adds to b->n. */
char *buf_room(struct buf *, size_t n);

void buf_add(struct buf *, const void *bytes, size_t n);
void buf_char(struct buf *, char c);
void buf_text(struct buf *, const char *text);
void buf_span(struct buf *, struct span);
void buf_int(struct buf *, int64_t);
void buf_float(struct buf *, float);		/* as num_put_float() */
void buf_double(struct buf *, double);		/* as num_put_double() */
void buf_format(struct buf *, const char *fmt, ...) SRS_PRINTF(2, 3);

/* Adds a '\0' that is not counted in n, and returns the text. */
const char *buf_cstr(struct buf *);

#endif
