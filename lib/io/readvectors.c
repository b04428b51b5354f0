#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/ids.h"
#include "io/in.h"
#include "io/npy.h"
#include "io/readattributes.h"
#include "io/readvectors.h"
#include "io/rows.h"
#include "io/safetensors.h"

/* What the vectors are named by, as numbers in a map. */
struct names {
	struct idmap *all;	/* the caller's */
	struct idmap *own;	/* no name stands twice */
	uint32_t *id;		/* (n of cap) owned */
	size_t n, cap;
};

/* 0, or -1 (no message) if it is there already. */
static int
add_name(struct names *s, struct span name)
{
	if (idmap_add(s->own, name) != s->n)
		return -1;
	s->id = mem_grow("ids", s->id, &s->cap, s->n + 1, sizeof *s->id);
	s->id[s->n++] = idmap_add(s->all, name);
	return 0;
}

/* The result: row r of x (names, cols) is that of names->id[r]. */
static struct attributes *
attributes_of(const struct names *names, const float *x, size_t cols)
{
	struct attributes *a = attributes_new(names->all);
	const size_t to = attributes_column(a, span_of("vector"),
	    ATTRIBUTE_VECTOR);
	struct inter *in = a->column[to].values;
	char text[24];

	for (size_t c = 0; c < cols; c++)
		idmap_add(in->items, (struct span){ text, (size_t)snprintf(
		    text, sizeof text, "%zu", c + 1) });
	for (size_t r = 0; r < names->n; r++)
		for (uint32_t c = 0; c < cols; c++)
			inter_add(in, names->id[r], c, x[r * cols + c], 0);
	return a;
}

/* The same from a row of a table: 0, or -1 after a message. */
static int
add_name_of(struct names *s, struct span name, const struct rows *rows)
{
	if (ids_check(rows, name) != 0)
		return -1;
	return add_name(s, name) == 0 ? 0 : rows_error(rows, -1,
	    "'%.*s' stands twice", SPAN_ARGS(name));
}

/* --- a matrix and a table of ids ------------------------------------------ */

static int
read_names(const char *path, const char *id, struct names *out)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .positional = (const char *const[]){ id, NULL },
	    .kind = ROWS_TSV });
	int got = -1, at = -1;

	if (rows != NULL)
		at = rows_column(rows, id);
	while (at >= 0 && (got = rows_next(rows)) > 0)
		if (add_name_of(out, rows_text(rows, at), rows) != 0) {
			got = -1;
			break;
		}
	rows_close(rows);
	return got;
}

static struct attributes *
of_matrix(struct in *in, const char *rows, const char *id,
    struct names *names)
{
	struct attributes *a = NULL;
	struct mat x;

	if (rows == NULL) {
		err_msg("%s: a matrix has no ids: whose its rows are is to be "
		    "told by a table of them", in_name(in));
		return NULL;
	}
	if (npy_read(in, &x) != 0)
		return NULL;
	if (read_names(rows, id, names) == 0) {
		if (names->n == x.rows)
			a = attributes_of(names, x.x, x.cols);
		else
			err_msg("%s: %zu rows, but %s has %zu ids",
			    in_name(in), x.rows, rows, names->n);
	}
	mat_release(&x);
	return a;
}

/* --- tensors -------------------------------------------------------------- */

/* Is this the matrix of those whose ids are in `id`s?  Not what has one column:
 * a model's "item_bias" stands beside its "item_embeddings". */
static int
is_of(const struct st_tensor *t, const char *id)
{
	const size_t stem = strlen(id) - strlen("id");	/* "item_" */

	return t->type == ST_F32 && t->n_dims == 2 && t->dims[1] > 1 &&
	    (strcmp(t->name, "embeddings") == 0 ||
	    strncmp(t->name, id, stem) == 0);
}

/* The one tensor that has the vectors; NULL after a message. */
static const struct st_tensor *
find_matrix(const struct st_file *f, const char *id)
{
	const struct st_tensor *found;
	char key[64];

	snprintf(key, sizeof key, "%.*svectors", (int)(strlen(id) -
	    strlen("id")), id);
	found = st_find(f, key);
	if (found != NULL && is_of(found, id))
		return found;
	found = NULL;
	for (size_t i = 0; i < st_count(f); i++) {
		const struct st_tensor *t = st_at(f, i);

		if (!is_of(t, id))
			continue;
		if (found != NULL) {
			err_msg("%s: '%s' or '%s': which are the vectors?",
			    st_path(f), found->name, t->name);
			return NULL;
		}
		found = t;
	}
	if (found == NULL)
		err_msg("%s: no F32 tensor of two dimensions is called "
		    "'embeddings' or '%.*s...'", st_path(f),
		    (int)(strlen(id) - strlen("id")), id);
	return found;
}

static int
take_names(const struct st_file *f, const char *id, struct names *out)
{
	char key[64];
	const struct st_tensor *t;
	struct span rest;

	snprintf(key, sizeof key, "%ss", id);
	t = st_want(f, key, ST_U8, (size_t[]){ SIZE_MAX }, 1);
	if (t == NULL)
		return -1;
	rest = (struct span){ t->data, t->count };
	while (rest.n > 0) {
		const struct span name = span_cut(&rest, '\n');

		if (name.n == 0)
			return err_msg("%s: an empty id", st_path(f));
		if (add_name(out, name) != 0)
			return err_msg("%s: '%.*s' stands twice", st_path(f),
			    SPAN_ARGS(name));
	}
	return 0;
}

static int
check_finite(const struct st_file *f, const struct st_tensor *t)
{
	const float *x = t->data;

	for (size_t i = 0; i < t->count; i++)
		if (!(x[i] - x[i] == 0))
			return err_msg("%s: tensor '%s' has numbers that are "
			    "not finite", st_path(f), t->name);
	return 0;
}

static struct attributes *
of_tensors(struct in *in, const char *id, struct names *names)
{
	struct st_file *f = st_open_in(in);
	const struct st_tensor *t = NULL;
	struct attributes *a = NULL;

	if (f != NULL)
		t = find_matrix(f, id);
	if (t != NULL && check_finite(f, t) == 0 &&
	    take_names(f, id, names) == 0) {
		if (names->n == t->dims[0])
			a = attributes_of(names, t->data, t->dims[1]);
		else
			err_msg("%s: tensor '%s' has %zu rows, but there are "
			    "%zu ids", st_path(f), t->name, t->dims[0],
			    names->n);
	}
	st_close(f);
	return a;
}

/* --- lines of text -------------------------------------------------------- */

/* What is left of a line: pieces of a column, and the columns after it. */
struct fields {
	const struct rows *rows;
	struct span rest;
	size_t column;
};

/* The next field that is not empty, or one of n = 0. */
static struct span
next_field(struct fields *f)
{
	struct span field = { "", 0 };

	while (field.n == 0) {
		if (f->rest.n > 0)
			field = span_cut(&f->rest, ' ');
		else if (++f->column < rows_width(f->rows))
			f->rest = rows_text(f->rows, (int)f->column);
		else
			break;
	}
	return field;
}

/* *first <- the first field, which is all of a first column with others beside
 * it; the rest of the line is what comes next. */
static struct fields
fields_of(const struct rows *rows, struct span *first)
{
	struct fields f = { rows, rows_text(rows, 0), 0 };

	if (rows_width(rows) == 1) {
		*first = next_field(&f);
	} else {
		*first = f.rest;
		f.rest.n = 0;
	}
	return f;
}

/* Are there numbers, and nothing else, after the first field? */
static int
is_vector(const struct rows *rows)
{
	struct span field;
	struct fields f = fields_of(rows, &field);
	size_t n = 0;
	double x;

	for (field = next_field(&f); field.n > 0; field = next_field(&f), n++)
		if (num_real(field, &x) != 0)
			return 0;
	return n > 0;
}

struct lines_read {
	struct rows *rows;
	struct names *names;
	size_t n_said, cols;	/* 0: not said */
	float *x;		/* (n of cap) vector after vector; owned */
	size_t n, cap;
};

/* Does the line say how many vectors there are, and of how many numbers? */
static int
take_shape(struct lines_read *r)
{
	struct span first;
	struct fields f = fields_of(r->rows, &first);

	return num_size(first, &r->n_said) == 0 &&
	    num_size(next_field(&f), &r->cols) == 0 &&
	    next_field(&f).n == 0;
}

static int
take_number(struct lines_read *r, struct span text)
{
	double x;

	if (num_real(text, &x) != 0)
		return rows_error(r->rows, -1, "'%.*s' is not a number",
		    SPAN_ARGS(text));
	if (fabs(x) > (double)FLT_MAX)
		return rows_error(r->rows, -1, "'%.*s' is too large",
		    SPAN_ARGS(text));
	r->x = mem_grow("vectors", r->x, &r->cap, r->n + 1, sizeof *r->x);
	r->x[r->n++] = (float)x;
	return 0;
}

static int
take_vector(struct lines_read *r)
{
	struct span name;
	struct fields f = fields_of(r->rows, &name);
	const size_t first = r->n;

	if (add_name_of(r->names, name, r->rows) != 0)
		return -1;
	for (struct span t = next_field(&f); t.n > 0; t = next_field(&f))
		if (take_number(r, t) != 0)
			return -1;
	if (r->cols == 0)
		r->cols = r->n - first;
	return r->n - first == r->cols ? 0 : rows_error(r->rows, -1,
	    "%zu numbers, but vectors have %zu", r->n - first, r->cols);
}

/* What is there after the first line, which was read. */
static int
take_lines(struct lines_read *r)
{
	int got = 1;

	if (take_shape(r))
		got = rows_next(r->rows);
	else
		r->n_said = r->cols = 0;
	for (; got > 0; got = rows_next(r->rows))
		if (take_vector(r) != 0)
			return -1;
	if (got == 0 && r->names->n == 0)
		return err_msg("%s: no vectors", rows_path(r->rows));
	if (got == 0 && r->n_said > 0 && r->n_said != r->names->n)
		return err_msg("%s: %zu vectors, but its first line says %zu",
		    rows_path(r->rows), r->names->n, r->n_said);
	return got;
}

static struct attributes *
of_lines(struct rows *rows, const char *id, struct names *names)
{
	struct lines_read r = { .rows = rows, .names = names };
	struct attributes *a = NULL;

	/* What is neither is taken for a table, and lacks its header. */
	if (rows_next(rows) > 0 && (is_vector(rows) ||
	    rows_column(rows, id) >= 0) && take_lines(&r) == 0)
		a = attributes_of(names, r.x, r.cols);
	free(r.x);
	rows_close(rows);
	return a;
}

/* A table has a header, vectors have none. */
static struct attributes *
of_text(struct in *in, const char *id, struct names *names)
{
	struct rows *rows = rows_open_in(in, &(struct rows_format){
	    .kind = ROWS_GUESS });

	if (rows == NULL)
		return NULL;
	return rows_width(rows) == 0 || rows_has_header(rows) ?
	    readattributes_rows(rows, id, names->all) :
	    of_lines(rows, id, names);
}

/* --- any of them ---------------------------------------------------------- */

struct attributes *
readvectors(const char *path, const char *rows, const char *id,
    struct idmap *ids)
{
	struct names names = { .all = ids };
	struct in *in = in_open(path);
	struct attributes *a = NULL;
	enum in_kind kind;

	if (in == NULL)
		return NULL;
	if (in_sniff(in, &kind) != 0) {
		in_close(in);
		return NULL;
	}
	names.own = idmap_new();
	if (kind == IN_TEXT) {
		a = of_text(in, id, &names);
	} else {
		a = kind == IN_NPY ? of_matrix(in, rows, id, &names) :
		    of_tensors(in, id, &names);
		in_close(in);
	}
	idmap_free(names.own);
	free(names.id);
	return a;
}
