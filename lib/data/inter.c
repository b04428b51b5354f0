#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "data/inter.h"

struct inter *
inter_new(struct idmap *users, struct idmap *items, int owns, int has_times)
{
	struct inter *in = mem_array("interactions", 1, sizeof *in);

	in->users = users;
	in->items = items;
	in->owns_maps = owns;
	in->has_times = has_times;
	return in;
}

enum { CHUNK = 1 << 16 };

/* Some interactions, in the order of arrival. */
struct inter_chunk {
	struct inter_chunk *next;
	size_t n;
	uint32_t user[CHUNK], item[CHUNK];
	float value[CHUNK];
	int64_t time[];		/* (CHUNK) or none */
};

static void
free_first(struct inter *in)
{
	struct inter_chunk *c = in->first;

	in->first = c->next;
	if (in->first == NULL)
		in->last = NULL;
	mem_give_back(c, sizeof *c + sizeof c->time[0] * CHUNK *
	    (size_t)in->has_times);
}

void
inter_free(struct inter *in)
{
	if (in == NULL)
		return;
	if (in->owns_maps) {
		idmap_free(in->users);
		idmap_free(in->items);
	}
	while (in->first != NULL)
		free_first(in);
	csr_release(&in->by_user);
	free(in->times);
	free(in);
}

static struct inter_chunk *
add_chunk(struct inter *in)
{
	struct inter_chunk *c = mem_raw("interactions", 1, sizeof *c +
	    sizeof c->time[0] * CHUNK * (size_t)in->has_times);

	c->next = NULL;
	c->n = 0;
	if (in->last == NULL)
		in->first = c;
	else
		in->last->next = c;
	in->last = c;
	return c;
}

void
inter_add_rows(struct inter *in, size_t n, const uint32_t *user,
    const uint32_t *item, const float *value, const int64_t *time)
{
	assert(in->by_user.indptr == NULL);
	in->n += n;
	for (size_t i = 0, some; i < n; i += some) {
		struct inter_chunk *c = in->last;

		if (c == NULL || c->n == CHUNK)
			c = add_chunk(in);
		some = n - i < CHUNK - c->n ? n - i : CHUNK - c->n;
		memcpy(c->user + c->n, user + i, some * sizeof *user);
		memcpy(c->item + c->n, item + i, some * sizeof *item);
		memcpy(c->value + c->n, value + i, some * sizeof *value);
		if (in->has_times)
			memcpy(c->time + c->n, time + i, some * sizeof *time);
		c->n += some;
	}
}

void
inter_add(struct inter *in, uint32_t user, uint32_t item, float value,
    int64_t time)
{
	inter_add_rows(in, 1, &user, &item, &value, &time);
}

/* The chunks keep their room. */
void
inter_drop_times(struct inter *in)
{
	assert(in->by_user.indptr == NULL);
	in->has_times = 0;
}

/* --- by user, in the order of arrival ----------------------------------- */

/*
 * In two steps, as a place anywhere in memory for each would take longer: first
 * to the part of the matrix where the user is, then to the place within it.
 * What has moved is freed, so that there is little more than one copy.
 */
enum {
	PART_BITS = 16,		/* interactions in a part, about: in a cache */
	PARTS_MAX = 512		/* written to side by side */
};

struct move {
	struct inter *in;
	uint32_t *user;		/* (n) of each interaction in its part */
	unsigned bits;		/* a part: users whose rows begin in 2^bits */
	size_t n_parts;
	uint64_t *at;		/* (n_parts + 1) where it begins */
	struct scratch *scratch;	/* (par_threads()) */
};

/* A part's interactions, while they change places. */
struct scratch {
	uint64_t *next;		/* (users of cap_next) */
	uint32_t *item;		/* (cap) each */
	float *value;
	int64_t *time;
	size_t cap_next, cap_item, cap_value, cap_time;
};

static void
count_rows(struct inter *in)
{
	struct csr *m = &in->by_user;

	m->rows = idmap_count(in->users);
	m->cols = idmap_count(in->items);
	m->indptr = mem_array("interactions", m->rows + 1,
	    sizeof *m->indptr);
	for (const struct inter_chunk *c = in->first; c != NULL; c = c->next)
		for (size_t i = 0; i < c->n; i++) {
			assert(c->user[i] < m->rows && c->item[i] < m->cols);
			m->indptr[c->user[i] + 1]++;
		}
	for (size_t u = 0; u < m->rows; u++)
		m->indptr[u + 1] += m->indptr[u];
}

/* Where each part begins: with the first user whose rows begin in it. */
static void
find_parts(struct move *m)
{
	const struct csr *x = &m->in->by_user;
	size_t part = 0;

	for (m->bits = PART_BITS; m->in->n >> m->bits >= PARTS_MAX; m->bits++)
		continue;
	m->n_parts = (m->in->n >> m->bits) + 1;
	m->at = mem_array("interactions", m->n_parts + 1, sizeof *m->at);
	for (size_t u = 0; u < x->rows; u++)
		while (part <= x->indptr[u] >> m->bits)
			m->at[part++] = x->indptr[u];
	while (part <= m->n_parts)
		m->at[part++] = m->in->n;
}

/* Moves all to their parts, in the order of arrival. */
static void
move_to_parts(struct move *m)
{
	struct inter *in = m->in;
	struct csr *x = &in->by_user;
	uint64_t *next = mem_array("interactions", m->n_parts, sizeof *next);

	memcpy(next, m->at, m->n_parts * sizeof *next);
	m->user = mem_raw("interactions", in->n, sizeof *m->user);
	x->indices = mem_raw("interactions", in->n, sizeof *x->indices);
	x->values = mem_raw("interactions", in->n, sizeof *x->values);
	if (in->has_times)
		in->times = mem_raw("interactions", in->n, sizeof *in->times);
	for (; in->first != NULL; free_first(in)) {
		const struct inter_chunk *c = in->first;

		for (size_t i = 0; i < c->n; i++) {
			const uint64_t part = x->indptr[c->user[i]] >> m->bits;
			const uint64_t to = next[part]++;

			m->user[to] = c->user[i];
			x->indices[to] = c->item[i];
			x->values[to] = c->value[i];
			if (in->has_times)
				in->times[to] = c->time[i];
		}
	}
	free(next);
}

static void
copy_part(const struct inter *in, uint64_t from, size_t n, struct scratch *s)
{
	const char *what = "interactions";

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

/* Moves the interactions of a part to their users' rows. */
static void
move_within(void *arg, size_t part, size_t worker)
{
	const struct move *m = arg;
	struct inter *in = m->in;
	struct csr *x = &in->by_user;
	struct scratch *s = &m->scratch[worker];
	const uint64_t from = m->at[part];
	const size_t n = (size_t)(m->at[part + 1] - from);
	const uint32_t *user = m->user + from;
	uint32_t first = UINT32_MAX, last = 0;

	for (size_t i = 0; i < n; i++) {
		first = user[i] < first ? user[i] : first;
		last = user[i] > last ? user[i] : last;
	}
	if (n == 0 || first == last)
		return;
	s->next = mem_grow("interactions", s->next, &s->cap_next,
	    (size_t)(last - first) + 1, sizeof *s->next);
	memcpy(s->next, x->indptr + first,
	    ((size_t)(last - first) + 1) * sizeof *s->next);
	copy_part(in, from, n, s);
	for (size_t i = 0; i < n; i++) {
		const uint64_t to = s->next[user[i] - first]++;

		x->indices[to] = s->item[i];
		x->values[to] = s->value[i];
		if (in->has_times)
			in->times[to] = s->time[i];
	}
}

/* A stable sort by user, by counting. */
static void
group(struct inter *in)
{
	struct move m = { .in = in };

	count_rows(in);
	find_parts(&m);
	move_to_parts(&m);
	m.scratch = mem_array("interactions", par_threads(),
	    sizeof *m.scratch);
	par_for(m.n_parts, move_within, &m);
	for (size_t w = 0; w < par_threads(); w++) {
		free(m.scratch[w].next);
		free(m.scratch[w].item);
		free(m.scratch[w].value);
		free(m.scratch[w].time);
	}
	free(m.scratch);
	free(m.user);
	free(m.at);
}

/* --- each user by time -------------------------------------------------- */

enum { USERS = 256 };		/* users in a piece of parallel work */

enum { RUN = 16 };		/* events that are sorted by insertion */

struct event {
	int64_t time;
	uint32_t item;
	float value;
};

struct events {
	struct event *event;	/* (cap) the row, and room to merge it */
	size_t cap;
};

struct sort {
	struct inter *in;
	struct events *events;	/* (par_threads()) */
};

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

static void
sort_row(struct inter *in, size_t user, struct events *s)
{
	const uint64_t from = in->by_user.indptr[user];
	const size_t n = csr_row_count(&in->by_user, user);
	uint32_t *item = in->by_user.indices + from;
	float *value = in->by_user.values + from;
	int64_t *time = in->times + from;
	const struct event *sorted;

	if (is_sorted(time, n))
		return;
	s->event = mem_grow("sorting by time", s->event, &s->cap, 2 * n,
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

static void
sort_piece(void *arg, size_t piece, size_t worker)
{
	struct sort *job = arg;
	const size_t rows = job->in->by_user.rows;
	const size_t end = rows - piece * USERS < USERS ? rows
	    : (piece + 1) * USERS;

	for (size_t u = piece * USERS; u < end; u++)
		sort_row(job->in, u, &job->events[worker]);
}

void
inter_finish(struct inter *in)
{
	const size_t n_workers = par_threads();
	struct sort job = { in, NULL };

	group(in);
	if (!in->has_times)
		return;
	job.events = mem_array("sorting by time", n_workers,
	    sizeof *job.events);
	par_for(par_pieces(in->by_user.rows, USERS), sort_piece, &job);
	for (size_t w = 0; w < n_workers; w++)
		free(job.events[w].event);
	free(job.events);
}

void
inter_matrix(const struct inter *in, enum csr_merge how, struct csr *out)
{
	csr_unique(&in->by_user, how, out);
}
