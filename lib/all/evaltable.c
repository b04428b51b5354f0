#include <math.h>
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

/* --- writing -------------------------------------------------------------- */

static void
add_value_columns(const struct evaltable *t, struct report *r)
{
	struct buf name = BUF_EMPTY;

	for (size_t j = 0; j < t->measures->n; j++) {
		static const char *const bound[] = { "low", "high" };
		const char *metric = t->measures->at[j].name;

		report_column(r, metric, REPORT_NUMBER, "%.4f");
		for (size_t b = 0; t->has_intervals && b < 2; b++) {
			name.n = 0;
			buf_format(&name, "%s_%s", metric, bound[b]);
			report_headed(r, buf_cstr(&name), REPORT_NUMBER,
			    "%.4f", bound[b]);
		}
	}
	buf_release(&name);
}

static struct report *
report_systems(const struct evaltable *t)
{
	struct report *r = report_new();

	report_column(r, "system", REPORT_TEXT, "");
	if (t->has_parts)
		report_column(r, "segment", REPORT_TEXT, "");
	add_value_columns(t, r);
	for (size_t i = 0; i < t->n; i++) {
		const struct evalrow *row = &t->row[i];

		report_text(r, row->system);
		if (t->has_parts)
			report_text(r, row->part != NULL ? row->part : "all");
		for (size_t j = 0; j < t->measures->n; j++) {
			report_number(r, row->value[j]);
			if (!t->has_intervals)
				continue;
			report_number(r, row->low != NULL ? row->low[j] : NAN);
			report_number(r, row->low != NULL ? row->high[j] :
			    NAN);
		}
	}
	return r;
}

static void
add_pair_columns(const struct evaltable *t, struct report *r)
{
	struct buf name = BUF_EMPTY;

	report_column(r, "metric", REPORT_TEXT, "");
	report_column(r, "system", REPORT_TEXT, "");
	report_column(r, "against", REPORT_TEXT, "");
	report_column(r, t->unit, REPORT_NUMBER, NULL);
	report_column(r, "mean", REPORT_NUMBER, NULL);
	report_column(r, "mean_against", REPORT_NUMBER, NULL);
	report_column(r, "difference", REPORT_NUMBER, "%+.4f");
	report_column(r, "low", REPORT_NUMBER, "%+.4f");
	report_column(r, "high", REPORT_NUMBER, "%+.4f");
	for (size_t i = 0; paired_choice(i) != NULL; i++) {
		name.n = 0;
		buf_format(&name, "p_%s", paired_choice(i)->name);
		report_headed(r, buf_cstr(&name), REPORT_NUMBER,
		    i == t->test ? "%.4f" : NULL, "p");
	}
	report_column(r, "p_holm", REPORT_NUMBER, "%.4f");
	report_column(r, "effect", REPORT_NUMBER, "%.3f");
	report_column(r, "win", REPORT_NUMBER, "%.0f");
	report_column(r, "tie", REPORT_NUMBER, "%.0f");
	report_column(r, "loss", REPORT_NUMBER, "%.0f");
	report_column(r, "detectable", REPORT_NUMBER, "%.4f");
	buf_release(&name);
}

struct report *
evaltable_report_pairs(const struct evaltable *t)
{
	struct report *r = report_new();

	add_pair_columns(t, r);
	for (size_t i = 0; i < t->n_pairs; i++) {
		const struct evalpair *p = &t->pair[i];
		const struct paired *x = &p->test;

		report_text(r, t->measures->at[p->measure].name);
		report_text(r, t->row[p->row].system);
		report_text(r, t->row[p->against].system);
		report_number(r, (double)x->n);
		report_number(r, x->mean_a);
		report_number(r, x->mean_b);
		report_number(r, x->difference);
		report_number(r, x->low);
		report_number(r, x->high);
		for (size_t k = 0; k < PAIRED_TESTS; k++)
			report_number(r, x->p[k]);
		report_number(r, p->holm);
		report_number(r, x->effect);
		report_number(r, (double)x->win);
		report_number(r, (double)x->tie);
		report_number(r, (double)x->loss);
		report_number(r, x->detectable);
	}
	return r;
}

void
evaltable_put(const struct evaltable *t, enum report_form form,
    struct put *put)
{
	struct report *systems, *pairs;

	if (form == REPORT_JSON) {
		evaltable_put_json(t, put);
		return;
	}
	systems = report_systems(t);
	pairs = evaltable_report_pairs(t);
	if (form == REPORT_ALIGNED || t->n_pairs == 0)
		report_put(systems, form, put);
	if (form == REPORT_ALIGNED && t->n_pairs > 0)
		put_rows(put, span_of("\n"));
	if (t->n_pairs > 0)
		report_put(pairs, form, put);
	report_free(systems);
	report_free(pairs);
}
