/* intersort.c -- interactions by user, and each user's by time. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "data/inter.h"

/*
 * In two steps, as a place anywhere in memory for each would take longer: first
 * to the part of the matrix that has the user, then to the place within it.
 * Both are stable and parallel.  What has moved is freed, so that there is
 * little more than one copy.
 */
enum {
	PART_BITS = 16,		/* interactions in a part, about: in a cache */
	PARTS_MAX = 512		/* that are written to side by side */
};

struct event {
	int64_t time;
	uint32_t item;
	float value;
};

/* For what changes places. */
struct scratch {
	struct event *event;	/* (cap_event) a row, and room to merge it */
	uint64_t *next;		/* (cap_next) per user of a part */
	uint32_t *item;		/* a part's interactions */
	float *value;
	int64_t *time;
	size_t cap_event, cap_next, cap_item, cap_value, cap_time;
};

struct sort {
	struct inter *in;
	uint32_t *user;		/* (n) of each interaction in its part */
	size_t users;		/* of a part: u / users is u's part */
	size_t n_parts;
	uint64_t *at;		/* (n_parts + 1) where each begins */
	uint64_t *to;		/* (n_chunks, n_parts) how many go there from
				 * a chunk, and then where the next one goes */
	struct scratch *scratch;	/* (par_threads()) */
};

/* --- to the parts --------------------------------------------------------- */

static void
count_chunk(void *arg, size_t i, size_t worker)
{
	const struct sort *s = arg;
	const struct inter_chunk *c = s->in->chunk[i];
	uint64_t *count = s->to + i * s->n_parts;

	(void)worker;
	for (size_t k = 0; k < c->n; k++) {
		assert(c->user[k] < s->in->by_user.rows &&
		    c->item[k] < s->in->by_user.cols);
		count[c->user[k] / s->users]++;
	}
}

/* From how many to where. */
static void
place_chunks(struct sort *s)
{
	uint64_t at = 0;

	for (size_t part = 0; part < s->n_parts; part++) {
		s->at[part] = at;
		for (size_t i = 0; i < s->in->n_chunks; i++) {
			uint64_t *to = &s->to[i * s->n_parts + part];
			const uint64_t n = *to;

			*to = at;
			at += n;
		}
	}
	s->at[s->n_parts] = at;
}

static void
move_chunk(void *arg, size_t i, size_t worker)
{
	const struct sort *s = arg;
	const struct inter_chunk *c = s->in->chunk[i];
	const struct csr *x = &s->in->by_user;
	uint64_t *next = s->to + i * s->n_parts;

	(void)worker;
	for (size_t k = 0; k < c->n; k++) {
		const uint64_t to = next[c->user[k] / s->users]++;

		s->user[to] = c->user[k];
		x->indices[to] = c->item[k];
		x->values[to] = c->value[k];
		if (s->in->has_times)
			s->in->times[to] = c->time[k];
	}
	inter_free_chunk(s->in, i);
}

/* --- to the users --------------------------------------------------------- */

static void
copy_part(const struct inter *in, uint64_t from, size_t n, struct scratch *s)
{
	const char *what = "interactions";

	if (n == 0)
		return;
	s->item = mem_grow(what, s->item, &s->cap_item, n, sizeof *s->item);
	s->value = mem_grow(what, s->value, &s->cap_value, n,
	    sizeof *s->value);
	memcpy(s->item, in->by_user.indices + from, n * sizeof *s->item);
	memcpy(s->value, in->by_user.values + from, n * sizeof *s->value);
	if (!in->has_times)
		return;
	s->time = mem_grow(what, s->time, &s->cap_time, n, sizeof *s->time);
	memcpy(s->time, in->times + from, n * sizeof *s->time);
}

/* Where the rows of users first .. first + n_users - 1 begin, into indptr and
 * next; they have the interactions from .. from + n - 1. */
static void
place_users(const struct sort *s, size_t first, size_t n_users, uint64_t from,
    size_t n, struct scratch *w)
{
	uint64_t at = from;

	w->next = mem_grow("interactions", w->next, &w->cap_next, n_users,
	    sizeof *w->next);
	memset(w->next, 0, n_users * sizeof *w->next);
	for (size_t i = 0; i < n; i++)
		w->next[s->user[from + i] - first]++;
	for (size_t u = 0; u < n_users; u++) {
		const uint64_t count = w->next[u];

		s->in->by_user.indptr[first + u] = w->next[u] = at;
		at += count;
	}
}

/* --- by time -------------------------------------------------------------- */

enum { RUN = 16 };		/* events that are sorted by insertion */

static void
insert_events(struct event *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct event e = x[i];
		size_t at = i;

		for (; at > 0 && x[at - 1].time > e.time; at--)
			x[at] = x[at - 1];
		x[at] = e;
	}
}

/* to (n) <- the sorted a (n_a) and b (n - n_a); of equals those of a first. */
static void
merge_events(const struct event *a, size_t n_a, size_t n, struct event *to)
{
	const struct event *b = a + n_a;
	const struct event *const end_a = b, *const end_b = a + n;

	while (a < end_a && b < end_b)
		*to++ = b->time < a->time ? *b++ : *a++;
	while (a < end_a)
		*to++ = *a++;
	while (b < end_b)
		*to++ = *b++;
}

/* A stable sort by time of x (n); room (n).  Returns where the result is. */
static struct event *
sort_events(struct event *x, size_t n, struct event *room)
{
	for (size_t i = 0; i < n; i += RUN)
		insert_events(x + i, n - i < RUN ? n - i : RUN);
	for (size_t run = RUN; run < n; run *= 2) {
		struct event *swap = x;

		for (size_t i = 0; i < n; i += 2 * run)
			merge_events(x + i, n - i < run ? n - i : run,
			    n - i < 2 * run ? n - i : 2 * run, room + i);
		x = room;
		room = swap;
	}
	return x;
}

static int
is_sorted(const int64_t *time, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (time[i - 1] > time[i])
			return 0;
	return 1;
}

/* Sorts the row of n that begins there by time. */
static void
sort_row(const struct inter *in, uint64_t from, size_t n, struct scratch *s)
{
	uint32_t *item = in->by_user.indices + from;
	float *value = in->by_user.values + from;
	int64_t *time = in->times + from;
	const struct event *sorted;

	if (is_sorted(time, n))
		return;
	s->event = mem_grow("sorting by time", s->event, &s->cap_event, 2 * n,
	    sizeof *s->event);
	for (size_t i = 0; i < n; i++)
		s->event[i] = (struct event){ time[i], item[i], value[i] };
	sorted = sort_events(s->event, n, s->event + n);
	for (size_t i = 0; i < n; i++) {
		time[i] = sorted[i].time;
		item[i] = sorted[i].item;
		value[i] = sorted[i].value;
	}
}

/* --- all ------------------------------------------------------------------ */

/* The interactions of a part to their users' rows. */
static void
sort_part(void *arg, size_t part, size_t worker)
{
	const struct sort *s = arg;
	const struct inter *in = s->in;
	const struct csr *x = &in->by_user;
	struct scratch *w = &s->scratch[worker];
	const size_t first = part * s->users;
	const size_t n_users = x->rows - first < s->users ? x->rows - first
	    : s->users;
	const uint64_t from = s->at[part];
	const size_t n = (size_t)(s->at[part + 1] - from);

	place_users(s, first, n_users, from, n, w);
	copy_part(in, from, n, w);
	for (size_t i = 0; i < n; i++) {
		const uint64_t to = w->next[s->user[from + i] - first]++;

		x->indices[to] = w->item[i];
		x->values[to] = w->value[i];
		if (in->has_times)
			in->times[to] = w->time[i];
	}
	/* next is where each row ends now */
	for (size_t u = 0; in->has_times && u < n_users; u++)
		sort_row(in, x->indptr[first + u], (size_t)(w->next[u] -
		    x->indptr[first + u]), w);
}

static void
allocate(struct sort *s)
{
	const char *what = "interactions";
	struct inter *in = s->in;
	struct csr *x = &in->by_user;
	size_t parts = in->n >> PART_BITS;

	x->rows = idmap_count(in->users);
	x->cols = idmap_count(in->items);
	x->indptr = mem_array(what, x->rows + 1, sizeof *x->indptr);
	x->indptr[x->rows] = in->n;
	x->indices = mem_raw(what, in->n, sizeof *x->indices);
	x->values = mem_raw(what, in->n, sizeof *x->values);
	if (in->has_times)
		in->times = mem_raw(what, in->n, sizeof *in->times);
	parts = parts < 1 ? 1 : parts > PARTS_MAX ? PARTS_MAX : parts;
	s->users = par_pieces(x->rows, parts) + (x->rows == 0);
	s->n_parts = par_pieces(x->rows, s->users);
	s->user = mem_raw(what, in->n, sizeof *s->user);
	s->at = mem_array(what, s->n_parts + 1, sizeof *s->at);
	s->to = mem_array(what, in->n_chunks * s->n_parts, sizeof *s->to);
	s->scratch = mem_array(what, par_threads(), sizeof *s->scratch);
}

static void
release(struct sort *s)
{
	for (size_t t = 0; t < par_threads(); t++) {
		free(s->scratch[t].event);
		free(s->scratch[t].next);
		free(s->scratch[t].item);
		free(s->scratch[t].value);
		free(s->scratch[t].time);
	}
	free(s->scratch);
	free(s->to);
	free(s->at);
	mem_give_back(s->user, s->in->n * sizeof *s->user);
}

void
inter_finish(struct inter *in)
{
	struct sort s = { .in = in };

	assert(in->by_user.indptr == NULL);
	allocate(&s);
	par_for(in->n_chunks, count_chunk, &s);
	place_chunks(&s);
	par_for(in->n_chunks, move_chunk, &s);
	par_for(s.n_parts, sort_part, &s);
	release(&s);
	in->n_chunks = 0;
}
