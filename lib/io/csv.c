#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/csv.h"

struct csv_reader {
	char separator;
	struct csv_parser parser;
	/* the record that is being parsed */
	struct buf text;	/* its fields, one behind the other */
	size_t *end;		/* (n of cap) of each field in text */
	size_t n, cap;
	int is_done;
	int is_open;		/* the last line ended within quotes */
	size_t opened;		/* the line where that quote is */
};

static void
on_field(void *data, size_t n, void *cookie)
{
	struct csv_reader *c = cookie;

	buf_add(&c->text, data, n);
	if (c->n == c->cap)
		c->end = mem_grow("fields", c->end, &c->cap, c->n + 1,
		    sizeof *c->end);
	c->end[c->n++] = c->text.n;
}

static void
on_record(int terminator, void *cookie)
{
	struct csv_reader *c = cookie;

	(void)terminator;
	c->is_done = 1;
}

static int
is_line_feed(unsigned char byte)
{
	return byte == '\n';
}

/* White space belongs to the field. */
static int
is_space(unsigned char byte)
{
	(void)byte;
	return 0;
}

static void
begin(struct csv_reader *c)
{
	csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_delim(&c->parser, (unsigned char)c->separator);
	csv_set_term_func(&c->parser, is_line_feed);
	csv_set_space_func(&c->parser, is_space);
}

struct csv_reader *
csv_reader_new(char separator)
{
	struct csv_reader *c = mem_array("CSV reader", 1, sizeof *c);

	c->separator = separator;
	buf_room(&c->text, 1);		/* an empty field points somewhere */
	begin(c);
	return c;
}

void
csv_reader_free(struct csv_reader *c)
{
	if (c == NULL)
		return;
	csv_free(&c->parser);
	buf_release(&c->text);
	free(c->end);
	free(c);
}

/* Ends a record that is none: its first line, of n bytes, is dropped. */
static int
give_up(struct csv_reader *c, struct lines *l, struct record *r, size_t n)
{
	csv_free(&c->parser);
	begin(c);
	r->raw = record_line(l, n);
	lines_take(l, n, 1);
	return 2;
}

/* Why libcsv stopped at `byte` of line `line`. */
static int
explain(struct csv_reader *c, struct record *r, size_t line, char byte)
{
	if (csv_error(&c->parser) != CSV_EPARSE)
		return record_bad(r, line, "%s",
		    csv_strerror(csv_error(&c->parser)));
	if (byte == CSV_QUOTE)
		return record_bad(r, line,
		    "a quote inside a field that does not begin with one");
	if (c->is_open)
		return record_bad(r, c->opened, "the quote opened here ends "
		    "in line %zu, and the field goes on", line);
	return record_bad(r, line, "a field goes on after its closing quote");
}

/* Hands n bytes of a line to libcsv: how many it took. */
static size_t
parse(struct csv_reader *c, const char *p, size_t n)
{
	return csv_parse(&c->parser, p, n, on_field, on_record, c);
}

/* Is there an odd number of quotes? */
static int
has_odd_quotes(const char *p, size_t n)
{
	size_t quotes = 0;

	for (size_t i = 0; i < n; i++)
		quotes += p[i] == CSV_QUOTE;
	return quotes % 2 != 0;
}

/* Parses the line of n bytes, `skip` bytes into the record: 1, or 2.  A CR at
 * its end is data within quotes only. */
static int
parse_line(struct csv_reader *c, const struct lines *l, size_t skip, size_t n,
    struct record *r, size_t line)
{
	const char *p = l->p + l->from + skip;
	const int ends_inside = c->is_open != has_odd_quotes(p, n);
	const size_t has_end = l->from + skip + n < l->to;
	const size_t has_return = !ends_inside && n > 0 && p[n - 1] == '\r';
	const size_t before = c->n;
	size_t done = parse(c, p, n - has_return);

	if (done == n - has_return && has_end)
		done += parse(c, p + n, 1);
	if (before != c->n)		/* the quote was closed */
		c->is_open = 0;
	if (done != n - has_return + has_end)
		return explain(c, r, line, p[done]);
	if (!c->is_done && !c->is_open) {
		c->is_open = 1;
		c->opened = line;
	}
	return 1;
}

/* The record is whole in `text`: makes its fields. */
static void
make_fields(struct csv_reader *c, struct record *r)
{
	size_t from = 0;

	r->n = 0;
	for (size_t i = 0; i < c->n; i++) {
		record_add(r, (struct span){ c->text.p + from,
		    c->end[i] - from });
		from = c->end[i];
	}
}

/* A record with quotes, whose first line has first_n bytes. */
static int
quoted_record(struct csv_reader *c, struct lines *l, size_t first_n,
    struct record *r)
{
	size_t skip = 0, n = first_n, line = r->line;
	int got = 1;

	c->text.n = c->n = 0;
	c->is_done = c->is_open = 0;
	for (;;) {
		if (parse_line(c, l, skip, n, r, line) != 1)
			return give_up(c, l, r, first_n);
		if (c->is_done)
			break;
		skip += n + (l->from + skip + n < l->to);
		got = lines_find(l, skip, &n);
		if (got != 1)
			break;
		line++;
	}
	if (got == 3) {
		csv_free(&c->parser);
		begin(c);
		return 3;
	}
	if (got == 2) {
		record_bad(r, c->opened, "a quote is not closed within the "
		    "%zu bytes that a row may have", l->max);
		return give_up(c, l, r, first_n);
	}
	if (got == 0) {
		n = 0;
		if (csv_fini(&c->parser, on_field, on_record, c) != 0) {
			record_bad(r, c->opened, "a quote is not closed");
			return give_up(c, l, r, first_n);
		}
	}
	make_fields(c, r);
	r->raw = record_line(l, skip + n);
	return record_take(r, l, skip + n, line - r->line + 1);
}

static int
by_libcsv(struct csv_reader *c, struct lines *l, struct record *r)
{
	struct span line;
	size_t n;
	int got;

	do {
		got = record_find(r, l, &n);
		if (got != 1)
			return got;
		line = record_line(l, n);
		if (line.n == 0)
			lines_take(l, n, 1);
	} while (line.n == 0);
	if (memchr(line.p, CSV_QUOTE, line.n) != NULL)
		return quoted_record(c, l, n, r);
	/* without quotes libcsv would do the same, a byte at a time */
	record_split(r, line, c->separator);
	return record_take(r, l, n, 1);
}

/* --- without libcsv ------------------------------------------------------ */

/* Are the marks about what is read?  A row that was too long may have ended in
 * the middle of quotes. */
static int
is_marked(const struct lines *l, const struct marks *m)
{
	return l->from == (m->next == 0 ? 0 : m->at[m->next - 1] + 1);
}

/* The record as the marks have it, and its length: 1; or 0, when they do not
 * say, or there are doubled quotes in a field. */
static inline int
cut(const struct lines *l, struct marks *m, struct record *r, size_t *n)
{
	const char *p = l->p + l->from, *end;
	size_t i = m->next;

	r->n = 0;
	do {
		struct span field = { p, 0 };

		if (i == m->n)
			return 0;
		end = l->p + m->at[i++];
		field.n = (size_t)(end - p);
		if (*end == '\n' && end > p && end[-1] == '\r')
			field.n--;
		if (*p == CSV_QUOTE)
			field = (struct span){ p + 1, field.n - 2 };
		if (m->has_quotes && *p == CSV_QUOTE && field.n > 0 &&
		    memchr(field.p, CSV_QUOTE, field.n) != NULL)
			return 0;
		record_add(r, field);
		p = end + 1;
	} while (*end != '\n');
	*n = m->at[i - 1] - l->from;
	m->next = i;
	return 1;
}

/* The record by its marks: as csv_record(), or 0 when that is not simple. */
static int
by_marks(struct lines *l, struct marks *m, struct record *r)
{
	const size_t next = m->next;
	size_t n;

	if (m->n == 0 || !is_marked(l, m) || !cut(l, m, r, &n))
		return 0;
	r->raw = record_line(l, n);
	if (n > l->max || r->raw.n == 0) {
		m->next = next;
		return 0;
	}
	r->line = l->line;
	return record_take(r, l, n, 1 + (m->has_lines
	    ? marks_lines(r->raw.p, n) : 0));
}

int
csv_record(struct csv_reader *c, struct lines *l, struct marks *m,
    struct record *r)
{
	int got = m == NULL ? 0 : by_marks(l, m, r);

	if (got == 0) {
		got = by_libcsv(c, l, r);
		if (m != NULL)
			marks_skip(m, l->from);
	}
	return got;
}
