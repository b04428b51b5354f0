#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "prep/cleanchunk.h"
#include "prep/cleanmerge.h"
#include "prep/cleanspill.h"
#include "prep/cleantime.h"

static const struct choice hows[] = {
	{ "keep", "all of them stay", NULL },
	{ "first", "the first in time", NULL },
	{ "last", "the last in time", NULL },
	{ "max", "the one with the greatest rating or weight", NULL },
	{ "sum", "ratings and weights are added up", NULL },
	{ "count", "the weight is the number of rows", NULL },
	{ "mean", "ratings and weights are averaged", NULL },
	{ "merge", "of each column the last value that is not empty", NULL }
};

const struct choice *
cleanmerge_choice(size_t i)
{
	return i < sizeof hows / sizeof *hows ? &hows[i] : NULL;
}

enum cleanmerge_how
cleanmerge_how(const struct choice *c)
{
	return (enum cleanmerge_how)(c - hows);
}

/*
 * Rows are dealt out to parts by a hash of their subject: user, item and
 * event.  A part is small enough for the caches, and is worked on by one
 * thread, which finds the rows of each subject with a hash table.
 */
enum {
	PARTS_MAX = 256,	/* the number of a part is a byte */
	PART_ROWS = 1 << 16,
	AHEAD = 16		/* rows asked for before they are needed */
};

/* The sum that was too large, of those the one whose first row comes first. */
struct too_large {
	uint64_t row;		/* UINT64_MAX: none */
	uint32_t user, item;
};

struct job {
	struct cleanstore *s;
	struct cleanchunks *rows;
	enum cleanmerge_how how;
	unsigned shift;		/* of a hash to the number of its part */
	unsigned char *part;	/* (rows) */
	unsigned char *gone;	/* (rows) merged into another one */
	uint64_t (*counts)[PARTS_MAX];	/* (chunks) rows of each part */
	uint64_t n_rows[PARTS_MAX];
	uint64_t merged[PARTS_MAX];
	struct too_large too_large[PARTS_MAX];
};

static uint64_t
hash_subject(const struct cleanblock *b, size_t i)
{
	const uint64_t item = b->item == NULL ? 0 : b->item[i];
	const uint64_t event = b->event == NULL ? 0 : b->event[i];

	return hash_mix((uint64_t)b->user[i] << 32 | item, event);
}

/* --- one subject -------------------------------------------------------- */

static uint32_t
id_of(const struct job *job, enum cleanchunk_column column, uint64_t row)
{
	return job->rows->width[column] == 0 ? 0
	    : *(uint32_t *)cleanchunk_at(job->rows, column, row);
}

static float *
value_at(const struct job *job, enum cleanchunk_column column, uint64_t row)
{
	return cleanchunk_at(job->rows, column, row);
}

static int
has(const struct job *job, enum cleanchunk_column column)
{
	return job->rows->width[column] > 0;
}

static int64_t
time_of(const struct job *job, uint64_t row)
{
	return !has(job, CLEANCHUNK_TIME) ? CLEANTIME_NONE
	    : *(int64_t *)cleanchunk_at(job->rows, CLEANCHUNK_TIME, row);
}

/* What "max" goes by; a missing rating is less than any. */
static double
value_of(const struct job *job, uint64_t row)
{
	double x = 1;

	if (has(job, CLEANCHUNK_RATING))
		x = (double)*value_at(job, CLEANCHUNK_RATING, row);
	else if (has(job, CLEANCHUNK_WEIGHT))
		x = (double)*value_at(job, CLEANCHUNK_WEIGHT, row);
	return isnan(x) ? -INFINITY : x;
}

/* The row that is kept of row[0..n), which are in order. */
static uint64_t
pick(const struct job *job, const uint64_t *row, size_t n)
{
	uint64_t best = row[0];

	for (size_t i = 1; i < n; i++) {
		const int64_t was = time_of(job, best);
		const int64_t is = time_of(job, row[i]);
		int better;

		if (job->how == CLEANMERGE_FIRST)
			better = is < was;
		else if (job->how == CLEANMERGE_MAX)
			better = value_of(job, row[i]) > value_of(job, best);
		else
			better = is >= was;
		if (better)
			best = row[i];
	}
	return best;
}

/* Where the row was in the whole store. */
static uint64_t
place_of(const struct job *job, uint64_t row)
{
	return !has(job, CLEANCHUNK_ROW) ? row
	    : *(uint64_t *)cleanchunk_at(job->rows, CLEANCHUNK_ROW, row);
}

/* The sum or the mean of a column over the rows; missing values are not
 * counted, and a result without any is missing. */
static float
combine(const struct job *job, enum cleanchunk_column column,
    const uint64_t *row, size_t n, struct too_large *too_large)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const float x = *value_at(job, column, row[i]);

		if (!isnan(x)) {
			sum += (double)x;
			count++;
		}
	}
	if (count == 0)
		return NAN;
	if (job->how == CLEANMERGE_MEAN)
		sum /= (double)count;
	if (fabs(sum) <= (double)FLT_MAX)
		return (float)sum;
	if (place_of(job, row[0]) < too_large->row)
		*too_large = (struct too_large){ place_of(job, row[0]),
			id_of(job, CLEANCHUNK_USER, row[0]),
			id_of(job, CLEANCHUNK_ITEM, row[0]) };
	return 0;
}

/* All of row `from` but its place. */
static void
copy_row(const struct job *job, uint64_t from, uint64_t to)
{
	for (int c = 0; c < CLEANCHUNK_ROW; c++)
		memmove(cleanchunk_at(job->rows, (enum cleanchunk_column)c,
		    to), cleanchunk_at(job->rows, (enum cleanchunk_column)c,
		    from), job->rows->width[c]);
}

/* Merges the n >= 2 rows of one subject. */
static void
merge_group(struct job *job, const uint64_t *row, size_t n,
    struct too_large *too_large)
{
	const int adds = job->how == CLEANMERGE_SUM ||
	    job->how == CLEANMERGE_MEAN;
	float rating = NAN, weight = NAN;
	int64_t last = CLEANTIME_NONE;

	if (adds && has(job, CLEANCHUNK_RATING))
		rating = combine(job, CLEANCHUNK_RATING, row, n, too_large);
	if (adds && has(job, CLEANCHUNK_WEIGHT))
		weight = combine(job, CLEANCHUNK_WEIGHT, row, n, too_large);
	for (size_t i = 0; i < n; i++)
		last = time_of(job, row[i]) > last ? time_of(job, row[i])
		    : last;

	copy_row(job, pick(job, row, n), row[0]);
	if (adds && has(job, CLEANCHUNK_RATING))
		*value_at(job, CLEANCHUNK_RATING, row[0]) = rating;
	if (adds && has(job, CLEANCHUNK_WEIGHT))
		*value_at(job, CLEANCHUNK_WEIGHT, row[0]) = weight;
	if (job->how == CLEANMERGE_COUNT)
		*value_at(job, CLEANCHUNK_WEIGHT, row[0]) = (float)n;
	if (job->how != CLEANMERGE_FIRST && has(job, CLEANCHUNK_TIME))
		*(int64_t *)cleanchunk_at(job->rows, CLEANCHUNK_TIME,
		    row[0]) = last;
	for (size_t i = 1; i < n; i++)
		job->gone[row[i]] = 1;
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

/* Merges the subjects that have several rows. */
static void
merge_refs(struct job *job, struct part *part, size_t p)
{
	uint64_t *row = mem_array("duplicates", part->n, sizeof *row);

	for (size_t i = 0; i < part->n; i++) {
		size_t n = 0;

		if (part->last[i] == UINT32_MAX || part->ref[i].next == 0)
			continue;
		for (uint32_t r = (uint32_t)i + 1; r > 0;
		    r = part->ref[r - 1].next)
			row[n++] = part->ref[r - 1].row;
		merge_group(job, row, n, &job->too_large[p]);
		job->merged[p] += n - 1;
	}
	free(row);
}

static void
merge_part(void *arg, size_t p, size_t worker)
{
	struct job *job = arg;
	const size_t n = (size_t)job->n_rows[p];
	struct part part = { .mask = 1 };

	(void)worker;
	assert(n < UINT32_MAX);
	while (part.mask < 2 * n)
		part.mask = 2 * part.mask + 1;
	part.ref = mem_array("duplicates", n, sizeof *part.ref);
	part.last = mem_array("duplicates", n, sizeof *part.last);
	part.slot = mem_array("duplicates", part.mask + 1, sizeof *part.slot);
	list_rows(job, p, &part);
	link_refs(job, &part);
	merge_refs(job, &part, p);
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
	while (n_parts < PARTS_MAX && job->rows->n / n_parts > PART_ROWS) {
		n_parts *= 2;
		job->shift--;
	}
	par_for(job->rows->n_chunks, deal_chunk, job);
	for (size_t i = 0; i < job->rows->n_chunks; i++)
		for (size_t p = 0; p < n_parts; p++)
			job->n_rows[p] += job->counts[i][p];
	return n_parts;
}

/* Merges the rows of a store in memory; too_large is the first of what it was
 * and what there is. */
static int
merge_in_memory(struct cleanstore *s, enum cleanmerge_how how,
    uint64_t *merged, struct too_large *too_large)
{
	struct job *job = mem_array("duplicates", 1, sizeof *job);
	size_t n_parts;
	int status;

	job->s = s;
	job->rows = s->rows;
	job->how = how;
	job->part = mem_array("duplicates", s->rows->n, 1);
	job->gone = mem_array("duplicates", s->rows->n, 1);
	job->counts = mem_array("duplicates", s->rows->n_chunks,
	    sizeof *job->counts);
	for (size_t p = 0; p < PARTS_MAX; p++)
		job->too_large[p].row = UINT64_MAX;
	n_parts = deal(job);
	par_for(n_parts, merge_part, job);
	for (size_t p = 0; p < n_parts; p++) {
		*merged += job->merged[p];
		if (job->too_large[p].row < too_large->row)
			*too_large = job->too_large[p];
	}
	status = cleanstore_remove(s, job->gone);
	free(job->counts);
	free(job->gone);
	free(job->part);
	free(job);
	return status;
}

/* Of a store in a file. */
struct outside {
	enum cleanmerge_how how;
	size_t n_parts;
	uint64_t merged;
	struct too_large too_large;
};

/* By other bits than those that cut a part into parts. */
static size_t
part_of(void *arg, const struct cleanblock *b, size_t i)
{
	const struct outside *o = arg;

	return (size_t)((hash_subject(b, i) & UINT32_MAX) * o->n_parts >> 32);
}

static int
merge_outside_part(void *arg, struct cleanstore *part)
{
	struct outside *o = arg;

	return merge_in_memory(part, o->how, &o->merged, &o->too_large);
}

int
cleanmerge(struct cleanstore *s, enum cleanmerge_how how, uint64_t *merged)
{
	/* one part's refs, and two marks, for each row */
	const size_t row_bytes = sizeof(struct ref) + 3 * sizeof(uint32_t) + 2;
	struct outside o = { how, cleanspill_parts(s, row_bytes), 0,
		{ UINT64_MAX, 0, 0 } };
	struct span user, item = { NULL, 0 };
	int status;

	assert(how != CLEANMERGE_KEEP);
	assert(how != CLEANMERGE_COUNT || s->has.weight);
	if (cleanspill_is_out(s))
		status = cleanspill_run(s, &(struct cleanspill_job){ &o,
		    part_of, merge_outside_part, o.n_parts, row_bytes });
	else
		status = merge_in_memory(s, how, &o.merged, &o.too_large);
	*merged = o.merged;
	if (status != 0 || o.too_large.row == UINT64_MAX)
		return status;
	user = idmap_name(s->users, o.too_large.user);
	if (s->has.item)
		item = idmap_name(s->items, o.too_large.item);
	return err_msg("the values of user '%.*s' and item '%.*s' add up to "
	    "more than a number can hold", SPAN_ARGS(user), SPAN_ARGS(item));
}
