#include <stdlib.h>
#include <string.h>

#include "all/evalgroup.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/ids.h"
#include "io/rows.h"

enum { PARTS_MAX = 255, SEGMENTS_MAX = 1000 };

void
evalgroup_free(struct evalgroup *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->n; i++) {
		free(g->label[i]);
		free(g->has[i]);
	}
	free(g->label);
	free(g->has);
	free(g->name);
	idmap_free(g->own);
	free(g);
}

/* Room for n parts of ids. */
static void
make_parts(struct evalgroup *g, size_t n)
{
	g->n = g->missing = n;
	g->label = mem_array("segments", n, sizeof *g->label);
	g->has = mem_array("segments", n, sizeof *g->has);
	for (size_t i = 0; i < n; i++)
		g->has[i] = mem_array("segments", idmap_count(g->ids), 1);
}

static char *
label_of(const char *name, struct span value)
{
	struct buf b = BUF_EMPTY;
	char *out;

	buf_format(&b, "%s=", name);
	buf_span(&b, value);
	out = mem_text(b.p, b.n);
	buf_release(&b);
	return out;
}

/* --- popularity:N, activity:N --------------------------------------------- */

/* Is it NAME:N?  Then *out is N, which is not checked. */
static int
is_parts(const char *by, const char *name, struct span *out)
{
	const size_t n = strlen(name);

	if (strncmp(by, name, n) != 0 || by[n] != ':')
		return 0;
	*out = span_of(by + n + 1);
	return 1;
}

int
evalgroup_needs_train(const char *by)
{
	struct span n;

	return is_parts(by, "popularity", &n) || is_parts(by, "activity", &n);
}

static int
make_shares(struct evalgroup *g, const char *by, struct span count,
    const struct evalworld *world)
{
	unsigned char *part;
	size_t n;

	if (num_size(count, &n) != 0 || n < 2 || n > PARTS_MAX)
		return err_msg("--by '%s': parts are a number from 2 to %d",
		    by, PARTS_MAX);
	part = evalworld_parts(world, g->of_users, n, &g->ids);
	make_parts(g, n);
	g->missing = 0;		/* what nobody had */
	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF_EMPTY;

		buf_format(&b, "%zu/%zu", i + 1, n);
		g->label[i] = label_of(g->name, (struct span){ b.p, b.n });
		buf_release(&b);
	}
	for (size_t i = 0; i < idmap_count(g->ids); i++)
		g->has[part[i]][i] = 1;
	free(part);
	return 0;
}

/* --- a column ------------------------------------------------------------- */

struct value {
	uint32_t id, token;
};

struct values {
	struct idmap *tokens;
	struct value *at;	/* (n of cap) */
	size_t n, cap;
};

static void
take_value(struct values *v, uint32_t id, struct span text, int is_seq)
{
	while (text.p != NULL && text.n > 0) {
		const struct span one = is_seq ? span_cut(&text, ' ') : text;

		if (one.n > 0) {
			v->at = mem_grow("segments", v->at, &v->cap, v->n + 1,
			    sizeof *v->at);
			v->at[v->n++] = (struct value){ id,
			    idmap_add(v->tokens, one) };
		}
		if (!is_seq)
			break;
	}
}

static int
read_values(struct rows *rows, struct evalgroup *g, struct values *v)
{
	const int id = rows_column(rows, g->of_users ? "user_id" : "item_id");
	const int column = rows_column(rows, g->name);
	int got = -1, is_seq;

	if (id < 0 || column < 0)
		return -1;
	is_seq = rows_column_type(rows, column > 0 ? (size_t)column : 0) ==
	    ROWS_TOKEN_SEQ;
	while ((got = rows_next(rows)) > 0) {
		struct span name;

		if (ids_text(rows, id, &name) != 0)
			return -1;
		take_value(v, idmap_add(g->own, name),
		    rows_text(rows, column), is_seq);
	}
	return got;
}

/* Segments in the order of their names. */
static int
make_segments(struct evalgroup *g, const struct values *v, const char *path)
{
	const size_t n = idmap_count(v->tokens);
	uint32_t *place;

	if (n == 0)
		return err_msg("%s: column '%s' is empty", path, g->name);
	if (n > SEGMENTS_MAX)
		return err_msg("%s: column '%s' has %zu values: a segment for "
		    "each is more than %d", path, g->name, n, SEGMENTS_MAX);
	place = idmap_ranks(v->tokens);
	g->ids = g->own;
	make_parts(g, n);
	for (uint32_t i = 0; i < n; i++)
		g->label[place[i]] = label_of(g->name,
		    idmap_name(v->tokens, i));
	for (size_t i = 0; i < v->n; i++)
		g->has[place[v->at[i].token]][v->at[i].id] = 1;
	free(place);
	return 0;
}

/* The table opened, if it has the column; else NULL, with *failed set after a
 * message. */
static struct rows *
open_with(const char *path, const char *column, int *failed)
{
	struct rows *rows;

	if (path == NULL || *failed)
		return NULL;
	rows = rows_open(path, &(struct rows_format){ .kind = ROWS_GUESS });
	*failed = rows == NULL;
	if (rows != NULL && rows_find(rows, column) >= 0)
		return rows;
	rows_close(rows);
	return NULL;
}

static int
make_column(struct evalgroup *g, const struct evaluate *how)
{
	struct values v = { .tokens = NULL };
	int failed = 0, status = -1;
	struct rows *rows = open_with(how->users, g->name, &failed);

	g->of_users = rows != NULL;
	if (rows == NULL)
		rows = open_with(how->items, g->name, &failed);
	if (rows == NULL && !failed)
		return how->users == NULL && how->items == NULL ?
		    err_msg("--by %s: give --users FILE or --items FILE",
		    g->name) : err_msg("--by %s: neither --users nor --items "
		    "has such a column", g->name);
	if (rows == NULL)
		return -1;
	g->own = idmap_new();
	v.tokens = idmap_new();
	if (read_values(rows, g, &v) == 0)
		status = make_segments(g, &v, g->of_users ? how->users :
		    how->items);
	rows_close(rows);
	idmap_free(v.tokens);
	free(v.at);
	return status;
}

/* -------------------------------------------------------------------------- */

struct evalgroup *
evalgroup_new(const char *by, const struct evaluate *how,
    const struct evalworld *world)
{
	struct evalgroup *g = mem_array("segments", 1, sizeof *g);
	struct span parts;
	int status;

	g->name = mem_text(by, evalgroup_needs_train(by) ?
	    strcspn(by, ":") : strlen(by));
	if (is_parts(by, "activity", &parts)) {
		g->of_users = 1;
		status = make_shares(g, by, parts, world);
	} else if (is_parts(by, "popularity", &parts)) {
		status = make_shares(g, by, parts, world);
	} else {
		status = make_column(g, how);
	}
	if (status == 0)
		return g;
	evalgroup_free(g);
	return NULL;
}

unsigned char *
evalgroup_mask(const struct evalgroup *g, size_t part,
    const struct idmap *map)
{
	const size_t n = idmap_count(map);
	unsigned char *mask = mem_array("segments", n, 1);

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t id = idmap_find(g->ids, idmap_name(map, i));

		mask[i] = id == IDMAP_NONE ? part == g->missing :
		    g->has[part][id];
	}
	return mask;
}

struct scored *
evalgroup_truth(const struct evalgroup *g, size_t part,
    const struct scored *truth, const struct idmap *items, double relevant)
{
	unsigned char *mask = evalgroup_mask(g, part, items);
	struct scored *out = scored_new();

	for (size_t u = 0; u < scored_users(truth); u++) {
		size_t n, n_relevant = 0;
		const struct scored_item *x = scored_of(truth, (uint32_t)u, &n);

		for (size_t i = 0; i < n; i++)
			n_relevant += mask[x[i].item] &&
			    x[i].value >= relevant;
		for (size_t i = 0; i < n && n_relevant > 0; i++)
			if (mask[x[i].item])
				scored_add(out, (uint32_t)u, x[i].item,
				    x[i].value);
	}
	scored_finish(out);
	free(mask);
	return out;
}
