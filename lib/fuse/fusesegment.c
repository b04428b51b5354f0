#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/guess.h"
#include "base/mem.h"
#include "fuse/fusecolumns.h"
#include "fuse/fusemeta.h"
#include "fuse/fusesegment.h"

enum { PARTS = 4 };

static int
by_value(const void *va, const void *vb)
{
	const double a = *(const double *)va, b = *(const double *)vb;

	return (a > b) - (a < b);
}

/* The value of the segment's column for a user; NaN: none. */
static double
value_of(const struct fusesegment *g, const struct fusion *f,
    struct span user)
{
	return (double)fusemeta_user(f->meta, user)[
	    f->columns->at[g->column].first];
}

static int
unknown(const struct fusecolumns *c, const char *name)
{
	struct guess g = guess_of(span_of(name));

	for (size_t i = 0; c != NULL && i < c->n; i++)
		if (c->at[i].side == FUSE_USERS)
			guess_offer(&g, span_of(c->at[i].name));
	return guess_fail(&g, "--segment: no column of users is called '%s'",
	    name);
}

/* The column that fusion->segment names, or -1 after a message. */
static int
find_column(struct fusesegment *g, const struct fusion *f)
{
	const struct fusecolumns *c = f->columns;
	size_t i = 0;

	while (c != NULL && i < c->n && (c->at[i].side != FUSE_USERS ||
	    strcmp(c->at[i].name, f->segment) != 0))
		i++;
	if (c == NULL || i == c->n)
		return unknown(c, f->segment);
	if (c->at[i].kind == FUSECOLUMN_TOKENS)
		return err_msg("--segment: '%s' has several tokens for a user",
		    f->segment);
	g->column = i;
	g->n_edges = 0;
	g->n = c->at[i].tokens != NULL ? idmap_count(c->at[i].tokens) : 1;
	return 0;
}

/* Edges between parts of about as many of these users; equal values are in the
 * same part. */
static void
cut_numbers(struct fusesegment *g, const struct fusion *f,
    const struct fuselearn *how)
{
	double *x = mem_array("users", how->n_users, sizeof *x);
	size_t n = 0;

	for (size_t i = 0; i < how->n_users; i++) {
		x[n] = value_of(g, f, idmap_name(how->lists->users,
		    how->user[i]));
		n += isnan(x[n]) ? 0 : 1;
	}
	qsort(x, n, sizeof *x, by_value);
	for (size_t k = 1; k < PARTS && n > 0; k++) {
		const double edge = x[(n - 1) * k / PARTS];

		if (edge < x[n - 1] && (g->n_edges == 0 ||
		    edge > g->edge[g->n_edges - 1]))
			g->edge[g->n_edges++] = edge;
	}
	g->n = g->n_edges + 1;
	free(x);
}

int
fusesegment_make(struct fusesegment *g, const struct fusion *f,
    const struct fuselearn *how)
{
	if (find_column(g, f) != 0)
		return -1;
	if (f->columns->at[g->column].tokens == NULL)
		cut_numbers(g, f, how);
	return 0;
}

size_t
fusesegment_of(const struct fusesegment *g, const struct fusion *f,
    struct span user)
{
	const double x = value_of(g, f, user);
	size_t i = 0;

	if (isnan(x))
		return g->n;
	if (f->columns->at[g->column].tokens != NULL)
		return (size_t)x;
	while (i < g->n_edges && x > g->edge[i])
		i++;
	return i;
}

void
fusesegment_put(const struct fusesegment *g, struct st_writer *w)
{
	if (g->n_edges > 0)
		st_put_copy(w, "segment_edges", ST_F64, &g->n_edges, 1,
		    g->edge);
}

int
fusesegment_get(const struct st_file *st, const struct fusion *f,
    struct fusesegment *g)
{
	const struct st_tensor *t = st_find(st, "segment_edges");
	double *edge;

	if (f->segment == NULL)
		return err_msg("%s: segments without their column",
		    st_path(st));
	if (find_column(g, f) != 0)
		return -1;
	if (t == NULL)
		return 0;
	if (t->count > PARTS - 1 || f->columns->at[g->column].tokens != NULL)
		return err_msg("%s: %zu edges of segments", st_path(st),
		    t->count);
	edge = fuselearn_doubles(st, "segment_edges", t->count, 0);
	if (edge == NULL)
		return -1;
	g->n_edges = t->count;
	g->n = g->n_edges + 1;
	memcpy(g->edge, edge, g->n_edges * sizeof *edge);
	free(edge);
	return 0;
}
