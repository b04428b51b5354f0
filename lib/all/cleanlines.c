#include <math.h>
#include <string.h>

#include "all/cleanlines.h"
#include "base/num.h"
#include "base/spans.h"

enum {
	ROWS = 64,		/* whose names are looked up at once */
	EXTRA = 5 * NUM_TEXT_MAX	/* bytes of a row besides names: three
				 * numbers, and six ends of fields */
};

/* Names of some rows; those of columns that are not written are empty. */
struct names {
	struct span user[ROWS], item[ROWS], event[ROWS];
};

struct lines {
	struct cleanlines *known;
	const struct cleanplan *plan;
	const struct cleanstore *store;
	const struct cleanblock *block;
	struct buf *to;
};

/* --- fields: each returns where the next byte goes ----------------------- */

/* Of an id map: SPANS_SLACK bytes behind it are there. */
static char *
put_name(char *p, struct span name)
{
	if (name.n > SPANS_SLACK)
		memcpy(p, name.p, name.n);
	else if (name.n > 0)
		memcpy(p, name.p, SPANS_SLACK);
	return p + name.n;
}

/* A missing number is an empty field. */
static char *
put_float(struct cleanlines *c, char *p, float x)
{
	struct cleanlines_known *k;
	char text[NUM_TEXT_MAX];
	uint32_t bits;
	size_t n;

	if (isnan(x))
		return p;
	memcpy(&bits, &x, sizeof bits);
	k = &c->known[bits * UINT32_C(2654435769) >> 16 & (CLEANLINES_KNOWN -
	    1)];
	if (k->n == 0 || memcmp(&k->x, &x, sizeof x) != 0) {
		n = num_put_float(text, x);
		if (n > sizeof k->text) {
			memcpy(p, text, n);
			return p + n;
		}
		*k = (struct cleanlines_known){ .x = x, .n = (uint32_t)n };
		memcpy(k->text, text, n);
	}
	memcpy(p, k->text, sizeof k->text);
	return p + k->n;
}

static char *
put_time(char *p, int64_t time)
{
	return time == CLEANTIME_NONE ? p : p + cleantime_text(p, time);
}

/* --- rows ---------------------------------------------------------------- */

static void
get_names(const struct lines *l, size_t first, size_t n, struct names *names)
{
	const struct cleanstore *s = l->store;
	const struct cleanblock *b = l->block;

	idmap_names(s->users, b->user + first, n, names->user);
	if (b->item != NULL)
		idmap_names(s->items, b->item + first, n, names->item);
	if (l->plan->puts_event)
		idmap_names(s->events, b->event + first, n, names->event);
}

/* The most bytes that the rows may take, all but their texts. */
static size_t
room_for(const struct names *names, size_t n)
{
	size_t room = SPANS_SLACK;

	for (size_t i = 0; i < n; i++)
		room += names->user[i].n + names->item[i].n +
		    names->event[i].n + EXTRA;
	return room;
}

/* Row i of the block, with the names j. */
static char *
put_row(const struct lines *l, size_t i, const struct names *names, size_t j,
    char *p)
{
	const struct cleanblock *b = l->block;

	p = put_name(p, names->user[j]);
	if (b->item != NULL) {
		*p++ = '\t';
		p = put_name(p, names->item[j]);
	}
	if (b->rating != NULL) {
		*p++ = '\t';
		p = put_float(l->known, p, b->rating[i]);
	}
	if (b->weight != NULL) {
		*p++ = '\t';
		p = put_float(l->known, p, b->weight[i]);
	}
	if (l->plan->puts_event) {
		*p++ = '\t';
		p = put_name(p, names->event[j]);
	}
	if (b->time != NULL) {
		*p++ = '\t';
		p = put_time(p, b->time[i]);
	}
	return p;
}

/* n <= ROWS rows without other columns. */
static void
put_rows_of(const struct lines *l, size_t first, const struct names *names,
    size_t n)
{
	struct buf *to = l->to;
	char *p = buf_room(to, room_for(names, n));

	for (size_t i = 0; i < n; i++) {
		p = put_row(l, first + i, names, i, p);
		*p++ = '\n';
	}
	to->n = (size_t)(p - to->p);
}

/* The same of rows that have them. */
static int
put_texts(const struct lines *l, size_t first, const struct names *names,
    size_t n)
{
	const size_t room = room_for(names, n);
	struct buf *to = l->to;

	for (size_t i = 0; i < n; i++) {
		char *p = buf_room(to, room);

		p = put_row(l, first + i, names, i, p);
		to->n = (size_t)(p - to->p);
		if (cleanstore_text(l->store, l->block->at[first + i],
		    &l->known->window, to) != 0)
			return -1;
		buf_char(to, '\n');
	}
	return 0;
}

int
cleanlines_add(struct cleanlines *c, const struct cleanplan *plan,
    const struct cleanstore *s, const struct cleanblock *b, struct buf *to)
{
	const struct lines l = { c, plan, s, b, to };
	struct names names;

	memset(&names, 0, sizeof names);
	for (size_t i = 0; i < b->n; i += ROWS) {
		const size_t n = b->n - i < ROWS ? b->n - i : ROWS;

		get_names(&l, i, n, &names);
		if (b->at == NULL)
			put_rows_of(&l, i, &names, n);
		else if (put_texts(&l, i, &names, n) != 0)
			return -1;
	}
	return 0;
}
