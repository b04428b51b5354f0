#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "data/idmap.h"
#include "io/jsonl.h"
#include "io/jsonwalk.h"

struct jsonl {
	struct idmap *keys;	/* of each column, by its number */
	enum json_shape *shape;	/* (n of cap) what all its values were that it
				 * was learned from */
	char *is_empty;		/* (n) those values were all missing */
	size_t n, cap;
	size_t n_rows;		/* that they were learned from */
	struct idmap *late;	/* keys that matter if they come later; NULL:
				 * all that there are do */
	char *is_used;		/* (n) does the column matter? (late != NULL) */
};

/* The walk ended with -1: the row is none. */
static int
bad_row(const struct jsonwalk *w, struct record *r)
{
	struct buf why = BUF_EMPTY;

	jsonwalk_explain(w, &why);
	record_bad(r, r->line, "%s", buf_cstr(&why));
	buf_release(&why);
	return 2;
}

/* --- columns -------------------------------------------------------------- */

void
jsonl_free(struct jsonl *t)
{
	if (t == NULL)
		return;
	idmap_free(t->keys);
	idmap_free(t->late);
	free(t->shape);
	free(t->is_empty);
	free(t->is_used);
	free(t);
}

/* What has been of both shapes.  An array and a single value do not go
 * together: the first decides, and reading refuses the other. */
static enum json_shape
join(enum json_shape a, enum json_shape b)
{
	if (a == JSON_NOTHING || b == JSON_NOTHING)
		return a == JSON_NOTHING ? b : a;
	return json_is_many(a) != json_is_many(b) ? a : a > b ? a : b;
}

/* Takes what a row says of columns: 0, or 2 if it is none (record_bad). */
static int
learn_row(struct jsonl *t, struct span row, struct buf *text,
    struct record *r)
{
	struct jsonwalk w;
	struct jsonvalue v;
	int got;

	jsonwalk_begin(&w, row, text);
	while ((got = jsonwalk_next(&w, &v)) == 1)
		continue;
	if (got < 0)
		return bad_row(&w, r);
	jsonwalk_begin(&w, row, text);
	while (jsonwalk_next(&w, &v) == 1) {
		uint32_t id;

		if (v.shape == JSON_KEYS)
			continue;
		id = idmap_add(t->keys, v.key);
		if (id == t->n) {
			t->shape = mem_grow("columns", t->shape, &t->cap,
			    t->n + 1, sizeof *t->shape);
			t->shape[t->n++] = JSON_NOTHING;
		}
		if (v.problem == NULL)
			t->shape[id] = join(t->shape[id], v.shape);
	}
	t->n_rows++;
	return 0;
}

/* The line that begins at *at, without LF and CR; *at moves behind it.  0 when
 * there is no whole one. */
static int
cut_line(struct span lines, int at_end, size_t *at, struct span *line)
{
	const char *start = lines.p + *at, *end;
	const size_t left = lines.n - *at;

	end = left > 0 ? memchr(start, '\n', left) : NULL;
	if (end == NULL && (!at_end || left == 0))
		return 0;
	*line = (struct span){ start, end ? (size_t)(end - start) : left };
	*at += line->n + (end != NULL);
	if (line->n > 0 && start[line->n - 1] == '\r')
		line->n--;
	return 1;
}

/* Do numbers in a column of this name stand for things? */
static int
is_of_ids(struct span name)
{
	static const char *const ends[] = { "_id", ".id", "Id", "ID" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		const struct span end = span_of(ends[i]);

		if (name.n >= end.n && memcmp(name.p + name.n - end.n, end.p,
		    end.n) == 0)
			return 1;
	}
	return span_is(name, "id");
}

/* All rows that teach are read: ids are texts even if all were numbers, and
 * so is what nobody knows. */
static void
settle(struct jsonl *t)
{
	t->is_empty = mem_array("columns", t->n, 1);
	for (size_t i = 0; i < t->n; i++) {
		t->is_empty[i] = t->shape[i] == JSON_NOTHING;
		if (t->shape[i] == JSON_NOTHING ||
		    (t->shape[i] == JSON_ONE_NUMBER &&
		    is_of_ids(idmap_name(t->keys, (uint32_t)i))))
			t->shape[i] = JSON_ONE_TEXT;
	}
}

/* Is the row that ends at this byte one of those that are learned from? */
static int
teaches(const struct jsonl *t, size_t end)
{
	return t->n_rows == 0 || (t->n_rows < JSONL_LEARN_ROWS &&
	    end <= JSONL_LEARN_BYTES);
}

struct jsonl *
jsonl_learn(struct span lines, int at_end, const char *path)
{
	struct jsonl *t = mem_array("columns", 1, sizeof *t);
	struct record r = { .line = 0 };
	struct buf text = BUF_EMPTY;
	struct span line;
	size_t at = 0;
	int status = 0;

	t->keys = idmap_new();
	while (status == 0 && cut_line(lines, at_end, &at, &line) &&
	    teaches(t, at)) {
		r.line++;
		if (line.n > 0 && learn_row(t, line, &text, &r) != 0 &&
		    t->n_rows == 0)
			status = err_at(path, r.line, "%s", r.problem.p);
	}
	buf_release(&text);
	record_release(&r);
	settle(t);
	if (status == 0)
		return t;
	jsonl_free(t);
	return NULL;
}

int
jsonl_header(const struct jsonl *t, struct header *h, const char *path)
{
	if (header_begin(h, t->n, path) != 0)
		return -1;
	h->is_there = 1;
	for (size_t i = 0; i < t->n; i++) {
		header_set(h, i, idmap_name(t->keys, (uint32_t)i));
		if (t->shape[i] == JSON_ONE_NUMBER)
			h->column[i].type = ROWS_FLOAT;
		else if (t->shape[i] == JSON_NUMBERS)
			h->column[i].type = ROWS_FLOAT_SEQ;
		else if (t->shape[i] == JSON_TEXTS)
			h->column[i].type = ROWS_TOKEN_SEQ;
	}
	return 0;
}

void
jsonl_use(struct jsonl *t, int column, const char *name)
{
	if (t->late == NULL) {
		t->late = idmap_new();
		t->is_used = mem_array("columns", t->n, 1);
	}
	if (column >= 0)
		t->is_used[column] = 1;
	else if (strchr(name, '\n') == NULL)	/* no key has one */
		idmap_add(t->late, span_of(name));
}

/* --- records -------------------------------------------------------------- */

struct jsonl_reader {
	const struct jsonl *table;
	size_t *seen;		/* (n) the number of the row that has the
				 * column's key, the last one so far */
	size_t row;		/* this row's number, from 1 */
	struct buf text;	/* of fields that stand nowhere as they are */
	struct jsonwalk walk;
};

struct jsonl_reader *
jsonl_reader_new(const struct jsonl *table)
{
	struct jsonl_reader *j = mem_array("JSON reader", 1, sizeof *j);

	j->table = table;
	j->seen = mem_array("columns", table->n, sizeof *j->seen);
	return j;
}

void
jsonl_reader_free(struct jsonl_reader *j)
{
	if (j == NULL)
		return;
	buf_release(&j->text);
	free(j->seen);
	free(j);
}

/* The column of the key: most often the one after that of the key before. */
static uint32_t
find_column(const struct jsonl *t, struct span key, uint32_t guess)
{
	if (guess < t->n && span_equal(key, idmap_name(t->keys, guess)))
		return guess;
	return idmap_find(t->keys, key);
}

/* May the value stand in a column of that shape?  NULL, or why not. */
static const char *
check_shape(enum json_shape column, enum json_shape value)
{
	if (value == JSON_NOTHING)
		return NULL;
	if (value == JSON_KEYS)
		return json_is_many(column) ?
		    "an object, where other rows have an array" :
		    "an object, where other rows have a single value";
	if (json_is_many(column) != json_is_many(value))
		return json_is_many(value) ?
		    "an array, where other rows have a single value" :
		    "a single value, where other rows have an array";
	if (column == JSON_ONE_NUMBER && value == JSON_ONE_TEXT)
		return "a text, where other rows have a number";
	if (column == JSON_NUMBERS && value == JSON_TEXTS)
		return "texts, where other rows have numbers";
	return NULL;
}

/* A value whose key is no column: 0, or 2 by record_bad(). */
static int
leave_out(const struct jsonl *t, struct record *r, const struct jsonvalue *v)
{
	if (v->shape == JSON_NOTHING ||
	    (t->late != NULL && idmap_find(t->late, v->key) == IDMAP_NONE))
		return 0;
	return record_bad(r, r->line,
	    "key '%.*s' is in none of the %zu rows at the beginning",
	    SPAN_ARGS(v->key), t->n_rows);
}

/* An object says nothing by itself, its keys do; where its own key is a
 * column, which is not always missing, it is out of place. */
static int
is_in_place(const struct jsonl *t, const struct jsonvalue *v, uint32_t column)
{
	return v->shape == JSON_KEYS &&
	    (column == IDMAP_NONE || t->is_empty[column]);
}

/* The value goes into its column's field.  The same. */
static int
set_field(struct jsonl_reader *j, struct record *r, const struct jsonvalue *v,
    uint32_t column)
{
	const struct jsonl *t = j->table;
	const char *problem;

	if (column == IDMAP_NONE)
		return leave_out(t, r, v);
	if (j->seen[column] == j->row)
		return record_bad(r, r->line, "key '%.*s' stands twice",
		    SPAN_ARGS(v->key));
	j->seen[column] = j->row;
	r->field[column] = v->text;
	problem = v->problem != NULL ? v->problem :
	    check_shape(t->shape[column], v->shape);
	if (problem != NULL && (t->late == NULL || t->is_used[column]))
		return record_bad(r, r->line, "key '%.*s': %s",
		    SPAN_ARGS(v->key), problem);
	return 0;
}

/* Makes the row's fields: 0, or 2. */
static int
read_row(struct jsonl_reader *j, struct span row, struct record *r)
{
	uint32_t column = 0;
	struct jsonvalue v;
	int got;

	j->row++;
	r->raw = row;
	r->n = 0;
	for (size_t i = 0; i < j->table->n; i++)
		record_add(r, (struct span){ row.p, 0 });
	jsonwalk_begin(&j->walk, row, &j->text);
	while ((got = jsonwalk_next(&j->walk, &v)) == 1) {
		const uint32_t own = find_column(j->table, v.key, column);

		if (is_in_place(j->table, &v, own))
			continue;
		if (set_field(j, r, &v, own) != 0)
			return 2;
		column = own + 1;	/* IDMAP_NONE becomes 0 */
	}
	return got < 0 ? bad_row(&j->walk, r) : 0;
}

int
jsonl_record(struct jsonl_reader *j, struct lines *l, struct record *r)
{
	struct span line;
	size_t n;
	int got, bad;

	do {
		got = record_find(r, l, &n);
		if (got != 1)
			return got;
		line = record_line(l, n);
		if (line.n == 0)
			lines_take(l, n, 1);
	} while (line.n == 0);
	bad = read_row(j, line, r);
	got = record_take(r, l, n, 1);
	return bad != 0 ? bad : got;
}
