#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/report.h"

struct column {
	char *name, *heading;	/* owned */
	enum report_type type;
	const char *format;	/* or NULL: not for people */
};

struct cell {
	char *text;		/* owned; NULL: a number */
	double number;
};

struct report {
	struct column *column;	/* (n_columns of cap_columns) */
	size_t n_columns, cap_columns;
	struct cell *cell;	/* (n of cap) row by row */
	size_t n, cap;
};

struct report *
report_new(void)
{
	return mem_array("a report", 1, sizeof(struct report));
}

void
report_free(struct report *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_columns; i++) {
		free(r->column[i].name);
		free(r->column[i].heading);
	}
	for (size_t i = 0; i < r->n; i++)
		free(r->cell[i].text);
	free(r->column);
	free(r->cell);
	free(r);
}

void
report_headed(struct report *r, const char *name, enum report_type type,
    const char *format, const char *heading)
{
	assert(r->n == 0);
	r->column = mem_grow("columns", r->column, &r->cap_columns,
	    r->n_columns + 1, sizeof *r->column);
	r->column[r->n_columns++] = (struct column){
	    mem_text(name, strlen(name)), mem_text(heading, strlen(heading)),
	    type, format };
}

void
report_column(struct report *r, const char *name, enum report_type type,
    const char *format)
{
	report_headed(r, name, type, format, name);
}

static void
add_cell(struct report *r, struct cell c, enum report_type type)
{
	assert(r->column[r->n % r->n_columns].type == type);
	(void)type;
	r->cell = mem_grow("fields", r->cell, &r->cap, r->n + 1,
	    sizeof *r->cell);
	r->cell[r->n++] = c;
}

void
report_text(struct report *r, const char *text)
{
	add_cell(r, (struct cell){ mem_text(text, strlen(text)), 0 },
	    REPORT_TEXT);
}

void
report_number(struct report *r, double x)
{
	add_cell(r, (struct cell){ NULL, x }, REPORT_NUMBER);
}

/* --- for people ----------------------------------------------------------- */

enum { WIDTH_MIN = 7 };		/* of a number: "0.1234" and a sign */

/* How many places a text takes: the bytes that begin a character. */
static size_t
places(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static const char *
seen(const struct column *c, const struct cell *cell, char number[64])
{
	if (cell->text != NULL)
		return cell->text;
	if (!isfinite(cell->number))
		return "-";
	snprintf(number, 64, c->format, cell->number);
	return number;
}

static size_t
width_of(const struct report *r, size_t column)
{
	const struct column *c = &r->column[column];
	size_t width = places(c->heading);
	char number[64];

	if (c->type == REPORT_NUMBER && width < WIDTH_MIN)
		width = WIDTH_MIN;
	for (size_t i = column; i < r->n; i += r->n_columns) {
		const size_t n = places(seen(c, &r->cell[i], number));

		width = n > width ? n : width;
	}
	return width;
}

/* Names stand to the left, numbers to the right. */
static void
add_padded(struct buf *line, const struct column *c, const char *text,
    size_t width, int is_first)
{
	const int pad = (int)(width - places(text));

	if (!is_first)
		buf_text(line, "  ");
	if (c->type == REPORT_NUMBER)
		buf_format(line, "%*s", pad, "");
	buf_text(line, text);
	if (c->type == REPORT_TEXT)
		buf_format(line, "%*s", pad, "");
}

static void
end_line(struct buf *line)
{
	while (line->n > 0 && line->p[line->n - 1] == ' ')
		line->n--;
	buf_char(line, '\n');
}

static void
put_aligned(const struct report *r, struct put *put)
{
	size_t *width = mem_array("columns", r->n_columns, sizeof *width);
	struct buf line = BUF_EMPTY;
	char number[64];
	int is_first = 1;

	for (size_t j = 0; j < r->n_columns; j++) {
		const struct column *c = &r->column[j];

		if (c->format == NULL)
			continue;
		width[j] = width_of(r, j);
		add_padded(&line, c, c->heading, width[j], is_first);
		is_first = 0;
	}
	end_line(&line);
	for (size_t i = 0; i < r->n; i++) {
		const size_t j = i % r->n_columns;
		const struct column *c = &r->column[j];

		is_first = j == 0 ? 1 : is_first;
		if (c->format != NULL) {
			add_padded(&line, c, seen(c, &r->cell[i], number),
			    width[j], is_first);
			is_first = 0;
		}
		if (j + 1 == r->n_columns)
			end_line(&line);
	}
	put_rows(put, (struct span){ line.p, line.n });
	buf_release(&line);
	free(width);
}

/* --- for programs --------------------------------------------------------- */

static void
put_tsv(const struct report *r, struct put *put)
{
	struct buf header = BUF_EMPTY;

	for (size_t j = 0; j < r->n_columns; j++)
		buf_format(&header, "%s%s:%s", j > 0 ? "\t" : "",
		    r->column[j].name, r->column[j].type == REPORT_TEXT ?
		    "token" : "float");
	put_header(put, buf_cstr(&header));
	buf_release(&header);
	for (size_t i = 0; i < r->n; i++) {
		if (r->cell[i].text != NULL)
			put_text(put, r->cell[i].text);
		else if (isfinite(r->cell[i].number))
			put_double(put, r->cell[i].number);
		else
			put_text(put, "");
		if ((i + 1) % r->n_columns == 0)
			put_end(put);
	}
}

cJSON *
report_json(const struct report *r)
{
	cJSON *rows = cJSON_CreateArray(), *row = NULL;

	for (size_t i = 0; i < r->n; i++) {
		const struct cell *c = &r->cell[i];

		if (i % r->n_columns == 0) {
			row = cJSON_CreateObject();
			cJSON_AddItemToArray(rows, row);
		}
		cJSON_AddItemToObject(row, r->column[i % r->n_columns].name,
		    c->text != NULL ? cJSON_CreateString(c->text) :
		    isfinite(c->number) ? cJSON_CreateNumber(c->number) :
		    cJSON_CreateNull());
	}
	return rows;
}

void
report_put_json(const cJSON *value, struct put *put)
{
	char *text = cJSON_Print(value);

	put_rows(put, span_of(text));
	put_rows(put, span_of("\n"));
	cJSON_free(text);
}

void
report_put(const struct report *r, enum report_form form, struct put *put)
{
	cJSON *rows;

	assert(r->n_columns > 0 && r->n % r->n_columns == 0);
	switch (form) {
	case REPORT_TSV:
		put_tsv(r, put);
		break;
	case REPORT_JSON:
		rows = report_json(r);
		report_put_json(rows, put);
		cJSON_Delete(rows);
		break;
	default:
		put_aligned(r, put);
	}
}

int
report_write(const struct report *r, const char *path)
{
	struct put *put = put_open(path, 0);
	int status;

	if (put == NULL)
		return -1;
	report_put(r, REPORT_TSV, put);
	status = put_commit(put);
	put_free(put);
	return status;
}
