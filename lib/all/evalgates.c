#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/evalgates.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/json.h"

static int
no_metric(const struct measures *m, const char *text, struct span name)
{
	struct guess g = guess_of(name);

	for (size_t j = 0; j < m->n; j++)
		guess_offer(&g, span_of(m->at[j].name));
	return guess_fail(&g, "--require: '%s': '%.*s' is not among the "
	    "metrics", text, SPAN_ARGS(name));
}

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
		return no_metric(m, text, name);
	out->measure = j;
	return 0;
}

int
evalgates_parse(const char *const *texts, size_t n, const struct measures *m,
    struct evalgates *out)
{
	*out = (struct evalgates){ .n = n,
	    .gate = mem_array("gates", n, sizeof *out->gate) };
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
	*g = (struct evalgates){ .gate = NULL };
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

		if (t->row[i].part != NULL || passes(g, x))
			continue;
		err_msg("%s: %s is %.6g: the gate '%s' says no",
		    t->row[i].system, t->measures->at[g->measure].name, x,
		    g->text);
		n++;
	}
	return n;
}

/* --- the baseline --------------------------------------------------------- */

/* The object of the baseline for a system: of the same name, or the only one
 * when there is but one here, too; NULL after a message. */
static const cJSON *
find_system(const cJSON *top, const struct evaltable *t, const char *system,
    const char *path)
{
	const cJSON *systems = cJSON_GetObjectItemCaseSensitive(top,
	    "systems");
	const cJSON *only = NULL, *s;
	size_t n = 0, here = 0;

	cJSON_ArrayForEach(s, systems) {
		const cJSON *name = cJSON_GetObjectItemCaseSensitive(s,
		    "system");

		if (cJSON_GetObjectItemCaseSensitive(s, "segment") != NULL)
			continue;
		if (cJSON_IsString(name) &&
		    strcmp(name->valuestring, system) == 0)
			return s;
		only = s;
		n++;
	}
	for (size_t i = 0; i < t->n; i++)
		here += t->row[i].part == NULL;
	if (n == 1 && here == 1)
		return only;
	err_msg("%s: no system '%s' in it", path, system);
	return NULL;
}

/* The value has dropped by this share of what it was; below 0: it is
 * better. */
static double
drop_of(double was, double is, int smaller_is_better)
{
	const double worse = smaller_is_better ? is - was : was - is;

	return fabs(was) > 0 ? worse / fabs(was) : worse > 0 ? INFINITY : 0;
}

static int
count_drops(const struct evalgates *g, const struct evaltable *t,
    const cJSON *top, const struct evalrow *row, size_t *n)
{
	const cJSON *system = find_system(top, t, row->system, g->baseline);
	const cJSON *values;

	if (system == NULL)
		return -1;
	values = cJSON_GetObjectItemCaseSensitive(system, "values");
	for (size_t j = 0; j < t->measures->n; j++) {
		const struct measure *m = &t->measures->at[j];
		const cJSON *was = cJSON_GetObjectItemCaseSensitive(values,
		    m->name);
		double drop;

		if (!cJSON_IsNumber(was))
			return err_msg("%s: no %s of '%s' in it", g->baseline,
			    m->name, row->system);
		drop = drop_of(was->valuedouble, row->value[j],
		    m->metric->smaller_is_better);
		if (drop <= g->max_drop)
			continue;
		err_msg("%s: %s is %.6g, and was %.6g: worse by %.3g %%, and "
		    "--max-drop is %.3g %%", row->system, m->name,
		    row->value[j], was->valuedouble, 100 * drop,
		    100 * g->max_drop);
		++*n;
	}
	return 0;
}

static int
baseline_failures(const struct evalgates *g, const struct evaltable *t,
    size_t *n)
{
	cJSON *top = json_read(g->baseline);
	int status = top == NULL ? -1 : 0;

	for (size_t i = 0; i < t->n && status == 0; i++)
		if (t->row[i].part == NULL)
			status = count_drops(g, t, top, &t->row[i], n);
	cJSON_Delete(top);
	return status;
}

int
evalgates_failures(const struct evalgates *g, const struct evaltable *t,
    size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < g->n; i++)
		*n += gate_failures(&g->gate[i], t);
	return g->baseline != NULL ? baseline_failures(g, t, n) : 0;
}
