#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "prep/cleantime.h"
#include "prep/profile.h"

const char *
profile_kind_name(enum profile_kind kind)
{
	static const char *const names[PROFILE_KINDS] = { "id", "token",
		"text", "number", "time" };

	return names[kind];
}

struct profile *
profile_new(const struct profile_spec *spec, size_t n, int64_t now)
{
	struct profile *p = mem_array("profile", 1, sizeof *p);

	p->n = n;
	p->column = mem_array("profile", n, sizeof *p->column);
	p->pairs = idsample_new();
	for (size_t i = 0; i < n; i++) {
		struct profile_column *c = &p->column[i];

		c->name = spec[i].name;
		c->kind = spec[i].kind;
		c->min = INFINITY;
		c->max = -INFINITY;
		if (c->kind == PROFILE_TOKEN)
			c->text = mem_array("values", FEWVALUES_SLOTS,
			    sizeof *c->text);
		if (c->kind == PROFILE_TIME)
			c->times = daybins_new(now);
	}
	return p;
}

static void
forget_names(struct profile_column *c)
{
	if (c->text == NULL)
		return;
	for (size_t i = 0; i < FEWVALUES_SLOTS; i++) {
		free(c->text[i]);
		c->text[i] = NULL;
	}
}

void
profile_free(struct profile *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++) {
		struct profile_column *c = &p->column[i];

		forget_names(c);
		free(c->text);
		free(c->distinct);
		idsample_free(c->sample);
		free(c->bin);
		daybins_free(c->times);
	}
	free(p->column);
	idsample_free(p->pairs);
	free(p);
}

/* --- adding ------------------------------------------------------------- */

/* Counts `rows` of a text of a column that has many. */
static void
add_hash(struct profile_column *c, uint64_t hash, uint64_t rows)
{
	hll_add(c->distinct, hash);
	idsample_add(c->sample, hash, rows);
}

static void
add_number(struct profile_column *c, double x, uint64_t rows)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	hll_add(c->distinct, hash_mix(bits, 0));
	c->bin[logbins_of(x)] += rows;
	c->min = x < c->min ? x : c->min;
	c->max = x > c->max ? x : c->max;
	exactsum_add_times(&c->sum, x, rows);
	if (fabs(x) < 0x1p500)
		exactsum_add_times(&c->squares, x * x, rows);
}

static double
number_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

static void become_many(struct profile_column *);

void
profile_many(struct profile_column *c, uint64_t key, uint64_t rows)
{
	if (!c->many)
		become_many(c);
	if (c->kind == PROFILE_NUMBER)
		add_number(c, number_of(key), rows);
	else
		add_hash(c, key, rows);
}

/* Values are no longer few: from now on they are counted in other ways. */
static void
become_many(struct profile_column *c)
{
	c->many = 1;
	c->distinct = mem_array("sketch", 1, sizeof *c->distinct);
	if (c->kind == PROFILE_NUMBER)
		c->bin = mem_array("histogram", LOGBINS_N, sizeof *c->bin);
	else
		c->sample = idsample_new();
	forget_names(c);
	for (size_t i = 0; i < FEWVALUES_SLOTS; i++)
		if (c->few.rows[i] > 0)
			profile_many(c, c->few.key[i], c->few.rows[i]);
}

/* A value has come that has no name yet. */
static void
set_name(struct profile_column *c, int slot, struct span text)
{
	if (text.n > PROFILE_NAME_MAX)
		c->unnamed = 1;
	else
		c->text[slot] = mem_text(text.p, text.n);
}

/* Counts `rows` of a text while there are few. */
static void
add_text(struct profile_column *c, uint64_t hash, struct span text,
    uint64_t rows)
{
	const int slot = fewvalues_add(&c->few, hash, rows);

	if (slot == FEWVALUES_NONE)
		profile_many(c, hash, rows);
	else if (c->text != NULL && c->text[slot] == NULL && !c->unnamed)
		set_name(c, slot, text);
}

void
profile_few_texts(struct profile_column *c, uint64_t hash, struct span text)
{
	add_text(c, hash, text, 1);
}

void
profile_ids(struct profile *p, size_t column, const uint64_t *hash, size_t n)
{
	struct profile_column *c = &p->column[column];
	size_t i = 0;

	c->rows += n;
	while (i < n && !c->many)
		profile_few_texts(c, hash[i++], (struct span){ NULL, 0 });
	for (size_t j = i; j < n; j++)
		hll_add(c->distinct, hash[j]);
	for (size_t j = i; j < n; j++)
		idsample_add(c->sample, hash[j], 1);
}

void
profile_numbers(struct profile *p, size_t column, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			profile_number(p, column, (double)x[i]);
}

void
profile_times(struct profile *p, size_t column, const int64_t *time, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (time[i] != CLEANTIME_NONE)
			profile_time(p, column, time[i]);
}

void
profile_pairs(struct profile *p, const uint64_t *hash, size_t n)
{
	for (size_t i = 0; i < n; i++)
		profile_pair(p, hash[i]);
}

/* --- merging ------------------------------------------------------------ */

static struct span
name_of(const struct profile_column *c, size_t slot)
{
	const char *text = c->text != NULL ? c->text[slot] : NULL;

	return text != NULL ? span_of(text) : (struct span){ NULL, 0 };
}

static void
merge_few(struct profile_column *c, const struct profile_column *other)
{
	for (size_t i = 0; i < FEWVALUES_SLOTS; i++) {
		const uint64_t key = other->few.key[i];
		const uint64_t rows = other->few.rows[i];

		if (rows == 0)
			continue;
		c->rows += rows;
		if (c->many)
			profile_many(c, key, rows);
		else if (c->kind != PROFILE_NUMBER)
			add_text(c, key, name_of(other, i), rows);
		else if (fewvalues_add(&c->few, key, rows) == FEWVALUES_NONE)
			profile_many(c, key, rows);
	}
}

static void
merge_many(struct profile_column *c, const struct profile_column *other)
{
	if (!c->many)
		become_many(c);
	c->rows += other->rows;
	hll_merge(c->distinct, other->distinct);
	if (c->kind != PROFILE_NUMBER) {
		idsample_merge(c->sample, other->sample);
		return;
	}
	for (size_t i = 0; i < LOGBINS_N; i++)
		c->bin[i] += other->bin[i];
	exactsum_merge(&c->sum, &other->sum);
	exactsum_merge(&c->squares, &other->squares);
	c->min = other->min < c->min ? other->min : c->min;
	c->max = other->max > c->max ? other->max : c->max;
}

void
profile_merge(struct profile *p, const struct profile *other)
{
	assert(p->n == other->n);
	p->rows += other->rows;
	idsample_merge(p->pairs, other->pairs);
	for (size_t i = 0; i < p->n; i++) {
		struct profile_column *c = &p->column[i];
		const struct profile_column *d = &other->column[i];

		c->unnamed |= d->unnamed;
		if (c->kind == PROFILE_TIME) {
			c->rows += d->rows;
			daybins_merge(c->times, d->times);
		} else if (d->many) {
			merge_many(c, d);
		} else {
			merge_few(c, d);
		}
	}
}

/* --- reading ------------------------------------------------------------ */

double
profile_distinct(const struct profile_column *c, int *estimated)
{
	struct idsample_entry *entry;
	size_t n;
	int all = 0;

	*estimated = 0;
	if (!c->many)
		return (double)c->few.n;
	if (c->sample != NULL) {
		entry = idsample_list(c->sample, &n, &all);
		free(entry);
		if (all)
			return (double)n;
	}
	*estimated = 1;
	return round(hll_count(c->distinct));
}

static int
compare_entries(const void *a, const void *b)
{
	const struct idsample_entry *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

struct idsample_entry *
profile_sample(const struct profile_column *c, size_t *n, int *all)
{
	struct idsample_entry *entry;

	if (c->many)
		return idsample_list(c->sample, n, all);
	entry = mem_array("sample", c->few.n, sizeof *entry);
	*n = 0;
	*all = 1;
	for (size_t i = 0; i < FEWVALUES_SLOTS; i++)
		if (c->few.rows[i] > 0)
			entry[(*n)++] = (struct idsample_entry){
			    c->few.key[i], c->few.rows[i] };
	qsort(entry, *n, sizeof *entry, compare_entries);
	return entry;
}

struct popularity
profile_popularity(const struct profile_column *c)
{
	uint64_t rows[IDSAMPLE_SIZE];
	struct idsample_entry *entry;
	int all, estimated;
	size_t n;

	entry = profile_sample(c, &n, &all);
	for (size_t i = 0; i < n; i++)
		rows[i] = entry[i].rows;
	free(entry);
	if (all)
		return popularity_of(rows, n);
	return popularity_estimate(rows, n, profile_distinct(c, &estimated));
}

struct profile_range
profile_range(const struct profile_column *c)
{
	struct profile_column all = *c;
	struct profile_range r = { NAN, NAN, NAN, NAN };
	const double n = (double)c->rows;
	double variance;

	if (c->rows == 0)
		return r;
	if (!c->many)
		become_many(&all);
	r.min = all.min;
	r.max = all.max;
	r.mean = exactsum_value(&all.sum) / n;
	variance = exactsum_value(&all.squares) / n - r.mean * r.mean;
	if (fmax(fabs(r.min), fabs(r.max)) < 0x1p500)
		r.sd = sqrt(fmax(variance, 0));
	if (!c->many) {
		free(all.distinct);
		free(all.bin);
	}
	return r;
}

static int
compare_numbers(const void *a, const void *b)
{
	const struct profile_value *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static int
compare_tokens(const void *a, const void *b)
{
	const struct profile_value *x = a, *y = b;

	if (x->rows != y->rows)
		return x->rows < y->rows ? 1 : -1;
	return strcmp(x->text, y->text);
}

int
profile_values(const struct profile_column *c,
    struct profile_value value[FEWVALUES_MAX])
{
	const int named = c->kind == PROFILE_TOKEN && !c->unnamed;
	size_t n = 0;

	if (c->many || (c->kind != PROFILE_NUMBER && !named))
		return FEWVALUES_NONE;
	for (size_t i = 0; i < FEWVALUES_SLOTS; i++)
		if (c->few.rows[i] > 0)
			value[n++] = (struct profile_value){
			    number_of(c->few.key[i]),
			    named ? c->text[i] : NULL, c->few.rows[i] };
	qsort(value, n, sizeof *value, named ? compare_tokens
	    : compare_numbers);
	return (int)n;
}

double
profile_duplicates(const struct profile *p, int *estimated)
{
	double twins = 0, rows = 0;
	struct idsample_entry *entry;
	size_t n;
	int all;

	entry = idsample_list(p->pairs, &n, &all);
	for (size_t i = 0; i < n; i++) {
		twins += (double)(entry[i].rows - 1);
		rows += (double)entry[i].rows;
	}
	free(entry);
	*estimated = !all;
	if (all || rows <= 0)
		return twins;
	return round((double)p->rows * twins / rows);
}

