#include <stdlib.h>

#include "base/mem.h"
#include "io/ids.h"
#include "io/readitemtable.h"
#include "io/rows.h"

struct reading {
	struct rows *rows;
	int id;			/* column */
	int *from;		/* (out's columns) where they are in a row */
	struct itemtable *out;
};

/* --- a row ---------------------------------------------------------------- */

static void
add_words(struct itemtable *t, size_t column, uint32_t item, struct span text)
{
	while (text.n > 0) {
		const struct span word = span_cut(&text, ' ');
		const struct itemtable_column *c = &t->column[column];
		const uint32_t number = idmap_find(c->names, word);
		size_t j = 0;

		while (j < c->n_tokens[item] &&
		    c->token[c->first[item] + j] != number)
			j++;
		if (word.n > 0 && j == c->n_tokens[item])
			itemtable_add_token(t, column, item, word);
	}
}

static int
add_field(const struct reading *r, size_t column, uint32_t item)
{
	struct itemtable_column *c = &r->out->column[column];
	const struct span text = rows_text(r->rows, r->from[column]);

	if (text.n == 0)
		return 0;
	switch (c->kind) {
	case ITEMTABLE_TOKEN:
		itemtable_add_token(r->out, column, item, text);
		return 0;
	case ITEMTABLE_TOKENS:
		add_words(r->out, column, item, text);
		return 0;
	case ITEMTABLE_NUMBER:
		break;
	}
	return rows_real(r->rows, r->from[column], &c->number[item]);
}

static int
add_row(const struct reading *r, const struct idmap *items)
{
	struct itemtable *t = r->out;
	struct span id;
	uint32_t item;

	if (ids_text(r->rows, r->id, &id) != 0)
		return -1;
	item = idmap_find(items, id);
	if (item == IDMAP_NONE) {
		t->n_unknown++;
		return 0;
	}
	if (t->has[item])
		return rows_error(r->rows, r->id, "'%.*s' stands twice",
		    SPAN_ARGS(id));
	t->has[item] = 1;
	t->n_has++;
	for (size_t c = 0; c < t->n_columns; c++)
		if (add_field(r, c, item) != 0)
			return -1;
	return 0;
}

/* --- a table -------------------------------------------------------------- */

static int
add_column(struct reading *r, const char *name)
{
	static const enum itemtable_kind kinds[] = {
		[ROWS_TOKEN] = ITEMTABLE_TOKEN,
		[ROWS_TOKEN_SEQ] = ITEMTABLE_TOKENS,
		[ROWS_FLOAT] = ITEMTABLE_NUMBER,
	};
	const int at = rows_column(r->rows, name);
	enum rows_type type;

	if (at < 0)
		return -1;
	type = rows_column_type(r->rows, (size_t)at);
	if (type == ROWS_FLOAT_SEQ)
		return err_msg("%s: column '%s' is of type float_seq: of an "
		    "item table token, token_seq and float are read",
		    rows_path(r->rows), name);
	r->from[itemtable_add_column(r->out, name, kinds[type])] = at;
	return 0;
}

static int
read_table(struct reading *r, const char *const *names, size_t n,
    const struct idmap *items)
{
	int got;

	r->id = rows_column(r->rows, "item_id");
	if (r->id < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (itemtable_find(r->out, names[i]) == NULL &&
		    add_column(r, names[i]) != 0)
			return -1;
	while ((got = rows_next(r->rows)) > 0)
		if (add_row(r, items) != 0)
			return -1;
	if (got == 0 && r->out->n_has == 0)
		return err_msg("%s: it has none of the model's %zu items",
		    rows_path(r->rows), r->out->n_items);
	return got;
}

struct itemtable *
readitemtable(const char *path, const char *const *names, size_t n,
    const struct idmap *items)
{
	struct reading r = { .rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_GUESS }) };
	int status;

	if (r.rows == NULL)
		return NULL;
	r.out = itemtable_new(idmap_count(items));
	r.from = mem_array("columns", n, sizeof *r.from);
	status = read_table(&r, names, n, items);
	free(r.from);
	rows_close(r.rows);
	if (status == 0)
		return r.out;
	itemtable_free(r.out);
	return NULL;
}
