#include <assert.h>
#include <math.h>

#include "linalg/vec.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* x (n, c) are the scores of c classes. */

/* --- shares: y[r] = exp x[r] / sum exp x[r] ------------------------------- */

static void
shares_shape(struct node *node)
{
	assert(!node->in[0]->is_ids);
	node->shape = node->in[0]->shape;
}

static void
softmax_row(float *y, const float *x, size_t n)
{
	const float top = kernel_max(x, n);

	for (size_t k = 0; k < n; k++)
		y[k] = x[k];
	vec_scale(1 / kernel_exp_sum(y, top, n), y, n);
}

static void
shares_forward(const struct op_call *c)
{
	const size_t n = c->out->cols;

	for (size_t r = 0; r < c->out->rows; r++)
		softmax_row(c->out->x + r * n, c->in[0].x + r * n, n);
}

/* dx[r] = y[r] (dy[r] - y[r] . dy[r]) */
static void
shares_backward(const struct op_call *c)
{
	const size_t n = c->out->cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float *y = c->out->x + r * n, *dy = c->out->dx + r * n;
		const float along = vec_dot(y, dy, n);

		for (size_t k = 0; k < n; k++)
			c->in[0].dx[r * n + k] = y[k] * (dy[k] - along);
	}
}

const struct op optable_shares = {
	"shares", shares_shape, shares_forward, shares_backward
};

struct node *
op_shares(struct graph *g, struct node *x)
{
	return graph_add(g, &optable_shares, &x, 1, NULL, 0,
	    (struct op_args){ 0 });
}

/* --- cross entropy: y[r] = log(sum exp x[r]) - x[r][class[r]] ------------- */

static void
cross_entropy_shape(struct node *node)
{
	const struct node *x = node->in[0], *class = node->in[1];

	assert(!x->is_ids && class->is_ids && class->shape.cols == 1);
	assert(x->shape.axis == class->shape.axis &&
	    x->shape.per == class->shape.per);
	node->shape = class->shape;
	node->keep = op_rows_most(node->graph, node->shape) * x->shape.cols;
}

/* What is kept: the shares. */
static void
cross_entropy_forward(const struct op_call *c)
{
	const size_t n = c->in[0].cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float *x = c->in[0].x + r * n;
		float *p = c->keep + r * n;
		const float top = kernel_max(x, n);
		float sum;

		assert(c->in[1].ids[r] < n);
		for (size_t k = 0; k < n; k++)
			p[k] = x[k];
		sum = kernel_exp_sum(p, top, n);
		vec_scale(1 / sum, p, n);
		c->out->x[r] = top - x[c->in[1].ids[r]] + logf(sum);
	}
}

/* dx[r] = dy[r] (shares - 1 at the class) */
static void
cross_entropy_backward(const struct op_call *c)
{
	const size_t n = c->in[0].cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		float *dx = c->in[0].dx + r * n;

		for (size_t k = 0; k < n; k++)
			dx[k] = c->out->dx[r] * c->keep[r * n + k];
		dx[c->in[1].ids[r]] -= c->out->dx[r];
	}
}

const struct op optable_cross_entropy = {
	"cross entropy", cross_entropy_shape, cross_entropy_forward,
	cross_entropy_backward
};

struct node *
op_cross_entropy(struct graph *g, struct node *x, struct node *class)
{
	return graph_add(g, &optable_cross_entropy,
	    (struct node *[]){ x, class }, 2, NULL, 0, (struct op_args){ 0 });
}
