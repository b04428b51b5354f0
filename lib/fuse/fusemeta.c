#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusemeta.h"
#include "io/readattributes.h"
#include "io/readinter.h"

enum { TOKEN_MAX = 254, TOKENS_MAX = 32, FEW = 2 };

static const char *const count_names[] = { "history", "popularity" };

/* Users, or items. */
struct side {
	struct idmap *ids;
	struct attributes *table;	/* NULL: none */
	const char *path;		/* of the table */
	uint32_t *count;		/* (n_count) interactions; or NULL */
	size_t n_count;
	float *x;			/* (ids + 1, width) the last of one
					 * that is not known */
	size_t width;
};

struct fusemeta {
	struct side side[2];
};

/* --- reading -------------------------------------------------------------- */

static int
read_table(struct side *s, const char *path, const char *id)
{
	s->path = path;
	if (path == NULL)
		return 0;
	s->table = readattributes_plain(path, id, s->ids);
	return s->table != NULL ? 0 : -1;
}

static int
read_history(struct fusemeta *m, const struct fusemeta_files *files)
{
	struct side *users = &m->side[FUSE_USERS];
	struct side *items = &m->side[FUSE_ITEMS];
	struct inter *in;

	if (files->n_history == 0)
		return 0;
	in = readinter(files->history, files->n_history, &(struct readinter){
	    .without_times = 1, .tick = files->tick }, users->ids, items->ids,
	    0);
	if (in == NULL)
		return -1;
	users->n_count = in->by_user.rows;
	items->n_count = in->by_user.cols;
	users->count = mem_array("counts", users->n_count,
	    sizeof *users->count);
	items->count = mem_array("counts", items->n_count,
	    sizeof *items->count);
	for (size_t u = 0; u < users->n_count; u++) {
		users->count[u] = (uint32_t)csr_row_count(&in->by_user, u);
		for (uint64_t i = in->by_user.indptr[u];
		    i < in->by_user.indptr[u + 1]; i++)
			items->count[in->by_user.indices[i]]++;
	}
	inter_free(in);
	return 0;
}

struct fusemeta *
fusemeta_read(const struct fusemeta_files *files)
{
	struct fusemeta *m = mem_array("tables", 1, sizeof *m);

	m->side[FUSE_USERS].ids = idmap_new();
	m->side[FUSE_ITEMS].ids = idmap_new();
	if (read_table(&m->side[FUSE_USERS], files->users, "user_id") == 0 &&
	    read_table(&m->side[FUSE_ITEMS], files->items, "item_id") == 0 &&
	    read_history(m, files) == 0) {
		for (int s = 0; s < 2; s++)
			if (m->side[s].table != NULL)
				attributes_finish(m->side[s].table);
		return m;
	}
	fusemeta_free(m);
	return NULL;
}

void
fusemeta_free(struct fusemeta *m)
{
	if (m == NULL)
		return;
	for (int s = 0; s < 2; s++) {
		attributes_free(m->side[s].table);
		idmap_free(m->side[s].ids);
		free(m->side[s].count);
		free(m->side[s].x);
	}
	free(m);
}

/* --- columns -------------------------------------------------------------- */

struct frequent {
	size_t n;
	uint32_t token;
};

static int
by_count(const void *va, const void *vb)
{
	const struct frequent *a = va, *b = vb;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return (a->token > b->token) - (a->token < b->token);
}

/* The most frequent tokens of a column, at most `most`. */
static struct idmap *
frequent_tokens(const struct attribute *a, size_t most)
{
	const struct idmap *names = a->values->items;
	const size_t n = idmap_count(names);
	struct frequent *of = mem_array("tokens", n, sizeof *of);
	struct idmap *out = idmap_new();

	for (uint32_t i = 0; i < n; i++)
		of[i].token = i;
	for (uint64_t i = 0; i < csr_count(&a->of); i++)
		of[a->of.indices[i]].n++;
	qsort(of, n, sizeof *of, by_count);
	for (size_t i = 0; i < n && i < most && of[i].n >= FEW; i++)
		idmap_add(out, idmap_name(names, of[i].token));
	free(of);
	return out;
}

/* Sums of a column's numbers. */
struct sums {
	double n, x, squares;
};

static void
sums_add(struct sums *s, double x)
{
	s->n++;
	s->x += x;
	s->squares += x * x;
}

static void
set_scale(struct fusecolumn *c, const struct sums *s)
{
	const double mean = s->n > 0 ? s->x / s->n : 0;
	const double square = s->n > 0 ? s->squares / s->n - mean * mean : 0;

	c->mean = mean;
	c->stdev = square > 1e-12 * (1 + mean * mean) ? sqrt(square) : 1;
}

static void
add_count(struct fusecolumns *c, const struct side *s, enum fuseside side)
{
	struct fusecolumn one = { .kind = FUSECOLUMN_COUNT, .side = side,
		.name = mem_text(count_names[side],
		strlen(count_names[side])) };
	struct sums sums = { 0, 0, 0 };

	for (size_t i = 0; i < s->n_count; i++)
		sums_add(&sums, log1p((double)s->count[i]));
	set_scale(&one, &sums);
	fusecolumns_add(c, one);
}

static void
add_attribute(struct fusecolumns *c, const struct attribute *a,
    enum fuseside side, struct buf *left_out)
{
	struct fusecolumn one = { .side = side, .mean = 0, .stdev = 1 };
	struct sums sums = { 0, 0, 0 };

	if (a->kind == ATTRIBUTE_NUMBER) {
		one.kind = FUSECOLUMN_NUMBER;
		for (uint64_t i = 0; i < csr_count(&a->of); i++)
			sums_add(&sums, (double)a->of.values[i]);
		set_scale(&one, &sums);
	} else {
		one.kind = a->kind == ATTRIBUTE_TOKEN ? FUSECOLUMN_TOKEN :
		    FUSECOLUMN_TOKENS;
		one.tokens = frequent_tokens(a, one.kind == FUSECOLUMN_TOKEN ?
		    TOKEN_MAX : TOKENS_MAX);
	}
	if (one.tokens != NULL ? idmap_count(one.tokens) == 0 : sums.n < 1) {
		buf_format(left_out, "%s%s", left_out->n > 0 ? ", " : "",
		    a->name);
		idmap_free(one.tokens);
		return;
	}
	one.name = mem_text(a->name, strlen(a->name));
	fusecolumns_add(c, one);
}

static int
is_wanted(const char *name, int side, const char *only)
{
	return only == NULL || (side == FUSE_USERS && strcmp(name, only) ==
	    0);
}

struct fusecolumns *
fusemeta_columns(const struct fusemeta *m, const char *only,
    struct buf *left_out)
{
	struct fusecolumns *c = fusecolumns_new();

	for (int side = FUSE_USERS; side <= FUSE_ITEMS; side++) {
		const struct side *s = &m->side[side];

		if (s->count != NULL && is_wanted(count_names[side], side,
		    only))
			add_count(c, s, (enum fuseside)side);
		for (size_t i = 0; s->table != NULL && i < s->table->n; i++)
			if (is_wanted(s->table->column[i].name, side, only))
				add_attribute(c, &s->table->column[i],
				    (enum fuseside)side, left_out);
	}
	return c;
}

/* --- numbers -------------------------------------------------------------- */

static void
fill_count(const struct side *s, const struct fusecolumn *c)
{
	for (size_t i = 0; i <= idmap_count(s->ids); i++)
		s->x[i * s->width + c->first] = i < s->n_count ?
		    log1pf((float)s->count[i]) : 0;
}

/* The row of an id: one that has anything has 0 for tokens that it lacks. */
static void
fill_row(const struct attribute *a, const struct fusecolumn *c,
    const uint32_t *token, size_t row, float *x)
{
	const struct csr *of = &a->of;
	const uint64_t from = of->indptr[row], to = of->indptr[row + 1];

	if (c->kind == FUSECOLUMN_TOKENS && to > from)
		memset(x, 0, idmap_count(c->tokens) * sizeof *x);
	for (uint64_t i = from; i < to; i++) {
		const uint32_t t = token != NULL ? token[of->indices[i]] : 0;

		if (c->kind == FUSECOLUMN_NUMBER)
			x[0] = of->values[i];
		else if (t != IDMAP_NONE && c->kind == FUSECOLUMN_TOKEN)
			x[0] = (float)t;
		else if (t != IDMAP_NONE)
			x[t] = 1;
	}
}

static void
fill_column(const struct side *s, const struct fusecolumn *c,
    const struct attribute *a)
{
	const struct idmap *names = a->values->items;
	uint32_t *token = NULL;

	if (c->tokens != NULL) {
		token = mem_array("tokens", idmap_count(names), sizeof *token);
		for (uint32_t i = 0; i < idmap_count(names); i++)
			token[i] = idmap_find(c->tokens, idmap_name(names, i));
	}
	for (size_t i = 0; i < a->of.rows; i++)
		fill_row(a, c, token, i, s->x + i * s->width + c->first);
	free(token);
}

static int
bind_column(const struct side *s, const struct fusecolumn *c)
{
	static const enum attribute_kind kinds[] = {
		[FUSECOLUMN_NUMBER] = ATTRIBUTE_NUMBER,
		[FUSECOLUMN_TOKEN] = ATTRIBUTE_TOKEN,
		[FUSECOLUMN_TOKENS] = ATTRIBUTE_TOKENS
	};
	static const char *const options[] = { "--user-features",
		"--item-features" };
	const struct attribute *a;

	if (c->kind == FUSECOLUMN_COUNT) {
		if (s->count == NULL)
			return err_msg("the fusion takes '%s': give "
			    "interactions with -i", c->name);
		fill_count(s, c);
		return 0;
	}
	if (s->table == NULL)
		return err_msg("the fusion takes column '%s': give its table "
		    "with %s", c->name, options[c->side]);
	a = attributes_find(s->table, c->name);
	if (a == NULL)
		return err_msg("%s: no column '%s', which the fusion takes",
		    s->path, c->name);
	if (a->kind != kinds[c->kind])
		return err_msg("%s: column '%s' is of another type than when "
		    "the fusion was fitted", s->path, c->name);
	fill_column(s, c, a);
	return 0;
}

int
fusemeta_bind(struct fusemeta *m, const struct fusecolumns *c)
{
	for (int i = 0; i < 2; i++) {
		struct side *s = &m->side[i];
		const size_t cells = (idmap_count(s->ids) + 1) * c->width[i];

		free(s->x);
		s->width = c->width[i];
		s->x = mem_array("columns", cells, sizeof *s->x);
		for (size_t j = 0; j < cells; j++)
			s->x[j] = NAN;
	}
	for (size_t i = 0; i < c->n; i++)
		if (bind_column(&m->side[c->at[i].side], &c->at[i]) != 0)
			return -1;
	return 0;
}

static const float *
row_of(const struct side *s, struct span name)
{
	const uint32_t id = idmap_find(s->ids, name);

	return s->x + (id == IDMAP_NONE ? idmap_count(s->ids) : id) *
	    s->width;
}

const float *
fusemeta_user(const struct fusemeta *m, struct span name)
{
	return row_of(&m->side[FUSE_USERS], name);
}

const float *
fusemeta_item(const struct fusemeta *m, struct span name)
{
	return row_of(&m->side[FUSE_ITEMS], name);
}
