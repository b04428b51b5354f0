#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/table.h"

struct table {
	char *path;		/* of the first file */
	struct buf header;
	int has_header;
	size_t width;
	char **name;		/* (width) */
	struct buf text;	/* ROW\n ROW\n ... */
	size_t *end;		/* (n of cap) of each row in text */
	size_t n, cap;
};

struct table *
table_new(void)
{
	return mem_array("table", 1, sizeof(struct table));
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t c = 0; c < t->width; c++)
		free(t->name[c]);
	free(t->name);
	free(t->path);
	free(t->end);
	buf_release(&t->header);
	buf_release(&t->text);
	free(t);
}

static int
has_break(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\t' || text.p[i] == '\n' ||
		    text.p[i] == '\r')
			return 1;
	return 0;
}

static int
take_columns(struct table *t, const struct rows *r)
{
	t->path = mem_text(rows_path(r), strlen(rows_path(r)));
	t->width = rows_width(r);
	t->name = mem_array("columns", t->width, sizeof *t->name);
	for (size_t c = 0; c < t->width; c++) {
		const char *name = rows_column_name(r, c);

		if (has_break(span_of(name)))
			return err_msg("%s: a TAB or line end in the name '%s'"
			    " cannot be written to a table", t->path, name);
		t->name[c] = mem_text(name, strlen(name));
		buf_format(&t->header, "%s%s:%s", c == 0 ? "" : "\t", name,
		    rows_type_name(rows_column_type(r, c)));
	}
	buf_cstr(&t->header);
	return 0;
}

int
table_begin(struct table *t, const struct rows *r)
{
	if (rows_width(r) == 0)
		return err_msg("%s: the table is empty", rows_path(r));
	t->has_header |= rows_has_header(r);
	if (t->path == NULL)
		return take_columns(t, r);
	if (rows_width(r) != t->width)
		return err_msg("%s: %zu columns, but %s has %zu", rows_path(r),
		    rows_width(r), t->path, t->width);
	for (size_t c = 0; c < t->width; c++)
		if (strcmp(rows_column_name(r, c), t->name[c]) != 0)
			return err_msg("%s: column %zu is '%s', but in %s it "
			    "is '%s'", rows_path(r), c + 1,
			    rows_column_name(r, c), t->path, t->name[c]);
	return 0;
}

static int
add_field(struct table *t, const struct rows *r, int column)
{
	const struct span text = rows_text(r, column);

	if (has_break(text))
		return rows_error(r, column, "a TAB or line end in a field "
		    "cannot be written to a table");
	if (column > 0)
		buf_char(&t->text, '\t');
	buf_span(&t->text, text);
	return 0;
}

int
table_add(struct table *t, const struct rows *r)
{
	if (rows_kind(r) == ROWS_TSV)
		buf_span(&t->text, rows_raw(r));
	else
		for (size_t c = 0; c < t->width; c++)
			if (add_field(t, r, (int)c) != 0)
				return -1;
	buf_char(&t->text, '\n');
	if (t->n == t->cap)
		t->end = mem_grow("rows", t->end, &t->cap, t->n + 1,
		    sizeof *t->end);
	t->end[t->n++] = t->text.n;
	return 0;
}

size_t
table_count(const struct table *t)
{
	return t->n;
}

int
table_has_column(const struct table *t, const char *name)
{
	for (size_t c = 0; c < t->width; c++)
		if (strcmp(t->name[c], name) == 0)
			return 1;
	return 0;
}

struct span
table_row(const struct table *t, size_t i)
{
	const size_t from = i == 0 ? 0 : t->end[i - 1];

	assert(i < t->n);
	return (struct span){ t->text.p + from, t->end[i] - from };
}

int
table_has_header(const struct table *t)
{
	return t->has_header;
}

const char *
table_header(const struct table *t)
{
	return t->header.p;
}
