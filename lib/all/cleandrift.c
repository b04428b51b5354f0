#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/cleandrift.h"
#include "all/cleanjson.h"
#include "base/mem.h"
#include "prep/psi.h"

enum {
	GROUPS = 10,		/* of bins */
	HEX = 16,		/* digits of a hash */
	CELLS = LOGBINS_N + 1	/* of a histogram, "missing" first */
};

const char *
cleandrift_name(enum cleandrift_kind kind)
{
	static const char *const names[] = { "psi", "new", "vanished" };

	return names[kind];
}

void
cleandrift_release(struct cleandrift *d)
{
	free(d->line);
	*d = (struct cleandrift){ NULL, 0, 0 };
}

/* --- reading JSON that somebody may have changed -------------------------- */

static const cJSON *
member(const cJSON *o, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* A count of rows: 0, or -1 and no message. */
static int
read_count(const cJSON *item, uint64_t *out)
{
	const double most = 0x1p53;

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
	    item->valuedouble > most)
		return -1;
	*out = (uint64_t)item->valuedouble;
	return 0;
}

static const cJSON *
columns_of(const cJSON *report)
{
	return member(member(report, "input"), "columns");
}

cJSON *
cleandrift_read(const char *path)
{
	cJSON *report = json_read(path);
	const char *made_by;
	const cJSON *format;

	if (report == NULL)
		return NULL;
	made_by = cJSON_GetStringValue(member(report, "report"));
	format = member(report, "format");
	if (made_by == NULL || strcmp(made_by, "srs-clean") != 0 ||
	    !cJSON_IsNumber(format))
		err_msg("%s: not a report of srs-clean", path);
	else if (format->valuedouble < CLEANJSON_FORMAT ||
	    format->valuedouble > CLEANJSON_FORMAT)
		err_msg("%s: a report of format %g; this program compares "
		    "those of format %d", path, format->valuedouble,
		    CLEANJSON_FORMAT);
	else if (!cJSON_IsObject(columns_of(report)))
		err_msg("%s: the report has no columns", path);
	else
		return report;
	cJSON_Delete(report);
	return NULL;
}

static int
has_spec(const struct profile_spec *spec, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(spec[i].name, name) == 0)
			return 1;
	return 0;
}

int
cleandrift_fits(const cJSON *before, const struct profile_spec *spec,
    size_t n, const char *path)
{
	const cJSON *columns = columns_of(before), *c;

	for (size_t i = 0; i < n; i++) {
		const char *kind = profile_kind_name(spec[i].kind);
		const char *type;

		c = member(columns, spec[i].name);
		if (c == NULL)
			return err_msg("%s: the report has no column '%s', "
			    "which this table has", path, spec[i].name);
		type = cJSON_GetStringValue(member(c, "type"));
		if (type == NULL || strcmp(type, kind) != 0)
			return err_msg("%s: column '%s' was of type %.20s, "
			    "and is %s now", path, spec[i].name,
			    type != NULL ? type : "?", kind);
	}
	cJSON_ArrayForEach(c, columns)
		if (!has_spec(spec, n, c->string))
			return err_msg("%s: the report has a column '%.200s', "
			    "which this table has not", path, c->string);
	return 0;
}

static int
damaged(const char *path, const char *column)
{
	return err_msg("%s: column '%s': the report is damaged", path, column);
}

/* --- distributions ------------------------------------------------------ */

/* A column of one report. */
struct side {
	const cJSON *column, *sample;
	uint64_t rows;		/* of the table */
	uint64_t missing;	/* of them, in this column */
};

static int
read_side(struct side *s, const cJSON *report, const char *name)
{
	const cJSON *input = member(report, "input");
	uint64_t present;

	s->column = member(member(input, "columns"), name);
	s->sample = member(member(input, "samples"), name);
	if (read_count(member(input, "rows"), &s->rows) != 0 ||
	    read_count(member(s->column, "rows"), &present) != 0 ||
	    present > s->rows)
		return -1;
	s->missing = s->rows - present;
	return 0;
}

/* The bin of [FROM, TO, ROWS], by what is in its middle. */
static size_t
bin_of(const cJSON *bin)
{
	const cJSON *from = cJSON_GetArrayItem(bin, 0);
	const cJSON *to = cJSON_GetArrayItem(bin, 1);

	if (!cJSON_IsNumber(from))
		return 0;
	if (!cJSON_IsNumber(to))
		return LOGBINS_N - 1;
	return logbins_of(from->valuedouble / 2 + to->valuedouble / 2);
}

/* Rows of each bin, after those that are missing: of a list of bins or of
 * values. */
static int
read_bins(const struct side *s, uint64_t cell[CELLS])
{
	const cJSON *values = member(s->column, "values"), *one;
	const cJSON *bins = member(s->column, "bins");
	uint64_t rows;

	memset(cell, 0, CELLS * sizeof *cell);
	cell[0] = s->missing;
	cJSON_ArrayForEach(one, values) {
		const cJSON *x = cJSON_GetArrayItem(one, 0);

		if (!cJSON_IsNumber(x) || isnan(x->valuedouble) ||
		    read_count(cJSON_GetArrayItem(one, 1), &rows) != 0)
			return -1;
		cell[1 + logbins_of(x->valuedouble)] += rows;
	}
	cJSON_ArrayForEach(one, bins) {
		if (read_count(cJSON_GetArrayItem(one, 2), &rows) != 0)
			return -1;
		cell[1 + bin_of(one)] += rows;
	}
	return values != NULL || bins != NULL ? 0 : -1;
}

static int
compare_bins(const struct side *before, const struct side *now, double *out)
{
	uint64_t old[CELLS], new[CELLS];
	size_t n;

	if (read_bins(before, old) != 0 || read_bins(now, new) != 0)
		return -1;
	n = psi_join(new + 1, old + 1, LOGBINS_N, GROUPS);
	*out = psi(new, old, n + 1);
	return 0;
}

/* Rows of the pairs [VALUE, ROWS], where `cell` (values) of a value is found
 * by what it is: values that are new are added to list (n). */
static int
read_values(const cJSON *values, const cJSON **list, size_t *n, uint64_t *cell)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, values) {
		const cJSON *value = cJSON_GetArrayItem(one, 0);
		uint64_t rows;
		size_t i = 0;

		if (value == NULL ||
		    read_count(cJSON_GetArrayItem(one, 1), &rows) != 0)
			return -1;
		while (i < *n && !cJSON_Compare(list[i], value, 1))
			i++;
		if (i == 2 * FEWVALUES_MAX)
			return -1;
		if (i == *n)
			list[(*n)++] = value;
		cell[1 + i] += rows;
	}
	return 0;
}

static int
compare_values(const struct side *before, const struct side *now, double *out)
{
	uint64_t old[1 + 2 * FEWVALUES_MAX] = { before->missing };
	uint64_t new[1 + 2 * FEWVALUES_MAX] = { now->missing };
	const cJSON *list[2 * FEWVALUES_MAX];
	size_t n = 0;

	if (read_values(member(before->column, "values"), list, &n, old) != 0 ||
	    read_values(member(now->column, "values"), list, &n, new) != 0)
		return -1;
	*out = psi(new, old, n + 1);
	return 0;
}

static int
read_hours(const struct side *s, uint64_t cell[1 + DAYBINS_HOURS])
{
	const cJSON *hours = member(s->column, "hour");

	cell[0] = s->missing;
	for (int h = 0; h < DAYBINS_HOURS; h++)
		if (read_count(cJSON_GetArrayItem(hours, h), &cell[1 + h]) != 0)
			return -1;
	return 0;
}

static int
compare_hours(const struct side *before, const struct side *now, double *out)
{
	uint64_t old[1 + DAYBINS_HOURS], new[1 + DAYBINS_HOURS];

	if (read_hours(before, old) != 0 || read_hours(now, new) != 0)
		return -1;
	*out = psi(new, old, 1 + DAYBINS_HOURS);
	return 0;
}

/* --- ids ---------------------------------------------------------------- */

/* The hashes of a sample; the largest that surely would be in it. */
struct ids {
	uint64_t *hash;		/* (n) ascending; owned */
	size_t n;
	uint64_t limit;
	int all;
};

static int
read_hash(const char *text, uint64_t *out)
{
	static const char digits[] = "0123456789abcdef";

	*out = 0;
	for (size_t i = 0; i < HEX; i++) {
		const char *d = memchr(digits, text[i], HEX);

		if (d == NULL)
			return -1;
		*out = *out << 4 | (uint64_t)(d - digits);
	}
	return 0;
}

static int
read_ids(const struct side *s, struct ids *ids)
{
	const char *text = cJSON_GetStringValue(member(s->sample, "hashes"));
	size_t length;

	if (text == NULL || (length = strlen(text)) % HEX != 0)
		return -1;
	ids->all = cJSON_IsTrue(member(s->sample, "all"));
	ids->limit = UINT64_MAX;
	ids->hash = mem_array("ids", length / HEX, sizeof *ids->hash);
	for (ids->n = 0; ids->n < length / HEX; ids->n++) {
		if (read_hash(text + HEX * ids->n, &ids->hash[ids->n]) != 0)
			return -1;
		if (ids->n > 0 && ids->hash[ids->n] <= ids->hash[ids->n - 1])
			return -1;
	}
	if (!ids->all) {
		if (ids->n == 0)
			return -1;
		ids->limit = ids->hash[ids->n - 1];
	}
	return 0;
}

/* How many of a's ids up to `limit` there are, and how many b has not. */
static void
count_others(const struct ids *a, const struct ids *b, uint64_t limit,
    double *n, double *others)
{
	size_t j = 0;

	*n = *others = 0;
	for (size_t i = 0; i < a->n && a->hash[i] <= limit; i++) {
		while (j < b->n && b->hash[j] < a->hash[i])
			j++;
		*n += 1;
		*others += j == b->n || b->hash[j] != a->hash[i];
	}
}

static void
add_line(struct cleandrift *d, const char *column, enum cleandrift_kind kind,
    double value, double error)
{
	d->line = mem_grow("drift", d->line, &d->cap, d->n + 1,
	    sizeof *d->line);
	d->line[d->n++] = (struct cleandrift_line){ column, kind, value,
	    error };
}

/* The share of a's ids that b has not: by those that both would have in their
 * samples. */
static void
add_share(struct cleandrift *d, const char *column, enum cleandrift_kind kind,
    const struct ids *a, const struct ids *b)
{
	const uint64_t limit = a->limit < b->limit ? a->limit : b->limit;
	double n, others, share;

	count_others(a, b, limit, &n, &others);
	share = n > 0 ? others / n : 0;
	add_line(d, column, kind, share, a->all && b->all ? 0
	    : sqrt(share * (1 - share) / fmax(n, 1)));
}

static int
compare_ids(struct cleandrift *d, const char *column,
    const struct side *before, const struct side *now)
{
	struct ids a = { NULL, 0, 0, 0 }, b = { NULL, 0, 0, 0 };
	int status = -1;

	if (read_ids(before, &a) == 0 && read_ids(now, &b) == 0) {
		add_share(d, column, CLEANDRIFT_NEW, &b, &a);
		add_share(d, column, CLEANDRIFT_VANISHED, &a, &b);
		status = 0;
	}
	free(a.hash);
	free(b.hash);
	return status;
}

/* --- columns ------------------------------------------------------------ */

static int
is_type(const struct side *s, enum profile_kind kind)
{
	return strcmp(cJSON_GetStringValue(member(s->column, "type")),
	    profile_kind_name(kind)) == 0;
}

static int
compare_column(struct cleandrift *d, const struct side *before,
    const struct side *now)
{
	const char *name = before->column->string;
	const int few = member(before->column, "values") != NULL &&
	    member(now->column, "values") != NULL;
	double index;
	int status;

	if (is_type(now, PROFILE_TEXT))
		return 0;
	if (is_type(now, PROFILE_ID) || (is_type(now, PROFILE_TOKEN) && !few))
		return compare_ids(d, name, before, now);
	if (is_type(now, PROFILE_TIME))
		status = compare_hours(before, now, &index);
	else if (few)
		status = compare_values(before, now, &index);
	else
		status = compare_bins(before, now, &index);
	if (status == 0)
		add_line(d, name, CLEANDRIFT_PSI, index, 0);
	return status;
}

int
cleandrift_compare(struct cleandrift *d, const cJSON *before,
    const cJSON *now, const char *path)
{
	const cJSON *c;

	*d = (struct cleandrift){ NULL, 0, 0 };
	cJSON_ArrayForEach(c, columns_of(now)) {
		struct side old, new;

		if (read_side(&old, before, c->string) != 0 ||
		    read_side(&new, now, c->string) != 0 ||
		    compare_column(d, &old, &new) != 0)
			return damaged(path, c->string);
	}
	return 0;
}
