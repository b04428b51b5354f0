#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "all/cleanjson.h"
#include "base/buf.h"
#include "prep/cleantext.h"

enum { MS = 1000 };

static cJSON *
number(double x)
{
	return isnan(x) || isinf(x) ? cJSON_CreateNull()
	    : cJSON_CreateNumber(x);
}

static void
add_number(cJSON *to, const char *name, double x)
{
	cJSON_AddItemToObject(to, name, number(x));
}

static void
add_count(cJSON *to, const char *name, uint64_t n)
{
	add_number(to, name, (double)n);
}

/* Text of a table as JSON takes it. */
static cJSON *
text(const char *raw)
{
	struct buf b = BUF_EMPTY;
	cJSON *string;

	cleantext_repair(span_of(raw), &b);
	string = cJSON_CreateString(buf_cstr(&b));
	buf_release(&b);
	return string;
}

/* --- columns ------------------------------------------------------------ */

static void
add_distinct(cJSON *to, const struct profile_column *c)
{
	int estimated;

	add_number(to, "distinct", profile_distinct(c, &estimated));
	cJSON_AddBoolToObject(to, "estimated", estimated);
}

static void
add_popularity(cJSON *to, const struct popularity *p)
{
	add_number(to, "distinct", round(p->ids));
	cJSON_AddBoolToObject(to, "estimated", p->estimated);
	add_number(to, "once", round(p->once));
	add_number(to, "most", p->estimated ? NAN : p->most);
	add_number(to, "gini", p->gini);
}

/* Rows of each value, if there are few: 1, or 0. */
static int
add_values(cJSON *to, const struct profile_column *c)
{
	struct profile_value value[FEWVALUES_MAX];
	const int n = profile_values(c, value);
	cJSON *list;

	if (n == FEWVALUES_NONE)
		return 0;
	list = cJSON_AddArrayToObject(to, "values");
	for (int i = 0; i < n; i++) {
		cJSON *pair = cJSON_CreateArray();

		cJSON_AddItemToArray(pair, value[i].text != NULL
		    ? text(value[i].text) : number(value[i].number));
		cJSON_AddItemToArray(pair, number((double)value[i].rows));
		cJSON_AddItemToArray(list, pair);
	}
	return 1;
}

static void
add_bins(cJSON *to, const struct profile_column *c)
{
	cJSON *list = cJSON_AddArrayToObject(to, "bins");

	for (size_t i = 0; i < LOGBINS_N; i++) {
		cJSON *bin;

		if (c->bin[i] == 0)
			continue;
		bin = cJSON_CreateArray();
		cJSON_AddItemToArray(bin, number(logbins_start(i)));
		cJSON_AddItemToArray(bin, number(logbins_start(i + 1)));
		cJSON_AddItemToArray(bin, number((double)c->bin[i]));
		cJSON_AddItemToArray(list, bin);
	}
}

static void
add_range(cJSON *to, const struct profile_column *c)
{
	const struct profile_range r = profile_range(c);

	add_number(to, "min", r.min);
	add_number(to, "max", r.max);
	add_number(to, "mean", r.mean);
	add_number(to, "sd", r.sd);
	if (!add_values(to, c))
		add_bins(to, c);
}

/* The sample as one text, 16 hexadecimal digits to each hash. */
static void
add_sample(cJSON *to, const struct profile_column *c)
{
	cJSON *sample = cJSON_AddObjectToObject(to, c->name);
	struct buf b = BUF_EMPTY;
	struct idsample_entry *entry;
	size_t n;
	int all;

	entry = profile_sample(c, &n, &all);
	for (size_t i = 0; i < n && i < CLEANJSON_SAMPLE; i++)
		buf_format(&b, "%016llx", (unsigned long long)entry[i].hash);
	cJSON_AddBoolToObject(sample, "all", all && n <= CLEANJSON_SAMPLE);
	cJSON_AddStringToObject(sample, "hashes", buf_cstr(&b));
	buf_release(&b);
	free(entry);
}

static void
add_month(void *arg, int year, int month, uint64_t rows)
{
	char name[16];

	snprintf(name, sizeof name, "%04d-%02d", year, month);
	add_count(arg, name, rows);
}

static void
add_list(cJSON *to, const char *name, const uint64_t *n, size_t length)
{
	cJSON *list = cJSON_AddArrayToObject(to, name);

	for (size_t i = 0; i < length; i++)
		cJSON_AddItemToArray(list, number((double)n[i]));
}

static void
add_times(cJSON *to, const struct profile_column *c)
{
	const int some = c->rows > 0;
	struct daybins_sums s;

	daybins_sums(c->times, &s);
	add_number(to, "min", some ? (double)s.min / MS : NAN);
	add_number(to, "max", some ? (double)s.max / MS : NAN);
	add_number(to, "mean", some ? s.mean / MS : NAN);
	add_count(to, "days", s.days);
	add_count(to, "before_1990", s.before_1990);
	add_count(to, "outside", s.other);
	add_list(to, "hour", s.hour, DAYBINS_HOURS);
	add_list(to, "weekday", s.weekday, 7);
	daybins_months(c->times, add_month,
	    cJSON_AddObjectToObject(to, "months"));
}

static void
add_column(cJSON *to, const struct profile_column *c)
{
	cJSON *o = cJSON_AddObjectToObject(to, c->name);
	struct popularity p;

	cJSON_AddStringToObject(o, "type", profile_kind_name(c->kind));
	add_count(o, "rows", c->rows);
	switch (c->kind) {
	case PROFILE_ID:
		p = profile_popularity(c);
		add_popularity(o, &p);
		break;
	case PROFILE_TOKEN:
		add_distinct(o, c);
		add_values(o, c);
		break;
	case PROFILE_NUMBER:
		add_distinct(o, c);
		add_range(o, c);
		break;
	case PROFILE_TIME:
		add_times(o, c);
		break;
	default:
		add_distinct(o, c);
		break;
	}
}

/* --- the work ----------------------------------------------------------- */

static void
add_whats(cJSON *to, const struct cleancount *c, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		add_count(to, clean_what(i)->name, c->what[i]);
}

/* How many users each rule for robots took. */
static void
add_users(cJSON *to, const struct cleancount *c)
{
	for (size_t i = CLEAN_PER_DAY; i <= CLEAN_ONE_ITEM; i++)
		add_count(to, clean_what(i)->name, c->users[i]);
}

static void
add_totals(cJSON *to, const struct cleanrun *r, const struct cleancount *c)
{
	add_count(to, "read", c->rows);
	add_count(to, "refused", cleancount_refused(c));
	add_count(to, "dropped", cleancount_dropped(c));
	add_count(to, "written", cleanquality_output(r->quality)->rows);
}

/* Rows kept with each weighted type, and rows with another one. */
static void
add_events(cJSON *to, const struct cleanrun *r, const struct cleancount *c)
{
	const struct idmap *types = r->plan->rules.weights.types;
	cJSON *kept = cJSON_AddObjectToObject(to, "weighted");
	cJSON *others = cJSON_AddObjectToObject(to, "others");
	struct buf name = BUF_EMPTY;

	for (size_t i = 0; i < c->n_events; i++) {
		name.n = 0;
		cleantext_repair(idmap_name(types, (uint32_t)i), &name);
		add_count(kept, buf_cstr(&name), c->events[i]);
	}
	for (size_t i = 0; i < c->others.n; i++)
		add_count(others, c->others.name[i].text,
		    c->others.name[i].rows);
	add_count(to, "more_others", nametally_unlisted(&c->others));
	buf_release(&name);
}

static void
add_missing(cJSON *to, const struct cleanrun *r)
{
	const struct profile *p = cleanquality_input(r->quality);

	for (size_t i = 0; i < p->n; i++)
		if (cleanquality_is_read(r->quality, i))
			add_count(to, p->column[i].name,
			    cleanquality_missing(r->quality, i));
}

static void
add_duplicates(cJSON *to, const struct cleanrun *r)
{
	int estimated;
	const double rows = cleanquality_duplicates(r->quality, &estimated);
	const double all = (double)cleanquality_input(r->quality)->rows;

	add_number(to, "rows", rows);
	add_number(to, "share", all > 0 ? rows / all : 0);
	cJSON_AddBoolToObject(to, "estimated", estimated);
}

static void
add_input(cJSON *to, const struct cleanrun *r)
{
	const struct profile *p = cleanquality_input(r->quality);
	cJSON *columns, *samples;

	add_count(to, "rows", p->rows);
	columns = cJSON_AddObjectToObject(to, "columns");
	for (size_t i = 0; i < p->n; i++)
		add_column(columns, &p->column[i]);
	samples = cJSON_AddObjectToObject(to, "samples");
	for (size_t i = 0; i < p->n; i++)
		if (p->column[i].kind == PROFILE_ID ||
		    p->column[i].kind == PROFILE_TOKEN)
			add_sample(samples, &p->column[i]);
}

static void
add_ids(cJSON *to, const char *name, const struct cleanrun *r,
    enum clean_field f)
{
	struct popularity p;

	if (cleanquality_column(r->quality, f) < 0)
		return;
	p = cleanquality_popularity(r->quality, f);
	add_popularity(cJSON_AddObjectToObject(to, name), &p);
}

static void
add_output(cJSON *to, const struct cleanrun *r)
{
	const struct profile *p = cleanquality_output(r->quality);
	const int is_table = r->plan->key_name != NULL;
	cJSON *columns;

	add_count(to, "rows", p->rows);
	add_ids(to, is_table ? "keys" : "users", r, CLEAN_USER);
	add_ids(to, "items", r, CLEAN_ITEM);
	columns = cJSON_AddObjectToObject(to, "columns");
	for (int f = CLEAN_RATING; f < CLEAN_FIELDS; f++) {
		const int c = cleanquality_column(r->quality,
		    (enum clean_field)f);

		if (c >= 0)
			add_column(columns, &p->column[c]);
	}
}

/* What most people look for. */
static void
add_size(cJSON *to, const struct cleanrun *r)
{
	if (r->plan->key_name != NULL)
		return;
	add_number(to, "users", round(cleanquality_popularity(r->quality,
	    CLEAN_USER).ids));
	add_number(to, "items", round(cleanquality_popularity(r->quality,
	    CLEAN_ITEM).ids));
	add_number(to, "density", cleanquality_density(r->quality));
}

cJSON *
cleanjson_make(const struct cleanrun *r)
{
	const struct cleancount *c = &cleanquality_sum(r->quality)->count;
	cJSON *top = cJSON_CreateObject();

	cJSON_AddStringToObject(top, "report", "srs-clean");
	cJSON_AddNumberToObject(top, "format", CLEANJSON_FORMAT);
	add_totals(cJSON_AddObjectToObject(top, "rows"), r, c);
	add_size(top, r);
	add_whats(cJSON_AddObjectToObject(top, "refused"), c, 0,
	    CLEAN_FIRST_DROPPED);
	add_whats(cJSON_AddObjectToObject(top, "dropped"), c,
	    CLEAN_FIRST_DROPPED, CLEAN_FIRST_REPAIRED);
	add_users(cJSON_AddObjectToObject(top, "dropped_users"), c);
	add_whats(cJSON_AddObjectToObject(top, "repaired"), c,
	    CLEAN_FIRST_REPAIRED, CLEAN_WHATS);
	if (r->plan->rules.weights.types != NULL)
		add_events(cJSON_AddObjectToObject(top, "events"), r, c);
	add_missing(cJSON_AddObjectToObject(top, "missing"), r);
	add_duplicates(cJSON_AddObjectToObject(top, "duplicates"), r);
	add_input(cJSON_AddObjectToObject(top, "input"), r);
	add_output(cJSON_AddObjectToObject(top, "output"), r);
	return top;
}
