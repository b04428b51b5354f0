/* cleanusers.c -- cleanstore_users(): each user's rows together. */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/cleanchunk.h"
#include "prep/cleanspill.h"

enum { RANGES = 16 };	/* of users whose rows are listed at once */

struct visitor {
	int (*visit)(void *arg, struct cleanblock *);
	void *arg;
	uint64_t *count;	/* (n_users) rows */
	size_t n_users;
	uint16_t *part;		/* (n_users) of a store in a file */
	/* one user's rows, as the only chunk of columns like the store's */
	struct cleanchunks *one;
	char *memory;
	unsigned char *gone;
};

static void
release_one(struct visitor *v)
{
	cleanchunk_free(v->one);
	free(v->memory);
	free(v->gone);
	v->one = NULL;
	v->memory = NULL;
	v->gone = NULL;
}

/* Has room for n rows of one user. */
static void
make_room(struct visitor *v, const struct cleanstore *s, uint64_t n)
{
	unsigned shift = 10;

	if (v->one != NULL && n >> v->one->shift == 0)
		return;
	while (n >> shift > 0)
		shift++;
	release_one(v);
	v->one = cleanchunk_new(&s->has, 0, shift);
	v->memory = mem_array("rows", v->one->bytes, 1);
	v->gone = mem_array("rows", (size_t)1 << shift, 1);
}

static int
count_rows(void *arg, struct cleanblock *b)
{
	uint64_t *count = arg;

	for (size_t i = 0; i < b->n; i++)
		count[b->user[i]]++;
	return 0;
}

/* The first user behind `from` so that these have at most `rows` rows, or are
 * one user. */
static size_t
cut_users(const struct visitor *v, size_t from, uint64_t rows, uint64_t *n)
{
	size_t u = from;

	for (*n = 0; u < v->n_users && (u == from || *n + v->count[u] <= rows);
	    u++)
		*n += v->count[u];
	return u;
}

/* --- in memory ---------------------------------------------------------- */

/* The rows of a range of users, listed by user. */
struct range {
	size_t from, to;	/* users */
	uint64_t *row;		/* (n) */
	uint64_t *next;		/* (to - from) where a user's next row goes */
	uint64_t first;		/* row of the block at hand */
};

static int
list_rows(void *arg, struct cleanblock *b)
{
	struct range *r = arg;

	for (size_t i = 0; i < b->n; i++) {
		const size_t u = b->user[i];

		if (u >= r->from && u < r->to)
			r->row[r->next[u - r->from]++] = r->first + i;
	}
	r->first += b->n;
	return 0;
}

/* One user's rows are copied out, visited and copied back. */
static int
visit_user(struct visitor *v, struct cleanstore *s, const uint64_t *row,
    size_t n, unsigned char *gone)
{
	struct cleanblock b;
	int status;

	make_room(v, s, n);
	cleanchunk_gather(s->rows, row, n, v->one, v->memory);
	b = cleanchunk_block(v->one, v->memory, n);
	b.gone = memset(v->gone, 0, n);
	status = v->visit(v->arg, &b);
	cleanchunk_scatter(v->one, v->memory, n, s->rows, row);
	for (size_t i = 0; i < n; i++)
		gone[row[i]] = b.gone[i];
	return status;
}

static int
visit_range(struct visitor *v, struct cleanstore *s, struct range *r,
    uint64_t n, unsigned char *gone)
{
	uint64_t at = 0;
	int status;

	r->row = mem_array("rows by user", n, sizeof *r->row);
	r->next = mem_array("rows by user", r->to - r->from, sizeof *r->next);
	for (size_t u = r->from; u < r->to; u++) {
		r->next[u - r->from] = at;
		at += v->count[u];
	}
	status = cleanstore_scan(s, 0, list_rows, r);
	at = 0;
	for (size_t u = r->from; u < r->to && status == 0; u++) {
		if (v->count[u] > 0)
			status = visit_user(v, s, r->row + at,
			    (size_t)v->count[u], gone);
		at += v->count[u];
	}
	free(r->next);
	free(r->row);
	return status;
}

/* count is that of the store. */
static int
visit_in_memory(struct visitor *v, struct cleanstore *s)
{
	const uint64_t n = cleanstore_rows(s);
	unsigned char *gone = mem_array("rows", n, 1);
	uint64_t rows;
	int status = 0;

	for (size_t from = 0, to; from < v->n_users && status == 0;
	    from = to) {
		struct range r = { .from = from };

		to = r.to = cut_users(v, from, n / RANGES + 1, &rows);
		status = visit_range(v, s, &r, rows, gone);
	}
	if (status == 0)
		status = cleanstore_remove(s, gone);
	free(gone);
	return status;
}

/* --- in a file ---------------------------------------------------------- */

static size_t
part_of(void *arg, const struct cleanblock *b, size_t i)
{
	const struct visitor *v = arg;

	return v->part[b->user[i]];
}

static int
visit_part(void *arg, struct cleanstore *part)
{
	const struct visitor *all = arg;
	struct visitor v = { .visit = all->visit, .arg = all->arg,
		.n_users = all->n_users };
	int status;

	v.count = mem_array("users", v.n_users, sizeof *v.count);
	status = cleanstore_scan(part, 0, count_rows, v.count);
	if (status == 0)
		status = visit_in_memory(&v, part);
	release_one(&v);
	free(v.count);
	return status;
}

/* Parts are ranges of users, so that they come in their order. */
static int
visit_parts(struct visitor *v, struct cleanstore *s)
{
	const size_t row_bytes = 2 * sizeof(uint64_t);
	const size_t most = cleanspill_parts(s, row_bytes);
	struct cleanspill_job job = { v, part_of, visit_part, 0, row_bytes };
	uint64_t rows;
	int status;

	v->part = mem_array("users", v->n_users, sizeof *v->part);
	for (size_t from = 0, to; from < v->n_users; from = to) {
		to = cut_users(v, from, cleanstore_rows(s) / most + 1, &rows);
		for (size_t u = from; u < to; u++)
			v->part[u] = (uint16_t)job.n_parts;
		job.n_parts++;
	}
	status = cleanspill_run(s, &job);
	free(v->part);
	return status;
}

int
cleanstore_users(struct cleanstore *s,
    int (*visit)(void *arg, struct cleanblock *), void *arg)
{
	struct visitor v = { .visit = visit, .arg = arg,
		.n_users = idmap_count(s->users) };
	int status;

	v.count = mem_array("users", v.n_users, sizeof *v.count);
	status = cleanstore_scan(s, 0, count_rows, v.count);
	if (status == 0)
		status = cleanspill_is_out(s) ? visit_parts(&v, s)
		    : visit_in_memory(&v, s);
	release_one(&v);
	free(v.count);
	return status;
}
