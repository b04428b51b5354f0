#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/ids.h"
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

static int
check_memory(const struct readinter *want, const struct inter *in,
    const char *path)
{
	char left[NUM_TEXT_MAX];

	if (want->memory == 0 || inter_bytes(in) + idmap_bytes(in->users) +
	    idmap_bytes(in->items) <= want->memory)
		return 0;
	num_say_bytes(left, (double)want->memory);
	return err_msg("%s: the interactions need more memory than the %s "
	    "that are left for them: %s", path, left, want->instead);
}

/* --- the rows of a block -------------------------------------------------- */

enum field { USER, ITEM, VALUE, TIME, FIELDS };

struct job {
	struct columns column;
	int field[FIELDS];	/* columns; that of the user for none */
	const struct readinter *want;
	struct inter *in;
	const char *path;
};

/* What a block's rows hold: arrays (user.n of cap). */
struct part {
	struct ids user, item;
	float *value;
	int64_t *time;
	size_t cap;
};

static void
release_part(void *slot)
{
	struct part *p = slot;

	ids_release(&p->user);
	ids_release(&p->item);
	free(p->value);
	free(p->time);
}

/* For n more rows. */
static void
make_room(struct part *p, size_t n)
{
	size_t cap = p->cap;

	n += p->user.n;
	p->value = mem_grow("interactions", p->value, &cap, n,
	    sizeof *p->value);
	p->time = mem_grow("interactions", p->time, &p->cap, n,
	    sizeof *p->time);
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
	const size_t i = p->user.n;

	make_room(p, 1);
	if (ids_add(&p->user, r, c->user) != 0 ||
	    ids_add(&p->item, r, c->item) != 0 ||
	    take_value(r, c->value, c->needs_value, &p->value[i]) != 0)
		return -1;
	return job->in->has_times ? rows_time(r, c->time, &p->time[i]) : 0;
}

/* Takes the fields of n rows; 0, and none of them, when some are not as most
 * are. */
static int
take_fields(const struct job *job, const struct spans of[FIELDS], size_t n,
    struct part *p)
{
	const struct columns *c = &job->column;
	const size_t i = p->user.n;

	make_room(p, n);
	for (size_t j = 0; j < n && c->value < 0; j++)
		p->value[i + j] = 1;
	if ((c->value >= 0 && !rows_floats(&of[VALUE], n, &p->value[i])) ||
	    (job->in->has_times && !rows_times(&of[TIME], n, &p->time[i])) ||
	    !ids_add_many(&p->user, &of[USER], n))
		return 0;
	if (ids_add_many(&p->item, &of[ITEM], n))
		return 1;
	p->user.n = i;
	return 0;
}

/* Takes many rows at once: how many, or -1. */
static ptrdiff_t
take_many(const struct job *job, struct rows *r, struct part *p)
{
	struct spans of[FIELDS];
	const size_t n = rows_many(r, job->field, FIELDS, of);
	int status = 0;

	if (n == 0 || take_fields(job, of, n, p))
		return (ptrdiff_t)n;
	for (size_t i = 0; i < n && status == 0; i++) {
		rows_one(r, i);
		status = take_row(job, r, p);
	}
	return status == 0 ? (ptrdiff_t)n : -1;
}

static int
take_rows(void *arg, struct rows *block, void *slot)
{
	struct part *p = slot;
	ptrdiff_t many;
	int got = 1;

	p->user.n = p->item.n = 0;
	while (got > 0) {
		while ((many = take_many(arg, block, p)) > 0)
			continue;
		if (many < 0)
			return -1;
		got = rows_next(block);
		if (got > 0 && take_row(arg, block, p) != 0)
			return -1;
	}
	return got;
}

static int
add_rows(void *arg, void *slot)
{
	const struct job *job = arg;
	struct part *p = slot;

	if (ids_number(&(struct ids_pair){ &p->user, &p->item, job->in->users,
	    job->in->items }, job->path) != 0)
		return -1;
	inter_add_rows(job->in, p->user.n, p->user.id, p->item.id, p->value,
	    p->time);
	return check_memory(job->want, job->in, job->path);
}

/* --- files ---------------------------------------------------------------- */

static void
choose_fields(struct job *job)
{
	const struct columns *c = &job->column;

	job->field[USER] = c->user;
	job->field[ITEM] = c->item;
	job->field[VALUE] = c->value < 0 ? c->user : c->value;
	job->field[TIME] = c->time < 0 ? c->user : c->time;
}

static int
read_table(struct in *stream, const struct readinter *want, struct inter *in)
{
	const struct rows_format format = { .positional = rows_interactions,
	    .kind = ROWS_GUESS, .tick = want->tick };
	struct rows *r = rows_open_in(stream, &format);
	struct job job = { .want = want, .in = in };
	int status = -1;

	if (r == NULL)
		return -1;
	if (find_columns(r, want, in->n == 0, &job.column) == 0) {
		job.path = rows_path(r);
		if (job.column.time < 0)
			inter_drop_times(in);
		choose_fields(&job);
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
	    st_path(f), &value) == 0 && interfile_add(f, value, in) == 0)
		status = check_memory(want, in, st_path(f));
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
	struct inter *in = inter_new(users, items, owns, !want->without_times);

	inter_keep(in, want->wants, want->arg);
	for (size_t i = 0; i < n_paths; i++)
		if (read_file(paths[i], want, in) != 0)
			goto failed;
	if (in->n == 0 && want->wants == NULL) {
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
