#include <stdlib.h>

#include "all/scorepart.h"
#include "base/mem.h"
#include "base/text.h"

void
scorepart_release(struct scorepart *p)
{
	buf_release(&p->text);
	ids_release(&p->user);
	ids_release(&p->item);
	exampleparse_release(&p->example);
	free(p->end);
	free(p->line);
	free(p->time);
	free(p->x);
}

static int
is_of_pairs(const struct scorecolumns *c)
{
	return c->feature == NULL && c->example == NULL;
}

/* Room for one more. */
static void
make_room(struct scorepart *p, const struct scorecolumns *c)
{
	size_t cap = p->cap, cap_line = p->cap;
	const size_t n = p->n + 1;

	if (c->feature != NULL)
		p->x = mem_grow("features", p->x, &p->cap_x,
		    n * c->n_features, sizeof *p->x);
	if (p->n < p->cap)
		return;
	p->end = mem_grow("rows", p->end, &cap, n, sizeof *p->end);
	p->line = mem_grow("rows", p->line, &cap_line, n, sizeof *p->line);
	p->time = mem_grow("rows", p->time, &p->cap, n, sizeof *p->time);
}

/* The row as it is written: a row of CSV gets TABs between its fields. */
static int
add_text(struct scorepart *p, const struct rows *rows)
{
	if (rows_kind(rows) == ROWS_TSV) {
		buf_span(&p->text, rows_raw(rows));
		return 0;
	}
	for (int c = 0; (size_t)c < rows_width(rows); c++) {
		const struct span field = rows_text(rows, c);

		for (size_t i = 0; i < field.n; i++)
			if (memchr("\t\n\r", field.p[i], 3) != NULL)
				return rows_error(rows, c, "a TAB or line end "
				    "in a field cannot be written to a table");
		if (c > 0)
			buf_char(&p->text, '\t');
		buf_span(&p->text, field);
	}
	return 0;
}

/* An example; of a text in the format of libfm, the label is what is
 * written. */
static int
add_example(struct scorepart *p, const struct scorecolumns *c,
    struct rows *rows)
{
	const struct examples *x = &p->example.x;

	if (exampleparse_row(&p->example, c->example, rows) != 0)
		return -1;
	if (!c->example->v->is_libfm)
		return add_text(p, rows);
	buf_float(&p->text, x->label[x->n - 1]);
	return 0;
}

/* One that is missing is one that the model does not know. */
static int
add_id(struct ids *ids, struct rows *rows, int column)
{
	if (rows_text(rows, column).n > 0)
		return ids_add(ids, rows, column);
	ids_add_none(ids);
	return 0;
}

static int
add_row(struct scorepart *p, const struct scorecolumns *c, struct rows *rows)
{
	const size_t i = p->n;

	make_room(p, c);
	if ((c->example != NULL ? add_example(p, c, rows) :
	    add_text(p, rows)) != 0)
		return -1;
	p->end[i] = p->text.n;
	p->line[i] = rows_line(rows);
	for (size_t f = 0; f < c->n_features; f++)
		if (rows_float(rows, c->feature[f],
		    &p->x[i * c->n_features + f]) != 0)
			return -1;
	if (is_of_pairs(c) &&
	    (add_id(&p->user, rows, c->user) != 0 ||
	    add_id(&p->item, rows, c->item) != 0))
		return -1;
	if (c->time >= 0 && rows_time(rows, c->time, &p->time[i]) != 0)
		return -1;
	p->n++;
	return 0;
}

int
scorepart_read(struct scorepart *p, const struct scorecolumns *c,
    struct rows *block)
{
	int got;

	p->n = p->text.n = p->user.n = p->item.n = 0;
	exampleparse_clear(&p->example);
	while ((got = rows_next(block)) > 0)
		if (add_row(p, c, block) != 0)
			return -1;
	if (got == 0 && is_of_pairs(c))
		ids_find(&(struct ids_pair){ &p->user, &p->item,
		    c->scorer->users, c->scorer->items });
	return got;
}
