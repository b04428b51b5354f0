#include <math.h>
#include <string.h>

#include "all/cleanlines.h"
#include "base/num.h"

enum {
	ROWS = 64,		/* whose names are asked for at once */
	EXTRA = 5 * NUM_TEXT_MAX	/* bytes of a row besides names: three
				 * numbers, and six ends of fields */
};

void
cleanlines_init(struct cleanlines *l, const struct cleanplan *plan,
    const struct cleanstore *s)
{
	*l = (struct cleanlines){ plan, s, labels_new(s->users),
		labels_new(s->items), labels_new(s->events) };
}

void
cleanlines_release(struct cleanlines *l)
{
	labels_free(l->users);
	labels_free(l->items);
	labels_free(l->events);
}

/* --- numbers: each returns where the next byte goes ---------------------- */

/* A missing number is an empty field. */
static char *
put_float(struct cleanlines_scratch *s, char *p, float x)
{
	struct cleanlines_known *k;
	char text[NUM_TEXT_MAX];
	uint32_t bits;
	size_t n;

	if (isnan(x))
		return p;
	memcpy(&bits, &x, sizeof bits);
	/* its highest bits: the lowest ones are 0 for all short numbers */
	k = &s->known[bits * UINT32_C(2654435769) >> (32 -
	    CLEANLINES_KNOWN_BITS)];
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

/* Asks for the names of n rows; returns the most bytes that the rows may take,
 * all but their texts. */
static size_t
ask_for(const struct cleanlines *l, const struct cleanblock *b, size_t first,
    size_t n)
{
	size_t room = n * EXTRA;

	room += labels_ask(l->users, b->user + first, n);
	if (b->item != NULL)
		room += labels_ask(l->items, b->item + first, n);
	if (l->plan->puts_event)
		room += labels_ask(l->events, b->event + first, n);
	return room;
}

/* Row i of the block. */
static char *
put_row(const struct cleanlines *l, struct cleanlines_scratch *s,
    const struct cleanblock *b, size_t i, char *p)
{
	p = labels_put(l->users, b->user[i], p);
	if (b->item != NULL) {
		*p++ = '\t';
		p = labels_put(l->items, b->item[i], p);
	}
	if (b->rating != NULL) {
		*p++ = '\t';
		p = put_float(s, p, b->rating[i]);
	}
	if (b->weight != NULL) {
		*p++ = '\t';
		p = put_float(s, p, b->weight[i]);
	}
	if (l->plan->puts_event) {
		*p++ = '\t';
		p = labels_put(l->events, b->event[i], p);
	}
	if (b->time != NULL) {
		*p++ = '\t';
		p = put_time(p, b->time[i]);
	}
	return p;
}

/* n <= ROWS rows without other columns. */
static void
put_rows_of(const struct cleanlines *l, struct cleanlines_scratch *s,
    const struct cleanblock *b, size_t first, size_t n, struct buf *to)
{
	char *p = buf_room(to, ask_for(l, b, first, n));

	for (size_t i = first; i < first + n; i++) {
		p = put_row(l, s, b, i, p);
		*p++ = '\n';
	}
	to->n = (size_t)(p - to->p);
}

/* The same of rows that have them. */
static int
put_texts(const struct cleanlines *l, struct cleanlines_scratch *s,
    const struct cleanblock *b, size_t first, size_t n, struct buf *to)
{
	const size_t room = ask_for(l, b, first, n);

	for (size_t i = first; i < first + n; i++) {
		char *p = buf_room(to, room);

		p = put_row(l, s, b, i, p);
		to->n = (size_t)(p - to->p);
		if (cleanstore_text(l->store, b->at[i], &s->window, to) != 0)
			return -1;
		buf_char(to, '\n');
	}
	return 0;
}

int
cleanlines_add(const struct cleanlines *l, struct cleanlines_scratch *s,
    const struct cleanblock *b, struct buf *to)
{
	for (size_t i = 0; i < b->n; i += ROWS) {
		const size_t n = b->n - i < ROWS ? b->n - i : ROWS;

		if (b->at == NULL)
			put_rows_of(l, s, b, i, n, to);
		else if (put_texts(l, s, b, i, n, to) != 0)
			return -1;
	}
	return 0;
}
