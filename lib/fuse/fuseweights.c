/* fuseweights.c -- methods whose score is a sum, with weights by regression of
 * relevance on the systems' x, of the systems that are worth it. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusekeep.h"
#include "fuse/fuselearn.h"
#include "fuse/fuselinear.h"
#include "fuse/fuselistwise.h"
#include "fuse/fuseweights.h"

static const double listwise_ridge = 1e-3;	/* of the curvature */

/* The order does not depend on their sum. */
static void
set_weights(struct fusion *f, const double *w)
{
	double sum = 0;

	for (size_t s = 0; s < f->n; s++)
		sum += fabs(w[s]);
	for (size_t s = 0; s < f->n; s++)
		f->weight[s] = sum > 0 ? w[s] / sum : 1 / (double)f->n;
}

/* Weights of the systems that are in. */
static int
solve(struct fusion *f, const struct fuselearn *how, fusekeep_solver *solver,
    const unsigned char *in)
{
	struct fuserowset r;
	double *w = mem_array("weights", f->n, sizeof *w);
	int status;

	f->in = in;
	status = fuserowset_make(&r, f, how, f->n, fusekeep_rows);
	f->in = NULL;
	if (status == 0) {
		fusekeep_solve(&r, in, solver, w);
		set_weights(f, w);
	}
	fuserowset_release(&r);
	free(w);
	return status;
}

static int
learn(struct fusion *f, const struct fuselearn *how, fusekeep_solver *solver)
{
	unsigned char *in = mem_array("systems", f->n, 1);
	int status;

	fusekeep(f, how, solver, in);
	status = solve(f, how, solver, in);
	free(in);
	return status;
}

/* --- solvers -------------------------------------------------------------- */

static void
by_ridge(const struct fuserowset *r, double *w)
{
	struct fusemoments m;

	fusemoments_make(&m, r->x, r->gain, r->n, r->n_columns);
	fuselinear_ridge(&m, w);
	fusemoments_release(&m);
}

static void
by_nnls(const struct fuserowset *r, double *w)
{
	struct fusemoments m;

	fusemoments_make(&m, r->x, r->gain, r->n, r->n_columns);
	fuselinear_nnls(&m, w);
	fusemoments_release(&m);
}

static void
by_logistic(const struct fuserowset *r, double *w)
{
	struct fusemoments m;
	double b = 0;

	fusemoments_make(&m, r->x, r->gain, r->n, r->n_columns);
	memset(w, 0, m.k * sizeof *w);
	fuselinear_logistic(r->x, r->gain, r->n, r->n_columns, m.l * 1e-2, w,
	    &b);
	fusemoments_release(&m);
}

void
fuseweights_listwise(const struct fuserowset *r, double *w)
{
	struct fuselistwise l = { .x = r->x, .gain = r->gain,
		.query = r->query, .n_queries = r->n_queries,
		.k = r->n_columns };

	memset(w, 0, l.k * sizeof *w);
	l.l = fmax(listwise_ridge * fuselistwise_curvature(&l, w), 1e-12);
	fuselistwise_fit(&l, w);
}

/* --- the learners --------------------------------------------------------- */

static int
learn_ridge(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, by_ridge);
}

static int
learn_nnls(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, by_nnls);
}

static int
learn_logistic(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, by_logistic);
}

int
fuseweights_logistic(struct fusion *f, const struct fuselearn *how,
    const unsigned char *in)
{
	return solve(f, how, by_logistic, in);
}

static int
learn_listwise(struct fusion *f, const struct fuselearn *how)
{
	return learn(f, how, fuseweights_listwise);
}

const struct fuse_learner fuse_ridge = { .learn = learn_ridge };
const struct fuse_learner fuse_nnls = { .learn = learn_nnls };
const struct fuse_learner fuse_logistic = { .learn = learn_logistic };
const struct fuse_learner fuse_listwise = { .learn = learn_listwise };
