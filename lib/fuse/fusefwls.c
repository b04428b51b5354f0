#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusefwls.h"
#include "fuse/fusehalves.h"
#include "fuse/fuseinputs.h"
#include "fuse/fusekeep.h"
#include "fuse/fusestack.h"
#include "fuse/fuseweights.h"

/* The state is v (systems, inputs), with the input 1 first. */

size_t
fusefwls_inputs(const struct fusion *f)
{
	return 1 + fuseinputs_of_user(f) + fuseinputs_of_item(f);
}

/* --- use ------------------------------------------------------------------ */

void
fusefwls_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	const size_t S = f->n, K = fusefwls_inputs(f);
	const double *v = f->state;
	float *m = mem_array("inputs", K, sizeof *m);

	m[0] = 1;
	fuseinputs_user(f, u, m + 1);
	for (size_t p = 0; p < u->n; p++) {
		fuseinputs_item(f, u, p, m + 1 + fuseinputs_of_user(f));
		for (size_t s = 0; s < S; s++) {
			double w = 0;

			for (size_t k = 0; k < K; k++)
				w += v[s * K + k] * (double)m[k];
			part[p * S + s] = w * (double)u->x[p * S + s];
		}
	}
	free(m);
}

void
fusefwls_combine(const struct fusion *f, struct fuseunion *u, float *scores)
{
	double *part = mem_array("parts", u->n * f->n, sizeof *part);

	fusefwls_parts(f, u, part);
	for (size_t p = 0; p < u->n; p++) {
		double sum = 0;

		for (size_t s = 0; s < f->n; s++)
			sum += part[p * f->n + s];
		scores[p] = (float)sum;
	}
	free(part);
}

/* --- learning ------------------------------------------------------------- */

/* x, then the inputs but the first. */
static void
make_rows(const struct fusion *f, struct fuseunion *u, float *out,
    unsigned char *keep)
{
	const size_t S = f->n, users = fuseinputs_of_user(f);
	const size_t width = S + fusefwls_inputs(f) - 1;

	fusekeep_listed(f, u, keep);
	for (size_t p = 0; p < u->n; p++) {
		float *row = out + p * width;

		memcpy(row, u->x + p * S, S * sizeof *row);
		if (p == 0)
			fuseinputs_user(f, u, row + S);
		else
			memcpy(row + S, out + S, users * sizeof *row);
		fuseinputs_item(f, u, p, row + S + users);
	}
}

/* Relevance is 1 or 0, as in a regression of the systems' x alone. */
static void
add_rows(struct fusestack *t, const struct fuserowset *r,
    const unsigned char *in)
{
	float *y = mem_array("rows", r->n, sizeof *y);

	for (size_t i = 0; i < r->n; i++)
		y[i] = r->gain[i] > 0;
	fusestack_add(t, r->x, y, r->n, in);
	free(y);
}

/* half (2) <- the sums of each half's users; 0, or -1 if one has none. */
static int
sum_halves(const struct fusehalves *h, const struct fusion *f,
    const unsigned char *in, struct fusestack *half)
{
	int status = 0;

	for (int i = 0; i < 2; i++) {
		struct fuserowset r;

		fusestack_init(&half[i], f->n, fusefwls_inputs(f));
		if (fusehalves_rows(h, i, f, f->n + fusefwls_inputs(f) - 1,
		    make_rows, &r) == 0)
			add_rows(&half[i], &r, in);
		else
			status = -1;
		fuserowset_release(&r);
	}
	return status;
}

/* The ridge that is best by the metric. */
static double
choose_ridge(const struct fusion *f, const struct fuselearn *how,
    const unsigned char *in)
{
	static const double ridges[] = { 1e9, 10, 1, 0.1, 1e-2, 1e-3 };
	struct fusion *g = fusion_like(f);
	double *v = mem_array("weights", f->n * fusefwls_inputs(f), sizeof *v);
	struct fusestack half[2] = { { .S = 0 }, { .S = 0 } };
	struct fusehalves h;
	double most = -INFINITY, best = ridges[1], b;
	const int tells = fusehalves_init(&h, how) &&
	    sum_halves(&h, f, in, half) == 0;

	g->state = v;
	g->in = in;
	for (size_t i = 0; i < sizeof ridges / sizeof ridges[0] && tells;
	    i++) {
		double value = 0;

		for (int k = 0; k < 2; k++) {
			fusestack_solve(&half[k], ridges[i], v, &b);
			value += fusehalves_value(&h, g, !k);
		}
		if (value > most) {
			most = value;
			best = ridges[i];
		}
	}
	for (int k = 0; k < 2; k++)
		fusestack_release(&half[k]);
	fusehalves_release(&h);
	fusion_free(g);
	return best;
}

/* The order does not depend on their scale. */
static void
set_weights(struct fusion *f, double *v)
{
	const size_t K = fusefwls_inputs(f);
	double sum = 0;

	for (size_t s = 0; s < f->n; s++)
		sum += fabs(v[s * K]);
	for (size_t i = 0; i < f->n * K && sum > 0; i++)
		v[i] /= sum;
	for (size_t s = 0; s < f->n; s++)
		f->weight[s] = v[s * K];
	f->state = v;
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	const size_t K = fusefwls_inputs(f);
	unsigned char *in = mem_array("systems", f->n, 1);
	double *v = mem_array("weights", f->n * K, sizeof *v), b;
	struct fuserowset r;
	struct fusestack all;
	int status;

	fusekeep(f, how, fuseweights_listwise, in);
	f->in = in;
	status = fuserowset_make(&r, f, how, f->n + K - 1, make_rows);
	if (status == 0) {
		fusestack_init(&all, f->n, K);
		add_rows(&all, &r, in);
		fusestack_solve(&all, choose_ridge(f, how, in), v, &b);
		fusestack_release(&all);
		set_weights(f, v);
	} else {
		free(v);
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
	const size_t dims[2] = { f->n, fusefwls_inputs(f) };

	st_put(w, "meta_weights", ST_F64, dims, 2, f->state);
}

static int
get(const struct st_file *st, struct fusion *f)
{
	f->state = fuselearn_doubles(st, "meta_weights", f->n,
	    fusefwls_inputs(f));
	return f->state != NULL ? 0 : -1;
}

const struct fuse_learner fuse_fwls = {
	.learn = learn, .put = put, .get = get, .free = free,
	.format = 3
};
