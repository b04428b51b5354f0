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

static void
free_added(struct inter *in)
{
	free(in->user);
	free(in->item);
	free(in->value);
	free(in->time);
	in->user = in->item = NULL;
	in->value = NULL;
	in->time = NULL;
	in->cap_user = in->cap_item = in->cap_value = in->cap_time = 0;
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
	free_added(in);
	csr_release(&in->by_user);
	free(in->times);
	free(in);
}

void
inter_add(struct inter *in, uint32_t user, uint32_t item, float value,
    int64_t time)
{
	const char *what = "interactions";
	const size_t n = in->n + 1;

	assert(in->by_user.indptr == NULL);
	if (n > in->cap_user)
		in->user = mem_grow(what, in->user, &in->cap_user, n,
		    sizeof *in->user);
	if (n > in->cap_item)
		in->item = mem_grow(what, in->item, &in->cap_item, n,
		    sizeof *in->item);
	if (n > in->cap_value)
		in->value = mem_grow(what, in->value, &in->cap_value, n,
		    sizeof *in->value);
	in->user[in->n] = user;
	in->item[in->n] = item;
	in->value[in->n] = value;
	if (in->has_times) {
		if (n > in->cap_time)
			in->time = mem_grow(what, in->time, &in->cap_time, n,
			    sizeof *in->time);
		in->time[in->n] = time;
	}
	in->n = n;
}

void
inter_drop_times(struct inter *in)
{
	assert(in->by_user.indptr == NULL);
	free(in->time);
	in->time = NULL;
	in->cap_time = 0;
	in->has_times = 0;
}

/* --- by user, in the order of arrival ----------------------------------- */

/* A stable counting sort by user. */
static void
group(struct inter *in)
{
	struct csr *m = &in->by_user;
	const size_t rows = idmap_count(in->users);
	uint64_t *at;		/* (rows + 1) the next free place per user */

	m->rows = rows;
	m->cols = idmap_count(in->items);
	m->indptr = mem_array("interactions", rows + 1, sizeof *m->indptr);
	m->indices = mem_array("interactions", in->n, sizeof *m->indices);
	m->values = mem_array("interactions", in->n, sizeof *m->values);
	if (in->has_times)
		in->times = mem_array("interactions", in->n,
		    sizeof *in->times);
	for (size_t i = 0; i < in->n; i++) {
		assert(in->user[i] < rows && in->item[i] < m->cols);
		m->indptr[in->user[i] + 1]++;
	}
	for (size_t u = 0; u < rows; u++)
		m->indptr[u + 1] += m->indptr[u];
	at = mem_array("interactions", rows + 1, sizeof *at);
	memcpy(at, m->indptr, (rows + 1) * sizeof *at);
	for (size_t i = 0; i < in->n; i++) {
		const uint64_t to = at[in->user[i]]++;

		m->indices[to] = in->item[i];
		m->values[to] = in->value[i];
		if (in->has_times)
			in->times[to] = in->time[i];
	}
	free(at);
}

/* --- each user by time -------------------------------------------------- */

enum { USERS = 256 };		/* users in a piece of parallel work */

struct event {
	int64_t time;
	size_t place;		/* of arrival: the order of equal times */
	uint32_t item;
	float value;
};

struct scratch {
	struct event *event;
	size_t cap;
};

struct sort {
	struct inter *in;
	struct scratch *scratch;	/* (par_threads()) */
};

static int
compare(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
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
sort_row(struct inter *in, size_t user, struct scratch *s)
{
	const uint64_t from = in->by_user.indptr[user];
	const size_t n = csr_row_count(&in->by_user, user);
	uint32_t *item = in->by_user.indices + from;
	float *value = in->by_user.values + from;
	int64_t *time = in->times + from;

	if (is_sorted(time, n))
		return;
	if (n > s->cap)
		s->event = mem_grow("sorting by time", s->event, &s->cap, n,
		    sizeof *s->event);
	for (size_t i = 0; i < n; i++)
		s->event[i] = (struct event){ time[i], i, item[i], value[i] };
	qsort(s->event, n, sizeof *s->event, compare);
	for (size_t i = 0; i < n; i++) {
		time[i] = s->event[i].time;
		item[i] = s->event[i].item;
		value[i] = s->event[i].value;
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
		sort_row(job->in, u, &job->scratch[worker]);
}

void
inter_finish(struct inter *in)
{
	const size_t n_workers = par_threads();
	struct sort job = { in, NULL };

	group(in);
	free_added(in);
	if (!in->has_times)
		return;
	job.scratch = mem_array("sorting by time", n_workers,
	    sizeof *job.scratch);
	par_for(par_pieces(in->by_user.rows, USERS), sort_piece, &job);
	for (size_t w = 0; w < n_workers; w++)
		free(job.scratch[w].event);
	free(job.scratch);
}

void
inter_matrix(const struct inter *in, enum csr_merge how, struct csr *out)
{
	csr_unique(&in->by_user, how, out);
}
