#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/readtitles.h"
#include "io/rows.h"

struct titles {
	struct buf text;
	struct {
		size_t start, n;
		int is_there;
	} *title;		/* (n_items) parts of text */
	size_t n_items, n_there;
};

static int
read_rows(struct rows *rows, const char *column, const struct idmap *items,
    struct titles *out)
{
	const int id = rows_column(rows, "item_id");
	const int title = id < 0 ? -1 : rows_column(rows, column);
	int got;

	if (title < 0)
		return -1;
	while ((got = rows_next(rows)) > 0) {
		const struct span text = rows_text(rows, title);
		const uint32_t item = idmap_find(items, rows_text(rows, id));

		if (item == IDMAP_NONE)
			continue;
		if (out->title[item].is_there)
			return rows_error(rows, id, "'%.*s' stands twice",
			    SPAN_ARGS(rows_text(rows, id)));
		out->title[item].is_there = 1;
		out->title[item].start = out->text.n;
		out->title[item].n = text.n;
		out->n_there++;
		buf_span(&out->text, text);
	}
	return got;
}

struct titles *
readtitles(const char *path, const char *column, const struct idmap *items)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV });
	struct titles *t = mem_array("titles", 1, sizeof *t);
	int status = -1;

	t->text = BUF_EMPTY;
	t->n_items = idmap_count(items);
	t->title = mem_array("titles", t->n_items, sizeof *t->title);
	if (rows != NULL)
		status = read_rows(rows, column != NULL ? column : "title",
		    items, t);
	rows_close(rows);
	if (status == 0)
		return t;
	titles_free(t);
	return NULL;
}

void
titles_free(struct titles *t)
{
	if (t == NULL)
		return;
	buf_release(&t->text);
	free(t->title);
	free(t);
}

struct span
titles_of(const struct titles *t, uint32_t item)
{
	if (item >= t->n_items || t->title[item].n == 0)
		return (struct span){ "", 0 };
	return (struct span){ t->text.p + t->title[item].start,
	    t->title[item].n };
}

size_t
titles_missing(const struct titles *t)
{
	return t->n_items - t->n_there;
}
