#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/blendtrees.h"
#include "fuse/fuseforest.h"
#include "tree/boost.h"

enum { COMMON = 2 };		/* columns besides the systems' */

/* out (systems + COMMON) <- the columns of a pair; returns the mean. */
static float
make_row(const float *x, size_t S, float *out)
{
	float low = x[0], high = x[0];
	double sum = 0;

	for (size_t s = 0; s < S; s++) {
		out[s] = x[s];
		low = fminf(low, x[s]);
		high = fmaxf(high, x[s]);
		sum += (double)x[s];
	}
	out[S] = (float)(sum / (double)S);
	out[S + 1] = high - low;
	return out[S];
}

/* The pairs with a rating whose fold is wanted. */
struct part {
	float *x, *y;		/* (n, columns); (n) rating less mean */
	size_t *pair;		/* (n) */
	size_t n;
};

static void
part_make(struct part *k, const struct fusepairs *p, const double *y,
    const unsigned char *wants, const uint32_t *fold)
{
	const size_t S = p->n_systems, columns = S + COMMON;

	*k = (struct part){ .x = mem_array("pairs", p->n * columns,
	    sizeof *k->x) };
	k->y = mem_array("pairs", p->n, sizeof *k->y);
	k->pair = mem_array("pairs", p->n, sizeof *k->pair);
	for (size_t i = 0; i < p->n; i++) {
		float mean;

		if (isnan(y[i]) || !wants[fold[p->user[i]]])
			continue;
		mean = make_row(p->x + i * S, S, k->x + k->n * columns);
		k->y[k->n] = (float)y[i] - mean;
		k->pair[k->n++] = i;
	}
}

static void
part_release(struct part *k)
{
	free(k->x);
	free(k->y);
	free(k->pair);
}

/* Trees of the folds that are not `held` (SIZE_MAX: of all) nor `stop`, which
 * says when to stop. */
static struct forest *
train(const struct fusepairs *p, const double *y, const uint32_t *fold,
    size_t n_folds, size_t held, size_t stop, uint64_t seed)
{
	unsigned char *wants = mem_array("folds", n_folds, 1);
	struct boost how = BOOST_DEFAULTS;
	struct part a, b;
	struct forest *f;

	how.objective = boost_objective("squared");
	how.rounds = 500;
	how.grow.rate = 0.05;
	how.grow.leaves = 15;
	how.grow.min_rows = 50;
	how.grow.l2 = 10;
	how.grow.seed = seed;
	for (size_t k = 0; k < n_folds; k++)
		wants[k] = k != held && (k != stop || n_folds == 2);
	part_make(&a, p, y, wants, fold);
	for (size_t k = 0; k < n_folds; k++)
		wants[k] = k == stop;
	part_make(&b, p, y, wants, fold);
	f = boost_train(&(struct boost_data){ a.x, a.y, a.n, p->n_systems +
	    COMMON, NULL, 0 }, b.n > 0 ? &(struct boost_data){ b.x, b.y, b.n,
	    p->n_systems + COMMON, NULL, 0 } : NULL, &how);
	part_release(&a);
	part_release(&b);
	free(wants);
	return f;
}

/* Adds the squared errors of a fold to *sum, their number to *n. */
static void
measure(const struct forest *f, const struct fusepairs *p, const double *y,
    const uint32_t *fold, size_t n_folds, size_t held, double *sum, size_t *n)
{
	unsigned char *wants = mem_array("folds", n_folds, 1);
	struct part k;
	double *out;

	wants[held] = 1;
	part_make(&k, p, y, wants, fold);
	out = mem_array("predictions", k.n, sizeof *out);
	forest_predict(f, k.x, k.n, out);
	for (size_t i = 0; i < k.n; i++)
		*sum += (out[i] - (double)k.y[i]) * (out[i] - (double)k.y[i]);
	*n += k.n;
	free(out);
	free(wants);
	part_release(&k);
}

int
blendtrees_fit(struct fusion *f, const struct fusepairs *p, const double *y,
    const uint32_t *fold, size_t n_folds, uint64_t seed)
{
	double sum = 0;
	size_t n = 0;

	for (size_t k = 0; k < n_folds; k++) {
		struct forest *g = train(p, y, fold, n_folds, k,
		    (k + 1) % n_folds, seed);

		if (g == NULL)
			return -1;
		measure(g, p, y, fold, n_folds, k, &sum, &n);
		forest_free(g);
	}
	f->value = sqrt(sum / (double)n);
	f->state = train(p, y, fold, n_folds, SIZE_MAX, 0, seed);
	return f->state != NULL ? 0 : -1;
}

void
blendtrees_predict(const struct fusion *f, const struct fusepairs *p,
    float *out)
{
	const size_t S = p->n_systems, columns = S + COMMON;
	float *x = mem_array("pairs", p->n * columns, sizeof *x);
	double *sum = mem_array("predictions", p->n, sizeof *sum);

	for (size_t i = 0; i < p->n; i++)
		out[i] = make_row(p->x + i * S, S, x + i * columns);
	forest_predict(f->state, x, p->n, sum);
	for (size_t i = 0; i < p->n; i++)
		out[i] = (float)((double)out[i] + sum[i]);
	free(x);
	free(sum);
}

/* --- the file ------------------------------------------------------------- */

static int
get(const struct st_file *st, struct fusion *f)
{
	return fuseforest_get(st, f, f->n + COMMON);
}

const struct fuse_learner fuse_boost = {
	NULL, fuseforest_put, get, fuseforest_release
};
