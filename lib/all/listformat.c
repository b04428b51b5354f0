#include <math.h>
#include <string.h>

#include "all/listformat.h"

/* --- what columns are called ---------------------------------------------- */

#define SCORE "score:float\trank:float"

static const struct about {
	const char *column;			/* those who get lists */
	const char *rows, *titled, *wide;	/* headers */
	const char *whose, *what;		/* of objects */
} abouts[] = {
	[LISTABOUT_USERS] = { "user_id",
		"user_id:token\titem_id:token\t" SCORE,
		"user_id:token\titem_id:token\t" SCORE "\ttitle:token_seq",
		"user_id:token\titem_ids:token_seq\tscores:float_seq",
		"{\"user_id\":", ",\"item_id\":" },
	[LISTABOUT_ITEMS] = { "item_id",
		"item_id:token\trelated_id:token\t" SCORE,
		"item_id:token\trelated_id:token\t" SCORE
		"\ttitle:token_seq",
		"item_id:token\trelated_ids:token_seq\tscores:float_seq",
		"{\"item_id\":", ",\"related_id\":" },
	[LISTABOUT_SIMILAR] = { "user_id",
		"user_id:token\trelated_id:token\t" SCORE,
		"user_id:token\trelated_id:token\t" SCORE
		"\ttitle:token_seq",
		"user_id:token\trelated_ids:token_seq\tscores:float_seq",
		"{\"user_id\":", ",\"related_id\":" },
};

const char *
listabout_column(enum listabout about)
{
	return abouts[about].column;
}

/* --- rows ----------------------------------------------------------------- */

static void
add_rows(const struct listnames *names, uint32_t user,
    const struct topk_item *best, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_span(out, idmap_name(names->users, user));
		buf_char(out, '\t');
		buf_span(out, idmap_name(names->items, best[i].item));
		buf_char(out, '\t');
		buf_float(out, best[i].score);
		buf_char(out, '\t');
		buf_int(out, (int64_t)i + 1);
		if (names->titles != NULL) {
			buf_char(out, '\t');
			buf_span(out, titles_of(names->titles, best[i].item));
		}
		buf_char(out, '\n');
	}
}

/* --- a row for each user -------------------------------------------------- */

static void
add_wide(const struct listnames *names, uint32_t user,
    const struct topk_item *best, size_t n, struct buf *out)
{
	if (n == 0)
		return;
	buf_span(out, idmap_name(names->users, user));
	for (size_t i = 0; i < n; i++) {
		buf_char(out, i == 0 ? '\t' : ' ');
		buf_span(out, idmap_name(names->items, best[i].item));
	}
	for (size_t i = 0; i < n; i++) {
		buf_char(out, i == 0 ? '\t' : ' ');
		buf_float(out, best[i].score);
	}
	buf_char(out, '\n');
}

/* --- TREC ----------------------------------------------------------------- */

static void
add_trec(const struct listnames *names, uint32_t user,
    const struct topk_item *best, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_span(out, idmap_name(names->users, user));
		buf_text(out, " Q0 ");
		buf_span(out, idmap_name(names->items, best[i].item));
		buf_char(out, ' ');
		buf_int(out, (int64_t)i + 1);
		buf_char(out, ' ');
		buf_float(out, best[i].score);
		buf_text(out, " srs-topk\n");
	}
}

/* --- JSON Lines (RFC 8259) ------------------------------------------------ */

static void
add_string(struct buf *out, struct span text)
{
	buf_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		const unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20) {
			buf_format(out, "\\u%04x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			buf_char(out, '\\');
		buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

static void
add_jsonl(const struct listnames *names, uint32_t user,
    const struct topk_item *best, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_text(out, abouts[names->about].whose);
		add_string(out, idmap_name(names->users, user));
		buf_text(out, abouts[names->about].what);
		add_string(out, idmap_name(names->items, best[i].item));
		buf_text(out, ",\"score\":");
		if (isfinite(best[i].score))
			buf_float(out, best[i].score);
		else
			buf_text(out, "null");
		buf_text(out, ",\"rank\":");
		buf_int(out, (int64_t)i + 1);
		if (names->titles != NULL) {
			buf_text(out, ",\"title\":");
			add_string(out, titles_of(names->titles,
			    best[i].item));
		}
		buf_text(out, "}\n");
	}
}

/* --- the table ------------------------------------------------------------ */

static const struct format {
	int has_header, has_titles;
	int blank_items, blank_users;	/* may ids have blanks? */
	void (*add)(const struct listnames *, uint32_t user,
	    const struct topk_item *best, size_t n, struct buf *);
} formats[] = {
	[LISTFORMAT_ROWS] = { 1, 1, 1, 1, add_rows },
	[LISTFORMAT_WIDE] = { 1, 0, 0, 1, add_wide },
	[LISTFORMAT_TREC] = { 0, 0, 0, 0, add_trec },
	[LISTFORMAT_JSONL] = { 0, 1, 1, 1, add_jsonl },
};

const char *
listformat_header(enum listformat f, enum listabout a, int has_titles)
{
	if (!formats[f].has_header)
		return NULL;
	return f == LISTFORMAT_WIDE ? abouts[a].wide :
	    has_titles ? abouts[a].titled : abouts[a].rows;
}

int
listformat_has_titles(enum listformat f)
{
	return formats[f].has_titles;
}

static int
check_blanks(const struct idmap *ids, const char *what)
{
	for (uint32_t i = 0; i < idmap_count(ids); i++) {
		const struct span name = idmap_name(ids, i);

		if (memchr(name.p, ' ', name.n) != NULL)
			return err_msg("%s '%.*s': ids with blanks cannot "
			    "stand in a line that blanks separate", what,
			    SPAN_ARGS(name));
	}
	return 0;
}

int
listformat_check(enum listformat f, const struct listnames *names)
{
	if (!formats[f].blank_items && check_blanks(names->items, "item") != 0)
		return -1;
	return formats[f].blank_users ? 0 : check_blanks(names->users, "user");
}

void
listformat_add(enum listformat f, const struct listnames *names, uint32_t user,
    const struct topk_item *best, size_t n, struct buf *out)
{
	formats[f].add(names, user, best, n, out);
}
