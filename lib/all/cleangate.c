#include <stdlib.h>
#include <string.h>

#include "all/cleandrift.h"
#include "all/cleangate.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"

/* A gate that was checked. */
struct result {
	const char *gate;	/* "max-missing" */
	const char *column;	/* NULL: of the whole table */
	const char *measure;	/* of drift; NULL: there is but one */
	double value, limit;
	int failed;
	struct buf said;	/* why it says no */
};

struct missing_limit {
	char *column;
	double share;
};

struct cleangates {
	const struct cleanlimits *want;
	struct missing_limit *missing;	/* (n_missing) */
	size_t n_missing;
	double duplicates, rejects;	/* shares; NAN: no limit */
	cJSON *baseline;		/* NULL: none */
	struct cleandrift drift;
	struct result *result;		/* (n) */
	size_t n, cap;
};

/* --- limits ------------------------------------------------------------- */

/* "5%" or "0.05" */
static int
read_share(struct span text, const char *option, double *out)
{
	if (num_share(text, out) != 0)
		return err_msg("%s: '%.*s' is not a share such as 5%% or "
		    "0.05", option, SPAN_ARGS(text));
	if (!(*out >= 0 && *out <= 1))
		return err_msg("%s: '%.*s' is not from 0%% to 100%%", option,
		    SPAN_ARGS(text));
	return 0;
}

static int
read_missing(struct cleangates *g)
{
	const struct opt_list *list = &g->want->max_missing;

	g->missing = mem_array("limits", list->n, sizeof *g->missing);
	for (size_t i = 0; i < list->n; i++) {
		const char *equals = strrchr(list->text[i], '=');
		struct missing_limit *m = &g->missing[i];

		if (equals == NULL || equals == list->text[i])
			return err_msg("--max-missing: '%s' is not "
			    "COLUMN=SHARE", list->text[i]);
		if (read_share(span_of(equals + 1), "--max-missing",
		    &m->share) != 0)
			return -1;
		m->column = mem_text(list->text[i],
		    (size_t)(equals - list->text[i]));
		g->n_missing++;
	}
	return 0;
}

static int
read_limits(struct cleangates *g)
{
	const struct cleanlimits *w = g->want;

	g->duplicates = g->rejects = NAN;
	if (w->max_duplicates != NULL && read_share(span_of(
	    w->max_duplicates), "--max-duplicates", &g->duplicates) != 0)
		return -1;
	if (w->max_rejects != NULL && read_share(span_of(w->max_rejects),
	    "--max-rejects", &g->rejects) != 0)
		return -1;
	if (!isnan(w->max_drift) && w->baseline == NULL)
		return err_msg("--max-drift needs a --baseline to compare "
		    "with");
	return read_missing(g);
}

struct cleangates *
cleangates_new(const struct cleanlimits *want)
{
	struct cleangates *g = mem_array("gates", 1, sizeof *g);

	g->want = want;
	if (read_limits(g) == 0)
		return g;
	cleangates_free(g);
	return NULL;
}

void
cleangates_free(struct cleangates *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->n_missing; i++)
		free(g->missing[i].column);
	for (size_t i = 0; i < g->n; i++)
		buf_release(&g->result[i].said);
	free(g->missing);
	free(g->result);
	cleandrift_release(&g->drift);
	cJSON_Delete(g->baseline);
	free(g);
}

/* --- columns ------------------------------------------------------------ */

/* The column of that name that is read; *n is the number of columns if there
 * is none. */
static size_t
find_column(const struct cleanquality *q, const char *name, size_t *n)
{
	const struct profile_spec *spec = cleanquality_columns(q, n);
	size_t c = 0;

	while (c < *n && (strcmp(spec[c].name, name) != 0 ||
	    !cleanquality_is_read(q, c)))
		c++;
	return c;
}

static int
no_column(const struct cleanquality *q, const char *name)
{
	struct guess g = guess_of(span_of(name));
	size_t n;
	const struct profile_spec *spec = cleanquality_columns(q, &n);

	for (size_t c = 0; c < n; c++)
		if (cleanquality_is_read(q, c))
			guess_offer(&g, span_of(spec[c].name));
	return guess_fail(&g, "--max-missing: no column '%s' is read", name);
}

int
cleangates_begin(struct cleangates *g, const struct cleanquality *q)
{
	const struct profile_spec *spec;
	size_t n;

	for (size_t i = 0; i < g->n_missing; i++)
		if (find_column(q, g->missing[i].column, &n) == n)
			return no_column(q, g->missing[i].column);
	if (g->want->baseline == NULL)
		return 0;
	g->baseline = cleandrift_read(g->want->baseline);
	if (g->baseline == NULL)
		return -1;
	spec = cleanquality_columns(q, &n);
	return cleandrift_fits(g->baseline, spec, n, g->want->baseline);
}

/* --- checks ------------------------------------------------------------- */

/* Another gate, with room for why it says no. */
static struct result *
add(struct cleangates *g, const char *gate, const char *column, double value,
    double limit, int failed)
{
	g->result = mem_grow("gates", g->result, &g->cap, g->n + 1,
	    sizeof *g->result);
	g->result[g->n] = (struct result){ .gate = gate, .column = column,
	    .value = value, .limit = limit, .failed = failed };
	return &g->result[g->n++];
}

static void
check_rows(struct cleangates *g, struct cleanquality *q)
{
	const double rows = (double)cleanquality_output(q)->rows;
	const size_t least = g->want->min_rows;
	struct result *r;

	if (least == 0)
		return;
	r = add(g, "min-rows", NULL, rows, (double)least,
	    rows < (double)least);
	buf_format(&r->said, "%.0f rows are fewer than --min-rows %zu", rows,
	    least);
}

/* A share of `all` rows; `what` is said of them. */
static void
check_share(struct cleangates *g, const char *gate, double n, uint64_t all,
    double limit, const char *what)
{
	const double share = all > 0 ? n / (double)all : 0;
	struct result *r;

	if (isnan(limit))
		return;
	r = add(g, gate, NULL, share, limit, share > limit);
	buf_format(&r->said, "%.4g%% of the rows %s, more than --%s %.4g%%",
	    100 * share, what, gate, 100 * limit);
}

static void
check_missing(struct cleangates *g, struct cleanquality *q)
{
	const struct cleancount *c = &cleanquality_sum(q)->count;
	const uint64_t rows = c->rows - c->what[CLEAN_BAD_RECORD];

	for (size_t i = 0; i < g->n_missing; i++) {
		const struct missing_limit *m = &g->missing[i];
		size_t n;
		const size_t column = find_column(q, m->column, &n);
		const double share = rows == 0 ? 0 :
		    (double)cleanquality_missing(q, column) / (double)rows;
		struct result *r = add(g, "max-missing", m->column, share,
		    m->share, share > m->share);

		buf_format(&r->said, "%s is missing in %.4g%% of the rows, "
		    "more than --max-missing %s=%.4g%%", m->column,
		    100 * share, m->column, 100 * m->share);
	}
}

static void
check_drift(struct cleangates *g)
{
	const double limit = g->want->max_drift;

	for (size_t i = 0; i < g->drift.n && !isnan(limit); i++) {
		const struct cleandrift_line *l = &g->drift.line[i];
		struct result *r = add(g, "max-drift", l->column, l->value,
		    limit, l->value > limit);

		r->measure = cleandrift_name(l->kind);
		if (l->kind == CLEANDRIFT_PSI)
			buf_format(&r->said, "%s has drifted by %.4g (PSI), "
			    "more than --max-drift %.4g", l->column, l->value,
			    limit);
		else
			buf_format(&r->said, "%s: %.4g%% of the ids %s, more "
			    "than --max-drift %.4g", l->column, 100 * l->value,
			    l->kind == CLEANDRIFT_NEW ? "are new"
			    : "of the baseline have vanished", limit);
	}
}

static void
put_drift(const struct cleangates *g, cJSON *report)
{
	cJSON *drift = cJSON_AddObjectToObject(report, "drift");

	for (size_t i = 0; i < g->drift.n; i++) {
		const struct cleandrift_line *l = &g->drift.line[i];
		cJSON *column = cJSON_GetObjectItemCaseSensitive(drift,
		    l->column);

		if (column == NULL)
			column = cJSON_AddObjectToObject(drift, l->column);
		cJSON_AddNumberToObject(column, cleandrift_name(l->kind),
		    l->value);
		if (l->kind != CLEANDRIFT_PSI)
			cJSON_AddNumberToObject(column, l->kind ==
			    CLEANDRIFT_NEW ? "new_error" : "vanished_error",
			    l->error);
	}
}

static void
put_gates(const struct cleangates *g, cJSON *report)
{
	cJSON *list = cJSON_AddArrayToObject(report, "gates");

	for (size_t i = 0; i < g->n; i++) {
		const struct result *r = &g->result[i];
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "gate", r->gate);
		if (r->column != NULL)
			cJSON_AddStringToObject(one, "column", r->column);
		if (r->measure != NULL)
			cJSON_AddStringToObject(one, "measure", r->measure);
		cJSON_AddNumberToObject(one, "value", r->value);
		cJSON_AddNumberToObject(one, "limit", r->limit);
		cJSON_AddBoolToObject(one, "passed", !r->failed);
		cJSON_AddItemToArray(list, one);
	}
}

int
cleangates_check(struct cleangates *g, struct cleanquality *q, cJSON *report)
{
	const struct cleancount *c = &cleanquality_sum(q)->count;
	int estimated;

	if (g->baseline != NULL && cleandrift_compare(&g->drift, g->baseline,
	    report, g->want->baseline) != 0)
		return -1;
	check_rows(g, q);
	check_missing(g, q);
	check_share(g, "max-duplicates", cleanquality_duplicates(q,
	    &estimated), cleanquality_input(q)->rows, g->duplicates,
	    "are duplicates");
	check_share(g, "max-rejects", (double)cleancount_refused(c), c->rows,
	    g->rejects, "were refused");
	check_drift(g);
	if (g->baseline != NULL)
		put_drift(g, report);
	put_gates(g, report);
	return 0;
}

size_t
cleangates_tell(const struct cleangates *g)
{
	size_t failed = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct buf *said = &g->result[i].said;

		if (!g->result[i].failed)
			continue;
		failed++;
		err_msg("gate: %.*s", (int)said->n, said->p);
	}
	return failed;
}

/* "     0.0123 drift of rating", "      12.3% of user_id are new" */
void
cleangates_text(const struct cleangates *g, struct buf *b)
{
	for (size_t i = 0; i < g->drift.n; i++) {
		const struct cleandrift_line *l = &g->drift.line[i];

		if (l->kind == CLEANDRIFT_PSI)
			buf_format(b, "%11.4g drift of %s\n", l->value,
			    l->column);
		else
			buf_format(b, "%10.3g%% of %s %s\n", 100 * l->value,
			    l->column, l->kind == CLEANDRIFT_NEW ? "are new"
			    : "have vanished");
	}
}
