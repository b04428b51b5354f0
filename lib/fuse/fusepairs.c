#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/fusepairs.h"
#include "fuse/pairindex.h"
#include "io/ids.h"
#include "io/rows.h"

enum { AHEAD = 16 };	/* pairs looked up soon */

static const char *const positional[] = { "user_id", "item_id", NULL };

struct columns {
	int user, item, rating, score;	/* rating -1: none */
};

static int
find_columns(const struct rows *rows, struct columns *c)
{
	const int width = (int)rows_width(rows);

	c->user = rows_column(rows, "user_id");
	if (c->user < 0)
		return -1;
	c->item = rows_column(rows, "item_id");
	if (c->item < 0)
		return -1;
	if (!rows_has_header(rows)) {
		if (width < 3)
			return err_msg("%s: %d columns: user, item and score "
			    "are needed", rows_path(rows), width);
		c->score = width - 1;
		c->rating = width > 3 ? 2 : -1;
		return 0;
	}
	c->rating = rows_find(rows, "rating");
	c->score = rows_column(rows, "score");
	return c->score < 0 ? -1 : 0;
}

static int
read_score(const struct rows *rows, const struct columns *c, float *out)
{
	double score;

	if (rows_text(rows, c->score).n == 0)
		return rows_error(rows, c->score, "is empty: every pair needs "
		    "a prediction");
	if (rows_real(rows, c->score, &score) != 0)
		return -1;
	*out = (float)score;
	if (!isfinite(*out))
		return rows_error(rows, c->score, "%g is too large", score);
	return 0;
}

/* --- the rows of a block -------------------------------------------------- */

struct job {
	struct fusepairs *p;
	struct pairindex index;
	struct columns column;
	size_t system;
	const char *path;
	size_t next;		/* place where the next pair is looked for */
	size_t n_rows;
};

struct part {
	struct ids user, item;
	float *score;		/* (user.n of cap) */
	double *rating;		/* (user.n of cap) NaN: none */
	size_t *line;		/* (user.n of cap) */
	size_t cap;
};

static void
release_part(void *slot)
{
	struct part *p = slot;

	ids_release(&p->user);
	ids_release(&p->item);
	free(p->score);
	free(p->rating);
	free(p->line);
}

static void
grow_part(struct part *p)
{
	size_t cap = p->cap, cap_rating = p->cap;
	const size_t n = p->cap + 1;

	p->score = mem_grow("scores", p->score, &cap, n, sizeof *p->score);
	p->rating = mem_grow("ratings", p->rating, &cap_rating, n,
	    sizeof *p->rating);
	p->line = mem_grow("rows", p->line, &p->cap, n, sizeof *p->line);
}

/* Adds the row last read. */
static int
take_row(const struct job *job, struct rows *rows, struct part *p)
{
	const struct columns *c = &job->column;
	const size_t i = p->user.n;

	if (i == p->cap)
		grow_part(p);
	if (ids_add(&p->user, rows, c->user) != 0 ||
	    ids_add(&p->item, rows, c->item) != 0)
		return -1;
	p->line[i] = rows_line(rows);
	p->rating[i] = (double)NAN;
	if (job->system == 0 && c->rating >= 0 &&
	    rows_text(rows, c->rating).n > 0 &&
	    rows_real(rows, c->rating, &p->rating[i]) != 0)
		return -1;
	return read_score(rows, c, &p->score[i]);
}

static int
take_rows(void *arg, struct rows *block, void *slot)
{
	struct part *p = slot;
	int got;

	p->user.n = p->item.n = 0;
	while ((got = rows_next(block)) > 0)
		if (take_row(arg, block, p) != 0)
			return -1;
	return got;
}

/* --- collecting ----------------------------------------------------------- */

static int
twice(const struct job *job, size_t line)
{
	return err_at(job->path, line, "this user and item stood before");
}

/* Room for n more pairs. */
static void
make_room(struct job *job, size_t n)
{
	struct fusepairs *p = job->p;

	p->user = mem_grow("pairs", p->user, &p->cap_user, p->n + n,
	    sizeof *p->user);
	p->item = mem_grow("pairs", p->item, &p->cap_item, p->n + n,
	    sizeof *p->item);
	p->x = mem_grow("predictions", p->x, &p->cap_x,
	    (p->n + n) * p->n_systems, sizeof *p->x);
	if (job->column.rating >= 0)
		p->rating = mem_grow("ratings", p->rating, &p->cap_rating,
		    p->n + n, sizeof *p->rating);
	pairindex_reserve(&job->index, p->user, p->item, p->n, n);
}

static void
approach(const struct job *job, const struct part *part, size_t i)
{
	if (i < part->user.n)
		pairindex_approach(&job->index, part->user.id[i],
		    part->item.id[i]);
}

/* Rows of the first file. */
static int
add_pairs(struct job *job, const struct part *part)
{
	struct fusepairs *p = job->p;

	make_room(job, part->user.n);
	for (size_t i = 0; i < part->user.n; i++) {
		float *x = &p->x[p->n * p->n_systems];

		approach(job, part, i + AHEAD);
		p->user[p->n] = part->user.id[i];
		p->item[p->n] = part->item.id[i];
		if (pairindex_add(&job->index, p->n) != 0)
			return twice(job, part->line[i]);
		x[0] = part->score[i];
		for (size_t s = 1; s < p->n_systems; s++)
			x[s] = NAN;
		if (job->column.rating >= 0)
			p->rating[p->n] = part->rating[i];
		p->n++;
	}
	return 0;
}

/* The place of a row's pair, or SIZE_MAX.  Most files have the pairs in the
 * order of the first one. */
static size_t
place_of(const struct job *job, uint32_t user, uint32_t item)
{
	const struct fusepairs *p = job->p;

	if (user == IDMAP_NONE || item == IDMAP_NONE)
		return SIZE_MAX;
	if (job->next < p->n && p->user[job->next] == user &&
	    p->item[job->next] == item)
		return job->next;
	return pairindex_find(&job->index, user, item);
}

/* Rows of another file. */
static int
add_scores(struct job *job, const struct part *part)
{
	struct fusepairs *p = job->p;

	for (size_t i = 0; i < part->user.n; i++) {
		const size_t at = place_of(job, part->user.id[i],
		    part->item.id[i]);
		float *x;

		if (at == SIZE_MAX)
			return err_at(job->path, part->line[i], "the first "
			    "file does not have this user and item");
		x = &p->x[at * p->n_systems + job->system];
		if (!isnan(*x))
			return twice(job, part->line[i]);
		*x = part->score[i];
		if (at != job->next)
			approach(job, part, i + AHEAD);
		job->next = at + 1;
	}
	return 0;
}

static int
add_rows(void *arg, void *slot)
{
	struct job *job = arg;
	struct part *part = slot;
	const struct ids_pair ids = { &part->user, &part->item,
	    job->p->users, job->p->items };

	job->n_rows += part->user.n;
	if (job->system > 0) {
		ids_find(&ids);
		return add_scores(job, part);
	}
	return ids_number(&ids, job->path) != 0 ? -1 : add_pairs(job, part);
}

static int
read_rows(struct job *job, struct rows *rows)
{
	const struct rows_scan scan = { .arg = job,
	    .slot_size = sizeof(struct part), .work = take_rows,
	    .drain = add_rows, .release = release_part };

	job->path = rows_path(rows);
	job->next = job->n_rows = 0;
	if (find_columns(rows, &job->column) != 0 ||
	    rows_scan(rows, &scan) != 0)
		return -1;
	return job->n_rows > 0 ? 0 : err_msg("%s: no rows", job->path);
}

/* Every pair has a prediction by `system`. */
static int
check_all(const struct fusepairs *p, size_t system, const char *path)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct span user = idmap_name(p->users, p->user[i]);
		const struct span item = idmap_name(p->items, p->item[i]);

		if (isnan(p->x[i * p->n_systems + system]))
			return err_msg("%s: nothing for user '%.*s' and item "
			    "'%.*s' of the first file", path, SPAN_ARGS(user),
			    SPAN_ARGS(item));
	}
	return 0;
}

struct fusepairs *
fusepairs_read(const char *const *paths, size_t n, struct tick *tick)
{
	const struct rows_format format = { .positional = positional,
		.kind = ROWS_TSV, .tick = tick };
	struct fusepairs *p = mem_array("predictions", 1, sizeof *p);
	struct job job = { .p = p };
	int status = 0;

	p->users = idmap_new();
	p->items = idmap_new();
	p->n_systems = n;
	for (; status == 0 && job.system < n; job.system++) {
		const char *path = paths[job.system];
		struct rows *rows = rows_open(path, &format);

		status = rows == NULL ? -1 : read_rows(&job, rows);
		rows_close(rows);
		if (status == 0)
			status = check_all(p, job.system, path);
	}
	pairindex_release(&job.index);
	if (status == 0)
		return p;
	fusepairs_free(p);
	return NULL;
}

void
fusepairs_free(struct fusepairs *p)
{
	if (p == NULL)
		return;
	idmap_free(p->users);
	idmap_free(p->items);
	free(p->user);
	free(p->item);
	free(p->x);
	free(p->rating);
	free(p);
}
