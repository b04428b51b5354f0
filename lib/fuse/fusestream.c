#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/pipe.h"
#include "data/idmap.h"
#include "fuse/fusesource.h"
#include "fuse/fusestream.h"

enum {
	ROWS_PER_PART = 8192,
	CELLS_MIN = 1024,
	SURE = 1024	/* users in order that make it no chance */
};

/* Some users, on their way through the pipeline. */
struct slot {
	struct fusepart *part;		/* (systems) */
	size_t *group;			/* (users, systems) SIZE_MAX: none */
	size_t n_users, cap_group;
	struct buf rows;
	size_t n_rows, *n_missing;	/* (systems) */
	uint64_t *n_repeated;		/* (systems) */
};

/* Where an item's place in the union is found; of another user's union when
 * `stamp` is another. */
struct cell {
	uint64_t key;
	uint32_t stamp, place;
};

struct worker {
	struct fuseunion u;
	struct fuserows_scratch rows;
	struct cell *cell;		/* (n_cells) a power of two */
	size_t n_cells;
	uint32_t stamp;
	size_t *at;			/* (items) the last entry with it */
	size_t cap_at;
};

struct job {
	const struct fusion *fusion;
	const char *const *paths;
	struct fusestream *how;
	struct put *put;
	struct fusesource **source;	/* (systems) */
	struct slot *slot;
	struct worker *worker;
	int *status;			/* (systems) of reading, */
	struct buf *said;		/* and what was said of it */
	size_t filling;			/* the slot */
	/* what is known of the order of users */
	struct idmap *seen;		/* all, unless they must be sorted */
	struct buf last;		/* the last user's name */
	size_t n_before;
	int sorted, must_be_sorted;
};

/* --- users, in their order ------------------------------------------------ */

static void
read_piece(void *arg, size_t s, size_t worker)
{
	struct job *job = arg;

	struct buf *before = err_hold(&job->said[s]);

	(void)worker;
	job->status[s] = fusesource_read(job->source[s],
	    &job->slot[job->filling].part[s], ROWS_PER_PART);
	err_hold(before);
}

/* The user whose turn it is: the first in order of those that the systems
 * have next (at: (systems) their groups).  -1: no system has any. */
static ptrdiff_t
next_user(struct job *job, const struct slot *slot, const size_t *at)
{
	const size_t S = job->fusion->n;
	ptrdiff_t first = -1;

	for (size_t s = 0; s < S; s++) {
		const struct fusepart *p = &slot->part[s];
		int order;

		if (at[s] == p->n_whole) {
			job->must_be_sorted |= first >= 0;
			continue;
		}
		if (first < 0) {
			job->must_be_sorted |= s > 0;
			first = (ptrdiff_t)s;
			continue;
		}
		order = span_compare(fusepart_user(p, at[s]), fusepart_user(
		    &slot->part[first], at[first]));
		job->must_be_sorted |= order != 0;
		if (order < 0)
			first = (ptrdiff_t)s;
	}
	return first;
}

/* Users that are sorted are new; of others it is looked up. */
static int
check_order(struct job *job, size_t s, const struct fusegroup *g,
    struct span user)
{
	const char *path = fusesource_path(job->source[s]);
	const struct span last = { job->last.p, job->last.n };

	job->sorted &= job->n_before == 0 || span_compare(last, user) < 0;
	job->must_be_sorted |= job->sorted && job->n_before == SURE;
	if (!job->sorted && job->must_be_sorted)
		return err_at(path, g->line, "user '%.*s': --sorted wants the "
		    "same users in all files, or users sorted by their bytes "
		    "(LC_ALL=C sort)", SPAN_ARGS(user));
	if (!job->sorted && idmap_find(job->seen, user) != IDMAP_NONE)
		return err_at(path, g->line, "user '%.*s' was there before: "
		    "with --sorted a user's rows stand together",
		    SPAN_ARGS(user));
	if (!job->must_be_sorted)
		idmap_add(job->seen, user);
	job->last.n = 0;
	buf_span(&job->last, user);
	job->n_before++;
	return 0;
}

/* Takes the user of system `first` from all that have it next. */
static int
take_user(struct job *job, struct slot *slot, size_t *at, size_t first)
{
	const size_t S = job->fusion->n;
	const struct fusepart *of = &slot->part[first];
	const struct span user = fusepart_user(of, at[first]);
	size_t *group;

	if (check_order(job, first, &of->group[at[first]], user) != 0)
		return -1;
	slot->group = mem_grow("users", slot->group, &slot->cap_group,
	    (slot->n_users + 1) * S, sizeof *slot->group);
	group = slot->group + slot->n_users++ * S;
	for (size_t s = 0; s < S; s++)
		group[s] = at[s] < slot->part[s].n_whole && span_equal(user,
		    fusepart_user(&slot->part[s], at[s])) ? at[s] : SIZE_MAX;
	for (size_t s = 0; s < S; s++)
		at[s] += group[s] != SIZE_MAX;
	return 0;
}

/* Has a system read all its whole groups, and more are to come? */
static int
is_short(const struct job *job, const struct slot *slot, const size_t *at)
{
	for (size_t s = 0; s < job->fusion->n; s++)
		if (at[s] == slot->part[s].n_whole &&
		    !fusesource_ended(job->source[s]))
			return 1;
	return 0;
}

static int
fill(void *arg, size_t i)
{
	struct job *job = arg;
	struct slot *slot = &job->slot[i];
	const size_t S = job->fusion->n;
	size_t *at = mem_array("users", S, sizeof *at);
	ptrdiff_t first = 0;
	int status = 0;

	job->filling = i;
	slot->n_users = 0;
	par_for(S, read_piece, job);
	for (size_t s = 0; s < S && status == 0; s++)
		if ((status = job->status[s]) != 0)
			err_say(&job->said[s]);
	while (status == 0 && !is_short(job, slot, at) &&
	    (first = next_user(job, slot, at)) >= 0)
		status = take_user(job, slot, at, (size_t)first);
	for (size_t s = 0; s < S; s++)
		fusesource_keep(job->source[s], &slot->part[s], at[s]);
	free(at);
	return status != 0 ? -1 : slot->n_users > 0;
}

/* --- one user ------------------------------------------------------------- */

static void
grow_cells(struct worker *w, size_t n)
{
	size_t size = w->n_cells == 0 ? CELLS_MIN : w->n_cells;

	while (size < 2 * n)
		size *= 2;
	if (size == w->n_cells)
		return;
	free(w->cell);
	w->cell = mem_array("items", size, sizeof *w->cell);
	w->n_cells = size;
	w->stamp = 0;
}

/* The place of an item, new or not.  The text has slack behind it. */
static size_t
place_of(struct worker *w, const char *text, size_t n)
{
	const int is_word = n <= HASH_WORD;
	const uint64_t key = is_word ? hash_word_at(text, n) :
	    hash_bytes(text, n, 0);
	size_t i = (size_t)(hash_mix(key, 0) & (w->n_cells - 1));

	for (; w->cell[i].stamp == w->stamp; i = (i + 1) & (w->n_cells - 1)) {
		const struct span name = w->u.name[w->cell[i].place];

		if (w->cell[i].key == key && (is_word ? name.n <= HASH_WORD :
		    span_equal(name, (struct span){ text, n })))
			return w->cell[i].place;
	}
	w->cell[i] = (struct cell){ key, w->stamp, (uint32_t)w->u.n };
	return fuseunion_add(&w->u, IDMAP_NONE, (struct span){ text, n },
	    IDMAP_NONE);
}

/* An item that stands in list s for the second time. */
static int
again(const struct job *job, struct slot *slot, const struct worker *w,
    size_t s, size_t place, double score)
{
	const double before = w->u.entry[w->at[place]].value;

	if (fabs(before - score) > SCORED_SAME * fmax(fabs(before),
	    fabs(score)))
		return err_msg("%s: user '%.*s' has item '%.*s' twice, with "
		    "scores that differ", job->paths[s],
		    SPAN_ARGS(w->u.user), SPAN_ARGS(w->u.name[place]));
	slot->n_repeated[s]++;
	return 0;
}

static int
add_list(const struct job *job, struct slot *slot, struct worker *w, size_t s,
    const struct fusegroup *g)
{
	const struct fusepart *p = &slot->part[s];
	const size_t begin = w->u.n_entries;

	fuseunion_open(&w->u, s);
	for (size_t i = g->first; i < g->first + g->n; i++) {
		const struct fuserow *row = &p->row[i];
		const size_t known = w->u.n;
		const size_t place = place_of(w, p->text + row->from, row->n);

		if (place >= w->cap_at)
			w->at = mem_grow("items", w->at, &w->cap_at,
			    place + 1, sizeof *w->at);
		if (place < known && w->at[place] >= begin) {
			if (again(job, slot, w, s, place, row->score) != 0)
				return -1;
			continue;
		}
		w->at[place] = w->u.n_entries;
		fuseunion_entry(&w->u, place, row->score);
	}
	return 0;
}

static int
put_user(const struct job *job, struct slot *slot, struct worker *w,
    const size_t *group)
{
	const size_t S = job->fusion->n;
	size_t n = 0, any = 0;

	for (size_t s = 0; s < S; s++)
		if (group[s] != SIZE_MAX) {
			n += slot->part[s].group[group[s]].n;
			any = s;
		}
	grow_cells(w, n);
	if (++w->stamp == 0) {
		memset(w->cell, 0, w->n_cells * sizeof *w->cell);
		w->stamp = 1;
	}
	fuseunion_begin(&w->u, fusepart_user(&slot->part[any], group[any]));
	for (size_t s = 0; s < S; s++) {
		slot->n_missing[s] += group[s] == SIZE_MAX;
		if (group[s] != SIZE_MAX && add_list(job, slot, w, s,
		    &slot->part[s].group[group[s]]) != 0)
			return -1;
	}
	fuseunion_finish(&w->u, job->fusion);
	slot->n_rows += fuserows_add(job->how->rows, job->fusion, &w->u,
	    &w->rows, &slot->rows);
	return 0;
}

static int
work(void *arg, size_t i, size_t worker)
{
	const struct job *job = arg;
	struct slot *slot = &job->slot[i];
	const size_t S = job->fusion->n;

	slot->rows.n = slot->n_rows = 0;
	memset(slot->n_missing, 0, S * sizeof *slot->n_missing);
	memset(slot->n_repeated, 0, S * sizeof *slot->n_repeated);
	for (size_t u = 0; u < slot->n_users; u++)
		if (put_user(job, slot, &job->worker[worker],
		    slot->group + u * S) != 0)
			return -1;
	return 0;
}

static int
drain(void *arg, size_t i)
{
	struct job *job = arg;
	const struct slot *slot = &job->slot[i];
	struct fusestream *how = job->how;

	put_rows(job->put, (struct span){ slot->rows.p, slot->rows.n });
	how->n_users += slot->n_users;
	how->n_rows += slot->n_rows;
	for (size_t s = 0; s < job->fusion->n; s++) {
		how->n_missing[s] += slot->n_missing[s];
		how->n_repeated[s] += slot->n_repeated[s];
	}
	return put_failed(job->put) ? -1 : 0;
}

/* --- all ------------------------------------------------------------------ */

static int
job_open(struct job *job)
{
	const size_t S = job->fusion->n;

	job->source = mem_array("systems", S, sizeof *job->source);
	job->status = mem_array("systems", S, sizeof *job->status);
	job->slot = mem_array("slots", pipe_slots(), sizeof *job->slot);
	job->worker = mem_array("workers", par_threads(),
	    sizeof *job->worker);
	job->said = mem_array("systems", S, sizeof *job->said);
	job->seen = idmap_new();
	job->sorted = 1;
	for (size_t i = 0; i < pipe_slots(); i++) {
		struct slot *slot = &job->slot[i];

		slot->part = mem_array("slots", S, sizeof *slot->part);
		slot->n_missing = mem_array("slots", S,
		    sizeof *slot->n_missing);
		slot->n_repeated = mem_array("slots", S,
		    sizeof *slot->n_repeated);
	}
	for (size_t i = 0; i < par_threads(); i++)
		fuseunion_init(&job->worker[i].u, S, i);
	for (size_t s = 0; s < S; s++) {
		job->source[s] = fusesource_open(job->paths[s], s == 0 ?
		    job->how->tick : NULL);
		if (job->source[s] == NULL)
			return -1;
	}
	return 0;
}

static void
job_close(struct job *job)
{
	const size_t S = job->fusion->n;

	for (size_t s = 0; s < S; s++) {
		fusesource_close(job->source[s]);
		buf_release(&job->said[s]);
	}
	free(job->said);
	for (size_t i = 0; i < pipe_slots(); i++) {
		struct slot *slot = &job->slot[i];

		for (size_t s = 0; s < S; s++)
			fusepart_release(&slot->part[s]);
		free(slot->part);
		free(slot->group);
		free(slot->n_missing);
		free(slot->n_repeated);
		buf_release(&slot->rows);
	}
	for (size_t i = 0; i < par_threads(); i++) {
		struct worker *w = &job->worker[i];

		fuseunion_release(&w->u);
		fuserows_release(&w->rows);
		free(w->cell);
		free(w->at);
	}
	buf_release(&job->last);
	idmap_free(job->seen);
	free(job->source);
	free(job->status);
	free(job->slot);
	free(job->worker);
}

int
fusestream_run(const struct fusion *f, const char *const *paths,
    struct fusestream *how, struct put *put)
{
	struct job job = { .fusion = f, .paths = paths, .how = how,
		.put = put };
	int status = job_open(&job);

	how->n_users = how->n_rows = 0;
	if (status == 0) {
		fuserows_header(how->rows, put);
		status = pipe_run(&(struct pipe){ &job, fill, work, drain });
	}
	/* A failed write is told by put_commit(). */
	if (put_failed(put))
		status = 0;
	job_close(&job);
	return status;
}
