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
	ROUNDS = 8,		/* the rows of one of them are copied at once */
	PART_ROWS = 1 << 14,	/* with their table within the cache */
	SPANS_MAX = 64,
	PICKED = 512,		/* rows of a round found at a time */
	AHEAD = 16,		/* subjects asked for before they are visited */
	FIRST_OTHER = CLEANCHUNK_EVENT,	/* of a subject's rows, the first
				 * column that may differ */
	REMOVED = UINT8_MAX	/* of a row, instead of its round */
};

/* What tells rows apart; 0 for what does not. */
struct subject {
	uint32_t user, item, event;
};

/* A row as it is dealt out, and the next one of the same subject. */
struct ref {
	struct subject subject;
	uint32_t next;		/* number of the ref + 1, or 0 */
	uint64_t row;
};

/* Of a thread, for one part after the other. */
struct scratch {
	uint32_t *last;		/* (n) of a subject's first ref: the last */
	uint32_t *slot;		/* (a power of two) number of a ref + 1, or 0 */
	uint64_t *row;		/* (n) of a subject */
	size_t last_cap, slot_cap, row_cap;
};

/* Of rows, by round and part. */
struct counts {
	uint64_t n[ROUNDS][CLEANGROUP_PARTS];
};

struct job {
	struct cleanstore *s;
	struct cleanchunks *rows;
	void (*visit)(void *arg, const struct cleangroup *);
	void *arg;
	int by_event;
	unsigned part_bits;	/* each round has 1 << part_bits parts */
	unsigned char *mark;	/* (rows) their rounds; REMOVED */
	size_t n_spans;		/* of neighbouring chunks */
	struct counts *of_span;	/* (n_spans) */
	size_t round;
	struct ref *ref;	/* (rows of the round) by part, then by row */
	size_t ref_cap;
	uint64_t (*next)[CLEANGROUP_PARTS];	/* (n_spans) where refs go */
	size_t start[CLEANGROUP_PARTS + 1];	/* of each part in ref */
	struct scratch *scratch;	/* (workers) */
};

/* --- dealing rows out --------------------------------------------------- */

static uint64_t
hash_subject(const struct subject *s)
{
	return hash_mix((uint64_t)s->user << 32 | s->item, s->event);
}

static struct subject
subject_of(const struct cleanblock *b, size_t i, int by_event)
{
	return (struct subject){ b->user[i], b->item == NULL ? 0 : b->item[i],
		!by_event || b->event == NULL ? 0 : b->event[i] };
}

/* The highest bits of a hash are the round, those below them the part. */
static size_t
round_of(uint64_t hash)
{
	return (size_t)(hash >> 32) * ROUNDS >> 32;
}

static size_t
part_of(const struct job *job, uint64_t hash)
{
	const uint64_t rest = (hash >> 32) * ROUNDS & UINT32_MAX;

	return (size_t)(rest << job->part_bits >> 32);
}

/* The chunks of a span. */
static size_t
span_start(const struct job *job, size_t span)
{
	return span * job->rows->n_chunks / job->n_spans;
}

static struct cleanblock
block_of(const struct job *job, size_t chunk)
{
	struct cleanchunks *c = job->rows;

	return cleanchunk_block(c, c->chunk[chunk], cleanchunk_rows(c, chunk));
}

/* Notes the rounds of the rows of a span, and counts them. */
static void
mark_span(void *arg, size_t span, size_t worker)
{
	struct job *job = arg;
	const size_t end = span_start(job, span + 1);
	struct counts *c = &job->of_span[span];

	(void)worker;
	for (size_t k = span_start(job, span); k < end; k++) {
		const struct cleanblock b = block_of(job, k);
		unsigned char *mark = job->mark + (k << job->rows->shift);

		for (size_t i = 0; i < b.n; i++) {
			const struct subject subject =
			    subject_of(&b, i, job->by_event);
			const uint64_t hash = hash_subject(&subject);

			mark[i] = (unsigned char)round_of(hash);
			c->n[mark[i]][part_of(job, hash)]++;
		}
	}
}

/* Finds where the refs of the round go: part by part, and in each span by
 * span. */
static void
place_refs(struct job *job)
{
	size_t at = 0;

	for (size_t p = 0; p < CLEANGROUP_PARTS; p++) {
		job->start[p] = at;
		for (size_t s = 0; s < job->n_spans; s++) {
			job->next[s][p] = at;
			at += (size_t)job->of_span[s].n[job->round][p];
		}
	}
	job->start[CLEANGROUP_PARTS] = at;
	job->ref = mem_grow("rows of a subject", job->ref, &job->ref_cap, at,
	    sizeof *job->ref);
}

/* The rows of the round among n <= PICKED. */
static size_t
pick_rows(const unsigned char *mark, size_t n, size_t round, uint16_t *picked)
{
	size_t k = 0;

	/* no branch: there is no foreseeing the next one */
	for (size_t i = 0; i < n; i++) {
		picked[k] = (uint16_t)i;
		k += mark[i] == round;
	}
	return k;
}

/* Deals out the rows of the round of a span. */
static void
deal_span(void *arg, size_t span, size_t worker)
{
	struct job *job = arg;
	const size_t end = span_start(job, span + 1);
	uint64_t *next = job->next[span];
	uint16_t picked[PICKED];

	(void)worker;
	for (size_t k = span_start(job, span); k < end; k++) {
		const struct cleanblock b = block_of(job, k);
		const uint64_t first = (uint64_t)k << job->rows->shift;

		for (size_t from = 0; from < b.n; from += PICKED) {
			const size_t left = b.n - from;
			const size_t n = pick_rows(job->mark + first + from,
			    left < PICKED ? left : PICKED, job->round, picked);

			for (size_t j = 0; j < n; j++) {
				const size_t i = from + picked[j];
				const struct subject subject =
				    subject_of(&b, i, job->by_event);
				const uint64_t h = hash_subject(&subject);

				job->ref[next[part_of(job, h)]++] =
				    (struct ref){ subject, 0, first + i };
			}
		}
	}
}

/* --- one part ----------------------------------------------------------- */

struct part {
	struct ref *ref;	/* (n) in the order of rows */
	size_t n;
	uint32_t *last, *slot;
	size_t mask;		/* of slot */
};

/* Finds the subject's first ref, or makes ref i that; links them. */
static void
link_ref(struct part *part, uint32_t i)
{
	const struct subject *me = &part->ref[i].subject;
	const uint64_t hash = hash_subject(me);

	for (size_t at = hash & part->mask;; at = (at + 1) & part->mask) {
		const uint32_t first = part->slot[at];
		const struct subject *f = &part->ref[first - 1].subject;

		if (first == 0) {
			part->slot[at] = i + 1;
			part->last[i] = i;
			return;
		}
		if (f->user == me->user && f->item == me->item &&
		    f->event == me->event) {
			part->ref[part->last[first - 1]].next = i + 1;
			part->last[first - 1] = i;
			part->last[i] = UINT32_MAX;
			return;
		}
	}
}

/* Is it the first of several? */
static int
begins(const struct part *part, size_t i)
{
	return part->last[i] != UINT32_MAX && part->ref[i].next != 0;
}

/* Asks for the rows of the subject that begins with ref i, if one does. */
static void
ask_for(const struct job *job, const struct part *part, size_t i)
{
	const struct cleanchunks *c = job->rows;

	if (i >= part->n || !begins(part, i))
		return;
	for (uint32_t r = (uint32_t)i + 1; r > 0; r = part->ref[r - 1].next)
		for (int k = FIRST_OTHER; k < CLEANCHUNK_COLUMNS; k++)
			if (c->width[k] > 0)
				__builtin_prefetch(cleanchunk_at(c,
				    (enum cleanchunk_column)k,
				    part->ref[r - 1].row));
}

/* Visits the subjects that have several rows. */
static void
visit_refs(struct job *job, const struct part *part, size_t p, uint64_t *row)
{
	struct cleangroup g = { job->s, job->rows, row, 0, job->mark, p };

	for (size_t i = 0; i < part->n; i++) {
		ask_for(job, part, i + AHEAD);
		if (!begins(part, i))
			continue;
		g.n = 0;
		for (uint32_t r = (uint32_t)i + 1; r > 0;
		    r = part->ref[r - 1].next)
			row[g.n++] = part->ref[r - 1].row;
		job->visit(job->arg, &g);
	}
}

static void
visit_part(void *arg, size_t p, size_t worker)
{
	static const char what[] = "rows of a subject";
	struct job *job = arg;
	struct scratch *s = &job->scratch[worker];
	const size_t n = job->start[p + 1] - job->start[p];
	struct part part = { .ref = job->ref + job->start[p], .n = n,
		.mask = 1 };

	assert(n < UINT32_MAX);
	while (part.mask < 2 * n)
		part.mask = 2 * part.mask + 1;
	part.last = s->last = mem_grow(what, s->last, &s->last_cap, n,
	    sizeof *s->last);
	part.slot = s->slot = mem_grow(what, s->slot, &s->slot_cap,
	    part.mask + 1, sizeof *s->slot);
	s->row = mem_grow(what, s->row, &s->row_cap, n, sizeof *s->row);
	memset(part.slot, 0, (part.mask + 1) * sizeof *part.slot);
	for (size_t i = 0; i < n; i++)
		link_ref(&part, (uint32_t)i);
	visit_refs(job, &part, p, s->row);
}

/* --- all of them -------------------------------------------------------- */

static struct job *
job_new(struct cleanstore *s, int by_event, void (*visit)(void *arg,
    const struct cleangroup *), void *arg)
{
	static const char what[] = "rows of a subject";
	struct job *job = mem_array(what, 1, sizeof *job);
	const size_t n_chunks = s->rows->n_chunks;

	*job = (struct job){ .s = s, .rows = s->rows, .visit = visit,
		.arg = arg, .by_event = by_event };
	while ((size_t)1 << job->part_bits < CLEANGROUP_PARTS &&
	    s->rows->n / ROUNDS >> job->part_bits > PART_ROWS)
		job->part_bits++;
	job->n_spans = n_chunks < SPANS_MAX ? n_chunks : SPANS_MAX;
	job->mark = mem_array(what, s->rows->n, 1);
	job->of_span = mem_array(what, job->n_spans, sizeof *job->of_span);
	job->next = mem_array(what, job->n_spans, sizeof *job->next);
	job->scratch = mem_array(what, par_threads(), sizeof *job->scratch);
	return job;
}

static void
job_free(struct job *job)
{
	for (size_t w = 0; w < par_threads(); w++) {
		free(job->scratch[w].last);
		free(job->scratch[w].slot);
		free(job->scratch[w].row);
	}
	free(job->scratch);
	free(job->next);
	free(job->of_span);
	free(job->ref);
	free(job->mark);
	free(job);
}

static int
remove_marked(void *arg, struct cleanblock *b)
{
	const unsigned char **mark = arg;

	for (size_t i = 0; i < b->n; i++)
		b->gone[i] = (*mark)[i] == REMOVED;
	*mark += b->n;
	return 0;
}

static int
each_in_memory(struct cleanstore *s, int by_event, void (*visit)(void *arg,
    const struct cleangroup *), void *arg)
{
	struct job *job = job_new(s, by_event, visit, arg);
	const unsigned char *mark = job->mark;
	int status;

	par_for(job->n_spans, mark_span, job);
	for (; job->round < ROUNDS; job->round++) {
		place_refs(job);
		par_for(job->n_spans, deal_span, job);
		par_for((size_t)1 << job->part_bits, visit_part, job);
	}
	status = cleanstore_scan(s, 1, remove_marked, &mark);
	job_free(job);
	return status;
}

/* Of a store in a file. */
struct outside {
	void (*visit)(void *arg, const struct cleangroup *);
	void *arg;
	size_t n_parts;
	int by_event;
};

/* By other bits than those that tell the round and the part. */
static size_t
outer_part(void *arg, const struct cleanblock *b, size_t i)
{
	const struct outside *o = arg;

	const struct subject subject = subject_of(b, i, o->by_event);

	return (size_t)((hash_subject(&subject) & UINT32_MAX) * o->n_parts >>
	    32);
}

static int
each_outside(void *arg, struct cleanstore *part)
{
	struct outside *o = arg;

	return each_in_memory(part, o->by_event, o->visit, o->arg);
}

int
cleangroup_each(struct cleanstore *s, int by_event, void (*visit)(void *arg,
    const struct cleangroup *), void *arg, uint64_t *removed)
{
	/* the refs of a round, and a mark for each row */
	const size_t row_bytes = sizeof(struct ref) / ROUNDS + 1;
	struct outside o = { visit, arg, cleanspill_parts(s, row_bytes),
		by_event };
	const uint64_t before = cleanstore_rows(s);
	const int status = !cleanspill_is_out(s)
	    ? each_in_memory(s, by_event, visit, arg)
	    : cleanspill_run(s, &(struct cleanspill_job){ &o, outer_part,
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
	for (int c = FIRST_OTHER; c < CLEANCHUNK_ROW; c++)
		memmove(cleanchunk_at(g->rows, (enum cleanchunk_column)c, to),
		    cleanchunk_at(g->rows, (enum cleanchunk_column)c, from),
		    g->rows->width[c]);
}

void
cleangroup_remove(const struct cleangroup *g, uint64_t row)
{
	g->mark[row] = REMOVED;
}
