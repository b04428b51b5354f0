#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/blendfwls.h"
#include "fuse/fusefwls.h"
#include "fuse/fuseinputs.h"
#include "fuse/fusestack.h"

enum { ROWS_PER_BLOCK = 65536 };

struct job {
	const struct fusion *fusion;
	const struct blendrows *rows;
	size_t S, K, width;		/* width: of a row, S + K - 1 */
	struct fusestack *of;		/* (folds + 1) the last: of several */
	double *v, b;			/* (S, K) the solution */
};

/* out (width) <- the predictions of pair i and the inputs but the first. */
static void
make_row(const struct fusion *f, const struct fusepairs *p, size_t i,
    float *out)
{
	const float *x = p->x + i * f->n;

	memcpy(out, x, f->n * sizeof *out);
	fuseinputs_pair(f, x, idmap_name(p->users, p->user[i]),
	    idmap_name(p->items, p->item[i]), out + f->n);
}

static double
predict(const float *row, size_t S, size_t K, const double *v, double b)
{
	const float *m = row + S;

	for (size_t s = 0; s < S; s++, v += K) {
		double w = v[0];

		for (size_t k = 1; k < K; k++)
			w += v[k] * (double)m[k - 1];
		b += w * (double)row[s];
	}
	return b;
}

/* The sums of a fold. */
static void
add_fold(struct job *j, size_t fold, const unsigned char *in)
{
	const struct blendrows *r = j->rows;
	float *row = mem_array("rows", ROWS_PER_BLOCK * j->width,
	    sizeof *row);
	float *y = mem_array("rows", ROWS_PER_BLOCK, sizeof *y);
	size_t n = 0;

	for (size_t i = 0; i < r->pairs->n; i++) {
		if (!blendrows_has(r, i, fold))
			continue;
		make_row(j->fusion, r->pairs, i, row + n * j->width);
		y[n++] = (float)r->y[i];
		if (n == ROWS_PER_BLOCK) {
			fusestack_add(&j->of[fold], row, y, n, in);
			n = 0;
		}
	}
	if (n > 0)
		fusestack_add(&j->of[fold], row, y, n, in);
	free(row);
	free(y);
}

static void
job_init(struct job *j, const struct fusion *f, const struct blendrows *r)
{
	unsigned char *in = mem_array("systems", f->n, 1);

	memset(in, 1, f->n);
	*j = (struct job){ .fusion = f, .rows = r, .S = f->n,
	    .K = fusefwls_inputs(f) };
	j->width = j->S + j->K - 1;
	j->of = mem_array("moments", r->n_folds + 1, sizeof *j->of);
	j->v = mem_array("weights", j->S * j->K, sizeof *j->v);
	for (size_t k = 0; k <= r->n_folds; k++)
		fusestack_init(&j->of[k], j->S, j->K);
	for (size_t k = 0; k < r->n_folds; k++)
		add_fold(j, k, in);
	free(in);
}

/* v stays. */
static void
job_release(struct job *j)
{
	for (size_t k = 0; k <= j->rows->n_folds; k++)
		fusestack_release(&j->of[k]);
	free(j->of);
}

/* v, b <- of all folds but one (SIZE_MAX: of all). */
static void
solve(struct job *j, size_t without, double ridge)
{
	const size_t n = j->rows->n_folds;

	fusestack_clear(&j->of[n]);
	for (size_t k = 0; k < n; k++)
		if (k != without)
			fusestack_join(&j->of[n], &j->of[k]);
	fusestack_solve(&j->of[n], ridge, j->v, &j->b);
}

static double
choose_ridge(struct job *j)
{
	static const double ridges[] = { 1e9, 100, 10, 1, 0.1, 1e-2, 1e-3 };
	double least = INFINITY, best = ridges[0];

	for (size_t i = 0; i < sizeof ridges / sizeof ridges[0]; i++) {
		double sum = 0;

		for (size_t k = 0; k < j->rows->n_folds; k++)
			if (j->of[k].n > 0) {
				solve(j, k, ridges[i]);
				sum += fusestack_error(&j->of[k], j->v, j->b);
			}
		if (sum < least) {
			least = sum;
			best = ridges[i];
		}
	}
	return best;
}

/* held (pairs) <- each fold from the others. */
static void
hold_out(struct job *j, double ridge, double *held)
{
	const struct blendrows *r = j->rows;
	float *row = mem_array("a row", j->width, sizeof *row);

	for (size_t k = 0; k < r->n_folds; k++) {
		if (!(j->of[k].n > 0))
			continue;
		solve(j, k, ridge);
		for (size_t i = 0; i < r->pairs->n; i++)
			if (blendrows_has(r, i, k)) {
				make_row(j->fusion, r->pairs, i, row);
				held[i] = predict(row, j->S, j->K, j->v,
				    j->b);
			}
	}
	free(row);
}

int
blendfwls_fit(struct fusion *f, const struct blendrows *r, double *held)
{
	struct job j;

	job_init(&j, f, r);
	f->shrinkage = choose_ridge(&j);
	hold_out(&j, f->shrinkage, held);
	solve(&j, SIZE_MAX, f->shrinkage);
	for (size_t s = 0; s < f->n; s++)
		f->weight[s] = j.v[s * j.K];
	f->bias = j.b;
	f->state = j.v;
	job_release(&j);
	return 0;
}

void
blendfwls_predict(const struct fusion *f, const struct fusepairs *p,
    float *out)
{
	const size_t K = fusefwls_inputs(f);
	float *row = mem_array("a row", f->n + K - 1, sizeof *row);

	for (size_t i = 0; i < p->n; i++) {
		make_row(f, p, i, row);
		out[i] = (float)predict(row, f->n, K, f->state, f->bias);
	}
	free(row);
}
