#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fuse/blendtrees.h"
#include "fuse/fuseforest.h"
#include "fuse/fusemonotone.h"
#include "fuse/labeltrees.h"
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

static void
column_name(const struct fusion *f, size_t j, struct buf *b)
{
	if (f->labels)
		labeltrees_column(f, j, b);
	else
		buf_text(b, j < f->n ? f->name[j] : j == f->n ? "mean" :
		    "range");
}

static int
get_settings(const struct fusion *f, uint64_t seed, signed char *monotone,
    struct boost *how)
{
	const struct fusegrowth *g = f->growth;
	const size_t columns = f->n + COMMON;
	unsigned char *none = mem_array("columns", columns, 1);
	const int status = fusemonotone(f, g->monotone, columns, none,
	    monotone);

	free(none);
	*how = BOOST_DEFAULTS;
	how->objective = boost_objective("squared");
	how->rounds = g->trees;
	how->grow.rate = g->rate;
	how->grow.leaves = g->leaves;
	how->grow.min_rows = g->min_rows;
	how->grow.l2 = g->l2;
	how->grow.seed = seed;
	how->grow.monotone = monotone;
	return status;
}

/* Trees of the folds that are not `held` (SIZE_MAX: of all) nor `stop`, which
 * says when to stop. */
static struct forest *
train(struct boost *how, const struct fusepairs *p, const double *y,
    const uint32_t *fold, size_t n_folds, size_t held, size_t stop)
{
	unsigned char *wants = mem_array("folds", n_folds, 1);
	struct part a, b;
	struct forest *f;

	for (size_t k = 0; k < n_folds; k++)
		wants[k] = k != held && (k != stop || n_folds == 2);
	part_make(&a, p, y, wants, fold);
	for (size_t k = 0; k < n_folds; k++)
		wants[k] = k == stop;
	part_make(&b, p, y, wants, fold);
	f = boost_train(&(struct boost_data){ .x = a.x, .y = a.y, .n = a.n,
	    .n_columns = p->n_systems + COMMON }, b.n > 0 ?
	    &(struct boost_data){ .x = b.x, .y = b.y, .n = b.n,
	    .n_columns = p->n_systems + COMMON } : NULL, how);
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
	signed char *monotone = mem_array("columns", f->n + COMMON, 1);
	struct boost how;
	double sum = 0;
	size_t n = 0;
	int status = get_settings(f, seed, monotone, &how);

	for (size_t k = 0; k < n_folds && status == 0; k++) {
		struct forest *g = train(&how, p, y, fold, n_folds, k,
		    (k + 1) % n_folds);

		if (g == NULL)
			status = -1;
		else
			measure(g, p, y, fold, n_folds, k, &sum, &n);
		forest_free(g);
	}
	if (status == 0) {
		f->value = sqrt(sum / (double)n);
		f->state = train(&how, p, y, fold, n_folds, SIZE_MAX, 0);
		status = f->state != NULL ? 0 : -1;
	}
	free(monotone);
	return status;
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
	return f->labels ? labeltrees_get(st, f) :
	    fuseforest_get(st, f, f->n + COMMON, 1);
}

const struct fuse_learner fuse_boost = {
	.put = fuseforest_put, .get = get, .free = fuseforest_release,
	.column = column_name
};
