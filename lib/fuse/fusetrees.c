/*
 * fusetrees.c -- LambdaMART on what the systems say of an item: for each its x,
 * the place and the score; how many list it, and among their first ten; the
 * best place; the sum of x with weights by logistic regression; how many
 * candidates there are.
 *
 * Trees order the first DEPTH candidates by that sum.  What is behind those
 * stays behind them, in that order: hardly any of it is relevant, and to learn
 * that would take most of the time.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/comb.h"
#include "fuse/fuselearn.h"
#include "fuse/fuseforest.h"
#include "fuse/fusetrees.h"
#include "tree/boost.h"

enum { DEPTH = 100, FIRST = 10, COMMON = 5, SHARES = 5 };

static size_t
n_columns(const struct fusion *f)
{
	return 3 * f->n + COMMON;
}

/* One row, of the item at p. */
static void
make_row(const struct fuseunion *u, size_t p, float sum, float *out)
{
	const size_t S = u->n_systems;
	float *common = out + 3 * S;
	uint32_t best = UINT32_MAX;

	common[0] = common[1] = 0;
	for (size_t s = 0; s < S; s++) {
		const uint32_t place = u->place[p * S + s];

		out[s] = u->x[p * S + s];
		out[S + s] = out[2 * S + s] = NAN;
		if (place == 0)
			continue;
		out[S + s] = (float)place;
		out[2 * S + s] = (float)u->entry[u->start[s] + place -
		    1].value;
		common[0]++;
		common[1] += place <= FIRST;
		best = place < best ? place : best;
	}
	common[2] = (float)best;
	common[3] = sum;
	common[4] = (float)u->n;
}

static void
make_rows(const struct fusion *f, struct fuseunion *u, float *out,
    unsigned char *keep)
{
	float *sum = mem_array("rows", u->n, sizeof *sum);
	struct topk_item *best = mem_array("rows", DEPTH, sizeof *best);
	size_t n;

	comb_sum(f, u, sum);
	memset(keep, 0, u->n);
	n = fuseunion_best(u, sum, DEPTH, best);
	for (size_t i = 0; i < n; i++) {
		const size_t p = best[i].item;

		keep[p] = 1;
		make_row(u, p, sum[p], out + p * n_columns(f));
	}
	free(sum);
	free(best);
}

/* --- learning ------------------------------------------------------------- */

static struct boost_data
data_of(const struct fuserowset *r)
{
	return (struct boost_data){ r->x, r->gain, r->n, r->n_columns,
	    r->query, r->n_queries };
}

/* Some users are held out to know when to stop. */
static size_t
pick(const struct fuselearn *how, int held, uint32_t *user)
{
	size_t n = 0;

	for (size_t i = 0; i < how->n_users; i++) {
		const struct span name = idmap_name(how->lists->users,
		    how->user[i]);

		if ((hash_bytes(name.p, name.n, how->seed + 1) % SHARES == 0)
		    == held)
			user[n++] = how->user[i];
	}
	return n;
}

static int
make_part(struct fuserowset *r, const struct fusion *f,
    const struct fuselearn *how, int held)
{
	uint32_t *user = mem_array("users", how->n_users, sizeof *user);
	struct fuselearn part = *how;
	int status;

	part.user = user;
	part.n_users = pick(how, held, user);
	status = fuserowset_make(r, f, &part, n_columns(f), make_rows);
	free(user);
	return status;
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	struct boost boost = BOOST_DEFAULTS;
	struct fuserowset train = { .n = 0 }, valid = { .n = 0 };
	struct boost_data a, b;
	int status = -1;

	boost.objective = boost_objective("lambdamart");
	boost.rounds = 400;
	boost.patience = 30;
	boost.grow.rate = 0.05;
	boost.grow.leaves = 15;
	boost.grow.min_rows = 100;
	boost.grow.l2 = 10;
	boost.grow.seed = how->seed;
	if (how->objective->depth > 0)
		boost.truncation = how->objective->depth * 2;
	if (fuse_logistic.learn(f, how) == 0 &&
	    make_part(&train, f, how, 0) == 0 &&
	    make_part(&valid, f, how, 1) == 0) {
		a = data_of(&train);
		b = data_of(&valid);
		f->state = boost_train(&a, &b, &boost);
		status = f->state != NULL ? 0 : -1;
	}
	fuserowset_release(&train);
	fuserowset_release(&valid);
	return status;
}

/* --- use ------------------------------------------------------------------ */

/* Rows of the union's items, and their trees' sums; x and sum are the
 * caller's to free. */
struct rows {
	float *x;		/* (n, columns) */
	double *sum;		/* (n) 0 of those that are not kept */
	unsigned char *keep;
};

static void
rows_make(struct rows *r, const struct fusion *f, struct fuseunion *u)
{
	const struct forest *forest = f->state;
	const size_t k = n_columns(f);

	r->x = mem_array("rows", u->n * k, sizeof *r->x);
	r->sum = mem_array("rows", u->n, sizeof *r->sum);
	r->keep = mem_array("rows", u->n, 1);
	make_rows(f, u, r->x, r->keep);
	for (size_t p = 0; p < u->n; p++)
		if (r->keep[p])
			forest_predict(forest, r->x + p * k, 1, &r->sum[p]);
}

static void
rows_release(struct rows *r)
{
	free(r->x);
	free(r->sum);
	free(r->keep);
}

void
fusetrees_combine(const struct fusion *f, struct fuseunion *u, float *scores)
{
	struct rows r;
	double least = INFINITY;
	float most = -INFINITY;

	rows_make(&r, f, u);
	comb_sum(f, u, scores);
	for (size_t p = 0; p < u->n; p++) {
		if (r.keep[p])
			least = fmin(least, r.sum[p]);
		else
			most = fmaxf(most, scores[p]);
	}
	/* Equal sums, as of no tree at all, are in the order of that sum. */
	for (size_t p = 0; p < u->n; p++)
		scores[p] = r.keep[p] ? (float)(r.sum[p] + 1e-4 *
		    (double)scores[p]) : (float)(least - 1 + 1e-4 *
		    (double)scores[p] + (double)(scores[p] - most));
	rows_release(&r);
}

void
fusetrees_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	const size_t S = f->n, k = n_columns(f);
	double *of = mem_array("parts", k + 1, sizeof *of);
	struct rows r;

	rows_make(&r, f, u);
	memset(part, 0, u->n * S * sizeof *part);
	for (size_t p = 0; p < u->n; p++) {
		if (!r.keep[p])
			continue;
		forest_shap(f->state, r.x + p * k, 0, of);
		for (size_t j = 0; j < 3 * S; j++)
			part[p * S + j % S] += of[j];
	}
	rows_release(&r);
	free(of);
}

/* --- the file ------------------------------------------------------------- */

static int
get(const struct st_file *st, struct fusion *f)
{
	return fuseforest_get(st, f, n_columns(f));
}

const struct fuse_learner fuse_trees = {
	learn, fuseforest_put, get, fuseforest_release
};
