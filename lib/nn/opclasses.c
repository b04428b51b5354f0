#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* x (n, c) are the scores of c classes, or items. */

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

/*
 * --- multinomial: y[r] = sum over e of r of w[e] (log sum exp x[r] -
 * x[r][item[e]]) -------------------------------------------------------------
 */

enum { SCORES, ITEM, ROW, WEIGHT };	/* inputs; the last two may lack */

static void
multinomial_shape(struct node *node)
{
	const struct node *x = node->in[SCORES], *item = node->in[ITEM];

	assert(!x->is_ids && item->is_ids);
	for (size_t i = ITEM; i < node->n_in; i++)
		assert(node->in[i]->shape.cols == 1 &&
		    node->in[i]->shape.axis == item->shape.axis &&
		    node->in[i]->shape.per == item->shape.per);
	assert(node->n_in > ROW || (x->shape.axis == item->shape.axis &&
	    x->shape.per == item->shape.per));
	node->shape = x->shape;
	node->shape.cols = 1;
	/* of each row: log of the sum, the weight of its entries */
	node->keep = 2 * op_rows_most(node->graph, x->shape);
}

static size_t
row_of(const struct op_call *c, size_t e)
{
	return c->node->n_in > ROW ? c->in[ROW].ids[e] : e;
}

static float
weight_of(const struct op_call *c, size_t e)
{
	return c->node->n_in > WEIGHT ? c->in[WEIGHT].x[e] : 1;
}

static void
multinomial_forward(const struct op_call *c)
{
	const struct tensor *x = &c->in[SCORES], *item = &c->in[ITEM];
	const size_t n = x->rows, m = x->cols;
	float *log_sum = c->keep, *weight = c->keep + n;

	for (size_t r = 0; r < n; r++) {
		log_sum[r] = kernel_log_sum(x->x + r * m, m);
		weight[r] = 0;
		c->out->x[r] = 0;
	}
	for (size_t e = 0; e < item->rows; e++) {
		const size_t r = row_of(c, e);
		const float w = weight_of(c, e);

		assert(item->ids[e] < m);
		weight[r] += w;
		c->out->x[r] += w * (log_sum[r] - x->x[r * m + item->ids[e]]);
	}
}

/* dx_i = dy (weight of all p_i - that of entries that are i) */
static void
multinomial_backward(const struct op_call *c)
{
	const struct tensor *x = &c->in[SCORES], *item = &c->in[ITEM];
	const size_t n = x->rows, m = x->cols;
	const float *log_sum = c->keep, *weight = c->keep + n;

	memcpy(x->dx, x->x, n * m * sizeof *x->dx);
	for (size_t r = 0; r < n; r++) {
		kernel_exp_sum(x->dx + r * m, log_sum[r], m);
		vec_scale(c->out->dx[r] * weight[r], x->dx + r * m, m);
	}
	for (size_t e = 0; e < item->rows; e++) {
		const size_t r = row_of(c, e);

		x->dx[r * m + item->ids[e]] -= c->out->dx[r] *
		    weight_of(c, e);
	}
}

const struct op optable_multinomial = {
	"multinomial", multinomial_shape, multinomial_forward,
	multinomial_backward
};

struct node *
op_multinomial(struct graph *g, struct node *x, struct node *item,
    struct node *row, struct node *weight)
{
	return graph_add(g, &optable_multinomial,
	    (struct node *[]){ x, item, row, weight },
	    weight != NULL ? 4 : row != NULL ? 3 : 2, NULL, 0,
	    (struct op_args){ 0 });
}
