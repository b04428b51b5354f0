#include <stdlib.h>

#include "base/mem.h"
#include "prep/cleancount.h"
#include "prep/cleantext.h"

void
cleancount_init(struct cleancount *c, const struct clean_rules *rules)
{
	*c = (struct cleancount){ .n_text = rules->n_text };
	c->missing_text = mem_array("counts", c->n_text,
	    sizeof *c->missing_text);
	c->n_events = rules->weights.types == NULL ? 0
	    : idmap_count(rules->weights.types);
	c->events = mem_array("counts", c->n_events, sizeof *c->events);
	c->others = idmap_new();
}

void
cleancount_release(struct cleancount *c)
{
	free(c->missing_text);
	free(c->events);
	idmap_free(c->others);
	*c = (struct cleancount){ .rows = 0 };
}

static void
count_other(struct cleancount *c, struct span type)
{
	uint32_t id = idmap_find(c->others, type);

	if (id == IDMAP_NONE &&
	    idmap_count(c->others) < CLEANCOUNT_OTHERS_MAX)
		id = idmap_add(c->others, type);
	if (id == IDMAP_NONE)
		c->more_others++;
	else
		c->n_others[id]++;
}

/* A row that is not kept is counted for its reason alone. */
static void
count_reason(struct cleancount *c, const struct clean_row *row)
{
	c->what[row->what]++;
	switch (row->what) {
	case CLEAN_NO_ID:
	case CLEAN_NO_EVENT:
	case CLEAN_NO_RATING:
	case CLEAN_NO_WEIGHT:
	case CLEAN_RATING_DROPPED:
		c->missing[row->at]++;
		break;
	case CLEAN_OTHER_EVENT:
	case CLEAN_EVENT_DROPPED:
		count_other(c, row->event);
		break;
	default:
		break;
	}
}

void
cleancount_row(struct cleancount *c, const struct clean_rules *rules,
    const struct clean_row *row, const struct span *text)
{
	c->rows++;
	if (row->verdict != CLEAN_KEPT) {
		count_reason(c, row);
		return;
	}
	for (unsigned i = 0; row->repairs >> i != 0; i++)
		c->what[CLEAN_FIRST_REPAIRED + i] += row->repairs >> i & 1;
	if (rules->has[CLEAN_RATING])
		c->missing[CLEAN_RATING] += isnan(row->rating) ||
		    row->repairs >> (CLEAN_FILLED - CLEAN_FIRST_REPAIRED) & 1;
	if (rules->has[CLEAN_TIME])
		c->missing[CLEAN_TIME] += row->time == CLEANTIME_NONE;
	for (size_t i = 0; i < c->n_text; i++)
		c->missing_text[i] += cleantext_trim(text[i]).n == 0;
	if (row->event_type != IDMAP_NONE)
		c->events[row->event_type]++;
}

void
cleancount_record(struct cleancount *c)
{
	c->rows++;
	c->what[CLEAN_BAD_RECORD]++;
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
