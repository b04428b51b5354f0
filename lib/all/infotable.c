#include <math.h>
#include <stdlib.h>

#include "all/info.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "data/idmap.h"
#include "io/rows.h"

/* Distinct numbers >= 1: open addressing, at most half full, 0 is free. */
struct set {
	uint64_t *slot;		/* (n_slots) */
	size_t n_slots, n;
};

/* What is known of a column after some rows. */
struct column {
	enum rows_type type;
	int declared;		/* a header says the type */
	int is_number;		/* so far, all that is not missing */
	size_t missing, numbers;
	double min, max, sum;
	int is_id;		/* user_id or item_id: values are in `ids` */
	struct idmap *ids;	/* owned */
	int counts;		/* other tokens: their hashes are in `seen` */
	struct set seen;
};

struct table {
	struct rows *rows;
	struct column *column;	/* (width) */
	int user, item;		/* columns, or -1 */
	struct set pairs;
	size_t *per_user, *per_item;	/* (ids) rows */
	size_t cap_user, cap_item;
	size_t n_rows;
};

static void set_add(struct set *, uint64_t key);

static void
set_grow(struct set *s)
{
	struct set old = *s;

	s->n_slots = old.n_slots > 0 ? 2 * old.n_slots : 1024;
	s->n = 0;
	s->slot = mem_array("distinct values", s->n_slots, sizeof *s->slot);
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slot[i] != 0)
			set_add(s, old.slot[i]);
	free(old.slot);
}

/* key >= 1 */
static void
set_add(struct set *s, uint64_t key)
{
	size_t i;

	if (2 * s->n >= s->n_slots)
		set_grow(s);
	i = hash_mix(key, 0) & (s->n_slots - 1);
	while (s->slot[i] != 0 && s->slot[i] != key)
		i = (i + 1) & (s->n_slots - 1);
	s->n += s->slot[i] == 0;
	s->slot[i] = key;
}

static void
set_add_text(struct set *s, struct span text)
{
	const uint64_t hash = hash_bytes(text.p, text.n, 0);

	set_add(s, hash != 0 ? hash : 1);
}

/* A number >= 0 for each id, grown as ids come. */
static void
count_id(size_t **count, size_t *cap, uint32_t id)
{
	const size_t before = *cap;

	*count = mem_grow("counts", *count, cap, (size_t)id + 1,
	    sizeof **count);
	for (size_t i = before; i < *cap; i++)
		(*count)[i] = 0;
	(*count)[id]++;
}

static int
add_field(const struct table *t, size_t j, struct column *c)
{
	const struct span text = rows_text(t->rows, (int)j);
	double x;

	if (text.n == 0) {
		c->missing++;
		return 0;
	}
	if (c->is_id && memchr(text.p, '\n', text.n) != NULL)
		return rows_error(t->rows, (int)j, "a newline in an id");
	if (c->is_id)
		idmap_add(c->ids, text);
	else if (c->counts)
		set_add_text(&c->seen, text);
	if (!c->is_number)
		return 0;
	if (num_real(text, &x) != 0) {
		if (c->declared)
			return rows_error(t->rows, (int)j,
			    "'%.*s' is not a number", SPAN_ARGS(text));
		/* Tokens after all; they are counted only from the start. */
		c->is_number = 0;
		c->counts = c->numbers == 0;
		if (c->counts)
			set_add_text(&c->seen, text);
		return 0;
	}
	c->numbers++;
	c->sum += x;
	c->min = fmin(c->min, x);
	c->max = fmax(c->max, x);
	return 0;
}

static int
add_row(struct table *t)
{
	struct span user, item;
	uint32_t u, i;

	for (size_t j = 0; j < rows_width(t->rows); j++)
		if (add_field(t, j, &t->column[j]) != 0)
			return -1;
	t->n_rows++;
	if (t->user < 0 || t->item < 0)
		return 0;
	user = rows_text(t->rows, t->user);
	item = rows_text(t->rows, t->item);
	if (user.n == 0 || item.n == 0)
		return 0;
	u = idmap_find(t->column[t->user].ids, user);
	i = idmap_find(t->column[t->item].ids, item);
	count_id(&t->per_user, &t->cap_user, u);
	count_id(&t->per_item, &t->cap_item, i);
	set_add(&t->pairs, ((uint64_t)u << 32 | i) + 1);
	return 0;
}

static void
begin(struct table *t)
{
	const size_t width = rows_width(t->rows);

	t->column = mem_array("columns", width, sizeof *t->column);
	t->user = rows_find(t->rows, "user_id");
	t->item = rows_find(t->rows, "item_id");
	for (size_t j = 0; j < width; j++) {
		struct column *c = &t->column[j];

		c->type = rows_column_type(t->rows, j);
		c->declared = rows_has_header(t->rows) &&
		    rows_kind(t->rows) != ROWS_CSV;
		c->is_id = (int)j == t->user || (int)j == t->item;
		c->is_number = c->declared ? c->type == ROWS_FLOAT : !c->is_id;
		c->counts = c->declared && c->type == ROWS_TOKEN && !c->is_id;
		c->ids = c->is_id ? idmap_new() : NULL;
		c->min = INFINITY;
		c->max = -INFINITY;
	}
}

static void
put_column(const struct table *t, size_t j, struct facts *f)
{
	static const char *const types[] = {
		[ROWS_TOKEN] = "token", [ROWS_TOKEN_SEQ] = "token_seq",
		[ROWS_FLOAT] = "float", [ROWS_FLOAT_SEQ] = "float_seq"
	};
	const struct column *c = &t->column[j];

	facts_row(f, span_of(rows_column_name(t->rows, j)));
	facts_cell(f, "%s", c->declared ? types[c->type] :
	    c->is_number && c->numbers > 0 ? "float" : "token");
	facts_cell(f, "%zu", c->missing);
	if (c->is_id || c->counts)
		facts_cell(f, "%zu", c->is_id ? idmap_count(c->ids) :
		    c->seen.n);
	else
		facts_cell(f, "%s", "");
	if (c->is_number && c->numbers > 0) {
		facts_cell(f, "%.10g", c->min);
		facts_cell(f, "%.10g", c->sum / (double)c->numbers);
		facts_cell(f, "%.10g", c->max);
	} else {
		for (int k = 0; k < 3; k++)
			facts_cell(f, "%s", "");
	}
}

/* "20 to 685, mean 106.045" */
static void
put_counts(const char *key, const size_t *count, size_t n, struct facts *f)
{
	size_t least = SIZE_MAX, most = 0, sum = 0;

	for (size_t i = 0; i < n; i++) {
		least = count[i] < least ? count[i] : least;
		most = count[i] > most ? count[i] : most;
		sum += count[i];
	}
	if (n > 0)
		facts_add(f, key, "%zu to %zu, mean %.6g", least, most,
		    (double)sum / (double)n);
}

static void
put_interactions(const struct table *t, struct facts *f)
{
	const size_t users = idmap_count(t->column[t->user].ids);
	const size_t items = idmap_count(t->column[t->item].ids);

	facts_add(f, "users", "%zu", users);
	facts_add(f, "items", "%zu", items);
	facts_add(f, "pairs", "%zu", t->pairs.n);
	if (users > 0 && items > 0)
		facts_add(f, "density", "%.4g %%", 100 * (double)t->pairs.n /
		    (double)users / (double)items);
	put_counts("rows_per_user", t->per_user,
	    users < t->cap_user ? users : t->cap_user, f);
	put_counts("rows_per_item", t->per_item,
	    items < t->cap_item ? items : t->cap_item, f);
}

static void
put_table(const struct table *t, struct facts *f)
{
	static const char *const names[] = { [ROWS_TSV] = "tsv",
	    [ROWS_CSV] = "csv", [ROWS_JSONL] = "json lines" };

	facts_add(f, "kind", "%s table", names[rows_kind(t->rows)]);
	facts_add(f, "header", "%s", rows_has_header(t->rows) ? "yes" : "no");
	facts_add(f, "rows", "%zu", t->n_rows);
	facts_add(f, "columns", "%zu", rows_width(t->rows));
	if (t->user >= 0 && t->item >= 0)
		put_interactions(t, f);
	facts_table(f, "column", "type", "missing", "distinct", "min", "mean",
	    "max", NULL);
	for (size_t j = 0; j < rows_width(t->rows); j++)
		put_column(t, j, f);
}

int
info_columns(const char *path, struct buf *b)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .positional = rows_interactions, .kind = ROWS_GUESS });

	if (rows == NULL)
		return -1;
	for (size_t c = 0; c < rows_width(rows); c++)
		buf_format(b, "%s\n", rows_column_name(rows, c));
	rows_close(rows);
	return 0;
}

int
infotable_describe(struct in *in, struct tick *tick, struct facts *f)
{
	const struct rows_format format = {
		.positional = rows_interactions, .kind = ROWS_GUESS,
		.tick = tick
	};
	struct table t = { .rows = rows_open_in(in, &format) };
	int got = -1;

	if (t.rows == NULL)
		return -1;
	begin(&t);
	while ((got = rows_next(t.rows)) > 0)
		if ((got = add_row(&t)) != 0)
			break;
	if (got == 0 && rows_width(t.rows) == 0)
		got = err_msg("%s: the file is empty", rows_path(t.rows));
	if (got == 0)
		put_table(&t, f);
	for (size_t j = 0; j < rows_width(t.rows); j++) {
		idmap_free(t.column[j].ids);
		free(t.column[j].seen.slot);
	}
	free(t.column);
	free(t.pairs.slot);
	free(t.per_user);
	free(t.per_item);
	rows_close(t.rows);
	return got;
}
