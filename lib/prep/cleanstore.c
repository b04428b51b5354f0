#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "prep/cleanstore.h"
#include "prep/cleantime.h"
#include "prep/kcore.h"

#define GROW(s, column, n) ((s)->column = mem_grow("rows", (s)->column, \
	&(s)->cap_##column, (n), sizeof *(s)->column))

struct cleanstore *
cleanstore_new(const struct cleanstore_columns *has)
{
	struct cleanstore *s = mem_array("rows", 1, sizeof *s);

	s->users = idmap_new();
	s->items = idmap_new();
	s->events = idmap_new();
	GROW(s, user, 1);
	if (has->item)
		GROW(s, item, 1);
	if (has->event)
		GROW(s, event, 1);
	if (has->rating)
		GROW(s, rating, 1);
	if (has->weight)
		GROW(s, weight, 1);
	if (has->time)
		GROW(s, time, 1);
	if (has->text)
		GROW(s, at, 1);
	return s;
}

/* Room for n rows. */
static void
reserve(struct cleanstore *s, size_t n)
{
	GROW(s, user, n);
	if (s->item != NULL)
		GROW(s, item, n);
	if (s->event != NULL)
		GROW(s, event, n);
	if (s->rating != NULL)
		GROW(s, rating, n);
	if (s->weight != NULL)
		GROW(s, weight, n);
	if (s->time != NULL)
		GROW(s, time, n);
	if (s->at != NULL)
		GROW(s, at, n);
}

void
cleanstore_free(struct cleanstore *s)
{
	if (s == NULL)
		return;
	idmap_free(s->users);
	idmap_free(s->items);
	idmap_free(s->events);
	free(s->user);
	free(s->item);
	free(s->event);
	free(s->rating);
	free(s->weight);
	free(s->time);
	free(s->at);
	buf_release(&s->text);
	free(s);
}

void
cleanstore_add(struct cleanstore *s, const struct cleanstore_row *row)
{
	const size_t i = s->n++;

	GROW(s, user, s->n);
	s->user[i] = idmap_add(s->users, row->user);
	if (s->item != NULL)
		GROW(s, item, s->n)[i] = idmap_add(s->items, row->item);
	if (s->event != NULL)
		GROW(s, event, s->n)[i] = idmap_add(s->events, row->event);
	if (s->rating != NULL)
		GROW(s, rating, s->n)[i] = row->rating;
	if (s->weight != NULL)
		GROW(s, weight, s->n)[i] = row->weight;
	if (s->time != NULL)
		GROW(s, time, s->n)[i] = row->time;
	if (s->at != NULL) {
		GROW(s, at, s->n)[i] = s->text.n;
		buf_span(&s->text, row->text);
		buf_char(&s->text, '\n');
	}
}

void
cleanstore_get(const struct cleanstore *s, size_t i,
    struct cleanstore_row *row)
{
	assert(i < s->n);
	*row = (struct cleanstore_row){ .rating = NAN, .weight = 1,
	    .time = CLEANTIME_NONE };
	row->user = idmap_name(s->users, s->user[i]);
	if (s->item != NULL)
		row->item = idmap_name(s->items, s->item[i]);
	if (s->event != NULL)
		row->event = idmap_name(s->events, s->event[i]);
	if (s->rating != NULL)
		row->rating = s->rating[i];
	if (s->weight != NULL)
		row->weight = s->weight[i];
	if (s->time != NULL)
		row->time = s->time[i];
	if (s->at != NULL) {
		const char *p = s->text.p + s->at[i];
		const char *end = memchr(p, '\n', s->text.n - s->at[i]);

		row->text = (struct span){ p, (size_t)(end - p) };
	}
}

void
cleanstore_copy(struct cleanstore *s, size_t from, size_t to)
{
	s->user[to] = s->user[from];
	if (s->item != NULL)
		s->item[to] = s->item[from];
	if (s->event != NULL)
		s->event[to] = s->event[from];
	if (s->rating != NULL)
		s->rating[to] = s->rating[from];
	if (s->weight != NULL)
		s->weight[to] = s->weight[from];
	if (s->time != NULL)
		s->time[to] = s->time[from];
	if (s->at != NULL)
		s->at[to] = s->at[from];
}

void
cleanstore_remove(struct cleanstore *s, const unsigned char *gone)
{
	size_t to = 0;

	for (size_t i = 0; i < s->n; i++)
		if (!gone[i]) {
			if (to != i)
				cleanstore_copy(s, i, to);
			to++;
		}
	s->n = to;
}

/* --- passes ------------------------------------------------------------- */

enum { BLOCK = 1 << 16 };	/* rows visited at a time */

static struct cleanblock
block_at(const struct cleanstore *s, size_t i, size_t n, unsigned char *gone)
{
	return (struct cleanblock){ n, s->user + i,
		s->item == NULL ? NULL : s->item + i,
		s->event == NULL ? NULL : s->event + i,
		s->rating == NULL ? NULL : s->rating + i,
		s->weight == NULL ? NULL : s->weight + i,
		s->time == NULL ? NULL : s->time + i,
		s->at == NULL ? NULL : s->at + i, gone + i };
}

int
cleanstore_scan(struct cleanstore *s, int changes,
    int (*visit)(void *arg, struct cleanblock *), void *arg)
{
	unsigned char *gone = mem_array("rows", s->n, 1);
	int status = 0;

	for (size_t i = 0; i < s->n && status == 0; i += BLOCK) {
		struct cleanblock b = block_at(s, i,
		    s->n - i < BLOCK ? s->n - i : BLOCK, gone);

		status = visit(arg, &b);
	}
	if (changes && status == 0)
		cleanstore_remove(s, gone);
	free(gone);
	return status;
}

/* Copies a row of one block to a row of another. */
static void
copy_row(const struct cleanblock *from, size_t i, struct cleanblock *to,
    size_t j)
{
	to->user[j] = from->user[i];
	if (from->item != NULL)
		to->item[j] = from->item[i];
	if (from->event != NULL)
		to->event[j] = from->event[i];
	if (from->rating != NULL)
		to->rating[j] = from->rating[i];
	if (from->weight != NULL)
		to->weight[j] = from->weight[i];
	if (from->time != NULL)
		to->time[j] = from->time[i];
	if (from->at != NULL)
		to->at[j] = from->at[i];
	to->gone[j] = from->gone[i];
}

static int
visit_user(struct cleanblock *all, const uint64_t *row, size_t n,
    struct cleanblock *one, int (*visit)(void *arg, struct cleanblock *),
    void *arg)
{
	int status;

	for (size_t i = 0; i < n; i++)
		copy_row(all, row[i], one, i);
	one->n = n;
	status = n == 0 ? 0 : visit(arg, one);
	for (size_t i = 0; i < n; i++)
		copy_row(one, i, all, row[i]);
	return status;
}

/* rows[start[u] .. start[u + 1]) are those of user u, in their order. */
static uint64_t *
index_users(const struct cleanstore *s, uint64_t *start, size_t n_users,
    size_t *most)
{
	uint64_t *row = mem_array("rows by user", s->n, sizeof *row);

	*most = 0;
	for (size_t i = 0; i < s->n; i++)
		start[s->user[i] + 1]++;
	for (size_t u = 0; u < n_users; u++) {
		if (start[u + 1] > *most)
			*most = start[u + 1];
		start[u + 1] += start[u];
	}
	for (size_t i = s->n; i-- > 0; )
		row[--start[s->user[i] + 1]] = i;
	/* every start is one place late now */
	for (size_t u = 0; u < n_users; u++)
		start[u] = start[u + 1];
	start[n_users] = s->n;
	return row;
}

int
cleanstore_users(struct cleanstore *s,
    int (*visit)(void *arg, struct cleanblock *), void *arg)
{
	const size_t n_users = idmap_count(s->users);
	unsigned char *gone = mem_array("rows", s->n, 1);
	uint64_t *start = mem_array("users", n_users + 1, sizeof *start);
	struct cleanblock all = block_at(s, 0, s->n, gone);
	struct cleanstore *scratch = cleanstore_new(&(struct cleanstore_columns)
	    { s->item != NULL, s->event != NULL, s->rating != NULL,
	    s->weight != NULL, s->time != NULL, s->at != NULL });
	struct cleanblock one;
	uint64_t *row;
	size_t most;
	unsigned char *gone_one;
	int status = 0;

	row = index_users(s, start, n_users, &most);
	gone_one = mem_array("rows", most, 1);
	reserve(scratch, most);
	one = block_at(scratch, 0, most, gone_one);
	for (size_t u = 0; u < n_users && status == 0; u++)
		status = visit_user(&all, row + start[u],
		    start[u + 1] - start[u], &one, visit, arg);
	if (status == 0)
		cleanstore_remove(s, gone);
	cleanstore_free(scratch);
	free(gone_one);
	free(row);
	free(start);
	free(gone);
	return status;
}

int
cleanstore_text(struct cleanstore *s, uint64_t at, struct buf *b)
{
	const char *p = s->text.p + at;
	const char *end = memchr(p, '\n', s->text.n - at);

	buf_add(b, p, (size_t)(end - p));
	return 0;
}

uint64_t
cleanstore_core(struct cleanstore *s, size_t min_user, size_t min_item)
{
	const size_t before = s->n;
	unsigned char *gone = mem_array("k-core", s->n, 1);
	struct kcore core;

	assert(s->item != NULL);
	kcore_find(&core, s->user, s->item, s->n, idmap_count(s->users),
	    idmap_count(s->items), min_user, min_item);
	for (size_t i = 0; i < s->n; i++)
		gone[i] = !kcore_has(&core, s->user[i], s->item[i]);
	cleanstore_remove(s, gone);
	kcore_release(&core);
	free(gone);
	return before - s->n;
}
