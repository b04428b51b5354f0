#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
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

/* --- the rows of a block -------------------------------------------------- */

struct job {
	struct columns column;
	struct inter *in;
	const char *path;
};

/* What a block's rows hold: arrays (n of cap). */
struct part {
	struct span *user, *item;	/* names */
	uint32_t *user_hash, *item_hash;
	uint32_t *user_id, *item_id;	/* made by drain() */
	float *value;
	int64_t *time;
	size_t n, cap;
};

static void
release_part(void *slot)
{
	struct part *p = slot;

	free(p->user);
	free(p->item);
	free(p->user_hash);
	free(p->item_hash);
	free(p->user_id);
	free(p->item_id);
	free(p->value);
	free(p->time);
}

static void *
resize(void *p, size_t n, size_t size)
{
	size_t none = 0;

	return mem_grow("interactions", p, &none, n, size);
}

static void
grow_part(struct part *p)
{
	const size_t n = p->cap == 0 ? 1024 : 2 * p->cap;

	p->user = resize(p->user, n, sizeof *p->user);
	p->item = resize(p->item, n, sizeof *p->item);
	p->user_hash = resize(p->user_hash, n, sizeof *p->user_hash);
	p->item_hash = resize(p->item_hash, n, sizeof *p->item_hash);
	p->user_id = resize(p->user_id, n, sizeof *p->user_id);
	p->item_id = resize(p->item_id, n, sizeof *p->item_id);
	p->value = resize(p->value, n, sizeof *p->value);
	p->time = resize(p->time, n, sizeof *p->time);
	p->cap = n;
}

static int
take_id(struct rows *r, int column, struct span *name, uint32_t *hash)
{
	*name = rows_hold(r, column);
	*hash = idmap_hash(*name);
	if (name->n == 0)
		return rows_error(r, column, "an empty id");
	/* TSV has none */
	if (rows_kind(r) != ROWS_TSV && has_break(*name))
		return rows_error(r, column, "'%.*s' is no id: it has a TAB "
		    "or a line end", SPAN_ARGS(*name));
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
take_row(const struct job *job, struct rows *r, struct part *p)
{
	const struct columns *c = &job->column;
	const size_t i = p->n;

	if (i == p->cap)
		grow_part(p);
	if (take_id(r, c->user, &p->user[i], &p->user_hash[i]) != 0 ||
	    take_id(r, c->item, &p->item[i], &p->item_hash[i]) != 0 ||
	    take_value(r, c->value, c->needs_value, &p->value[i]) != 0)
		return -1;
	if (job->in->has_times && rows_time(r, c->time, &p->time[i]) != 0)
		return -1;
	p->n++;
	return 0;
}

static int
take_rows(void *arg, struct rows *block, void *slot)
{
	struct part *p = slot;
	int got;

	p->n = 0;
	while ((got = rows_next(block)) > 0)
		if (take_row(arg, block, p) != 0)
			return -1;
	return got;
}

struct numbering {
	struct inter *in;
	struct part *part;
};

/* Users are piece 0, items piece 1. */
static void
number_names(void *arg, size_t i, size_t worker)
{
	const struct numbering *job = arg;
	struct part *p = job->part;

	(void)worker;
	if (i == 0)
		idmap_add_batch(job->in->users, p->user, p->user_hash, p->n,
		    p->user_id);
	else
		idmap_add_batch(job->in->items, p->item, p->item_hash, p->n,
		    p->item_id);
}

static int
add_rows(void *arg, void *slot)
{
	const struct job *job = arg;
	struct part *p = slot;
	struct numbering numbering = { job->in, p };

	if (idmap_count(job->in->users) + p->n >= IDMAP_NONE ||
	    idmap_count(job->in->items) + p->n >= IDMAP_NONE)
		return err_msg("%s: too many ids", job->path);
	par_for(2, number_names, &numbering);
	inter_add_rows(job->in, p->n, p->user_id, p->item_id, p->value,
	    p->time);
	return 0;
}

/* --- files ---------------------------------------------------------------- */

static int
read_table(struct in *stream, const struct readinter *want, struct inter *in)
{
	const struct rows_format format = { .positional = rows_interactions,
	    .kind = ROWS_GUESS, .tick = want->tick };
	struct rows *r = rows_open_in(stream, &format);
	struct job job = { .in = in };
	int status = -1;

	if (r == NULL)
		return -1;
	if (find_columns(r, want, in->n == 0, &job.column) == 0) {
		job.path = rows_path(r);
		if (job.column.time < 0)
			inter_drop_times(in);
		status = rows_scan(r, &(struct rows_scan){ .arg = &job,
		    .slot_size = sizeof(struct part), .work = take_rows,
		    .drain = add_rows, .release = release_part });
	}
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
