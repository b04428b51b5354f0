#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/table.h"

enum {
	ALIGNMENT = 8,
	SLAB_MAX = 64 << 20		/* bytes */
};

struct table {
	char *path;		/* of the first file */
	struct buf header;
	int has_header;
	size_t width;
	char **name;		/* (width) */
	struct {
		struct table_block rows;	/* in a slab */
		size_t first;
	} *block;		/* (n_blocks of cap) */
	size_t n_blocks, cap;
	char **slab;		/* (n_slabs of cap_slabs) */
	size_t n_slabs, cap_slabs;
	size_t slab_n, slab_cap;	/* bytes of the last one */
	size_t n;		/* rows */
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
	for (size_t i = 0; i < t->n_slabs; i++)
		free(t->slab[i]);
	free(t->slab);
	free(t->block);
	buf_release(&t->header);
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

/* --- rows --------------------------------------------------------------- */

static int
check_size(const struct table_block *b, const struct rows *r)
{
	return b->text.n <= UINT32_MAX ? 0
	    : rows_error(r, -1, "rows of more than 4 GiB together");
}

/* Room for the ends of n more rows. */
static void
make_room(struct table_block *b, size_t n)
{
	if (b->cap - b->n < n)
		b->end = mem_grow("rows", b->end, &b->cap, b->n + n,
		    sizeof *b->end);
}

/* A row field by field. */
static int
add_fields(struct table_block *b, const struct rows *r)
{
	for (size_t c = 0; c < rows_width(r); c++) {
		const struct span text = rows_text(r, (int)c);

		if (has_break(text))
			return rows_error(r, (int)c, "a TAB or line end in a "
			    "field cannot be written to a table");
		if (c > 0)
			buf_char(&b->text, '\t');
		buf_span(&b->text, text);
	}
	return 0;
}

int
table_block_add(struct table_block *b, const struct rows *r)
{
	if (rows_kind(r) == ROWS_TSV)	/* as it stands in its file */
		buf_span(&b->text, rows_raw(r));
	else if (add_fields(b, r) != 0)
		return -1;
	buf_char(&b->text, '\n');
	if (check_size(b, r) != 0)
		return -1;
	make_room(b, 1);
	b->end[b->n++] = (uint32_t)b->text.n;
	return 0;
}

int
table_block_add_lines(struct table_block *b, const struct rows *r,
    const struct spans *line, size_t n)
{
	make_room(b, n);
	for (size_t i = 0, end; i < n; i = end) {
		const uint32_t from = line->from[i];
		const size_t at = b->text.n - from;

		/* lines with nothing but an LF between them, at once */
		for (end = i; end < n && line->text[line->to[end]] == '\n' &&
		    (end == i || line->from[end] == line->to[end - 1] + 1);
		    end++)
			b->end[b->n + end] = (uint32_t)(at + line->to[end] +
			    1);
		if (end > i) {
			buf_add(&b->text, line->text + from,
			    line->to[end - 1] + 1 - from);
			continue;
		}
		buf_span(&b->text, spans_get(line, i));
		buf_char(&b->text, '\n');
		b->end[b->n + end++] = (uint32_t)b->text.n;
	}
	b->n += n;
	return check_size(b, r);
}

void
table_block_release(struct table_block *b)
{
	buf_release(&b->text);
	free(b->end);
	*b = (struct table_block){ .text = BUF_EMPTY };
}

/*
 * Memory that stays.  It is had in slabs which grow to SLAB_MAX bytes: those
 * can be made of large pages, where each block by itself would be had from
 * the system page by page.
 */
static void *
keep(struct table *t, size_t bytes)
{
	char *p;

	bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (t->slab_cap - t->slab_n < bytes) {
		const size_t twice = t->slab_cap < SLAB_MAX / 2
		    ? 2 * t->slab_cap : SLAB_MAX;
		size_t cap = 0;

		t->slab = mem_grow("rows", t->slab, &t->cap_slabs,
		    t->n_slabs + 1, sizeof *t->slab);
		t->slab[t->n_slabs++] = mem_grow("rows", NULL, &cap,
		    bytes > twice ? bytes : twice, 1);
		t->slab_cap = cap;
		t->slab_n = 0;
	}
	p = t->slab[t->n_slabs - 1] + t->slab_n;
	t->slab_n += bytes;
	return p;
}

void
table_take(struct table *t, struct table_block *b)
{
	struct table_block *to;

	if (b->n == 0)
		return;
	t->block = mem_grow("rows", t->block, &t->cap, t->n_blocks + 1,
	    sizeof *t->block);
	to = &t->block[t->n_blocks].rows;
	*to = (struct table_block){ .n = b->n, .end = keep(t,
	    b->n * sizeof *b->end) };
	memcpy(to->end, b->end, b->n * sizeof *b->end);
	to->text = (struct buf){ keep(t, b->text.n), b->text.n, 0 };
	memcpy(to->text.p, b->text.p, b->text.n);
	t->block[t->n_blocks++].first = t->n;
	t->n += b->n;
	b->n = b->text.n = 0;
}

size_t
table_blocks(const struct table *t)
{
	return t->n_blocks;
}

const struct table_block *
table_block(const struct table *t, size_t i)
{
	assert(i < t->n_blocks);
	return &t->block[i].rows;
}

size_t
table_block_first(const struct table *t, size_t i)
{
	assert(i < t->n_blocks);
	return t->block[i].first;
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
