#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/ids.h"
#include "io/readpairs.h"
#include "io/rows.h"

enum { TRUTH = 2 };		/* column of the truth after user and item */

/* The column asked for, or its usual name, or the place without header. */
static int
find_column(const struct rows *rows, const char *asked, const char *usual,
    int place)
{
	if (asked != NULL)
		return rows_column(rows, asked);
	return rows_has_header(rows) ? rows_column(rows, usual) : place;
}

/* The column of users, or -1 after a message. */
static int
find_user(const struct rows *rows, const struct readpairs *how)
{
	const size_t width = rows_width(rows);

	if (how->user != NULL)
		return rows_column(rows, how->user);
	if (rows_has_header(rows))
		return rows_column(rows, "user_id");
	if (width > TRUTH + 1)
		return 0;
	return err_msg("%s: %zu columns without a header: which is the user?",
	    rows_path(rows), width);
}

static int
find_columns(const struct rows *rows, const struct readpairs *how, int *truth,
    int *score)
{
	const int last = (int)rows_width(rows) - 1;

	if (!rows_has_header(rows) && last != 1 && last < TRUTH + 1 &&
	    (how->truth == NULL || how->score == NULL))
		return err_msg("%s: %d column%s without a header: which is "
		    "the %s, and which the score?", rows_path(rows), last + 1,
		    last == 0 ? "" : "s", how->labels ? "label" : "rating");
	*truth = find_column(rows, how->truth, how->labels ? "label" :
	    "rating", last == 1 ? 0 : TRUTH);
	if (*truth < 0)
		return -1;
	*score = find_column(rows, how->score, "score", last);
	return *score < 0 ? -1 : 0;
}

/* *x <- 1 or 0. */
static int
check_label(const struct rows *rows, int column, double *x)
{
	const struct span text = rows_text(rows, column);
	const int is_one = *x == 1;

	if (!is_one && *x != 0 && *x != -1)
		return rows_error(rows, column, "'%.*s' is not a label: "
		    "1, and 0 or -1 are", SPAN_ARGS(text));
	*x = is_one;
	return 0;
}

struct job {
	const struct readpairs *how;
	int truth, score;	/* columns */
	int user;		/* or -1 */
	struct pairs *out;
	size_t cap_truth, cap_score, cap_user;
};

/* The pairs of a block. */
struct part {
	double *truth, *score;	/* (n of cap) */
	size_t n, cap;
	struct ids user;
};

static void
release_part(void *slot)
{
	struct part *p = slot;

	free(p->truth);
	free(p->score);
	ids_release(&p->user);
}

/* Adds the row last read. */
static int
take_row(const struct job *job, struct rows *rows, struct part *p)
{
	double x, y;

	if (rows_real(rows, job->truth, &x) != 0 ||
	    rows_real(rows, job->score, &y) != 0)
		return -1;
	if (job->how->labels && check_label(rows, job->truth, &x) != 0)
		return -1;
	if (job->user >= 0 && ids_add(&p->user, rows, job->user) != 0)
		return -1;
	if (p->n == p->cap) {
		size_t cap = p->cap;

		p->truth = mem_grow("pairs", p->truth, &cap, p->n + 1,
		    sizeof *p->truth);
		p->score = mem_grow("pairs", p->score, &p->cap, p->n + 1,
		    sizeof *p->score);
	}
	p->truth[p->n] = x;
	p->score[p->n++] = y;
	return 0;
}

static int
take_rows(void *arg, struct rows *block, void *slot)
{
	struct part *p = slot;
	int got;

	p->n = p->user.n = 0;
	while ((got = rows_next(block)) > 0)
		if (take_row(arg, block, p) != 0)
			return -1;
	return got;
}

static int
add_rows(void *arg, void *slot)
{
	struct job *job = arg;
	struct pairs *out = job->out;
	const struct part *p = slot;

	if (p->n == 0)
		return 0;
	out->truth = mem_grow("pairs", out->truth, &job->cap_truth,
	    out->n + p->n, sizeof *out->truth);
	out->score = mem_grow("pairs", out->score, &job->cap_score,
	    out->n + p->n, sizeof *out->score);
	memcpy(out->truth + out->n, p->truth, p->n * sizeof *p->truth);
	memcpy(out->score + out->n, p->score, p->n * sizeof *p->score);
	if (job->user >= 0) {
		out->user = mem_grow("pairs", out->user, &job->cap_user,
		    out->n + p->n, sizeof *out->user);
		idmap_add_keys(out->users, p->user.key, p->n,
		    out->user + out->n);
	}
	out->n += p->n;
	return 0;
}

/* An empty table has no columns to find: it has no rows. */
static int
read_rows(struct rows *rows, const struct readpairs *how, struct pairs *out)
{
	struct job job = { .how = how, .user = -1, .out = out };
	int status;

	if (rows_width(rows) > 0 &&
	    find_columns(rows, how, &job.truth, &job.score) != 0)
		return -1;
	if (how->needs_users && rows_width(rows) > 0) {
		job.user = find_user(rows, how);
		if (job.user < 0)
			return -1;
		out->users = idmap_new();
	}
	status = rows_scan(rows, &(struct rows_scan){ .arg = &job,
	    .slot_size = sizeof(struct part), .work = take_rows,
	    .drain = add_rows, .release = release_part });
	if (status == 0 && out->n == 0)
		return err_msg("%s: no rows", rows_path(rows));
	return status;
}

int
readpairs(const char *path, const struct readpairs *how, struct pairs *out)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV, .tick = how->tick });
	int status;

	*out = (struct pairs){ .truth = NULL };
	status = rows == NULL ? -1 : read_rows(rows, how, out);
	rows_close(rows);
	if (status != 0)
		pairs_release(out);
	return status;
}

void
pairs_release(struct pairs *p)
{
	free(p->truth);
	free(p->score);
	free(p->user);
	idmap_free(p->users);
	*p = (struct pairs){ .truth = NULL };
}

/* --- classes -------------------------------------------------------------- */

static int
read_classes(struct rows *rows, const struct readpairs *how,
    struct classpairs *out)
{
	const int truth = find_column(rows, how->truth, "label", 0);
	const int said = truth < 0 ? -1 : find_column(rows, how->score,
	    "prediction", (int)rows_width(rows) - 1);
	size_t cap_truth = 0, cap_said = 0;
	int got = -1;

	if (said < 0)
		return -1;
	while ((got = rows_next(rows)) > 0) {
		struct span name;

		out->truth = mem_grow("classes", out->truth, &cap_truth,
		    out->n + 1, sizeof *out->truth);
		out->said = mem_grow("classes", out->said, &cap_said,
		    out->n + 1, sizeof *out->said);
		if (ids_text(rows, truth, &name) != 0)
			return -1;
		out->truth[out->n] = idmap_add(out->names, name);
		if (ids_text(rows, said, &name) != 0)
			return -1;
		out->said[out->n++] = idmap_add(out->names, name);
	}
	if (got == 0 && out->n == 0)
		return err_msg("%s: no rows", rows_path(rows));
	return got;
}

int
readpairs_classes(const char *path, const struct readpairs *how,
    struct classpairs *out)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV, .tick = how->tick });
	int status;

	*out = (struct classpairs){ .names = idmap_new() };
	status = rows == NULL ? -1 : read_classes(rows, how, out);
	rows_close(rows);
	if (status != 0)
		classpairs_release(out);
	return status;
}

void
classpairs_release(struct classpairs *p)
{
	idmap_free(p->names);
	free(p->truth);
	free(p->said);
	*p = (struct classpairs){ .names = NULL };
}
