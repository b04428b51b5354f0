#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "prep/cleangroup.h"
#include "prep/cleanspill.h"
#include "prep/cleantime.h"

enum {
	PART_ROWS = 1 << 16,
	AHEAD = 16		/* rows asked for before they are needed */
};

struct job {
	struct cleanstore *s;
	struct cleanchunks *rows;
	void (*visit)(void *arg, const struct cleangroup *);
	void *arg;
	unsigned shift;		/* of a hash to the number of its part */
	unsigned char *part;	/* (rows) */
	unsigned char *gone;	/* (rows) */
	uint64_t (*counts)[CLEANGROUP_PARTS];	/* (chunks) rows of each part */
	uint64_t n_rows[CLEANGROUP_PARTS];
};

static uint64_t
hash_subject(const struct cleanblock *b, size_t i)
{
	const uint64_t item = b->item == NULL ? 0 : b->item[i];
	const uint64_t event = b->event == NULL ? 0 : b->event[i];

	return hash_mix((uint64_t)b->user[i] << 32 | item, event);
}

static int
has(const struct job *job, enum cleanchunk_column column)
{
	return job->rows->width[column] > 0;
}

static uint32_t
id_of(const struct job *job, enum cleanchunk_column column, uint64_t row)
{
	return !has(job, column) ? 0
	    : *(uint32_t *)cleanchunk_at(job->rows, column, row);
}

/* --- one part ----------------------------------------------------------- */

/* A row, and the next one of the same subject. */
struct ref {
	uint32_t user, item, event;
	uint32_t next;		/* number of the ref + 1, or 0 */
	uint64_t row;
};

struct part {
	struct ref *ref;	/* (n) in the order of rows */
	size_t n;
	uint32_t *last;		/* (n) of a subject's first ref: the last */
	uint32_t *slot;		/* (mask + 1) its number + 1, or 0 */
	size_t mask;
};

/* The rows of part p. */
static void
list_rows(const struct job *job, size_t p, struct part *part)
{
	const uint64_t n = job->rows->n;
	const unsigned char *from = job->part, *const end = from + n;

	while (part->n < job->n_rows[p]) {
		from = memchr(from, (int)p, (size_t)(end - from));
		part->ref[part->n++].row = (uint64_t)(from++ - job->part);
	}
}

static void
ask_for(const struct job *job, uint64_t row)
{
	__builtin_prefetch(cleanchunk_at(job->rows, CLEANCHUNK_USER, row));
	if (has(job, CLEANCHUNK_ITEM))
		__builtin_prefetch(cleanchunk_at(job->rows, CLEANCHUNK_ITEM,
		    row));
}

/* Finds the subject's first ref, or makes ref i that; links them. */
static void
link_ref(struct part *part, uint32_t i)
{
	struct ref *r = &part->ref[i];
	const uint64_t hash = hash_mix((uint64_t)r->user << 32 | r->item,
	    r->event);

	for (size_t at = hash & part->mask;; at = (at + 1) & part->mask) {
		const uint32_t first = part->slot[at];
		const struct ref *f = &part->ref[first - 1];

		if (first == 0) {
			part->slot[at] = i + 1;
			part->last[i] = i;
			return;
		}
		if (f->user == r->user && f->item == r->item &&
		    f->event == r->event) {
			part->ref[part->last[first - 1]].next = i + 1;
			part->last[first - 1] = i;
			part->last[i] = UINT32_MAX;
			return;
		}
	}
}

static void
link_refs(const struct job *job, struct part *part)
{
	for (size_t i = 0; i < part->n; i++) {
		struct ref *r = &part->ref[i];

		if (i + AHEAD < part->n)
			ask_for(job, part->ref[i + AHEAD].row);
		r->user = id_of(job, CLEANCHUNK_USER, r->row);
		r->item = id_of(job, CLEANCHUNK_ITEM, r->row);
		r->event = id_of(job, CLEANCHUNK_EVENT, r->row);
		link_ref(part, (uint32_t)i);
	}
}

/* Visits the subjects that have several rows. */
static void
visit_refs(struct job *job, struct part *part, size_t p)
{
	uint64_t *row = mem_array("rows of a subject", part->n, sizeof *row);
	struct cleangroup g = { job->s, job->rows, row, 0, job->gone, p };

	for (size_t i = 0; i < part->n; i++) {
		if (part->last[i] == UINT32_MAX || part->ref[i].next == 0)
			continue;
		g.n = 0;
		for (uint32_t r = (uint32_t)i + 1; r > 0;
		    r = part->ref[r - 1].next)
			row[g.n++] = part->ref[r - 1].row;
		job->visit(job->arg, &g);
	}
	free(row);
}

static void
visit_part(void *arg, size_t p, size_t worker)
{
	struct job *job = arg;
	const size_t n = (size_t)job->n_rows[p];
	struct part part = { .mask = 1 };

	(void)worker;
	assert(n < UINT32_MAX);
	while (part.mask < 2 * n)
		part.mask = 2 * part.mask + 1;
	part.ref = mem_array("rows of a subject", n, sizeof *part.ref);
	part.last = mem_array("rows of a subject", n, sizeof *part.last);
	part.slot = mem_array("rows of a subject", part.mask + 1,
	    sizeof *part.slot);
	list_rows(job, p, &part);
	link_refs(job, &part);
	visit_refs(job, &part, p);
	free(part.ref);
	free(part.last);
	free(part.slot);
}

/* --- all of them -------------------------------------------------------- */

/* The parts of the rows of a chunk. */
static void
deal_chunk(void *arg, size_t i, size_t worker)
{
	struct job *job = arg;
	struct cleanchunks *c = job->rows;
	const struct cleanblock b = cleanchunk_block(c, c->chunk[i],
	    cleanchunk_rows(c, i));
	unsigned char *part = job->part + (i << c->shift);

	(void)worker;
	for (size_t j = 0; j < b.n; j++) {
		part[j] = (unsigned char)(hash_subject(&b, j) >> 32 >>
		    job->shift);
		job->counts[i][part[j]]++;
	}
}

/* Deals the rows out; returns the number of parts, which depends on the rows
 * alone. */
static size_t
deal(struct job *job)
{
	size_t n_parts = 1;

	job->shift = 32;
	while (n_parts < CLEANGROUP_PARTS &&
	    job->rows->n / n_parts > PART_ROWS) {
		n_parts *= 2;
		job->shift--;
	}
	par_for(job->rows->n_chunks, deal_chunk, job);
	for (size_t i = 0; i < job->rows->n_chunks; i++)
		for (size_t p = 0; p < n_parts; p++)
			job->n_rows[p] += job->counts[i][p];
	return n_parts;
}

static int
each_in_memory(struct cleanstore *s, void (*visit)(void *arg,
    const struct cleangroup *), void *arg)
{
	struct job *job = mem_array("rows of a subject", 1, sizeof *job);
	int status;

	job->s = s;
	job->rows = s->rows;
	job->visit = visit;
	job->arg = arg;
	job->part = mem_array("rows of a subject", s->rows->n, 1);
	job->gone = mem_array("rows of a subject", s->rows->n, 1);
	job->counts = mem_array("rows of a subject", s->rows->n_chunks,
	    sizeof *job->counts);
	par_for(deal(job), visit_part, job);
	status = cleanstore_remove(s, job->gone);
	free(job->counts);
	free(job->gone);
	free(job->part);
	free(job);
	return status;
}

/* Of a store in a file. */
struct outside {
	void (*visit)(void *arg, const struct cleangroup *);
	void *arg;
	size_t n_parts;
};

/* By other bits than those that cut a part into parts. */
static size_t
part_of(void *arg, const struct cleanblock *b, size_t i)
{
	const struct outside *o = arg;

	return (size_t)((hash_subject(b, i) & UINT32_MAX) * o->n_parts >> 32);
}

static int
each_outside(void *arg, struct cleanstore *part)
{
	struct outside *o = arg;

	return each_in_memory(part, o->visit, o->arg);
}

int
cleangroup_each(struct cleanstore *s, void (*visit)(void *arg,
    const struct cleangroup *), void *arg, uint64_t *removed)
{
	/* one part's refs, and two marks, for each row */
	const size_t row_bytes = sizeof(struct ref) + 3 * sizeof(uint32_t) + 2;
	struct outside o = { visit, arg, cleanspill_parts(s, row_bytes) };
	const uint64_t before = cleanstore_rows(s);
	const int status = !cleanspill_is_out(s)
	    ? each_in_memory(s, visit, arg)
	    : cleanspill_run(s, &(struct cleanspill_job){ &o, part_of,
		each_outside, o.n_parts, row_bytes });

	*removed = before - cleanstore_rows(s);
	return status;
}

/* --- looking at rows ----------------------------------------------------- */

int64_t
cleangroup_time(const struct cleangroup *g, uint64_t row)
{
	return !cleangroup_has(g, CLEANCHUNK_TIME) ? CLEANTIME_NONE
	    : *(int64_t *)cleanchunk_at(g->rows, CLEANCHUNK_TIME, row);
}

uint64_t
cleangroup_place(const struct cleangroup *g, uint64_t row)
{
	return !cleangroup_has(g, CLEANCHUNK_ROW) ? row
	    : *(uint64_t *)cleanchunk_at(g->rows, CLEANCHUNK_ROW, row);
}

void
cleangroup_copy(const struct cleangroup *g, uint64_t from, uint64_t to)
{
	for (int c = 0; c < CLEANCHUNK_ROW; c++)
		memmove(cleanchunk_at(g->rows, (enum cleanchunk_column)c, to),
		    cleanchunk_at(g->rows, (enum cleanchunk_column)c, from),
		    g->rows->width[c]);
}
