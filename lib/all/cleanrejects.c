#include <stdlib.h>
#include <string.h>

#include "all/cleanrejects.h"
#include "base/buf.h"
#include "base/mem.h"
#include "io/put.h"
#include "prep/cleantext.h"

struct cleanrejects {
	struct put *put;
	char **name;		/* (n) columns of the first table */
	int *column;		/* (n) of the table at hand; -1: not there */
	size_t n;
};

/* A reason that came with the row, from an earlier cleaning, gives way. */
static void
put_names(struct cleanrejects *r, const struct rows *rows)
{
	struct buf header = BUF_EMPTY;

	r->name = mem_array("columns", rows_width(rows), sizeof *r->name);
	r->column = mem_array("columns", rows_width(rows), sizeof *r->column);
	for (size_t c = 0; c < rows_width(rows); c++) {
		const char *name = rows_column_name(rows, c);

		if (strcmp(name, "reason") == 0)
			continue;
		r->name[r->n++] = mem_text(name, strlen(name));
		cleantext_repair(span_of(name), &header);
		buf_text(&header, ":token\t");
	}
	buf_text(&header, "reason:token");
	put_header(r->put, buf_cstr(&header));
	buf_release(&header);
}

struct cleanrejects *
cleanrejects_open(const char *path, int gzip, const struct rows *first)
{
	struct put *put = put_open(path, gzip);
	struct cleanrejects *r;

	if (put == NULL)
		return NULL;
	r = mem_array("rejects", 1, sizeof *r);
	r->put = put;
	put_names(r, first);
	return r;
}

void
cleanrejects_free(struct cleanrejects *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n; i++)
		free(r->name[i]);
	free(r->name);
	free(r->column);
	put_free(r->put);
	free(r);
}

int
cleanrejects_commit(struct cleanrejects *r)
{
	return put_commit(r->put);
}

void
cleanrejects_bind(struct cleanrejects *r, const struct rows *rows)
{
	for (size_t i = 0; i < r->n; i++)
		r->column[i] = rows_find(rows, r->name[i]);
}

void
cleanrejects_row(const struct cleanrejects *r, const struct rows *rows,
    int is_record, struct span reason, struct buf *b)
{
	for (size_t i = 0; i < r->n; i++) {
		if (is_record && i == 0)
			cleantext_repair(rows_raw(rows), b);
		else if (!is_record && r->column[i] >= 0)
			cleantext_repair(rows_text(rows, r->column[i]), b);
		buf_char(b, '\t');
	}
	cleantext_repair(reason, b);
	buf_char(b, '\n');
}

void
cleanrejects_put(struct cleanrejects *r, struct span rows)
{
	put_rows(r->put, rows);
}
