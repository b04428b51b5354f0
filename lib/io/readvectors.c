#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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

static int
add_name(struct names *s, struct span name, const char *path)
{
	if (name.n == 0)
		return err_msg("%s: an empty id", path);
	if (idmap_add(s->own, name) != s->n)
		return err_msg("%s: '%.*s' stands twice", path,
		    SPAN_ARGS(name));
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
		if (add_name(out, rows_text(rows, at), path) != 0) {
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

/* Is this the matrix of those whose ids are in `id`s? */
static int
is_of(const struct st_tensor *t, const char *id)
{
	const size_t stem = strlen(id) - strlen("id");	/* "item_" */

	return t->type == ST_F32 && t->n_dims == 2 &&
	    (strcmp(t->name, "embeddings") == 0 ||
	    strncmp(t->name, id, stem) == 0);
}

/* The one tensor that has the vectors; NULL after a message. */
static const struct st_tensor *
find_matrix(const struct st_file *f, const char *id)
{
	const struct st_tensor *found = NULL;

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
	while (rest.n > 0)
		if (add_name(out, span_cut(&rest, '\n'), st_path(f)) != 0)
			return -1;
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
	if (kind == IN_TEXT)
		return readattributes_in(in, id, ids);
	names.own = idmap_new();
	a = kind == IN_NPY ? of_matrix(in, rows, id, &names) :
	    of_tensors(in, id, &names);
	in_close(in);
	idmap_free(names.own);
	free(names.id);
	return a;
}
