#include <stdatomic.h>
#include <stdlib.h>

#include "all/cleanquality.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"

struct cleanquality {
	const struct cleanplan *plan;
	struct profile_spec *spec;	/* (n) the fields, then the texts */
	size_t n, first_text;
	int column[CLEAN_FIELDS];	/* -1: no such column */
	struct popularity known[CLEAN_FIELDS];	/* of users and items */
	int is_known[CLEAN_FIELDS];
	atomic_flag lock;		/* of the list; held for no time */
	struct cleansheet *free;	/* sheets that nobody has */
};

/* --- columns ------------------------------------------------------------ */

static enum profile_kind
kind_of_field(enum clean_field f)
{
	switch (f) {
	case CLEAN_RATING:
	case CLEAN_WEIGHT:
		return PROFILE_NUMBER;
	case CLEAN_EVENT:
		return PROFILE_TOKEN;
	case CLEAN_TIME:
		return PROFILE_TIME;
	default:
		return PROFILE_ID;
	}
}

static enum profile_kind
kind_of_text(enum clean_type t)
{
	return t == CLEAN_TOKEN ? PROFILE_TOKEN :
	    t == CLEAN_FLOAT ? PROFILE_NUMBER : PROFILE_TEXT;
}

static void
name_columns(struct cleanquality *q)
{
	const struct cleanplan *p = q->plan;

	q->spec = mem_array("columns", CLEAN_FIELDS + p->rules.n_text,
	    sizeof *q->spec);
	for (int f = 0; f < CLEAN_FIELDS; f++) {
		const enum clean_field field = (enum clean_field)f;

		q->column[f] = -1;
		if (!p->rules.has[f] && !cleanplan_puts(p, field))
			continue;
		q->column[f] = (int)q->n;
		q->spec[q->n++] = (struct profile_spec){
		    p->key_name != NULL ? p->key_name
		    : clean_field_name(field), kind_of_field(field) };
	}
	q->first_text = q->n;
	for (size_t i = 0; i < p->rules.n_text; i++)
		q->spec[q->n++] = (struct profile_spec){ p->text[i].name,
		    kind_of_text(p->text_type[i]) };
}

struct cleanquality *
cleanquality_new(const struct cleanplan *plan)
{
	struct cleanquality *q = mem_array("quality", 1, sizeof *q);

	q->plan = plan;
	name_columns(q);
	atomic_flag_clear(&q->lock);
	return q;
}

static void
sheet_free(struct cleansheet *s)
{
	cleancount_release(&s->count);
	profile_free(s->input);
	profile_free(s->output);
	free(s);
}

void
cleanquality_free(struct cleanquality *q)
{
	if (q == NULL)
		return;
	while (q->free != NULL) {
		struct cleansheet *s = q->free;

		q->free = s->next;
		sheet_free(s);
	}
	free(q->spec);
	free(q);
}

/* --- sheets ------------------------------------------------------------- */

static struct cleansheet *
sheet_new(const struct cleanquality *q)
{
	struct cleansheet *s = mem_array("quality", 1, sizeof *s);

	cleancount_init(&s->count, &q->plan->rules);
	s->input = profile_new(q->spec, q->n, CLEANTIME_NONE);
	if (q->plan->holds_rows)
		s->output = profile_new(q->spec, q->n, CLEANTIME_NONE);
	return s;
}

static void
lock(struct cleanquality *q)
{
	while (atomic_flag_test_and_set_explicit(&q->lock,
	    memory_order_acquire))
		;
}

static void
unlock(struct cleanquality *q)
{
	atomic_flag_clear_explicit(&q->lock, memory_order_release);
}

struct cleansheet *
cleanquality_take(struct cleanquality *q)
{
	struct cleansheet *s;

	lock(q);
	s = q->free;
	if (s != NULL)
		q->free = s->next;
	unlock(q);
	return s != NULL ? s : sheet_new(q);
}

static void flush(const struct cleanquality *, struct cleansheet *);

void
cleanquality_give(struct cleanquality *q, struct cleansheet *s)
{
	flush(q, s);
	lock(q);
	s->next = q->free;
	q->free = s;
	unlock(q);
}

struct cleansheet *
cleanquality_sum(struct cleanquality *q)
{
	struct cleansheet *sum;

	if (q->free == NULL)
		q->free = sheet_new(q);
	sum = q->free;
	while (sum->next != NULL) {
		struct cleansheet *s = sum->next;

		cleancount_merge(&sum->count, &s->count);
		profile_merge(sum->input, s->input);
		if (s->output != NULL)
			profile_merge(sum->output, s->output);
		sum->next = s->next;
		sheet_free(s);
	}
	return sum;
}

/* --- rows --------------------------------------------------------------- */

static uint64_t
hash_of(struct span text)
{
	return hash_id(text);
}

/* Of the other columns, as they will be written. */
static void
add_text(struct profile *p, size_t column, struct span text)
{
	double x;

	if (text.n == 0)
		return;
	if (p->column[column].kind != PROFILE_NUMBER)
		profile_token(p, column, hash_of(text), text);
	else if (num_real(text, &x) == 0)	/* it was judged to be one */
		profile_number(p, column, x);
}

static void
add_event(const struct cleanquality *q, struct profile *p, uint64_t hash,
    struct span event)
{
	if (event.n > 0)
		profile_token(p, (size_t)q->column[CLEAN_EVENT], hash, event);
}

/* Columns of n rows; those that there are not may be NULL. */
static void
add_values(const struct cleanquality *q, struct profile *p,
    const float *rating, const float *weight, const int64_t *time, size_t n)
{
	const int *column = q->column;

	p->rows += n;
	if (column[CLEAN_RATING] >= 0)
		profile_numbers(p, (size_t)column[CLEAN_RATING], rating, n);
	if (column[CLEAN_WEIGHT] >= 0)
		profile_numbers(p, (size_t)column[CLEAN_WEIGHT], weight, n);
	if (column[CLEAN_TIME] >= 0)
		profile_times(p, (size_t)column[CLEAN_TIME], time, n);
}

/* Of n rows, the hashes of ids, and those of what makes a row a duplicate. */
static void
add_ids(const struct cleanquality *q, struct profile *p, const uint64_t *user,
    const uint64_t *item, const uint64_t *pair, size_t n)
{
	const int *column = q->column;

	profile_ids(p, (size_t)column[CLEAN_USER], user, n);
	if (column[CLEAN_ITEM] >= 0)
		profile_ids(p, (size_t)column[CLEAN_ITEM], item, n);
	profile_pairs(p, pair, n);
}

/* Into the profile with what waits. */
static void
flush(const struct cleanquality *q, struct cleansheet *s)
{
	add_values(q, s->input, s->rating, s->weight, s->time, s->n);
	add_ids(q, s->input, s->user, s->item, s->pair, s->n);
	s->n = 0;
}

/* What is counted of a row: the hashes of its names, and its values. */
struct seen {
	uint64_t user, item, event;
	struct span event_name;
	float rating, weight;
	int64_t time;
};

/* Rows are duplicates when cleanmerge() would make one of them. */
static inline uint64_t
pair_of(const struct cleanquality *q, uint64_t user, uint64_t item,
    uint64_t event)
{
	uint64_t pair = user;

	if (q->column[CLEAN_ITEM] >= 0)
		pair = hash_mix(pair, item);
	return q->plan->puts_event ? hash_mix(pair, event) : pair;
}

static void
add_input(const struct cleanquality *q, struct cleansheet *s,
    const struct seen *row)
{
	const size_t i = s->n++;

	s->rating[i] = row->rating;
	s->weight[i] = row->weight;
	s->time[i] = row->time;
	s->user[i] = row->user;
	s->item[i] = row->item;
	s->pair[i] = pair_of(q, row->user, row->item, row->event);
	if (q->column[CLEAN_EVENT] >= 0)
		add_event(q, s->input, row->event, row->event_name);
	if (s->n == CLEANSHEET_ROWS)
		flush(q, s);
}

/* n rows, all of which are usual: no copies. */
static void
add_usual(const struct cleanquality *q, struct cleansheet *s,
    const struct cleanusual *u, const struct spans *field, size_t n)
{
	const uint64_t *user = u->user.hash, *item = u->item.hash;
	const uint64_t *event = u->event.hash;
	uint64_t pair[CLEANUSUAL_ROWS];

	for (size_t i = 0; i < n; i++)
		pair[i] = pair_of(q, user[i], item[i], event[i]);
	add_values(q, s->input, u->rating, u->weight, u->time, n);
	add_ids(q, s->input, user, item, pair, n);
	for (size_t i = 0; i < n && q->column[CLEAN_EVENT] >= 0; i++)
		add_event(q, s->input, event[i],
		    spans_get(&field[CLEAN_EVENT], i));
}

void
cleanquality_usual(const struct cleanquality *q, struct cleansheet *s,
    const struct cleanusual *u, const struct spans *field, size_t n)
{
	const int has_event = q->column[CLEAN_EVENT] >= 0;

	cleancount_usual(&s->count, u, n);
	if (u->n_usual == n) {
		add_usual(q, s, u, field, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (u->is[i] != CLEANUSUAL_NOT)
			add_input(q, s, &(struct seen){ u->user.hash[i],
			    u->item.hash[i], u->event.hash[i],
			    has_event ? spans_get(&field[CLEAN_EVENT], i)
			    : (struct span){ NULL, 0 }, u->rating[i],
			    u->weight[i], u->time[i] });
}

void
cleanquality_row(const struct cleanquality *q, struct cleansheet *s,
    const struct span *field, const struct span *text,
    const struct clean_row *row)
{
	struct span rest;

	cleancount_row(&s->count, field, text, row);
	if (row->verdict != CLEAN_KEPT)
		return;
	add_input(q, s, &(struct seen){ hash_of(row->user),
	    hash_of(row->item), hash_of(row->event), row->event, row->rating,
	    row->weight, row->time });
	if (q->n == q->first_text)
		return;
	rest = (struct span){ row->text.p, row->text.n };
	span_cut(&rest, '\t');		/* what is before the first */
	for (size_t i = q->first_text; i < q->n; i++)
		add_text(s->input, i, span_cut(&rest, '\t'));
}

void
cleanquality_record(struct cleansheet *s)
{
	cleancount_record(&s->count);
}

void
cleanquality_written(const struct cleanquality *q, struct cleansheet *s,
    const struct cleanstore *store, const struct cleanblock *b)
{
	struct span event;

	add_values(q, s->output, b->rating, b->weight, b->time, b->n);
	if (!q->plan->puts_event)
		return;
	for (size_t i = 0; i < b->n; i++) {
		event = idmap_name(store->events, b->event[i]);
		add_event(q, s->output, hash_of(event), event);
	}
}

void
cleanquality_ids(struct cleanquality *q, enum clean_field f,
    const uint64_t *rows, size_t n)
{
	q->known[f] = popularity_of(rows, n);
	q->is_known[f] = 1;
}

/* --- afterwards ---------------------------------------------------------- */

const struct profile *
cleanquality_input(struct cleanquality *q)
{
	return cleanquality_sum(q)->input;
}

const struct profile *
cleanquality_output(struct cleanquality *q)
{
	const struct cleansheet *sum = cleanquality_sum(q);

	return sum->output != NULL ? sum->output : sum->input;
}

struct popularity
cleanquality_popularity(struct cleanquality *q, enum clean_field f)
{
	const struct profile *p = cleanquality_output(q);

	return q->is_known[f] ? q->known[f]
	    : profile_popularity(&p->column[q->column[f]]);
}

double
cleanquality_density(struct cleanquality *q)
{
	const double rows = (double)cleanquality_output(q)->rows;

	if (rows <= 0 || q->column[CLEAN_ITEM] < 0)
		return 0;
	return rows / cleanquality_popularity(q, CLEAN_USER).ids /
	    cleanquality_popularity(q, CLEAN_ITEM).ids;
}

double
cleanquality_duplicates(struct cleanquality *q, int *estimated)
{
	const struct cleansheet *sum = cleanquality_sum(q);

	*estimated = 0;
	if (q->plan->how != CLEANMERGE_KEEP)
		return (double)sum->count.what[CLEAN_DUPLICATE];
	return profile_duplicates(sum->input, estimated);
}

const struct profile_spec *
cleanquality_columns(const struct cleanquality *q, size_t *n)
{
	*n = q->n;
	return q->spec;
}

int
cleanquality_column(const struct cleanquality *q, enum clean_field f)
{
	return q->column[f];
}

static enum clean_field
field_of(const struct cleanquality *q, size_t column)
{
	int f = 0;

	while (f < CLEAN_FIELDS && q->column[f] != (int)column)
		f++;
	return (enum clean_field)f;
}

int
cleanquality_is_read(const struct cleanquality *q, size_t column)
{
	return column >= q->first_text ||
	    q->plan->rules.has[field_of(q, column)];
}

uint64_t
cleanquality_missing(struct cleanquality *q, size_t column)
{
	const struct cleancount *c = &cleanquality_sum(q)->count;

	return column >= q->first_text
	    ? c->missing_text[column - q->first_text]
	    : c->missing[field_of(q, column)];
}
