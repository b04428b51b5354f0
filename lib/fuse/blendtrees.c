#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/blendlinear.h"
#include "fuse/blendtrees.h"
#include "fuse/fuseforest.h"
#include "fuse/fusemonotone.h"
#include "fuse/labeltrees.h"
#include "tree/boost.h"

enum { COMMON = 2 };		/* columns besides the systems' */

/* out (systems + COMMON) <- the columns of a pair whose sum is `sum`. */
static void
make_row(const float *x, size_t S, float sum, float *out)
{
	float low = x[0], high = x[0];

	for (size_t s = 0; s < S; s++) {
		out[s] = x[s];
		low = fminf(low, x[s]);
		high = fmaxf(high, x[s]);
	}
	out[S] = sum;
	out[S + 1] = high - low;
}

static void
column_name(const struct fusion *f, size_t j, struct buf *b)
{
	if (f->labels)
		labeltrees_column(f, j, b);
	else
		buf_text(b, j < f->n ? f->name[j] : j == f->n ? "sum" :
		    "range");
}

/* Pairs with a rating. */
struct part {
	float *x, *y, *sum;	/* (n, columns); (n) */
	size_t *pair;		/* (n) */
	struct boost_data data;
};

/* Those of the folds that are wanted; sum (pairs). */
static void
part_make(struct part *k, const struct blendrows *r, const double *sum,
    const unsigned char *wants)
{
	const struct fusepairs *p = r->pairs;
	const size_t S = p->n_systems, columns = S + COMMON;
	size_t n = 0;

	k->x = mem_array("pairs", p->n * columns, sizeof *k->x);
	k->y = mem_array("pairs", p->n, sizeof *k->y);
	k->sum = mem_array("pairs", p->n, sizeof *k->sum);
	k->pair = mem_array("pairs", p->n, sizeof *k->pair);
	for (size_t i = 0; i < p->n; i++) {
		if (isnan(r->y[i]) || !wants[r->fold[p->user[i]]])
			continue;
		make_row(p->x + i * S, S, (float)sum[i], k->x + n * columns);
		k->y[n] = (float)r->y[i];
		k->sum[n] = (float)sum[i];
		k->pair[n++] = i;
	}
	k->data = (struct boost_data){ .x = k->x, .y = k->y, .n = n,
	    .n_columns = columns, .offset = k->sum };
}

static void
part_release(struct part *k)
{
	free(k->x);
	free(k->y);
	free(k->sum);
	free(k->pair);
}

/* --- learning ------------------------------------------------------------- */

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
train(struct boost *how, const struct blendrows *r, const double *sum,
    size_t held, size_t stop)
{
	unsigned char *wants = mem_array("folds", r->n_folds, 1);
	struct part a, b;
	struct forest *f;

	for (size_t k = 0; k < r->n_folds; k++)
		wants[k] = k != held && (k != stop || r->n_folds == 2);
	part_make(&a, r, sum, wants);
	for (size_t k = 0; k < r->n_folds; k++)
		wants[k] = k == stop;
	part_make(&b, r, sum, wants);
	f = boost_train(&a.data, b.data.n > 0 ? &b.data : NULL, how);
	part_release(&a);
	part_release(&b);
	free(wants);
	return f;
}

/* out (pairs) <- sum and trees, of the pairs of a fold. */
static void
add_trees(const struct forest *f, const struct blendrows *r,
    const double *sum, size_t fold, double *out)
{
	unsigned char *wants = mem_array("folds", r->n_folds, 1);
	struct part k;
	double *more;

	wants[fold] = 1;
	part_make(&k, r, sum, wants);
	more = mem_array("predictions", k.data.n, sizeof *more);
	forest_predict(f, k.x, k.data.n, more);
	for (size_t i = 0; i < k.data.n; i++)
		out[k.pair[i]] = sum[k.pair[i]] + more[i];
	free(more);
	free(wants);
	part_release(&k);
}

static double
squares(const struct blendrows *r, const double *said)
{
	double sum = 0;

	for (size_t i = 0; i < r->pairs->n; i++)
		if (!isnan(r->y[i]))
			sum += (r->y[i] - said[i]) * (r->y[i] - said[i]);
	return sum;
}

/* held (pairs) is the sum before, and what is better of it and sum and trees
 * afterwards. */
static int
grow(struct fusion *f, const struct blendrows *r, struct boost *how,
    double *held)
{
	const size_t n = r->pairs->n;
	double *sum = mem_array("predictions", n, sizeof *sum);
	int status = 0;

	memcpy(sum, held, n * sizeof *sum);
	tick_step(f->tick, f->method->what.name, "folds");
	for (size_t k = 0; k < r->n_folds && status == 0; k++) {
		struct forest *trees = train(how, r, sum, k,
		    (k + 1) % r->n_folds);

		if (trees == NULL)
			status = -1;
		else
			add_trees(trees, r, sum, k, held);
		forest_free(trees);
		tick_at(f->tick, k + 1, r->n_folds + 1);
	}
	if (status == 0 && !(squares(r, held) < squares(r, sum))) {
		memcpy(held, sum, n * sizeof *held);
		how->rounds = 0;
	}
	if (status == 0) {
		f->state = train(how, r, sum, SIZE_MAX, 0);
		status = f->state != NULL ? 0 : -1;
	}
	free(sum);
	return status;
}

int
blendtrees_fit(struct fusion *f, const struct blendrows *r, double *held)
{
	signed char *monotone = mem_array("columns", f->n + COMMON, 1);
	struct boost how;
	int status = get_settings(f, r->seed, monotone, &how);

	if (status == 0)
		status = blendlinear_fit(f, r, held);
	if (status == 0)
		status = grow(f, r, &how, held);
	free(monotone);
	return status;
}

void
blendtrees_predict(const struct fusion *f, const struct fusepairs *p,
    float *out)
{
	const size_t S = p->n_systems, columns = S + COMMON;
	float *x = mem_array("pairs", p->n * columns, sizeof *x);
	double *more = mem_array("predictions", p->n, sizeof *more);

	blendlinear_predict(f, p, out);
	for (size_t i = 0; i < p->n; i++)
		make_row(p->x + i * S, S, out[i], x + i * columns);
	forest_predict(f->state, x, p->n, more);
	for (size_t i = 0; i < p->n; i++)
		out[i] = (float)((double)out[i] + more[i]);
	free(x);
	free(more);
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
	.format = 3, .column = column_name
};
