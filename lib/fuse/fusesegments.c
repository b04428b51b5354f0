#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusehalves.h"
#include "fuse/fusekeep.h"
#include "fuse/fuselistwise.h"
#include "fuse/fusesegment.h"
#include "fuse/fusesegments.h"
#include "fuse/fuseweights.h"

struct segments {
	struct fusesegment of;
	double *w;		/* (of.n + 1, systems) the last: common ones */
};

static const double no_pull = 1e-9, all_pull = INFINITY;

static struct segments *
segments_new(const struct fusesegment *of, size_t n_systems)
{
	struct segments *g = mem_array("segments", 1, sizeof *g);

	g->of = *of;
	g->w = mem_array("weights", (of->n + 1) * n_systems, sizeof *g->w);
	return g;
}

static void
segments_free(void *state)
{
	struct segments *g = state;

	if (g == NULL)
		return;
	free(g->w);
	free(g);
}

/* --- use ------------------------------------------------------------------ */

void
fusesegments_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	const struct segments *g = f->state;
	const double *w = g->w + fusesegment_of(&g->of, f, u->user) * f->n;

	for (size_t i = 0; i < u->n * f->n; i++)
		part[i] = w[i % f->n] * (double)u->x[i];
}

void
fusesegments_combine(const struct fusion *f, struct fuseunion *u,
    float *scores)
{
	const struct segments *g = f->state;
	const double *w = g->w + fusesegment_of(&g->of, f, u->user) * f->n;

	for (size_t p = 0; p < u->n; p++) {
		double sum = 0;

		for (size_t s = 0; s < f->n; s++)
			sum += w[s] * (double)u->x[p * f->n + s];
		scores[p] = (float)sum;
	}
}

/* --- learning ------------------------------------------------------------- */

/* Rows of one segment's users.  They are copied. */
static void
take_segment(const struct fuserowset *r, const size_t *segment, size_t which,
    struct fuserowset *out)
{
	const size_t k = r->n_columns;

	*out = (struct fuserowset){ .n_columns = k };
	out->x = mem_array("rows", r->n * k, sizeof *out->x);
	out->gain = mem_array("rows", r->n, sizeof *out->gain);
	out->query = mem_array("rows", r->n_queries + 1, sizeof *out->query);
	for (size_t q = 0; q < r->n_queries; q++) {
		const size_t from = r->query[q], n = r->query[q + 1] - from;

		if (segment[q] != which)
			continue;
		memcpy(out->x + out->n * k, r->x + from * k,
		    n * k * sizeof *out->x);
		memcpy(out->gain + out->n, r->gain + from,
		    n * sizeof *out->gain);
		out->n += n;
		out->query[++out->n_queries] = out->n;
	}
}

/* w (systems) <- those of the rows' users, drawn towards `common`, of those
 * systems that are in. */
static void
fit_segment(const struct fuserowset *r, const unsigned char *in, double pull,
    const double *common, double *w)
{
	const size_t S = r->n_columns;
	struct fuselistwise l = { .x = r->x, .gain = r->gain,
		.query = r->query, .n_queries = r->n_queries, .k = S,
		.towards = common };

	memcpy(w, common, S * sizeof *w);
	if (r->n_queries == 0 || isinf(pull))
		return;
	/* Those that are out have rows of 0: they stay where they are. */
	for (size_t i = 0; i < r->n * S; i++)
		if (!in[i % S])
			r->x[i] = 0;
	l.l = fmax(pull / (double)r->n_queries * fuselistwise_curvature(&l,
	    common), 1e-12);
	fuselistwise_fit(&l, w);
}

/* g->w <- of these rows. */
static void
fit_all(struct segments *g, const struct fusion *f,
    const struct fuselearn *how, const struct fuserowset *r,
    const unsigned char *in, double pull)
{
	const size_t S = f->n;
	size_t *segment = mem_array("segments", r->n_queries,
	    sizeof *segment);
	double *common = g->w + g->of.n * S;

	fusekeep_solve(r, in, fuseweights_listwise, common);
	for (size_t q = 0; q < r->n_queries; q++)
		segment[q] = fusesegment_of(&g->of, f, idmap_name(
		    how->lists->users, r->user[q]));
	for (size_t i = 0; i < g->of.n; i++) {
		struct fuserowset part;

		take_segment(r, segment, i, &part);
		fit_segment(&part, in, pull, common, g->w + i * S);
		fuserowset_release(&part);
	}
	free(segment);
}

/* The sum of the metric over both halves, with this pull; g's state is used. */
static double
look(const struct fusion *f, struct fusehalves *h, struct fusion *g,
    const unsigned char *in, double pull)
{
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		struct fuserowset r;
		const int status = fusehalves_rows(h, i, f, f->n,
		    fusekeep_rows, &r);

		if (status == 0)
			fit_all(g->state, f, h->how, &r, in, pull);
		fuserowset_release(&r);
		if (status != 0)
			return -INFINITY;
		sum += fusehalves_value(h, g, !i);
	}
	return sum;
}

/* How strongly segments are drawn to the common weights, by the metric. */
static double
choose_pull(const struct fusion *f, const struct fuselearn *how,
    const unsigned char *in, const struct fusesegment *of)
{
	const double pulls[] = { all_pull, 1000, 300, 100, 30, no_pull };
	struct fusion *g = fusion_like(f);
	struct fusehalves h;
	double most = -INFINITY, best = pulls[2];
	const int tells = fusehalves_init(&h, how);

	g->state = segments_new(of, f->n);
	for (size_t i = 0; i < sizeof pulls / sizeof pulls[0] && tells; i++) {
		const double value = look(f, &h, g, in, pulls[i]);

		if (value > most) {
			most = value;
			best = pulls[i];
		}
	}
	fusehalves_release(&h);
	fusion_free(g);
	return best;
}

static void
set_weights(struct fusion *f, struct segments *g)
{
	for (size_t i = 0; i <= g->of.n; i++) {
		double *w = g->w + i * f->n, sum = 0;

		for (size_t s = 0; s < f->n; s++)
			sum += fabs(w[s]);
		for (size_t s = 0; s < f->n; s++)
			w[s] = sum > 0 ? w[s] / sum : 1 / (double)f->n;
	}
	memcpy(f->weight, g->w + g->of.n * f->n, f->n * sizeof *f->weight);
	f->state = g;
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	unsigned char *in;
	struct fuserowset r;
	struct fusesegment of;
	struct segments *g;
	int status;

	if (fusesegment_make(&of, f, how) != 0)
		return -1;
	in = mem_array("systems", f->n, 1);
	fusekeep(f, how, fuseweights_listwise, in);
	f->in = in;
	status = fuserowset_make(&r, f, how, f->n, fusekeep_rows);
	if (status == 0) {
		g = segments_new(&of, f->n);
		fit_all(g, f, how, &r, in, choose_pull(f, how, in, &of));
		set_weights(f, g);
	}
	f->in = NULL;
	fuserowset_release(&r);
	free(in);
	return status;
}

/* --- the file ------------------------------------------------------------- */

static void
put(const struct fusion *f, struct st_writer *w)
{
	const struct segments *g = f->state;

	fusesegment_put(&g->of, w);
	st_put(w, "segment_weights", ST_F64, (size_t[]){ g->of.n + 1, f->n },
	    2, g->w);
}

static int
get(const struct st_file *st, struct fusion *f)
{
	struct fusesegment of;
	struct segments *g;
	double *w;

	if (fusesegment_get(st, f, &of) != 0)
		return -1;
	w = fuselearn_doubles(st, "segment_weights", of.n + 1, f->n);
	if (w == NULL)
		return -1;
	g = segments_new(&of, f->n);
	free(g->w);
	g->w = w;
	f->state = g;
	return 0;
}

const struct fuse_learner fuse_segments = {
	.learn = learn, .put = put, .get = get, .free = segments_free
};
