#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/kernelcolumns.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- batch norm: y = gain (x - mean) / deviation + bias, column by column ----
 *
 * Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network
 * training by reducing internal covariate shift", algorithms 1 and 2.  Mean
 * and variance are those of the piece of the batch that is at work, not of the
 * whole: pieces do not wait for each other, and small ones do better in large
 * batches (Hoffer, Hubara & Soudry 2017, "Train longer, generalize better",
 * section 4: ghost batch normalization).  How large a piece is depends on the
 * batch only, not on the threads.
 */
enum { GAIN, BIAS, MEAN, VARIANCE, PARAMS };

static void
batch_norm_shape(struct node *node)
{
	const struct node *x = node->in[0];

	assert(!x->is_ids && node->n_param == PARAMS);
	for (size_t i = 0; i < PARAMS; i++)
		assert(node->param[i]->rows == 1 &&
		    node->param[i]->cols == x->shape.cols);
	assert(node->param[MEAN]->spec.statistic == PARAM_MEAN &&
	    node->param[VARIANCE]->spec.statistic == PARAM_VARIANCE);
	node->shape = x->shape;
	node->keep = 5 * x->shape.cols;
}

/* The parts of node->keep, each (cols). */
struct kept {
	float *mean, *variance, *factor;
	float *sum, *along;
};

static struct kept
kept_of(const struct op_call *c)
{
	const size_t m = c->out->cols;

	return (struct kept){ c->keep, c->keep + m, c->keep + 2 * m,
	    c->keep + 3 * m, c->keep + 4 * m };
}

/* A single row has no variance, and frozen statistics are what they are. */
static int
has_own(const struct op_call *c)
{
	return c->training && c->out->rows > 1 &&
	    !c->node->param[MEAN]->spec.frozen;
}

static void
batch_norm_forward(const struct op_call *c)
{
	const struct kept k = kept_of(c);
	const size_t n = c->out->rows, m = c->out->cols;
	struct param *const *p = c->node->param;

	if (has_own(c)) {
		kernel_column_moments(k.mean, k.variance, c->in[0].x, n, m);
	} else {
		memcpy(k.mean, p[MEAN]->x, m * sizeof(float));
		memcpy(k.variance, p[VARIANCE]->x, m * sizeof(float));
	}
	kernel_column_factors(k.factor, k.variance, m);
	kernel_column_norm(c->out->x, c->in[0].x, k.mean, k.factor,
	    p[GAIN]->x, p[BIAS]->x, n, m);
}

/* What the running statistics are drawn to: the mean, and the variance by
 * n - 1 (algorithm 2, step 10); themselves, if there are none of the piece. */
static void
leave_statistics(const struct op_call *c, const struct kept *k)
{
	const size_t m = c->out->cols, n = c->out->rows;
	const float unbiased = has_own(c) ? (float)n / (float)(n - 1) : 1;

	if (c->grad[MEAN] != NULL)
		vec_axpy(1, k->mean, c->grad[MEAN], m);
	if (c->grad[VARIANCE] != NULL)
		vec_axpy(unbiased, k->variance, c->grad[VARIANCE], m);
}

/*
 * With z = (x - mean) / deviation: dgain += the rows of dy z, dbias += those
 * of dy; dx = gain / deviation (dy - the mean of dy - z times the mean of
 * dy z), without the means where the statistics are given.
 */
static void
batch_norm_backward(const struct op_call *c)
{
	const struct kept k = kept_of(c);
	const size_t n = c->out->rows, m = c->out->cols;
	const float share = has_own(c) ? 1 / (float)n : 0;

	kernel_column_slopes(k.sum, k.along, c->out->dx, c->in[0].x, k.mean,
	    k.factor, n, m);
	if (c->grad[GAIN] != NULL)
		vec_axpy(1, k.along, c->grad[GAIN], m);
	if (c->grad[BIAS] != NULL)
		vec_axpy(1, k.sum, c->grad[BIAS], m);
	leave_statistics(c, &k);
	if (c->in[0].dx == NULL)
		return;
	vec_scale(share, k.sum, m);
	vec_scale(share, k.along, m);
	kernel_column_back(c->in[0].dx, c->out->dx, c->in[0].x, k.mean,
	    k.factor, c->node->param[GAIN]->x, k.sum, k.along, n, m);
}

const struct op optable_batch_norm = {
	"batch norm", batch_norm_shape, batch_norm_forward,
	batch_norm_backward
};

struct node *
op_batch_norm(struct graph *g, struct node *x, struct param *gain,
    struct param *bias, struct param *mean, struct param *variance)
{
	return graph_add(g, &optable_batch_norm, &x, 1,
	    (struct param *[]){ gain, bias, mean, variance }, PARAMS,
	    (struct op_args){ 0 });
}
