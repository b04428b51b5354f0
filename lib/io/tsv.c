#include "io/tsv.h"

/* The fields of the line as the marks have them, and its length: 1, or 0 when
 * they do not say where it ends or it is too long. */
static inline int
by_marks(const struct lines *l, struct marks *m, struct record *r, size_t *n)
{
	const char *field = l->p + l->from, *end;
	size_t i = m->next;

	r->n = 0;
	do {
		if (i == m->n)
			return 0;
		end = l->p + m->at[i++];
		record_add(r, (struct span){ field, (size_t)(end - field) });
		field = end + 1;
	} while (*end != '\n');
	m->next = i;
	*n = m->at[i - 1] - l->from;
	return *n <= l->max;
}

int
tsv_record(struct lines *l, struct marks *m, char separator,
    struct record *r)
{
	size_t n;
	int got;

	if (by_marks(l, m, r, &n)) {
		r->line = l->line;
		r->raw = record_line(l, n);
		r->field[r->n - 1].n -= n - r->raw.n;	/* the CR */
		return record_take(r, l, n, 1);
	}
	got = record_find(r, l, &n);
	if (got == 1) {
		record_split(r, record_line(l, n), separator);
		got = record_take(r, l, n, 1);
	}
	marks_skip(m, l->from);
	return got;
}
