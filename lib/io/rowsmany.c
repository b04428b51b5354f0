#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/rows.h"
#include "io/rowsview.h"

void
rows_many_release(struct many *m)
{
	free(m->from);
	free(m->to);
}

/* Do the marks say all there is to say of the next rows? */
static int
is_simple(const struct rows *r)
{
	const struct marks *m = &r->marks;
	const struct lines *l = &r->lines;

	return r->json == NULL && r->table->header.n > 1 && l->line > 1 &&
	    !l->has_nul && !m->has_quotes && m->next > 0 && m->next < m->n &&
	    l->from == m->at[m->next - 1] + 1;
}

/* How many of the next rows have a mark for each column, the last of them at
 * an LF, and are not too long. */
static size_t
count_rows(const struct rows *r)
{
	const size_t width = r->table->header.n, max = r->lines.max;
	const char *text = r->lines.p;
	const struct marks *m = &r->marks;
	size_t n = 0;

	for (size_t i = m->next; n < ROWS_MANY && m->n - i >= width; n++) {
		const uint32_t *at = m->at + i;
		int is_short = 0;

		for (size_t c = 0; c + 1 < width; c++)
			is_short |= text[at[c]] == '\n';
		if (is_short || text[at[width - 1]] != '\n' ||
		    at[width - 1] - at[-1] > max)
			break;
		i += width;
	}
	return n;
}

/* The fields of a column in the next n rows. */
static void
cut_column(const struct rows *r, size_t column, size_t n, uint32_t *from,
    uint32_t *to)
{
	const size_t width = r->table->header.n;
	const uint32_t *at = r->marks.at + r->marks.next + column;

	for (size_t i = 0; i < n; i++, at += width) {
		from[i] = at[-1] + 1;
		to[i] = at[0];
	}
}

/* Those of the last column end before a CR, if there is one. */
static void
drop_returns(const char *text, size_t n, const uint32_t *from, uint32_t *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] -= to[i] > from[i] && text[to[i] - 1] == '\r';
}

static void
drop_quotes(const char *text, size_t n, uint32_t *from, uint32_t *to)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t is_quoted = text[from[i]] == '"';

		from[i] += is_quoted;
		to[i] -= is_quoted;
	}
}

/* Moves to row i of those that were read, or behind them. */
static void
move_to(struct rows *r, size_t i)
{
	struct many *m = &r->many;
	struct lines *l = &m->lines;
	const size_t mark = m->first_mark + i * r->table->header.n;
	const size_t from = r->marks.at[mark - 1] + 1;

	assert(i >= m->row);
	l->line += r->marks.has_lines ? marks_lines(l->p + l->from,
	    from - l->from) : i - m->row;
	l->from = from;
	m->row = i;
	r->lines = *l;
	r->marks.next = mark;
}

size_t
rows_many(struct rows *r, const int *column, size_t n_columns,
    struct spans *out)
{
	const struct lines first = r->lines;
	struct many *m = &r->many;
	const size_t n = is_simple(r) ? count_rows(r) : 0;

	if (n == 0)
		return 0;
	m->from = mem_grow("fields", m->from, &m->from_cap,
	    n_columns * ROWS_MANY, sizeof *m->from);
	m->to = mem_grow("fields", m->to, &m->to_cap, n_columns * ROWS_MANY,
	    sizeof *m->to);
	for (size_t k = 0; k < n_columns; k++) {
		uint32_t *from = m->from + k * ROWS_MANY;
		uint32_t *to = m->to + k * ROWS_MANY;
		const size_t c = (size_t)column[k];

		cut_column(r, c, n, from, to);
		if (c + 1 == r->table->header.n)
			drop_returns(first.p, n, from, to);
		if (r->table->kind == ROWS_CSV)
			drop_quotes(first.p, n, from, to);
		out[k] = (struct spans){ first.p, from, to };
	}
	m->first_mark = r->marks.next;
	m->row = 0;
	m->lines = first;
	move_to(r, n);
	m->row = 0;
	m->lines = first;
	return n;
}

void
rows_one(struct rows *r, size_t i)
{
	const struct lines lines = r->lines;
	const size_t next = r->marks.next;
	int got;

	move_to(r, i);
	got = rows_next(r);
	assert(got == 1);
	(void)got;
	r->lines = lines;
	r->marks.next = next;
}

int
rows_floats(const struct spans *s, size_t n, float *out)
{
	for (size_t i = 0; i < n; i++) {
		double x;

		if (num_real(spans_get(s, i), &x) != 0 ||
		    fabs(x) > (double)FLT_MAX)
			return 0;
		out[i] = (float)x;
	}
	return 1;
}

int
rows_times(const struct spans *s, size_t n, int64_t *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t whole;

		if (num_size(spans_get(s, i), &whole) != 0 ||
		    whole > INT64_MAX / ROWS_TIME_PARTS)
			return 0;
		out[i] = (int64_t)whole * ROWS_TIME_PARTS;
	}
	return 1;
}
