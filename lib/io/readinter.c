#include <string.h>

#include "io/in.h"
#include "io/interfile.h"
#include "io/readinter.h"
#include "io/rows.h"

/* The columns of a table; -1: it has none of that name. */
struct columns {
	int user, item, value, time;
	int needs_value;	/* an empty one is an error */
};

/*
 * *value <- the name of the column to read, as `want` has it; NULL when it
 * need not be there and is not (`has`).  Files after the first must agree.
 */
static int
choose_value(const struct readinter *want, int has, int is_first,
    const char *path, const char **value)
{
	*value = want->value;
	if (want->has_value == NULL)
		return 0;
	if (!is_first && *want->has_value != has)
		return err_msg("%s: it has %s '%s': the files are not of one "
		    "kind", path, has ? "a" : "no", want->value);
	*want->has_value = has;
	if (!has)
		*value = NULL;
	return 0;
}

static int
find_columns(const struct rows *r, const struct readinter *want,
    int is_first, struct columns *c)
{
	const char *value;

	c->user = rows_column(r, "user_id");
	if (c->user < 0)
		return -1;
	c->item = rows_column(r, "item_id");
	if (c->item < 0)
		return -1;
	if (choose_value(want, want->value != NULL &&
	    rows_find(r, want->value) >= 0, is_first, rows_path(r),
	    &value) != 0)
		return -1;
	c->value = value == NULL ? rows_find(r, "weight")
	    : rows_column(r, value);
	if (value != NULL && c->value < 0)
		return -1;
	c->needs_value = want->needs_value &&
	    (want->has_value == NULL || value != NULL);
	c->time = rows_find(r, "timestamp");
	return 0;
}

/* Could not be written to a table again. */
static int
has_break(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '\t' || name.p[i] == '\n' ||
		    name.p[i] == '\r')
			return 1;
	return 0;
}

static int
take_id(const struct rows *r, int column, struct idmap *map, uint32_t *id)
{
	const struct span name = rows_text(r, column);

	if (name.n == 0)
		return rows_error(r, column, "an empty id");
	if (has_break(name))
		return rows_error(r, column, "'%.*s' is no id: it has a TAB "
		    "or a line end", SPAN_ARGS(name));
	if (idmap_count(map) >= IDMAP_NONE - 1 &&
	    idmap_find(map, name) == IDMAP_NONE)
		return rows_error(r, column, "too many ids");
	*id = idmap_add(map, name);
	return 0;
}

static int
take_value(const struct rows *r, int column, int needs_value, float *value)
{
	*value = 1;
	if (column < 0)
		return 0;
	if (rows_text(r, column).n == 0)
		return needs_value ? rows_error(r, column, "a missing value")
		    : 0;
	return rows_float(r, column, value);
}

/* Adds the row last read. */
static int
add_row(const struct rows *r, const struct columns *c, struct inter *in)
{
	uint32_t user, item;
	float value;
	int64_t time = 0;

	if (take_id(r, c->user, in->users, &user) != 0 ||
	    take_id(r, c->item, in->items, &item) != 0 ||
	    take_value(r, c->value, c->needs_value, &value) != 0)
		return -1;
	if (in->has_times && rows_time(r, c->time, &time) != 0)
		return -1;
	inter_add(in, user, item, value, time);
	return 0;
}

static int
read_table(struct in *stream, const struct readinter *want, struct inter *in)
{
	const struct rows_format format = { .positional = rows_interactions,
	    .kind = ROWS_GUESS, .tick = want->tick };
	struct rows *r = rows_open_in(stream, &format);
	struct columns c;
	int status = -1;

	if (r == NULL)
		return -1;
	if (find_columns(r, want, in->n == 0, &c) != 0)
		goto done;
	if (c.time < 0)
		inter_drop_times(in);
	while ((status = rows_next(r)) > 0)
		if (add_row(r, &c, in) != 0) {
			status = -1;
			break;
		}
done:
	rows_close(r);
	return status;
}

static int
read_matrix(struct in *stream, const struct readinter *want, struct inter *in)
{
	struct st_file *f = st_open_in(stream);
	const char *is = f != NULL ? st_meta(f, "value") : NULL;
	const char *value;
	int status = -1;

	if (f != NULL && choose_value(want, want->value != NULL &&
	    is != NULL && strcmp(is, want->value) == 0, in->n == 0,
	    st_path(f), &value) == 0)
		status = interfile_add(f, value, in);
	st_close(f);
	in_close(stream);
	return status;
}

static int
read_file(const char *path, const struct readinter *want, struct inter *in)
{
	struct in *stream = in_open(path);
	enum in_kind kind;

	if (stream == NULL)
		return -1;
	if (in_sniff(stream, &kind) != 0) {
		in_close(stream);
		return -1;
	}
	return kind == IN_SAFETENSORS ? read_matrix(stream, want, in)
	    : read_table(stream, want, in);
}

struct inter *
readinter(const char *const *paths, size_t n_paths,
    const struct readinter *want, struct idmap *users, struct idmap *items,
    int owns)
{
	struct inter *in = inter_new(users, items, owns, 1);

	for (size_t i = 0; i < n_paths; i++)
		if (read_file(paths[i], want, in) != 0)
			goto failed;
	if (in->n == 0) {
		err_msg("%s: no interactions", n_paths != 1 ? "all files" :
		    strcmp(paths[0], "-") == 0 ? "standard input" : paths[0]);
		goto failed;
	}
	inter_finish(in);
	return in;
failed:
	inter_free(in);
	return NULL;
}
