#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/out.h"
#include "io/put.h"

enum { BLOCK = 1 << 16 };	/* bytes handed on at a time */

struct put {
	struct out *out;
	struct buf buf;
	int is_finished;
	int in_row;		/* a field of this row was written */
	size_t row;		/* rows ended, for the message */
	size_t bad_row;		/* the first with a bad field, from 1; or 0 */
};

struct put *
put_open(const char *path, int gzip)
{
	struct out *out = out_open(path, gzip);
	struct put *p;

	if (out == NULL)
		return NULL;
	p = mem_array("writer", 1, sizeof *p);
	p->out = out;
	return p;
}

static void
flush(struct put *p)
{
	out_write(p->out, p->buf.p, p->buf.n);
	p->buf.n = 0;
}

int
put_finish(struct put *p)
{
	if (p->bad_row != 0)
		return err_msg("%s: row %zu: a field with a TAB, line end or "
		    "NUL byte cannot be written", out_name(p->out),
		    p->bad_row);
	if (p->buf.n > 0)
		flush(p);
	p->is_finished = 1;
	return out_finish(p->out);
}

int
put_commit(struct put *p)
{
	if (!p->is_finished && put_finish(p) != 0)
		return -1;
	return out_commit(p->out);
}

void
put_free(struct put *p)
{
	if (p == NULL)
		return;
	out_free(p->out);
	buf_release(&p->buf);
	free(p);
}

int
put_failed(const struct put *p)
{
	return p->bad_row != 0 || out_failed(p->out);
}

/* --- fields ------------------------------------------------------------- */

static int
is_plain(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '\t':
		case '\n':
		case '\r':
		case '\0':
			return 0;
		}
	return 1;
}

static void
separate(struct put *p)
{
	if (p->in_row)
		buf_char(&p->buf, '\t');
	p->in_row = 1;
}

void
put_header(struct put *p, const char *typed_names)
{
	buf_text(&p->buf, typed_names);
	buf_char(&p->buf, '\n');
}

void
put_span(struct put *p, struct span text)
{
	separate(p);
	buf_span(&p->buf, text);
	if (p->bad_row == 0 && !is_plain(text))
		p->bad_row = p->row + 1;
}

void
put_text(struct put *p, const char *text)
{
	put_span(p, span_of(text));
}

void
put_float(struct put *p, float x)
{
	separate(p);
	buf_float(&p->buf, x);
}

void
put_double(struct put *p, double x)
{
	separate(p);
	buf_double(&p->buf, x);
}

void
put_int(struct put *p, int64_t n)
{
	separate(p);
	buf_int(&p->buf, n);
}

void
put_end(struct put *p)
{
	buf_char(&p->buf, '\n');
	p->in_row = 0;
	p->row++;
	if (p->buf.n >= BLOCK)
		flush(p);
}

void
put_rows(struct put *p, struct span rows)
{
	if (p->buf.n > 0)
		flush(p);
	if (rows.n > 0)
		out_write(p->out, rows.p, rows.n);
}
