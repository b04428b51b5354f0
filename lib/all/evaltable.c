#include <stdlib.h>
#include <string.h>

#include "all/evaltable.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

void
evaltable_init(struct evaltable *t, const struct measures *m)
{
	*t = (struct evaltable){ .measures = m };
}

void
evaltable_release(struct evaltable *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->row[i].system);
		free(t->row[i].value);
	}
	free(t->row);
	*t = (struct evaltable){ .measures = NULL };
}

double *
evaltable_add(struct evaltable *t, const char *system)
{
	struct evalrow *r;

	t->row = mem_grow("results", t->row, &t->cap, t->n + 1,
	    sizeof *t->row);
	r = &t->row[t->n++];
	r->system = mem_text(system, strlen(system));
	r->value = mem_array("results", t->measures->n, sizeof *r->value);
	return r->value;
}

/* --- writing -------------------------------------------------------------- */

static void
put_tsv(const struct evaltable *t, struct put *put)
{
	struct buf header = BUF_EMPTY;

	buf_text(&header, "system:token");
	for (size_t j = 0; j < t->measures->n; j++)
		buf_format(&header, "\t%s:float", t->measures->at[j].name);
	put_header(put, buf_cstr(&header));
	buf_release(&header);
	for (size_t i = 0; i < t->n; i++) {
		put_text(put, t->row[i].system);
		for (size_t j = 0; j < t->measures->n; j++)
			put_double(put, t->row[i].value[j]);
		put_end(put);
	}
}

enum { WIDTH_MIN = 7 };		/* of a number: "0.1234" and a sign */

static int
width_of(const char *text)
{
	const size_t n = strlen(text);

	return n < WIDTH_MIN ? WIDTH_MIN : (int)n;
}

static void
put_aligned(const struct evaltable *t, struct put *put)
{
	struct buf text = BUF_EMPTY;
	int first = width_of("system");

	for (size_t i = 0; i < t->n; i++)
		if (width_of(t->row[i].system) > first)
			first = width_of(t->row[i].system);
	buf_format(&text, "%-*s", first, "system");
	for (size_t j = 0; j < t->measures->n; j++)
		buf_format(&text, "  %*s", WIDTH_MIN,
		    t->measures->at[j].name);
	buf_char(&text, '\n');
	for (size_t i = 0; i < t->n; i++) {
		buf_format(&text, "%-*s", first, t->row[i].system);
		for (size_t j = 0; j < t->measures->n; j++)
			buf_format(&text, "  %*.4f",
			    width_of(t->measures->at[j].name),
			    t->row[i].value[j]);
		buf_char(&text, '\n');
	}
	put_rows(put, (struct span){ text.p, text.n });
	buf_release(&text);
}

void
evaltable_put(const struct evaltable *t, int tsv, struct put *put)
{
	(tsv ? put_tsv : put_aligned)(t, put);
}

/* --- gates ---------------------------------------------------------------- */

static int
parse_gate(const char *text, const struct measures *m, struct evalgate *out)
{
	const char *at = text + strcspn(text, "<>");
	const struct span name = { text, (size_t)(at - text) };
	size_t j = 0;

	if (*at == '\0')
		return err_msg("--require: '%s' has no >= or <=", text);
	*out = (struct evalgate){ .is_at_least = *at == '>', .text = text };
	out->is_strict = at[1] != '=';
	at += out->is_strict ? 1 : 2;
	if (num_real(span_of(at), &out->bound) != 0)
		return err_msg("--require: '%s': '%s' is not a number", text,
		    at);
	while (j < m->n && !span_is(name, m->at[j].name))
		j++;
	if (j == m->n)
		return err_msg("--require: '%s': '%.*s' is not among the "
		    "metrics", text, SPAN_ARGS(name));
	out->measure = j;
	return 0;
}

int
evalgates_parse(const char *const *texts, size_t n, const struct measures *m,
    struct evalgates *out)
{
	out->gate = mem_array("gates", n, sizeof *out->gate);
	out->n = n;
	for (size_t i = 0; i < n; i++)
		if (parse_gate(texts[i], m, &out->gate[i]) != 0) {
			evalgates_release(out);
			return -1;
		}
	return 0;
}

void
evalgates_release(struct evalgates *g)
{
	free(g->gate);
	*g = (struct evalgates){ NULL, 0 };
}

static int
passes(const struct evalgate *g, double x)
{
	if (g->is_at_least)
		return g->is_strict ? x > g->bound : x >= g->bound;
	return g->is_strict ? x < g->bound : x <= g->bound;
}

static size_t
gate_failures(const struct evalgate *g, const struct evaltable *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const double x = t->row[i].value[g->measure];

		if (passes(g, x))
			continue;
		err_msg("%s: %s is %.6g: the gate '%s' says no",
		    t->row[i].system, t->measures->at[g->measure].name, x,
		    g->text);
		n++;
	}
	return n;
}

size_t
evalgates_failures(const struct evalgates *g, const struct evaltable *t)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += gate_failures(&g->gate[i], t);
	return n;
}
