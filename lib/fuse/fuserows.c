#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
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

static inline char *
put_name(char *to, struct span text)
{
	memcpy(to, text.p, text.n);
	to += text.n;
	*to++ = '\t';
	return to;
}

static void
add_row(struct buf *b, struct span user, struct span item, float score,
    size_t rank)
{
	char *const begin = buf_room(b, user.n + item.n + 3 +
	    2 * NUM_TEXT_MAX);
	char *to = put_name(begin, user);

	to = put_name(to, item);
	to += num_put_float(to, score);
	*to++ = '\t';
	to += num_put_int(to, (int64_t)rank);
	b->n += (size_t)(to - begin);
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

		add_row(b, u->user, u->name[p], best[i].score, i + 1);
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
