#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "all/cleancolumns.h"
#include "all/cleantable.h"
#include "base/mem.h"
#include "base/num.h"

static int
bind(struct cleantable *t, const struct cleanplan *p)
{
	for (int f = 0; f < CLEAN_FIELDS; f++) {
		t->column[f] = -1;
		if (!p->rules.has[f])
			continue;
		t->column[f] = p->source[f] == NULL ? 0	/* the key */
		    : cleancolumns_need(p, t->rows, p->source[f]);
		if (t->column[f] < 0)
			return -1;
		t->field[t->n_fields] = (enum clean_field)f;
		t->field_column[t->n_fields++] = t->column[f];
	}
	t->n_text = p->rules.n_text;
	t->text_column = mem_array("columns", t->n_text,
	    sizeof *t->text_column);
	for (size_t i = 0; i < t->n_text; i++) {
		t->text_column[i] = cleancolumns_need(p, t->rows,
		    p->text[i].asked);
		if (t->text_column[i] < 0)
			return -1;
	}
	return 0;
}

/* How its fields become rows of the output. */
static void
bind_output(struct cleantable *t, const struct cleanplan *p)
{
	int is_ordered = 1;

	for (int f = 0; f < CLEAN_FIELDS; f++) {
		if (!cleanplan_puts(p, (enum clean_field)f))
			continue;
		if (t->column[f] < 0) {		/* a weight of events */
			t->n_output = 0;
			return;
		}
		is_ordered &= t->column[f] == (int)t->n_output;
		t->output[t->n_output++] = (enum clean_field)f;
	}
	t->is_output = is_ordered && rows_is_tsv(t->rows) &&
	    t->n_output == rows_width(t->rows);
}

int
cleantable_open(struct cleantable *t, const char *path, struct cleanplan *p)
{
	*t = (struct cleantable){ .rows = rows_open(path, &p->format) };
	if (t->rows == NULL)
		return -1;
	if (rows_width(t->rows) == 0)
		return err_msg("%s: the table is empty", rows_path(t->rows));
	if (!p->stops)
		rows_keep_bad(t->rows);
	if (!p->is_settled && cleancolumns_settle(p, t->rows) != 0)
		return -1;
	cleancolumns_use(p, t->rows);
	if (bind(t, p) != 0)
		return -1;
	bind_output(t, p);
	return 0;
}

void
cleantable_close(struct cleantable *t)
{
	rows_close(t->rows);
	free(t->text_column);
	*t = (struct cleantable){ .rows = NULL };
}

/* A pipe, say. */
static int
is_read_once(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	    (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

int
cleantable_check(struct cleanplan *p, char *const *path, size_t n)
{
	struct cleantable t;
	int status = 0;

	/* what can be read only once has to wait, and with it those behind */
	for (size_t i = 0; i < n && status == 0 && !is_read_once(path[i]);
	    i++) {
		status = cleantable_open(&t, path[i], p);
		cleantable_close(&t);
	}
	return status;
}

static int
is_word(const struct cleantable *t, const struct cleanplan *p,
    const struct cleanfields *row, enum clean_field f)
{
	const struct span text = row->field[f];
	int64_t time;
	unsigned notes;
	double x;

	if (t->column[f] < 0 || text.n == 0)
		return 0;
	if (f == CLEAN_TIME && cleantime_read_form(text, &p->rules.time,
	    &time, &notes) == 0)
		return 0;
	return cleanvalue_number(text, p->rules.field[f].style, &x) != 0;
}

/* Names in the first row of a table that seems to have no header would become
 * a user and an item, or columns would be mistaken. */
static int
check_first_row(const struct cleantable *t, const struct cleanplan *p,
    const struct rows *block, const struct cleanfields *row)
{
	if (is_word(t, p, row, CLEAN_RATING) ||
	    is_word(t, p, row, CLEAN_TIME) ||
	    is_word(t, p, row, CLEAN_WEIGHT) ||
	    span_is(row->field[CLEAN_USER], "user_id"))
		return rows_error(block, -1, "this row may hold the "
		    "columns' names: say --header yes, or no");
	return 0;
}

/* Those of the row last read. */
static void
take_fields(const struct cleantable *t, const struct rows *block,
    struct cleanfields *row)
{
	if (row->text == NULL)
		row->text = mem_array("columns", t->n_text,
		    sizeof *row->text);
	for (size_t i = 0; i < t->n_fields; i++)
		row->field[t->field[i]] = rows_text(block,
		    t->field_column[i]);
	for (size_t i = 0; i < t->n_text; i++)
		row->text[i] = rows_text(block, t->text_column[i]);
}

int
cleantable_next(const struct cleantable *t, const struct cleanplan *p,
    struct rows *block, struct cleanfields *row)
{
	const int got = rows_next(block);

	if (got != 1)
		return got;
	take_fields(t, block, row);
	if (rows_line(block) == 1 && !p->want->table &&
	    p->format.header == ROWS_HEADER_AUTO &&
	    check_first_row(t, p, block, row) != 0)
		return -1;
	return 1;
}

size_t
cleantable_many(const struct cleantable *t, struct rows *block,
    struct spans field[CLEAN_FIELDS])
{
	struct spans of[CLEAN_FIELDS];
	const size_t n = rows_many(block, t->field_column, t->n_fields, of);

	for (size_t i = 0; i < t->n_fields && n > 0; i++)
		field[t->field[i]] = of[i];
	return n;
}

void
cleantable_one(const struct cleantable *t, struct rows *block, size_t i,
    struct cleanfields *row)
{
	rows_one(block, i);
	take_fields(t, block, row);
}

void
cleantable_explain(const struct cleantable *t, const struct rows *block,
    const struct clean_row *row, struct buf *out)
{
	int column;

	buf_format(out, "%s:%zu: ", rows_path(block), rows_line(block));
	if (row == NULL) {
		buf_text(out, rows_problem(block));
		return;
	}
	column = row->at < CLEAN_FIELDS ? t->column[row->at]
	    : t->text_column[row->at - CLEAN_FIELDS];
	buf_format(out, "%s: ", rows_column_name(block, (size_t)column));
	buf_add(out, row->why.p, row->why.n);
}
