#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "all/evaltable.h"
#include "base/buf.h"
#include "base/mem.h"

void
evaltable_init(struct evaltable *t, const struct measures *m)
{
	*t = (struct evaltable){ .measures = m, .unit = "users" };
}

void
evaltable_release(struct evaltable *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->row[i].system);
		free(t->row[i].part);
		free(t->row[i].value);
		free(t->row[i].low);
		free(t->row[i].high);
	}
	free(t->row);
	free(t->pair);
	*t = (struct evaltable){ .measures = NULL };
}

static double *
no_values(size_t n)
{
	double *x = mem_array("results", n, sizeof *x);

	for (size_t j = 0; j < n; j++)
		x[j] = NAN;
	return x;
}

size_t
evaltable_add(struct evaltable *t, const char *system, const char *part)
{
	t->row = mem_grow("results", t->row, &t->cap, t->n + 1,
	    sizeof *t->row);
	t->row[t->n] = (struct evalrow){
		.system = mem_text(system, strlen(system)),
		.part = part != NULL ? mem_text(part, strlen(part)) : NULL,
		.value = no_values(t->measures->n),
	};
	t->has_parts |= part != NULL;
	return t->n++;
}

void
evaltable_add_intervals(struct evaltable *t, size_t row)
{
	t->row[row].low = no_values(t->measures->n);
	t->row[row].high = no_values(t->measures->n);
	t->has_intervals = 1;
}

void
evaltable_add_pair(struct evaltable *t, const struct evalpair *p)
{
	t->pair = mem_grow("comparisons", t->pair, &t->cap_pairs,
	    t->n_pairs + 1, sizeof *t->pair);
	t->pair[t->n_pairs++] = *p;
}

void
evaltable_correct(struct evaltable *t)
{
	double *p = mem_array("comparisons", t->n_pairs, sizeof *p);

	for (size_t i = 0; i < t->n_pairs; i++)
		p[i] = t->pair[i].test.p[t->test];
	paired_holm(p, t->n_pairs);
	for (size_t i = 0; i < t->n_pairs; i++)
		t->pair[i].holm = p[i];
	free(p);
}

void
evaltable_add_gaps(struct evaltable *t, const char *system, const char *by)
{
	static const char *const what[] = { "worst", "gap" };

	for (size_t i = 0; i < 2; i++) {
		struct buf name = BUF_EMPTY;
		size_t row;

		buf_format(&name, "%s: %s", by, what[i]);
		row = evaltable_add(t, system, buf_cstr(&name));
		t->row[row].kind = i == 0 ? EVALROW_WORST : EVALROW_GAP;
		buf_release(&name);
	}
}

/* Is r a segment of what the row `of` sums up? */
static int
is_segment_of(const struct evalrow *r, const struct evalrow *of)
{
	const size_t n = strcspn(of->part, ":");

	return r->kind == EVALROW_PLAIN && r->part != NULL &&
	    strcmp(r->system, of->system) == 0 &&
	    strncmp(r->part, of->part, n) == 0 && r->part[n] == '=';
}

static double
sum_up(const struct evaltable *t, const struct evalrow *of, size_t measure)
{
	const int smaller =
	    t->measures->at[measure].metric->smaller_is_better;
	double worst = NAN, best = NAN;

	for (size_t i = 0; i < t->n; i++) {
		const double x = t->row[i].value[measure];

		if (!is_segment_of(&t->row[i], of) || isnan(x))
			continue;
		worst = smaller ? fmax(worst, x) : fmin(worst, x);
		best = smaller ? fmin(best, x) : fmax(best, x);
	}
	return of->kind == EVALROW_WORST ? worst : fabs(best - worst);
}

void
evaltable_set_gaps(struct evaltable *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < t->measures->n; j++)
			if (t->row[i].kind != EVALROW_PLAIN)
				t->row[i].value[j] = sum_up(t, &t->row[i], j);
}

/* --- TSV ------------------------------------------------------------------ */

/* A value that is not there is an empty field. */
static void
put_value(struct put *put, double x)
{
	if (isfinite(x))
		put_double(put, x);
	else
		put_text(put, "");
}

static void
put_systems(const struct evaltable *t, struct put *put)
{
	struct buf header = BUF_EMPTY;

	buf_text(&header, t->has_parts ? "system:token\tsegment:token" :
	    "system:token");
	for (size_t j = 0; j < t->measures->n; j++) {
		const char *name = t->measures->at[j].name;

		buf_format(&header, "\t%s:float", name);
		if (t->has_intervals)
			buf_format(&header, "\t%s_low:float\t%s_high:float",
			    name, name);
	}
	put_header(put, buf_cstr(&header));
	buf_release(&header);
	for (size_t i = 0; i < t->n; i++) {
		const struct evalrow *r = &t->row[i];

		put_text(put, r->system);
		if (t->has_parts)
			put_text(put, r->part != NULL ? r->part : "all");
		for (size_t j = 0; j < t->measures->n; j++) {
			put_value(put, r->value[j]);
			if (!t->has_intervals)
				continue;
			put_value(put, r->low != NULL ? r->low[j] : NAN);
			put_value(put, r->low != NULL ? r->high[j] : NAN);
		}
		put_end(put);
	}
}

static void
put_pairs(const struct evaltable *t, struct put *put)
{
	struct buf header = BUF_EMPTY;

	buf_text(&header, "metric:token\tsystem:token\tagainst:token\t"
	    "n:float\tmean:float\tmean_against:float\tdifference:float\t"
	    "low:float\thigh:float");
	for (size_t i = 0; paired_choice(i) != NULL; i++)
		buf_format(&header, "\tp_%s:float", paired_choice(i)->name);
	buf_text(&header, "\tp_holm:float\teffect:float\twin:float\t"
	    "tie:float\tloss:float\tdetectable:float");
	put_header(put, buf_cstr(&header));
	buf_release(&header);
	for (size_t i = 0; i < t->n_pairs; i++) {
		const struct evalpair *p = &t->pair[i];
		const struct paired *x = &p->test;

		put_text(put, t->measures->at[p->measure].name);
		put_text(put, t->row[p->row].system);
		put_text(put, t->row[p->against].system);
		put_int(put, (int64_t)x->n);
		put_value(put, x->mean_a);
		put_value(put, x->mean_b);
		put_value(put, x->difference);
		put_value(put, x->low);
		put_value(put, x->high);
		for (size_t k = 0; k < PAIRED_TESTS; k++)
			put_value(put, x->p[k]);
		put_value(put, p->holm);
		put_value(put, x->effect);
		put_int(put, (int64_t)x->win);
		put_int(put, (int64_t)x->tie);
		put_int(put, (int64_t)x->loss);
		put_value(put, x->detectable);
		put_end(put);
	}
}

/* --- for people ----------------------------------------------------------- */

enum { WIDTH_MIN = 7 };		/* of a number: "0.1234" and a sign */

/* A cell of a table: its text, and if it is a number (right) or a name. */
struct cells {
	struct buf text;	/* each ended by '\0' */
	size_t n, columns;
	size_t *width;		/* (columns) */
	unsigned char *is_name;	/* (columns) */
};

static struct cells
cells_new(size_t columns)
{
	struct cells c = { .text = BUF_EMPTY, .columns = columns };

	c.width = mem_array("columns", columns, sizeof *c.width);
	c.is_name = mem_array("columns", columns, 1);
	return c;
}

/* How many places a text takes: the bytes that begin a character. */
static size_t
places(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void
add_cell(struct cells *c, const char *text, int is_name)
{
	const size_t column = c->n++ % c->columns, n = places(text);

	if (n > c->width[column])
		c->width[column] = n;
	if (!is_name && c->width[column] < WIDTH_MIN)
		c->width[column] = WIDTH_MIN;
	c->is_name[column] = is_name != 0;
	buf_add(&c->text, text, strlen(text) + 1);
}

static void
add_number(struct cells *c, const char *format, double x)
{
	char text[64];

	snprintf(text, sizeof text, format, x);
	add_cell(c, isfinite(x) ? text : "-", 0);
}

/* Writes and releases. */
static void
put_cells(struct cells *c, struct put *put)
{
	const char *text = c->text.p;
	struct buf line = BUF_EMPTY;

	for (size_t i = 0; i < c->n; i++, text += strlen(text) + 1) {
		const size_t column = i % c->columns;
		const int is_last = column + 1 == c->columns;
		const size_t pad = c->width[column] - places(text);

		if (!c->is_name[column])
			buf_format(&line, "%*s", (int)pad, "");
		buf_text(&line, text);
		if (c->is_name[column] && !is_last)
			buf_format(&line, "%*s", (int)pad, "");
		buf_text(&line, is_last ? "\n" : "  ");
	}
	put_rows(put, (struct span){ line.p, line.n });
	buf_release(&line);
	buf_release(&c->text);
	free(c->width);
	free(c->is_name);
}

/* The head of a column of numbers. */
static void
add_head(struct cells *c, const char *name)
{
	add_cell(c, name, 0);
}

static void
put_aligned_systems(const struct evaltable *t, struct put *put)
{
	const size_t each = t->has_intervals ? 3 : 1;
	struct cells c = cells_new(1 + (size_t)t->has_parts +
	    each * t->measures->n);

	add_cell(&c, "system", 1);
	if (t->has_parts)
		add_cell(&c, "segment", 1);
	for (size_t j = 0; j < t->measures->n; j++) {
		add_head(&c, t->measures->at[j].name);
		if (t->has_intervals) {
			add_head(&c, "low");
			add_head(&c, "high");
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct evalrow *r = &t->row[i];

		add_cell(&c, r->system, 1);
		if (t->has_parts)
			add_cell(&c, r->part != NULL ? r->part : "all", 1);
		for (size_t j = 0; j < t->measures->n; j++) {
			add_number(&c, "%.4f", r->value[j]);
			if (t->has_intervals) {
				add_number(&c, "%.4f", r->low != NULL ?
				    r->low[j] : NAN);
				add_number(&c, "%.4f", r->low != NULL ?
				    r->high[j] : NAN);
			}
		}
	}
	put_cells(&c, put);
}

static void
put_aligned_pairs(const struct evaltable *t, struct put *put)
{
	static const char *const heads[] = { "difference", "low", "high", "p",
	    "p_holm", "effect", "win", "tie", "loss", "detectable" };
	enum { HEADS = sizeof heads / sizeof heads[0] };
	struct cells c = cells_new(3 + HEADS);

	put_rows(put, span_of("\n"));
	add_cell(&c, "metric", 1);
	add_cell(&c, "system", 1);
	add_cell(&c, "against", 1);
	for (size_t j = 0; j < HEADS; j++)
		add_head(&c, heads[j]);
	for (size_t i = 0; i < t->n_pairs; i++) {
		const struct evalpair *p = &t->pair[i];
		const struct paired *x = &p->test;

		add_cell(&c, t->measures->at[p->measure].name, 1);
		add_cell(&c, t->row[p->row].system, 1);
		add_cell(&c, t->row[p->against].system, 1);
		add_number(&c, "%+.4f", x->difference);
		add_number(&c, "%+.4f", x->low);
		add_number(&c, "%+.4f", x->high);
		add_number(&c, "%.4f", x->p[t->test]);
		add_number(&c, "%.4f", p->holm);
		add_number(&c, "%.3f", x->effect);
		add_number(&c, "%.0f", (double)x->win);
		add_number(&c, "%.0f", (double)x->tie);
		add_number(&c, "%.0f", (double)x->loss);
		add_number(&c, "%.4f", x->detectable);
	}
	put_cells(&c, put);
}

void
evaltable_put(const struct evaltable *t, enum evaltable_form form,
    struct put *put)
{
	switch (form) {
	case EVALTABLE_TSV:
		(t->n_pairs > 0 ? put_pairs : put_systems)(t, put);
		break;
	case EVALTABLE_JSON:
		evaltable_put_json(t, put);
		break;
	default:
		put_aligned_systems(t, put);
		if (t->n_pairs > 0)
			put_aligned_pairs(t, put);
	}
}
