#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "all/facts.h"
#include "base/mem.h"

enum { CELLS_MAX = 12 };

enum kind { FACT, HEAD, ROW };

struct line {
	enum kind kind;
	size_t n;
	char *cell[CELLS_MAX];	/* (n) owned */
};

struct facts {
	struct line *line;	/* (n) */
	size_t n, cap;
};

struct facts *
facts_new(void)
{
	return mem_array("facts", 1, sizeof(struct facts));
}

void
facts_free(struct facts *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < f->line[i].n; j++)
			free(f->line[i].cell[j]);
	free(f->line);
	free(f);
}

static void
add_line(struct facts *f, enum kind kind)
{
	f->line = mem_grow("facts", f->line, &f->cap, f->n + 1,
	    sizeof *f->line);
	f->line[f->n++] = (struct line){ .kind = kind };
}

/* The text, in a form that stays one field of one line. */
static void
add_cell(struct facts *f, struct span text)
{
	struct line *l = &f->line[f->n - 1];
	struct buf b = BUF_EMPTY;

	assert(f->n > 0 && l->n < CELLS_MAX);
	for (size_t i = 0; i < text.n; i++) {
		const unsigned char c = (unsigned char)text.p[i];

		if (c < ' ' || c == 0x7f)
			buf_format(&b, "\\x%02x", c);
		else
			buf_char(&b, text.p[i]);
	}
	if (b.n == 0)
		buf_char(&b, '-');
	l->cell[l->n++] = mem_text(b.p, b.n);
	buf_release(&b);
}

static void
add_format(struct facts *f, const char *fmt, va_list args)
{
	struct buf b = BUF_EMPTY;
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(n >= 0);
	vsnprintf(buf_room(&b, (size_t)n + 1), (size_t)n + 1, fmt, args);
	add_cell(f, (struct span){ b.p, (size_t)n });
	buf_release(&b);
}

void
facts_add(struct facts *f, const char *key, const char *fmt, ...)
{
	va_list args;

	add_line(f, FACT);
	add_cell(f, span_of(key));
	va_start(args, fmt);
	add_format(f, fmt, args);
	va_end(args);
}

void
facts_table(struct facts *f, const char *kind, ...)
{
	const char *column;
	va_list args;

	add_line(f, HEAD);
	add_cell(f, span_of(kind));
	va_start(args, kind);
	while ((column = va_arg(args, const char *)) != NULL)
		add_cell(f, span_of(column));
	va_end(args);
}

void
facts_row(struct facts *f, struct span name)
{
	add_line(f, ROW);
	add_cell(f, name);
}

void
facts_cell(struct facts *f, const char *fmt, ...)
{
	va_list args;

	assert(f->n > 0 && f->line[f->n - 1].kind == ROW);
	va_start(args, fmt);
	add_format(f, fmt, args);
	va_end(args);
}

/* Characters, not bytes. */
static size_t
width(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* Lines [from, to) with their columns aligned. */
static void
put_aligned(const struct facts *f, size_t from, size_t to, struct buf *b)
{
	size_t widest[CELLS_MAX] = { 0 };

	for (size_t i = from; i < to; i++)
		for (size_t j = 0; j < f->line[i].n; j++)
			if (width(f->line[i].cell[j]) > widest[j])
				widest[j] = width(f->line[i].cell[j]);
	for (size_t i = from; i < to; i++) {
		const struct line *l = &f->line[i];

		for (size_t j = 0; j < l->n; j++) {
			size_t pad = widest[j] + 2 - width(l->cell[j]);

			buf_text(b, l->cell[j]);
			while (j + 1 < l->n && pad-- > 0)
				buf_char(b, ' ');
		}
		buf_char(b, '\n');
	}
}

static void
put_people(const struct facts *f, struct buf *b)
{
	for (size_t i = 0, end; i < f->n; i = end) {
		const int is_fact = f->line[i].kind == FACT;

		for (end = i + 1; end < f->n && f->line[end].kind ==
		    (is_fact ? FACT : ROW); end++)
			;
		if (i > 0)
			buf_char(b, '\n');
		put_aligned(f, i, end, b);
	}
}

static void
put_lines(const struct facts *f, struct buf *b)
{
	const struct line *head = NULL;

	for (size_t i = 0; i < f->n; i++) {
		const struct line *l = &f->line[i];

		if (l->kind == HEAD)
			head = l;
		else if (l->kind == FACT)
			buf_format(b, "%s\t%s\n", l->cell[0], l->cell[1]);
		else
			for (size_t j = 1; j < l->n; j++)
				buf_format(b, "%s.%s.%s\t%s\n", head->cell[0],
				    l->cell[0], head->cell[j], l->cell[j]);
	}
}

void
facts_put(const struct facts *f, int tsv, struct buf *b)
{
	if (tsv)
		put_lines(f, b);
	else
		put_people(f, b);
}
