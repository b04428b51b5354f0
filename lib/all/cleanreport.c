#include <stdio.h>
#include <string.h>

#include "all/cleanreport.h"
#include "io/json.h"
#include "prep/cleantext.h"

/* --- for people --------------------------------------------------------- */

/* Times later than this are likely to be in another unit: the year 5138. */
static const double far_future = 1e14;

/* "     12 refused: the rating is not a number" */
static void
add_line(struct buf *b, uint64_t n, const char *kind, const char *what)
{
	buf_format(b, "%11llu %s%s\n", (unsigned long long)n, kind, what);
}

static const char *
kind_of(size_t what)
{
	if (what == CLEAN_DUPLICATE)
		return "";
	return what < CLEAN_FIRST_DROPPED ? "refused: " :
	    what < CLEAN_FIRST_REPAIRED ? "dropped: " : "repaired: ";
}

static void
add_whats(const struct cleancount *c, size_t from, size_t to, struct buf *b)
{
	for (size_t i = from; i < to; i++)
		if (c->what[i] > 0)
			add_line(b, c->what[i], kind_of(i),
			    clean_what(i)->purpose);
}

static void
add_events(const struct cleanrun *r, struct buf *b)
{
	const struct cleancount *c = &r->count;
	struct span name;

	for (size_t i = 0; i < idmap_count(c->others); i++) {
		name = idmap_name(c->others, (uint32_t)i);
		buf_format(b, "%11llu with event '%.*s'\n",
		    (unsigned long long)c->n_others[i], SPAN_ARGS(name));
	}
	if (c->more_others > 0)
		add_line(b, c->more_others, "", "with yet other events");
}

static void
add_missing(const struct cleanrun *r, struct buf *b)
{
	const struct cleancount *c = &r->count;

	for (int f = 0; f < CLEAN_FIELDS; f++)
		if (c->missing[f] > 0)
			add_line(b, c->missing[f], "missing: ",
			    r->plan->key_name != NULL ? r->plan->key_name
			    : clean_field_name((enum clean_field)f));
	for (size_t i = 0; i < c->n_text; i++)
		if (c->missing_text[i] > 0)
			add_line(b, c->missing_text[i], "missing: ",
			    r->plan->text[i].name);
}

static void
add_range(struct buf *b, const char *name, const struct cleantally_range *r)
{
	if (r->n > 0)
		buf_format(b, "%11s %s from %g to %g, mean %.4g\n", "", name,
		    r->min, r->max, cleantally_mean(r));
}

static void
add_times(struct buf *b, const struct cleantally_range *r)
{
	if (r->n == 0)
		return;
	buf_format(b, "%11s timestamp from ", "");
	cleantime_put_date(b, (int64_t)r->min);
	buf_text(b, " to ");
	cleantime_put_date(b, (int64_t)r->max);
	if (r->max > far_future)
		buf_text(b, "; is it in a finer unit (--time-unit)?");
	buf_char(b, '\n');
}

static void
add_result(const struct cleanrun *r, struct buf *b)
{
	const struct cleantally *t = &r->output->tally;

	add_line(b, t->rows, "", "rows written");
	if (r->plan->key_name != NULL)
		return;
	add_line(b, t->users, "", "users");
	add_line(b, t->items, "", "items");
	if (t->rows == 0)
		return;
	buf_format(b, "%10.4g%% density\n", 100 * cleantally_density(t));
	add_range(b, "rating", &t->rating);
	if (r->plan->puts_weight)
		add_range(b, "weight", &t->weight);
	add_times(b, &t->time);
}

void
cleanreport_text(const struct cleanrun *r, struct buf *b)
{
	const struct cleancount *c = &r->count;

	if (r->output == NULL)
		return;
	add_line(b, c->rows, "", "rows read");
	add_whats(c, 0, CLEAN_FIRST_REPAIRED, b);
	add_events(r, b);
	add_whats(c, CLEAN_FIRST_REPAIRED, CLEAN_WHATS, b);
	add_missing(r, b);
	add_result(r, b);
	if (r->plan->left_out.n > 0)
		buf_format(b, "%11s columns left out: %.*s\n", "",
		    (int)r->plan->left_out.n, r->plan->left_out.p);
}

/* --- as JSON ------------------------------------------------------------ */

static void
put_count(cJSON *to, const char *name, uint64_t n)
{
	cJSON_AddNumberToObject(to, name, (double)n);
}

static void
put_whats(cJSON *to, const struct cleancount *c, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		put_count(to, clean_what(i)->name, c->what[i]);
}

static void
put_totals(cJSON *to, const struct cleanrun *r)
{
	put_count(to, "read", r->count.rows);
	put_count(to, "refused", cleancount_refused(&r->count));
	put_count(to, "dropped", cleancount_dropped(&r->count));
	put_count(to, "written", r->output->tally.rows);
}

/* Rows kept with each weighted type, and rows with another one. */
static void
put_events(cJSON *to, const struct cleanrun *r)
{
	const struct cleancount *c = &r->count;
	const struct idmap *types = r->plan->rules.weights.types;
	cJSON *kept = cJSON_AddObjectToObject(to, "weighted");
	cJSON *others = cJSON_AddObjectToObject(to, "others");
	struct buf name = BUF_EMPTY;

	for (size_t i = 0; i < c->n_events; i++) {
		name.n = 0;
		cleantext_repair(idmap_name(types, (uint32_t)i), &name);
		put_count(kept, buf_cstr(&name), c->events[i]);
	}
	for (size_t i = 0; i < idmap_count(c->others); i++) {
		name.n = 0;
		buf_span(&name, idmap_name(c->others, (uint32_t)i));
		put_count(others, buf_cstr(&name), c->n_others[i]);
	}
	put_count(to, "more_others", c->more_others);
	buf_release(&name);
}

static void
put_missing(cJSON *to, const struct cleanrun *r)
{
	const struct cleanplan *p = r->plan;

	for (int f = 0; f < CLEAN_FIELDS; f++)
		if (p->rules.has[f])
			put_count(to, p->key_name != NULL ? p->key_name
			    : clean_field_name((enum clean_field)f),
			    r->count.missing[f]);
	for (size_t i = 0; i < p->rules.n_text; i++)
		put_count(to, p->text[i].name, r->count.missing_text[i]);
}

static void
put_range(cJSON *to, const char *name, const struct cleantally_range *r,
    double unit)
{
	cJSON *range;

	if (r->n == 0)
		return;
	range = cJSON_AddObjectToObject(to, name);
	put_count(range, "values", r->n);
	cJSON_AddNumberToObject(range, "min", r->min / unit);
	cJSON_AddNumberToObject(range, "max", r->max / unit);
	cJSON_AddNumberToObject(range, "mean", cleantally_mean(r) / unit);
}

static void
put_result(cJSON *to, const struct cleanrun *r)
{
	const struct cleantally *t = &r->output->tally;

	if (r->plan->key_name != NULL)
		return;
	put_count(to, "users", t->users);
	put_count(to, "items", t->items);
	cJSON_AddNumberToObject(to, "density", cleantally_density(t));
	put_range(to, "rating", &t->rating, 1);
	if (r->plan->puts_weight)
		put_range(to, "weight", &t->weight, 1);
	put_range(to, "timestamp", &t->time, 1000);
}

int
cleanreport_write(const struct cleanrun *r, const char *path)
{
	const struct cleancount *c = &r->count;
	cJSON *top = cJSON_CreateObject();
	int status;

	put_totals(cJSON_AddObjectToObject(top, "rows"), r);
	put_whats(cJSON_AddObjectToObject(top, "refused"), c, 0,
	    CLEAN_FIRST_DROPPED);
	put_whats(cJSON_AddObjectToObject(top, "dropped"), c,
	    CLEAN_FIRST_DROPPED, CLEAN_FIRST_REPAIRED);
	put_whats(cJSON_AddObjectToObject(top, "repaired"), c,
	    CLEAN_FIRST_REPAIRED, CLEAN_WHATS);
	if (r->plan->rules.weights.types != NULL)
		put_events(cJSON_AddObjectToObject(top, "events"), r);
	put_missing(cJSON_AddObjectToObject(top, "missing"), r);
	put_result(top, r);
	status = json_write(top, path);
	cJSON_Delete(top);
	return status;
}
