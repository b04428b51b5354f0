#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/examplefields.h"

/* --- the columns of a table ----------------------------------------------- */

static int
add_field(struct vocabulary *v, const struct rows *r, struct span name,
    enum rows_type type)
{
	static const enum field_kind kinds[] = {
		[ROWS_TOKEN] = FIELD_TOKEN, [ROWS_TOKEN_SEQ] = FIELD_TOKENS,
		[ROWS_FLOAT] = FIELD_NUMBER, [ROWS_FLOAT_SEQ] = FIELD_NUMBER,
	};

	if (type == ROWS_FLOAT_SEQ)
		return err_msg("%s: column '%.*s': a list of numbers is no "
		    "field", rows_path(r), SPAN_ARGS(name));
	if (memchr(name.p, '=', name.n) != NULL)
		return err_msg("%s: column '%.*s': a field has no '=' in its "
		    "name", rows_path(r), SPAN_ARGS(name));
	if (idmap_find(v->fields, name) != IDMAP_NONE)
		return err_msg("%s: column '%.*s' is asked for twice",
		    rows_path(r), SPAN_ARGS(name));
	if (vocabulary_fields(v) == FIELDS_MOST)
		return err_msg("%s: more than %d fields", rows_path(r),
		    FIELDS_MOST);
	vocabulary_add_field(v, name, kinds[type]);
	return 0;
}

/* "name" or "name:type" */
static int
add_listed(struct vocabulary *v, const struct rows *r, struct span text)
{
	struct span rest = text, name = span_cut(&rest, ':');
	char *column = mem_text(name.p, name.n);
	const int at = rows_column(r, column);
	enum rows_type type = ROWS_TOKEN;

	free(column);
	if (at < 0)
		return -1;
	if (rest.p == NULL)
		return add_field(v, r, name, rows_column_type(r, (size_t)at));
	while (type <= ROWS_FLOAT_SEQ && !span_is(rest, rows_type_name(type)))
		type++;
	if (type > ROWS_FLOAT)
		return err_msg("--features '%.*s': a type is token, token_seq "
		    "or float", SPAN_ARGS(text));
	return add_field(v, r, name, type);
}

int
examplefields_label(const struct readexamples *want, const struct rows *r,
    int *column)
{
	const char *name = want->label != NULL ? want->label : "label";

	*column = want->needs_label ? rows_column(r, name) :
	    rows_find(r, name);
	return *column >= 0 || !want->needs_label ? 0 : -1;
}

/* The column that is named, or the only one. */
static int
choose_text(const struct readexamples *want, const struct rows *r, int label)
{
	struct vocabulary *v = want->vocabulary;
	int text = -1;

	if (want->features != NULL) {
		text = rows_column(r, want->features);
		if (text < 0)
			return -1;
	}
	for (size_t c = 0; want->features == NULL && c < rows_width(r); c++) {
		if ((int)c == label ||
		    strcmp(rows_column_name(r, c), "timestamp") == 0)
			continue;
		if (text >= 0)
			return err_msg("%s: is '%s' the text, or '%s'? Say "
			    "which with --features", rows_path(r),
			    rows_column_name(r, (size_t)text),
			    rows_column_name(r, c));
		text = (int)c;
	}
	if (text < 0)
		return err_msg("%s: no column beside the label", rows_path(r));
	vocabulary_add_field(v, span_of(rows_column_name(r, (size_t)text)),
	    FIELD_WORDS);
	return 0;
}

int
examplefields_choose(const struct readexamples *want, const struct rows *r,
    int label)
{
	struct vocabulary *v = want->vocabulary;
	struct span rest = { NULL, 0 };

	if (want->texts)
		return choose_text(want, r, label);
	if (want->features != NULL)
		rest = span_of(want->features);
	while (rest.p != NULL)
		if (add_listed(v, r, span_cut(&rest, ',')) != 0)
			return -1;
	for (size_t c = 0; want->features == NULL && c < rows_width(r); c++) {
		const struct span name = span_of(rows_column_name(r, c));

		if ((int)c != label && !span_is(name, "timestamp") &&
		    add_field(v, r, name, rows_column_type(r, c)) != 0)
			return -1;
	}
	if (vocabulary_fields(v) == 0)
		return err_msg("%s: no column beside the label", rows_path(r));
	return 0;
}

int
examplefields_find(const struct rows *r, struct examplecolumns *c)
{
	const size_t n = vocabulary_fields(c->v);

	c->column = mem_array("columns", n, sizeof *c->column);
	for (uint32_t f = 0; f < n; f++) {
		const struct span s = idmap_name(c->v->fields, f);
		char *name = mem_text(s.p, s.n);

		c->column[f] = rows_column(r, name);
		free(name);
		if (c->column[f] < 0)
			return -1;
	}
	return 0;
}

/* --- when all is read ----------------------------------------------------- */

/* Numbers less their field's mean, in deviations of it.  Means first, then
 * deviations from them (two passes keep the digits). */
static void
standardise(struct vocabulary *v, struct examples *x)
{
	const size_t entries = examples_entries(x), n = vocabulary_fields(v);
	double *sum = mem_array("fields", n, sizeof *sum);
	double *squares = mem_array("fields", n, sizeof *squares);
	size_t *count = mem_array("fields", n, sizeof *count);

	for (size_t e = 0; e < entries; e++) {
		sum[x->field[e]] += (double)x->value[e];
		count[x->field[e]]++;
	}
	for (size_t f = 0; f < n; f++)
		sum[f] /= count[f] > 0 ? (double)count[f] : 1;
	for (size_t e = 0; e < entries; e++)
		squares[x->field[e]] += pow((double)x->value[e] -
		    sum[x->field[e]], 2);
	for (size_t f = 0; f < n; f++) {
		struct field *field = &v->field[f];
		const double deviation = count[f] > 0 ?
		    sqrt(squares[f] / (double)count[f]) : 0;

		if (field->kind != FIELD_NUMBER)
			continue;
		field->mean = (float)sum[f];
		/* a constant's mean may be off by a rounding */
		field->scale = deviation > 1e-6 * fabs(sum[f]) ?
		    (float)(1 / deviation) : 0;
	}
	for (size_t e = 0; e < entries; e++) {
		const struct field *field = &v->field[x->field[e]];

		x->value[e] = (x->value[e] - field->mean) * field->scale;
	}
	free(sum);
	free(squares);
	free(count);
}

/* Has each feature its own place, in lines of as many features?  place
 * (features) is filled. */
static int
has_places(const struct examples *x, uint32_t *place)
{
	const uint64_t width = x->start[1];

	for (size_t i = 0; i < x->n; i++) {
		if (x->start[i + 1] - x->start[i] != width)
			return 0;
		for (uint32_t f = 0; f < width; f++) {
			uint32_t *p = &place[x->feature[x->start[i] + f]];

			if (*p == IDMAP_NONE)
				*p = f;
			else if (*p != f)
				return 0;
		}
	}
	return width > 1 && width <= FIELDS_MOST;
}

/* The fields of a text that names none are the places. */
static void
place_fields(struct vocabulary *v, struct examples *x)
{
	const size_t n = vocabulary_features(v);
	uint32_t *place = mem_array("features", n, sizeof *place);

	for (size_t i = 0; i < n; i++)
		place[i] = IDMAP_NONE;
	if (has_places(x, place)) {
		idmap_free(v->fields);
		v->fields = idmap_new();
		for (uint64_t f = 0; f < x->start[1]; f++) {
			char name[24];

			snprintf(name, sizeof name, "%zu", (size_t)f + 1);
			vocabulary_add_field(v, span_of(name), FIELD_TOKEN);
		}
		for (size_t i = 0; i < n; i++)
			v->field_of[i] = (uint16_t)place[i];
		for (size_t e = 0; e < examples_entries(x); e++)
			x->field[e] = v->field_of[x->feature[e]];
	}
	free(place);
}

/* Classes by name, so that the order of rows does not matter. */
static void
sort_classes(struct vocabulary *v, struct examples *x)
{
	const size_t n = idmap_count(v->classes);
	uint32_t *rank = idmap_ranks(v->classes);
	uint32_t *at = mem_array("classes", n, sizeof *at);
	struct idmap *sorted = idmap_new();

	for (uint32_t i = 0; i < n; i++)
		at[rank[i]] = i;
	for (size_t i = 0; i < n; i++)
		idmap_add(sorted, idmap_name(v->classes, at[i]));
	for (size_t i = 0; i < x->n && x->label != NULL; i++)
		x->label[i] = (float)rank[(size_t)x->label[i]];
	idmap_free(v->classes);
	v->classes = sorted;
	free(rank);
	free(at);
}

void
examplefields_settle(struct vocabulary *v, struct examples *x)
{
	if (v->is_libfm && vocabulary_fields(v) == 0)
		vocabulary_add_field(v, span_of(""), FIELD_TOKEN);
	if (v->is_libfm && v->hash_bits == 0 && vocabulary_fields(v) == 1 &&
	    idmap_name(v->fields, 0).n == 0)
		place_fields(v, x);
	if (!v->is_libfm)
		standardise(v, x);
	if (v->classes != NULL)
		sort_classes(v, x);
}
