#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/ids.h"
#include "io/readscores.h"
#include "io/rows.h"

enum { TREC_RUN = 6, TREC_JUDGMENTS = 4, FIELDS_MAX = 8 };
enum field { USER, ITEM, VALUE, FIELDS };

/* Where a row has what; value -1: each row counts 1. */
struct layout {
	int user, item, value;
	size_t n_blanks;	/* fields between blanks; 0: columns of rows */
};

static const char *const list_columns[] = { "user_id", "item_id", NULL };

/* Cuts the row between blanks.  Returns how many fields there are; those
 * beyond FIELDS_MAX are counted only. */
static size_t
cut_blanks(struct span row, struct span field[FIELDS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < row.n;) {
		size_t end;

		if (row.p[i] == ' ' || row.p[i] == '\t') {
			i++;
			continue;
		}
		for (end = i; end < row.n && row.p[end] != ' ' &&
		    row.p[end] != '\t'; end++)
			continue;
		if (n < FIELDS_MAX)
			field[n] = (struct span){ row.p + i, end - i };
		n++;
		i = end;
	}
	return n;
}

/* Does the first row say that this is a TREC file? */
static int
looks_trec(const struct rows *rows, const struct readscores *how)
{
	struct span field[FIELDS_MAX];
	const size_t width = rows_width(rows);

	if (how->trec)
		return 1;
	if (rows_has_header(rows) || how->column != NULL)
		return 0;
	if (width == 1)
		return cut_blanks(rows_raw(rows), field) ==
		    (how->judgments ? TREC_JUDGMENTS : TREC_RUN);
	return width == TREC_RUN && !how->judgments &&
	    span_is(rows_text(rows, 1), "Q0");
}

static int
find_value(const struct rows *rows, const struct readscores *how, int *out)
{
	const int last = (int)rows_width(rows) - 1;

	if (how->column != NULL)
		return (*out = rows_column(rows, how->column)) < 0 ? -1 : 0;
	if (how->judgments) {
		*out = rows_find(rows, "label");
		return 0;
	}
	if (rows_has_header(rows))
		return (*out = rows_column(rows, "score")) < 0 ? -1 : 0;
	if (last < 2)
		return err_msg("%s: %d column%s: user, item and score are "
		    "needed", rows_path(rows), last + 1, last == 0 ? "" : "s");
	*out = last == 3 ? 2 : last;
	return 0;
}

/* The first row has been read. */
static int
find_columns(const struct rows *rows, const struct readscores *how,
    struct layout *out)
{
	if (looks_trec(rows, how)) {
		out->n_blanks = how->judgments ? TREC_JUDGMENTS : TREC_RUN;
		out->user = 0;
		out->item = 2;
		out->value = how->judgments ? 3 : 4;
		return 0;
	}
	out->n_blanks = 0;
	out->user = rows_column(rows, "user_id");
	if (out->user < 0)
		return -1;
	out->item = rows_column(rows, "item_id");
	return out->item < 0 ? -1 : find_value(rows, how, &out->value);
}

/* --- the rows of a block -------------------------------------------------- */

struct job {
	struct layout at;
	int field[FIELDS];	/* columns; without a value, twice the user */
	struct idmap *users, *items;
	struct scored *out;
	const char *path;
};

struct part {
	struct ids user, item;
	double *value;		/* (user.n of cap) */
	size_t cap;
};

static void
release_part(void *slot)
{
	struct part *p = slot;

	ids_release(&p->user);
	ids_release(&p->item);
	free(p->value);
}

static int
take_blanks(const struct rows *rows, const struct layout *at, struct part *p,
    double *value)
{
	struct span field[FIELDS_MAX];
	const size_t n = cut_blanks(rows_raw(rows), field);

	if (n != at->n_blanks)
		return rows_error(rows, -1, "%zu field%s, not %zu", n,
		    n == 1 ? "" : "s", at->n_blanks);
	if (ids_add_raw(&p->user, rows, field[at->user]) != 0 ||
	    ids_add_raw(&p->item, rows, field[at->item]) != 0)
		return -1;
	if (num_real(field[at->value], value) == 0)
		return 0;
	return rows_error(rows, -1, "%s: '%.*s' is not a number",
	    at->n_blanks == TREC_RUN ? "score" : "relevance",
	    SPAN_ARGS(field[at->value]));
}

/* Adds the row last read. */
static int
take_row(const struct layout *at, struct rows *rows, struct part *p)
{
	const size_t i = p->user.n;

	p->value = mem_grow("scores", p->value, &p->cap, i + 1,
	    sizeof *p->value);
	if (at->n_blanks > 0)
		return take_blanks(rows, at, p, &p->value[i]);
	if (ids_add(&p->user, rows, at->user) != 0 ||
	    ids_add(&p->item, rows, at->item) != 0)
		return -1;
	p->value[i] = 1;
	return at->value < 0 ? 0 : rows_real(rows, at->value, &p->value[i]);
}

/* Takes the fields of n rows; 0, and none of them, when some are not as most
 * are. */
static int
take_fields(const struct layout *at, const struct spans of[FIELDS], size_t n,
    struct part *p)
{
	const size_t i = p->user.n;

	p->value = mem_grow("scores", p->value, &p->cap, i + n,
	    sizeof *p->value);
	for (size_t j = 0; j < n; j++) {
		p->value[i + j] = 1;
		if (at->value >= 0 && num_real(spans_get(&of[VALUE], j),
		    &p->value[i + j]) != 0)
			return 0;
	}
	if (!ids_add_many(&p->user, &of[USER], n))
		return 0;
	if (ids_add_many(&p->item, &of[ITEM], n))
		return 1;
	p->user.n = i;
	return 0;
}

/* Takes many rows at once: how many, or -1. */
static ptrdiff_t
take_many(const struct job *job, struct rows *block, struct part *p)
{
	struct spans of[FIELDS];
	const size_t n = rows_many(block, job->field, FIELDS, of);
	int status = 0;

	if (n == 0 || take_fields(&job->at, of, n, p))
		return (ptrdiff_t)n;
	for (size_t i = 0; i < n && status == 0; i++) {
		rows_one(block, i);
		status = take_row(&job->at, block, p);
	}
	return status == 0 ? (ptrdiff_t)n : -1;
}

static int
take_rows(void *arg, struct rows *block, void *slot)
{
	const struct job *job = arg;
	struct part *p = slot;
	ptrdiff_t many = 0;
	int got = 1;

	p->user.n = p->item.n = 0;
	while (got > 0) {
		while (job->at.n_blanks == 0 &&
		    (many = take_many(job, block, p)) > 0)
			continue;
		if (many < 0)
			return -1;
		got = rows_next(block);
		if (got > 0 && take_row(&job->at, block, p) != 0)
			return -1;
	}
	return got;
}

static int
add_rows(void *arg, void *slot)
{
	const struct job *job = arg;
	struct part *p = slot;

	if (ids_number(&(struct ids_pair){ &p->user, &p->item, job->users,
	    job->items }, job->path) != 0)
		return -1;
	scored_add_rows(job->out, p->user.n, p->user.id, p->item.id, p->value);
	return 0;
}

/* --- files ---------------------------------------------------------------- */

/* The first row says what the columns are. */
static int
read_first(struct rows *rows, const struct readscores *how, struct job *job)
{
	struct part part = { .value = NULL };
	const int got = rows_next(rows);
	int status = -1;

	if (got == 0)
		return err_msg("%s: no rows", rows_path(rows));
	if (got > 0 && find_columns(rows, how, &job->at) == 0 &&
	    take_row(&job->at, rows, &part) == 0)
		status = add_rows(job, &part);
	release_part(&part);
	return status;
}

static int
read_rows(struct rows *rows, const struct readscores *how, struct job *job)
{
	job->path = rows_path(rows);
	if (read_first(rows, how, job) != 0)
		return -1;
	job->field[USER] = job->at.user;
	job->field[ITEM] = job->at.item;
	job->field[VALUE] = job->at.value < 0 ? job->at.user : job->at.value;
	return rows_scan(rows, &(struct rows_scan){ .arg = job,
	    .slot_size = sizeof(struct part), .work = take_rows,
	    .drain = add_rows, .release = release_part });
}

struct scored *
readscores(const char *path, const struct readscores *how,
    struct idmap *users, struct idmap *items)
{
	const struct rows_format format = {
		.positional = how->judgments ? rows_interactions :
		    list_columns,
		.kind = ROWS_TSV,
		.tick = how->tick,
	};
	struct rows *rows = rows_open(path, &format);
	struct job job = { .users = users, .items = items,
	    .out = scored_new() };
	const int status = rows == NULL ? -1 : read_rows(rows, how, &job);

	rows_close(rows);
	if (status != 0) {
		scored_free(job.out);
		return NULL;
	}
	scored_finish(job.out);
	return job.out;
}
