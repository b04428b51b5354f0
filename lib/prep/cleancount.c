#include <stdlib.h>

#include "base/mem.h"
#include "prep/cleancount.h"
#include "prep/cleantext.h"

void
cleancount_init(struct cleancount *c, const struct clean_rules *rules)
{
	*c = (struct cleancount){ .n_text = rules->n_text };
	for (int f = 0; f < CLEAN_FIELDS; f++)
		if (rules->has[f])
			c->field[c->n_fields++] = (unsigned char)f;
	c->missing_text = mem_array("counts", c->n_text,
	    sizeof *c->missing_text);
	c->n_events = rules->weights.types == NULL ? 0
	    : idmap_count(rules->weights.types);
	c->events = mem_array("counts", c->n_events, sizeof *c->events);
}

void
cleancount_release(struct cleancount *c)
{
	free(c->missing_text);
	free(c->events);
	nametally_release(&c->others);
	*c = (struct cleancount){ .rows = 0 };
}

static int
is_missing(struct span text)
{
	return text.n == 0 ||
	    ((unsigned char)*text.p <= ' ' && cleantext_trim(text).n == 0);
}

static void
count_missing(struct cleancount *c, const struct span *field,
    const struct span *text)
{
	for (size_t i = 0; i < c->n_fields; i++)
		if (is_missing(field[c->field[i]]))
			c->missing[c->field[i]]++;
	for (size_t i = 0; i < c->n_text; i++)
		if (is_missing(text[i]))
			c->missing_text[i]++;
}

/* Of a row that was kept. */
static void
count_kept(struct cleancount *c, unsigned repairs, uint32_t event_type)
{
	for (unsigned i = 0; repairs >> i != 0; i++)
		c->what[CLEAN_FIRST_REPAIRED + i] += repairs >> i & 1;
	if (event_type != IDMAP_NONE)
		c->events[event_type]++;
}

void
cleancount_row(struct cleancount *c, const struct span *field,
    const struct span *text, const struct clean_row *row)
{
	c->rows++;
	count_missing(c, field, text);
	if (row->verdict != CLEAN_KEPT) {
		c->what[row->what]++;
		if (row->what == CLEAN_OTHER_EVENT ||
		    row->what == CLEAN_EVENT_DROPPED)
			nametally_add(&c->others, row->event);
		return;
	}
	count_kept(c, row->repairs, row->event_type);
}

void
cleancount_usual(struct cleancount *c, const struct cleanusual *u, size_t n)
{
	c->rows += u->n_usual;
	if (u->repaired == 0 && c->n_events == 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (u->is[i] != CLEANUSUAL_NOT)
			count_kept(c, u->repairs[i], u->event_type[i]);
}

void
cleancount_record(struct cleancount *c)
{
	c->rows++;
	c->what[CLEAN_BAD_RECORD]++;
}

static void
add(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

void
cleancount_merge(struct cleancount *c, const struct cleancount *other)
{
	c->rows += other->rows;
	add(c->what, other->what, CLEAN_WHATS);
	add(c->missing, other->missing, CLEAN_FIELDS);
	add(c->missing_text, other->missing_text, c->n_text);
	add(c->events, other->events, c->n_events);
	nametally_merge(&c->others, &other->others);
}

static uint64_t
sum(const struct cleancount *c, size_t from, size_t to)
{
	uint64_t n = 0;

	for (size_t i = from; i < to; i++)
		n += c->what[i];
	return n;
}

uint64_t
cleancount_refused(const struct cleancount *c)
{
	return sum(c, 0, CLEAN_FIRST_DROPPED);
}

uint64_t
cleancount_dropped(const struct cleancount *c)
{
	return sum(c, CLEAN_FIRST_DROPPED, CLEAN_FIRST_REPAIRED);
}
