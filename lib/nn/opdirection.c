#include <assert.h>
#include <math.h>

#include "linalg/vec.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- direction: y[r] = x[r] / |x[r]| -------------------------------------- */

/* A row of zeros stays one. */
static const double least = 1e-12;

static void
direction_shape(struct node *node)
{
	assert(!node->in[0]->is_ids);
	node->shape = node->in[0]->shape;
	node->keep = op_rows_most(node->graph, node->shape);
}

static void
direction_forward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float *x = c->in[0].x + r * d;
		float *y = c->out->x + r * d;

		c->keep[r] = (float)(1 / sqrt(vec_square_sum(x, d) + least));
		for (size_t j = 0; j < d; j++)
			y[j] = c->keep[r] * x[j];
	}
}

/* dx = (dy - (dy . y) y) / |x| */
static void
direction_backward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float *y = c->out->x + r * d, *dy = c->out->dx + r * d;
		float *dx = c->in[0].dx + r * d;
		const float along = vec_dot(dy, y, d);

		for (size_t j = 0; j < d; j++)
			dx[j] = c->keep[r] * (dy[j] - along * y[j]);
	}
}

const struct op optable_direction = {
	"direction", direction_shape, direction_forward, direction_backward
};

struct node *
op_direction(struct graph *g, struct node *x)
{
	return graph_add(g, &optable_direction, &x, 1, NULL, 0,
	    (struct op_args){ 0 });
}

/* --- gain: y[r] = x[r] w -------------------------------------------------- */

/* w is a row, or one number for all columns. */
static void
gain_shape(struct node *node)
{
	const struct node *x = node->in[0];
	const struct param *w = node->param[0];

	assert(!x->is_ids && w->rows == 1 && !w->spec.sparse);
	assert(w->cols == x->shape.cols || w->cols == 1);
	node->shape = x->shape;
}

static void
gain_forward(const struct op_call *c)
{
	const struct param *w = c->node->param[0];
	const size_t d = c->out->cols, step = w->cols == d;

	for (size_t r = 0; r < c->out->rows; r++)
		for (size_t j = 0; j < d; j++)
			c->out->x[r * d + j] = c->in[0].x[r * d + j] *
			    w->x[j * step];
}

/* dw = sum over r of dy[r] x[r], dx[r] = dy[r] w */
static void
gain_backward(const struct op_call *c)
{
	const struct param *w = c->node->param[0];
	const size_t d = c->out->cols, step = w->cols == d;
	const float *x = c->in[0].x, *dy = c->out->dx;
	float *dx = c->in[0].dx;

	for (size_t r = 0; r < c->out->rows; r++, x += d, dy += d)
		for (size_t j = 0; j < d; j++) {
			if (c->grad[0] != NULL)
				c->grad[0][j * step] += dy[j] * x[j];
			if (dx != NULL)
				dx[r * d + j] = dy[j] * w->x[j * step];
		}
}

const struct op optable_gain = {
	"gain", gain_shape, gain_forward, gain_backward
};

struct node *
op_gain(struct graph *g, struct node *x, struct param *w)
{
	return graph_add(g, &optable_gain, &x, 1, &w, 1,
	    (struct op_args){ 0 });
}
