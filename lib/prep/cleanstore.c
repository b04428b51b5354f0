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
