#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "data/tokenize.h"
#include "io/exampleparse.h"

void
exampleparse_release(struct examplepart *p)
{
	examples_release(&p->x);
	buf_release(&p->names);
	buf_release(&p->classes);
	buf_release(&p->name);
	buf_release(&p->words);
	free(p->end);
	free(p->class_end);
}

void
exampleparse_clear(struct examplepart *p)
{
	examples_clear(&p->x);
	p->names.n = 0;
	p->classes.n = 0;
}

/* The field that the name of a libfm text's feature begins with. */
static uint32_t
named_field(const struct vocabulary *v, struct span name)
{
	const char *colon = memchr(name.p, ':', name.n);

	return idmap_find(v->fields, (struct span){ name.p, colon != NULL ?
	    (size_t)(colon - name.p) : 0 });
}

/* An entry whose feature is known, or kept by name; else it is counted. */
static void
add_entry(struct examplepart *p, const struct examplecolumns *c,
    struct span name, size_t field, float value)
{
	const size_t e = p->x.start != NULL ? (size_t)p->x.start[p->x.n + 1] :
	    0;
	uint32_t id = 0;

	if (c->keeps_names) {
		p->end = mem_grow("feature names", p->end, &p->cap, e + 1,
		    sizeof *p->end);
		buf_span(&p->names, name);
		p->end[e] = p->names.n;
	} else {
		id = vocabulary_find(c->v, name);
		if (c->v->is_libfm && id != IDMAP_NONE)
			field = c->v->hash_bits > 0 ? named_field(c->v, name) :
			    c->v->field_of[id];
		if (id == IDMAP_NONE || field == IDMAP_NONE) {
			p->x.n_unknown++;
			return;
		}
	}
	examples_add_entry(&p->x, id, (uint16_t)field, value);
}

/* -1 is what some write for 0. */
static int
label_of(const struct rows *r, int column, struct span text, float *label)
{
	double x;

	if (num_real(text, &x) == 0 && !(x < -1) && !(x > 1) &&
	    !(x > -1 && x < 0) && !(x > 0 && x < 1)) {
		*label = x > 0 ? 1 : 0;
		return 0;
	}
	return rows_error(r, column, "label '%.*s' is neither 0 nor 1 (nor "
	    "-1)", SPAN_ARGS(text));
}

/* The number of a class, or its name to be numbered later. */
static int
class_of(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r, float *label)
{
	const struct span name = rows_text(r, c->label);
	uint32_t id = 0;

	if (name.n == 0 || memchr(name.p, '\n', name.n) != NULL)
		return rows_error(r, c->label, name.n == 0 ? "no label" :
		    "a line end in a label");
	if (c->keeps_names) {
		p->class_end = mem_grow("labels", p->class_end,
		    &p->cap_class, p->x.n + 1, sizeof *p->class_end);
		buf_span(&p->classes, name);
		p->class_end[p->x.n] = p->classes.n;
	} else if ((id = idmap_find(c->v->classes, name)) == IDMAP_NONE) {
		return rows_error(r, c->label, "label '%.*s' is none of the "
		    "training data's", SPAN_ARGS(name));
	}
	*label = (float)id;
	return 0;
}

/* --- libfm ---------------------------------------------------------------- */

/* "feature:value" or "field:feature:value"; the name is all but the value. */
static int
take_pair(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r, struct span text)
{
	const char *colon = memrchr(text.p, ':', text.n);
	struct span name = { text.p, 0 }, value = { NULL, 0 };
	double x;

	if (colon != NULL) {
		name.n = (size_t)(colon - text.p);
		value = (struct span){ colon + 1, text.n - name.n - 1 };
	}
	if (name.n == 0 || name.p[0] == ':' || name.p[name.n - 1] == ':' ||
	    num_real(value, &x) != 0)
		return rows_error(r, -1, "'%.*s' is not feature:value or "
		    "field:feature:value", SPAN_ARGS(text));
	if (name.n == 3 && memcmp(name.p, "qid", 3) == 0)
		return rows_error(r, -1, "'%.*s': queries are for ranking, "
		    "which this text is not read for", SPAN_ARGS(text));
	if (x < -3e38 || x > 3e38)
		return rows_error(r, -1, "'%.*s': the value is out of range",
		    SPAN_ARGS(text));
	add_entry(p, c, name, 0, (float)x);
	return 0;
}

static int
take_line(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r)
{
	struct span rest = rows_text(r, 0), label;
	const char *comment = rest.n > 0 ? memchr(rest.p, '#', rest.n) : NULL;
	float y = 0;

	if (comment != NULL)
		rest.n = (size_t)(comment - rest.p);
	label = span_cut(&rest, ' ');
	if (label_of(r, -1, label, &y) != 0)
		return -1;
	examples_add_label(&p->x, y);
	while (rest.p != NULL) {
		const struct span pair = span_cut(&rest, ' ');

		if (pair.n > 0 && take_pair(p, c, r, pair) != 0)
			return -1;
	}
	return 0;
}

/* --- tables --------------------------------------------------------------- */

/* "column=value" */
static int
take_token(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r, size_t field, struct span value, float weight)
{
	if (memchr(value.p, '\n', value.n) != NULL)
		return rows_error(r, c->column[field], "a line end in a "
		    "value");
	p->name.n = 0;
	buf_span(&p->name, idmap_name(c->v->fields, (uint32_t)field));
	buf_char(&p->name, '=');
	buf_span(&p->name, value);
	add_entry(p, c, (struct span){ p->name.p, p->name.n }, field, weight);
	return 0;
}

/* Each has the same part of 1. */
static int
take_tokens(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r, size_t field, struct span text)
{
	struct span rest = text;
	size_t n = 0;

	while (rest.p != NULL)
		n += span_cut(&rest, ' ').n > 0;
	for (rest = text; rest.p != NULL;) {
		const struct span token = span_cut(&rest, ' ');

		if (token.n > 0 && take_token(p, c, r, field, token,
		    1 / (float)n) != 0)
			return -1;
	}
	return 0;
}

/* Each word of a text, in its order. */
static int
take_words(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r, size_t field, struct span text)
{
	static const struct tokenize_rules all = { 1, NULL };
	struct span rest;

	p->words.n = 0;
	tokenize(text, &all, &p->words);
	rest = (struct span){ p->words.p, p->words.n };
	while (rest.n > 0)
		if (take_token(p, c, r, field, span_cut(&rest, ' '), 1) != 0)
			return -1;
	return 0;
}

static int
take_field(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r, size_t field)
{
	const struct field *f = &c->v->field[field];
	const struct span text = rows_text(r, c->column[field]);
	float x;

	if (text.n == 0)
		return 0;
	switch (f->kind) {
	case FIELD_TOKEN:
		return take_token(p, c, r, field, text, 1);
	case FIELD_TOKENS:
		return take_tokens(p, c, r, field, text);
	case FIELD_WORDS:
		return take_words(p, c, r, field, text);
	case FIELD_NUMBER:
		if (rows_float(r, c->column[field], &x) != 0)
			return -1;
		add_entry(p, c, idmap_name(c->v->fields, (uint32_t)field),
		    field, (x - f->mean) * f->scale);
	}
	return 0;
}

static int
take_fields(struct examplepart *p, const struct examplecolumns *c,
    const struct rows *r)
{
	float y = 0;

	if (c->label >= 0) {
		if ((c->v->classes != NULL ? class_of(p, c, r, &y) :
		    label_of(r, c->label, rows_text(r, c->label), &y)) != 0)
			return -1;
		examples_add_label(&p->x, y);
	}
	for (size_t f = 0; f < vocabulary_fields(c->v); f++)
		if (take_field(p, c, r, f) != 0)
			return -1;
	return 0;
}

/* -------------------------------------------------------------------------- */

int
exampleparse_row(struct examplepart *p, const struct examplecolumns *c,
    struct rows *r)
{
	if ((c->v->is_libfm ? take_line : take_fields)(p, c, r) != 0)
		return -1;
	examples_end(&p->x);
	return 0;
}

int
exampleparse(struct examplepart *p, const struct examplecolumns *c,
    struct rows *block)
{
	int got;

	exampleparse_clear(p);
	while ((got = rows_next(block)) > 0)
		if (exampleparse_row(p, c, block) != 0)
			return -1;
	return got;
}
