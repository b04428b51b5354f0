/* The table of srs-eval for programs: JSON, and Prometheus' text format. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/evaltable.h"
#include "base/buf.h"
#include "io/json.h"

/* --- JSON ----------------------------------------------------------------- */

enum { FORMAT = 1 };

/* A number that is not there is null. */
static void
add_number(cJSON *to, const char *name, double x)
{
	cJSON_AddItemToObject(to, name, isfinite(x) ? cJSON_CreateNumber(x) :
	    cJSON_CreateNull());
}

static void
add_values(cJSON *to, const char *name, const struct measures *m,
    const double *value)
{
	cJSON *values = cJSON_AddObjectToObject(to, name);

	for (size_t j = 0; j < m->n; j++)
		add_number(values, m->at[j].name, value[j]);
}

static void
add_row(cJSON *list, const struct evaltable *t, const struct evalrow *r)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(list, row);
	cJSON_AddStringToObject(row, "system", r->system);
	if (r->part != NULL)
		cJSON_AddStringToObject(row, "segment", r->part);
	add_number(row, t->unit, (double)r->n);
	add_values(row, "values", t->measures, r->value);
	if (r->low != NULL) {
		add_values(row, "low", t->measures, r->low);
		add_values(row, "high", t->measures, r->high);
	}
}

void
evaltable_put_json(const struct evaltable *t, struct put *put)
{
	cJSON *top = cJSON_CreateObject(), *list;
	struct report *pairs;

	cJSON_AddNumberToObject(top, "format", FORMAT);
	list = cJSON_AddArrayToObject(top, "metrics");
	for (size_t j = 0; j < t->measures->n; j++)
		cJSON_AddItemToArray(list,
		    cJSON_CreateString(t->measures->at[j].name));
	list = cJSON_AddArrayToObject(top, "systems");
	for (size_t i = 0; i < t->n; i++)
		add_row(list, t, &t->row[i]);
	if (t->n_pairs > 0) {
		cJSON_AddStringToObject(top, "test",
		    paired_choice(t->test)->name);
		pairs = evaltable_report_pairs(t);
		cJSON_AddItemToObject(top, "comparisons", report_json(pairs));
		report_free(pairs);
	}
	report_put_json(top, put);
	cJSON_Delete(top);
}

/* --- Prometheus ----------------------------------------------------------- */

/* name="value", with what its text format wants escaped. */
static void
add_label(struct buf *b, const char *name, const char *value)
{
	buf_format(b, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			buf_char(b, '\\');
		if (*value == '\n')
			buf_text(b, "\\n");
		else
			buf_char(b, *value);
	}
	buf_char(b, '"');
}

static void
add_sample(struct buf *b, const char *family, const struct evalrow *r,
    const char *metric, double x)
{
	if (!isfinite(x))
		return;
	buf_format(b, "%s{", family);
	add_label(b, "system", r->system);
	if (r->part != NULL) {
		buf_char(b, ',');
		add_label(b, "segment", r->part);
	}
	if (metric != NULL) {
		buf_char(b, ',');
		add_label(b, "metric", metric);
	}
	buf_text(b, "} ");
	buf_double(b, x);
	buf_char(b, '\n');
}

void
evaltable_put_prometheus(const struct evaltable *t, struct put *put)
{
	struct buf b = BUF_EMPTY, n = BUF_EMPTY;

	buf_text(&b, "# HELP srs_eval A metric of a system, by srs-eval.\n"
	    "# TYPE srs_eval gauge\n");
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < t->measures->n; j++)
			add_sample(&b, "srs_eval", &t->row[i],
			    t->measures->at[j].name, t->row[i].value[j]);
	buf_format(&n, "srs_eval_%s", t->unit);
	buf_format(&b, "# HELP %s How many %s were measured.\n"
	    "# TYPE %s gauge\n", buf_cstr(&n), t->unit, buf_cstr(&n));
	for (size_t i = 0; i < t->n; i++)
		if (t->row[i].part == NULL)
			add_sample(&b, buf_cstr(&n), &t->row[i], NULL,
			    (double)t->row[i].n);
	put_rows(put, (struct span){ b.p, b.n });
	buf_release(&b);
	buf_release(&n);
}
