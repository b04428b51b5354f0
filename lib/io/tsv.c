#include "io/tsv.h"

/* As marks have it: 1, or 0 when they do not say where the line ends or it is
 * too long. */
static int
by_marks(const struct lines *l, struct marks *m, struct record *r, size_t *n)
{
	const char *field = l->p + l->from;

	r->n = 0;
	for (size_t i = m->next; i < m->n; i++) {
		const char *end = l->p + m->at[i];

		record_add(r, (struct span){ field, (size_t)(end - field) });
		field = end + 1;
		if (*end != '\n')
			continue;
		*n = m->at[i] - l->from;
		m->next = i + 1;
		return *n <= l->max;
	}
	return 0;
}

int
tsv_record(struct lines *l, struct marks *m, char separator,
    struct record *r)
{
	size_t n;
	int got;

	if (by_marks(l, m, r, &n)) {
		record_end(r, l, n);
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
