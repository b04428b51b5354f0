#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/cleangroup.h"
#include "prep/cleanrepeats.h"
#include "prep/cleantime.h"

/* A row of a subject, by all that tells it from another one. */
struct event {
	int64_t time;
	uint32_t rating, weight;	/* their bits */
	struct span text;
	uint64_t row;
};

static uint32_t
bits_of(const struct cleangroup *g, enum cleanchunk_column column,
    uint64_t row)
{
	uint32_t bits = 0;

	if (cleangroup_has(g, column))
		memcpy(&bits, cleangroup_value(g, column, row), sizeof bits);
	return bits;
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_events(const struct event *a, const struct event *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->rating != b->rating)
		return order(a->rating, b->rating);
	if (a->weight != b->weight)
		return order(a->weight, b->weight);
	return span_compare(a->text, b->text);
}

static int
compare(const void *va, const void *vb)
{
	const struct event *a = va, *b = vb;
	const int c = compare_events(a, b);

	return c != 0 ? c : order(a->row, b->row);
}

/* The texts of all rows, one after the other. */
static int
get_texts(const struct cleangroup *g, struct event *event, struct buf *text)
{
	struct textlog_window window = { .n = 0 };
	int status = 0;

	if (!cleangroup_has(g, CLEANCHUNK_AT))
		return 0;
	for (size_t i = 0; i < g->n && status == 0; i++) {
		const size_t before = text->n;

		status = cleanstore_text(g->store, *(uint64_t *)cleanchunk_at(
		    g->rows, CLEANCHUNK_AT, g->row[i]), &window, text);
		event[i].text.n = text->n - before;
	}
	for (size_t i = 0, at = 0; i < g->n && status == 0; i++) {
		event[i].text.p = text->p + at;
		at += event[i].text.n;
	}
	free(window.p);
	return status;
}

/* Marks the repeats among the rows of one subject. */
static void
mark_repeats(void *arg, const struct cleangroup *g)
{
	int *failed = arg;
	struct event *event = mem_array("repeats", g->n, sizeof *event);
	struct buf text = BUF_EMPTY;

	for (size_t i = 0; i < g->n; i++) {
		const uint64_t row = g->row[i];

		event[i] = (struct event){ cleangroup_time(g, row),
			bits_of(g, CLEANCHUNK_RATING, row),
			bits_of(g, CLEANCHUNK_WEIGHT, row),
			{ NULL, 0 }, row };
	}
	if (get_texts(g, event, &text) != 0)
		failed[g->part] = 1;
	qsort(event, g->n, sizeof *event, compare);
	for (size_t i = 1; i < g->n; i++)
		if (event[i].time != CLEANTIME_NONE &&
		    compare_events(&event[i - 1], &event[i]) == 0)
			cleangroup_remove(g, event[i].row);
	buf_release(&text);
	free(event);
}

int
cleanrepeats(struct cleanstore *s, uint64_t *removed)
{
	int failed[CLEANGROUP_PARTS] = { 0 };

	*removed = 0;
	if (!s->has.time)
		return 0;
	if (cleangroup_each(s, 1, mark_repeats, failed, removed) != 0)
		return -1;
	for (size_t p = 0; p < CLEANGROUP_PARTS; p++)
		if (failed[p])
			return -1;
	return 0;
}
