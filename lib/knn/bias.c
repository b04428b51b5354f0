#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "knn/bias.h"

enum {
	ROWS = 256,		/* of a piece of parallel work */
	SWEEPS = 100		/* at most */
};

/* A bias that moves less stands still. */
static const double still = 1e-5;

struct job {
	const struct csr *m;	/* (rows, cols) */
	double mean, lambda;
	const float *other;	/* (cols) biases of the columns */
	float *bias;		/* (rows) out */
};

/* The bias of a row that minimises the sum, those of the columns given. */
static double
row_bias(const uint32_t *indices, const float *values, size_t n,
    const float *other, double mean, double lambda)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)values[i] - mean - (double)other[indices[i]];
	return n > 0 ? sum / ((double)n + lambda) : 0;
}

static void
fit_rows(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const struct csr *m = job->m;

	(void)worker;
	for (size_t r = piece * ROWS; r < m->rows && r < (piece + 1) * ROWS;
	    r++)
		job->bias[r] = (float)row_bias(m->indices + m->indptr[r],
		    m->values + m->indptr[r], csr_row_count(m, r), job->other,
		    job->mean, job->lambda);
}

/* mean, min and max; 0 without ratings. */
static void
summarise(struct bias *b, const struct csr *x)
{
	const uint64_t n = csr_count(x);
	double sum = 0;

	b->min = b->max = n > 0 ? x->values[0] : 0;
	for (uint64_t i = 0; i < n; i++) {
		sum += (double)x->values[i];
		b->min = fminf(b->min, x->values[i]);
		b->max = fmaxf(b->max, x->values[i]);
	}
	b->mean = n > 0 ? sum / (double)n : 0;
}

void
bias_fit(struct bias *b, const struct csr *x, double lambda_user,
    double lambda_item, float *item)
{
	float *user = mem_array("biases", x->rows, sizeof *user);
	float *old = mem_array("biases", x->cols, sizeof *old);
	struct csr xt;
	double moved = INFINITY;

	*b = (struct bias){ .lambda_user = lambda_user,
	    .lambda_item = lambda_item, .item = item };
	memset(item, 0, x->cols * sizeof *item);
	summarise(b, x);
	csr_transpose(x, &xt);
	for (int sweep = 0; sweep < SWEEPS && moved > still; sweep++) {
		struct job of_users = { x, b->mean, lambda_user, item, user };
		struct job of_items = { &xt, b->mean, lambda_item, user, item };

		memcpy(old, item, x->cols * sizeof *old);
		par_for(par_pieces(x->rows, ROWS), fit_rows, &of_users);
		par_for(par_pieces(x->cols, ROWS), fit_rows, &of_items);
		moved = 0;
		for (size_t i = 0; i < x->cols; i++)
			moved = fmax(moved, fabs((double)item[i] -
			    (double)old[i]));
	}
	csr_release(&xt);
	free(user);
	free(old);
}

double
bias_user(const struct bias *b, const uint32_t *items, const float *ratings,
    size_t n)
{
	return row_bias(items, ratings, n, b->item, b->mean, b->lambda_user);
}

void
bias_take_off(const struct bias *b, struct csr *x, float *user)
{
	for (size_t u = 0; u < x->rows; u++) {
		const uint64_t from = x->indptr[u];
		const size_t n = csr_row_count(x, u);
		const double base = b->mean + bias_user(b, x->indices + from,
		    x->values + from, n);

		user[u] = (float)(base - b->mean);
		for (uint64_t p = from; p < from + n; p++)
			x->values[p] = (float)((double)x->values[p] - base -
			    (double)b->item[x->indices[p]]);
	}
}

float
bias_limit(const struct bias *b, double x)
{
	return fminf(fmaxf((float)x, b->min), b->max);
}
