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

/* So that the CR of CRLF, also behind a closing quote, is no data. */
static int
is_return(unsigned char byte)
{
	return byte == '\r';
}

static void
begin(struct csv_reader *c)
{
	csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_delim(&c->parser, (unsigned char)c->separator);
	csv_set_term_func(&c->parser, is_line_feed);
	csv_set_space_func(&c->parser, is_return);
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

/* Parses the line of n bytes, `skip` bytes into the record: 1, or 2. */
static int
parse_line(struct csv_reader *c, const struct lines *l, size_t skip, size_t n,
    struct record *r, size_t line)
{
	const char *p = l->p + l->from + skip;
	const size_t has_end = l->from + skip + n < l->to;
	const size_t before = c->n;
	const size_t done = csv_parse(&c->parser, p, n + has_end, on_field,
	    on_record, c);

	if (before != c->n)		/* the quote was closed */
		c->is_open = 0;
	if (done != n + has_end)
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

/*
 * A record as the marks show it, as long as it is simple: in quotes are whole
 * fields without quotes in them, and no CR is anywhere but at the end.
 */
struct simple {
	const struct lines *l;
	const struct marks *m;
	size_t i;		/* the mark where the field ends */
	size_t n_lines;
	int has_quotes, has_returns;
};

/* The field that begins with the quote at mark i: moves i to the mark that
 * ends it.  0 if it is not simple. */
static int
quoted_field(struct simple *s, struct span *field)
{
	const char *p = s->l->p;
	const uint32_t *at = s->m->at;
	const size_t open = at[s->i++];
	size_t close;

	for (; s->i < s->m->n && p[at[s->i]] != CSV_QUOTE; s->i++)
		s->n_lines += p[at[s->i]] == '\n';
	if (s->i + 1 >= s->m->n)
		return 0;
	close = at[s->i++];
	*field = (struct span){ p + open + 1, close - open - 1 };
	s->has_quotes = 1;
	if (p[close + 1] == '\r' && p[close + 2] == '\n')
		return at[s->i] == close + 2;
	return at[s->i] == close + 1 && p[close + 1] != CSV_QUOTE;
}

/* A field without quotes.  libcsv drops a CR at its ends. */
static void
plain_field(struct simple *s, const char *start, struct span *field)
{
	const char *end = s->l->p + s->m->at[s->i];

	if (end > start && *end == '\n' && end[-1] == '\r')
		end--;
	*field = (struct span){ start, (size_t)(end - start) };
	s->has_returns |= end > start && (*start == '\r' || end[-1] == '\r');
}

/* Cuts the record; 0 if it is not simple. */
static int
cut_simple(struct simple *s, struct record *r)
{
	const struct lines *l = s->l;
	const char *start = l->p + l->from, *end;

	r->n = 0;
	do {
		struct span field;

		if (s->i == s->m->n)
			return 0;
		end = l->p + s->m->at[s->i];
		if (*end != CSV_QUOTE)
			plain_field(s, start, &field);
		else if (end != start || !quoted_field(s, &field))
			return 0;
		record_add(r, field);
		end = l->p + s->m->at[s->i++];
		start = end + 1;
	} while (*end != '\n');
	return !s->has_quotes || !s->has_returns;
}

/* The record by its marks: as csv_record(), or 0 when that is not simple. */
static int
by_marks(struct lines *l, struct marks *m, struct record *r)
{
	struct simple s = { .l = l, .m = m, .i = m->next };
	size_t n;

	if (!cut_simple(&s, r))
		return 0;
	n = m->at[s.i - 1] - l->from;
	r->raw = record_line(l, n);
	if (n > l->max || r->raw.n == 0)
		return 0;
	r->line = l->line;
	m->next = s.i;
	return record_take(r, l, n, 1 + s.n_lines);
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
