#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/ids.h"
#include "io/readattributes.h"
#include "io/rows.h"

struct reading {
	struct rows *rows;
	int id;				/* column */
	struct attributes *out;
	unsigned char *seen;		/* (cap) ids that had their row */
	size_t cap;
};

static void
add_tokens(struct attributes *a, size_t column, uint32_t id, struct span text)
{
	struct span rest = text;
	size_t n = 0;

	while (rest.n > 0)
		n += span_cut(&rest, ' ').n > 0;
	for (rest = text; rest.n > 0;) {
		const struct span token = span_cut(&rest, ' ');

		if (token.n > 0)
			attributes_add(a, column, id, token,
			    (float)(1 / sqrt((double)n)));
	}
}

/* Column `from` of the row last read. */
static int
add_field(const struct reading *r, size_t from, size_t to, uint32_t id)
{
	const struct span text = rows_text(r->rows, (int)from);
	float x;

	if (text.n == 0)
		return 0;
	switch (rows_column_type(r->rows, from)) {
	case ROWS_TOKEN:
		attributes_add(r->out, to, id, text, 1);
		return 0;
	case ROWS_TOKEN_SEQ:
		add_tokens(r->out, to, id, text);
		return 0;
	case ROWS_FLOAT:
		if (rows_float(r->rows, (int)from, &x) != 0)
			return -1;
		attributes_add(r->out, to, id, span_of("value"), x);
		return 0;
	case ROWS_FLOAT_SEQ:
		break;
	}
	return rows_error(r->rows, (int)from, "a list of numbers is no "
	    "attribute");
}

static int
add_row(struct reading *r)
{
	struct span name;
	size_t to = 0;
	uint32_t id;

	if (ids_text(r->rows, r->id, &name) != 0)
		return -1;
	id = idmap_add(r->out->ids, name);
	if (id >= r->cap) {
		const size_t had = r->cap;

		r->seen = mem_grow("attributes", r->seen, &r->cap,
		    id + (size_t)1, 1);
		memset(r->seen + had, 0, r->cap - had);
	}
	if (r->seen[id])
		return rows_error(r->rows, r->id, "'%.*s' stands twice",
		    SPAN_ARGS(name));
	r->seen[id] = 1;
	for (size_t c = 0; c < rows_width(r->rows); c++)
		if (c != (size_t)r->id && add_field(r, c, to++, id) != 0)
			return -1;
	return 0;
}

static int
read_rows(struct reading *r, const char *id)
{
	static const enum attribute_kind kinds[] = {
		[ROWS_TOKEN] = ATTRIBUTE_TOKEN,
		[ROWS_TOKEN_SEQ] = ATTRIBUTE_TOKENS,
		[ROWS_FLOAT] = ATTRIBUTE_NUMBER,
		[ROWS_FLOAT_SEQ] = ATTRIBUTE_NUMBER,
	};
	int got;

	r->id = rows_column(r->rows, id);
	if (r->id < 0)
		return -1;
	for (size_t c = 0; c < rows_width(r->rows); c++)
		if (c != (size_t)r->id)
			attributes_column(r->out, span_of(rows_column_name(
			    r->rows, c)), kinds[rows_column_type(r->rows,
			    c)]);
	while ((got = rows_next(r->rows)) > 0)
		if (add_row(r) != 0)
			return -1;
	return got;
}

/* A column of numbers: in standard deviations from the mean. */
static void
standardize(const struct inter *in)
{
	const double n = (double)in->n;
	double sum = 0, squares = 0, mean, stdev;

	for (size_t i = 0; i < in->n; i++)
		sum += (double)*inter_value(in, i);
	mean = sum / n;
	for (size_t i = 0; i < in->n; i++)
		squares += pow((double)*inter_value(in, i) - mean, 2);
	stdev = squares > 0 ? sqrt(squares / n) : 1;
	for (size_t i = 0; i < in->n; i++) {
		float *x = inter_value(in, i);

		*x = (float)(((double)*x - mean) / stdev);
	}
}

/* Closes the rows. */
static struct attributes *
read_all(struct rows *rows, const char *id, struct idmap *ids, int is_plain)
{
	struct reading r = { .rows = rows };
	int status;

	if (rows == NULL)
		return NULL;
	r.out = attributes_new(ids);
	status = read_rows(&r, id);
	for (size_t c = 0; status == 0 && c < r.out->n && !is_plain; c++)
		if (r.out->column[c].kind == ATTRIBUTE_NUMBER)
			standardize(r.out->column[c].values);
	rows_close(r.rows);
	free(r.seen);
	if (status == 0)
		return r.out;
	attributes_free(r.out);
	return NULL;
}

struct attributes *
readattributes_rows(struct rows *rows, const char *id, struct idmap *ids)
{
	return read_all(rows, id, ids, 0);
}

static struct rows *
open_table(const char *path)
{
	return rows_open(path, &(struct rows_format){ .kind = ROWS_GUESS });
}

struct attributes *
readattributes(const char *path, const char *id, struct idmap *ids)
{
	return read_all(open_table(path), id, ids, 0);
}

struct attributes *
readattributes_plain(const char *path, const char *id, struct idmap *ids)
{
	return read_all(open_table(path), id, ids, 1);
}

int
readattributes_both(const char *users_path, const char *items_path,
    struct idmap *users, struct idmap *items, struct attributes **of_users,
    struct attributes **of_items)
{
	if (users_path != NULL && (*of_users = readattributes(users_path,
	    "user_id", users)) == NULL)
		return -1;
	if (items_path != NULL && (*of_items = readattributes(items_path,
	    "item_id", items)) == NULL)
		return -1;
	return 0;
}
