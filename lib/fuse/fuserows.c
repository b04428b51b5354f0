#include <stdlib.h>

#include "base/mem.h"
#include "fuse/fuserows.h"

void
fuserows_release(struct fuserows_scratch *s)
{
	free(s->part);
}

void
fuserows_header(const struct fuserows *how, struct put *put)
{
	struct buf b = BUF_EMPTY;

	if (how->no_header)
		return;
	buf_text(&b, "user_id:token\titem_id:token\tscore:float\trank:float");
	if (how->explains)
		buf_text(&b, "\tparts:token_seq");
	if (how->titles != NULL)
		buf_text(&b, "\ttitle:token_seq");
	put_header(put, buf_cstr(&b));
	buf_release(&b);
}

/* "ials=0.31 ease=0.2": of the systems that add anything. */
static void
add_parts(const struct fusion *f, const double *part, struct buf *b)
{
	int any = 0;

	buf_char(b, '\t');
	for (size_t s = 0; s < f->n; s++)
		if (part[s] != 0) {
			if (any++)
				buf_char(b, ' ');
			buf_format(b, "%s=", f->name[s]);
			buf_float(b, (float)part[s]);
		}
}

size_t
fuserows_add(const struct fuserows *how, const struct fusion *f,
    struct fuseunion *u, struct fuserows_scratch *s, struct buf *b)
{
	const struct topk_item *best;
	const size_t n = fuseunion_fuse(u, f, how->k, &best);

	if (how->explains) {
		s->part = mem_grow("parts", s->part, &s->cap_part, u->n * f->n,
		    sizeof *s->part);
		f->method->explain(f, u, s->part);
	}
	for (size_t i = 0; i < n; i++) {
		const size_t p = best[i].item;

		buf_span(b, u->user);
		buf_char(b, '\t');
		buf_span(b, u->name[p]);
		buf_char(b, '\t');
		buf_float(b, best[i].score);
		buf_char(b, '\t');
		buf_int(b, (int64_t)i + 1);
		if (how->explains)
			add_parts(f, s->part + p * f->n, b);
		if (how->titles != NULL) {
			buf_char(b, '\t');
			buf_span(b, titles_of(how->titles, u->item[p]));
		}
		buf_char(b, '\n');
	}
	return n;
}
