#include <stdlib.h>

#include "all/writelog.h"
#include "base/mem.h"
#include "base/par.h"

enum { CHUNK = 4096 };		/* events formatted by one thread at a time */

static const char *const kinds[VISITS_KINDS] = { "view", "cart", "purchase" };

/* What an outlier is: both are read as numbers, neither can be meant. */
static const char bad_rating[] = "99";
enum { BAD_PRICE_FACTOR = 10000 };

struct format {
	const struct shop *shop;
	const struct visits_event *events;	/* (n) */
	size_t n;
	struct buf *rows;	/* (pieces) */
};

void
writelog_price(struct buf *b, uint32_t cents)
{
	buf_int(b, cents / 100);
	buf_char(b, '.');
	buf_char(b, (char)('0' + cents / 10 % 10));
	buf_char(b, (char)('0' + cents % 10));
}

static void
add_id(struct buf *b, char kind, uint64_t index)
{
	buf_char(b, kind);
	buf_int(b, (int64_t)index + 1);
}

/* RFC 4180: quotes within quotes are doubled. */
static void
add_quoted(struct buf *b, const struct buf *text)
{
	buf_char(b, '"');
	for (size_t i = 0; i < text->n; i++) {
		if (text->p[i] == '"')
			buf_char(b, '"');
		buf_char(b, text->p[i]);
	}
	buf_char(b, '"');
}

static void
add_row(struct buf *b, const struct shop *shop, const struct visits_event *e,
    struct buf *text)
{
	if (!(e->dirt & VISITS_NO_USER))
		add_id(b, 'u', e->user);
	buf_char(b, ',');
	if (!(e->dirt & VISITS_NO_ITEM))
		add_id(b, 'i', e->item);
	buf_char(b, ',');
	buf_text(b, kinds[e->kind]);
	buf_char(b, ',');
	buf_int(b, e->time);
	buf_char(b, ',');
	add_id(b, 's', e->session);
	buf_char(b, ',');
	if (e->query != VISITS_NO_QUERY)
		add_id(b, 'q', e->query);
	buf_char(b, ',');
	if (e->dirt & VISITS_BAD_PRICE)
		buf_int(b, -(int64_t)e->cents * BAD_PRICE_FACTOR);
	else
		writelog_price(b, e->cents);
	buf_char(b, ',');
	if (e->dirt & VISITS_BAD_RATING)
		buf_text(b, bad_rating);
	else if (e->rating > 0)
		buf_int(b, e->rating);
	buf_char(b, ',');
	if (e->has_text || e->dirt & VISITS_BAD_TEXT) {
		text->n = 0;
		visits_text(shop, e, text);
		add_quoted(b, text);
	}
	buf_char(b, '\n');
}

static void
format_piece(void *arg, size_t piece, size_t worker)
{
	const struct format *f = arg;
	const size_t first = piece * CHUNK;
	struct buf text = BUF_EMPTY;

	(void)worker;
	f->rows[piece].n = 0;
	for (size_t i = first; i < first + CHUNK && i < f->n; i++)
		add_row(&f->rows[piece], f->shop, &f->events[i], &text);
	buf_release(&text);
}

void
writelog(struct out *out, const struct shop *shop,
    const struct visits_config *config, struct tick *tick,
    struct visits_counts *counts)
{
	static const char header[] = "user_id,item_id,event,timestamp,"
	    "session_id,query_id,price,rating,review\n";
	struct visits *v = visits_new(shop, config);
	struct format f = { .shop = shop };
	size_t n_rows = 0, cap = 0;

	out_write(out, header, sizeof header - 1);
	while (!out_failed(out) && (f.n = visits_next(v, &f.events)) > 0) {
		const size_t n = par_pieces(f.n, CHUNK);

		f.rows = mem_grow("rows", f.rows, &cap, n, sizeof *f.rows);
		for (; n_rows < n; n_rows++)
			f.rows[n_rows] = BUF_EMPTY;
		par_for(n, format_piece, &f);
		for (size_t i = 0; i < n; i++)
			out_write(out, f.rows[i].p, f.rows[i].n);
		*counts = visits_counts(v);
		tick_at(tick, counts->rows, config->n_events);
	}
	for (size_t i = 0; i < n_rows; i++)
		buf_release(&f.rows[i]);
	free(f.rows);
	visits_free(v);
}
