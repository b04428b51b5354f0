#include <assert.h>
#include <math.h>

#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/optable.h"

static void
loss_shape(struct node *node)
{
	const struct node *x = node->in[0], *t = node->in[1];

	assert(!x->is_ids && x->shape.cols == 1);
	assert(!t->is_ids && !t->learns && t->shape.cols == 1);
	assert(x->shape.axis == t->shape.axis &&
	    x->shape.per == t->shape.per);
	node->shape = x->shape;
}

static struct node *
loss(struct graph *g, const struct op *op, struct node *x, struct node *t)
{
	return graph_add(g, op, (struct node *[]){ x, t }, 2, NULL, 0,
	    (struct op_args){ 0 });
}

/* --- mse: y = (x - t)^2 --------------------------------------------------- */

static void
mse_forward(const struct op_call *c)
{
	const float *x = c->in[0].x, *t = c->in[1].x;

	for (size_t r = 0; r < c->out->rows; r++)
		c->out->x[r] = (x[r] - t[r]) * (x[r] - t[r]);
}

/* dx = 2 dy (x - t) */
static void
mse_backward(const struct op_call *c)
{
	const float *x = c->in[0].x, *t = c->in[1].x;

	for (size_t r = 0; r < c->out->rows; r++)
		c->in[0].dx[r] = 2 * c->out->dx[r] * (x[r] - t[r]);
}

const struct op optable_mse = {
	"mse", loss_shape, mse_forward, mse_backward
};

struct node *
op_mse(struct graph *g, struct node *x, struct node *t)
{
	return loss(g, &optable_mse, x, t);
}

/* --- mae: y = |x - t| ----------------------------------------------------- */

static void
mae_forward(const struct op_call *c)
{
	for (size_t r = 0; r < c->out->rows; r++)
		c->out->x[r] = fabsf(c->in[0].x[r] - c->in[1].x[r]);
}

/* dx = dy sign(x - t) */
static void
mae_backward(const struct op_call *c)
{
	const float *x = c->in[0].x, *t = c->in[1].x;

	for (size_t r = 0; r < c->out->rows; r++)
		c->in[0].dx[r] = c->out->dx[r] *
		    (float)((x[r] > t[r]) - (x[r] < t[r]));
}

const struct op optable_mae = {
	"mae", loss_shape, mae_forward, mae_backward
};

struct node *
op_mae(struct graph *g, struct node *x, struct node *t)
{
	return loss(g, &optable_mae, x, t);
}

/* --- hinge: y = max(0, 1 - (2 t - 1) x) ----------------------------------- */

static void
hinge_forward(const struct op_call *c)
{
	const float *x = c->in[0].x, *t = c->in[1].x;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float y = 1 - (2 * t[r] - 1) * x[r];

		c->out->x[r] = y < 0 ? 0 : y;	/* NaN stays NaN */
	}
}

/* dx = -dy (2 t - 1) where y > 0, else 0 */
static void
hinge_backward(const struct op_call *c)
{
	const float *t = c->in[1].x;

	for (size_t r = 0; r < c->out->rows; r++)
		c->in[0].dx[r] = c->out->x[r] > 0 ? -c->out->dx[r] *
		    (2 * t[r] - 1) : 0;
}

const struct op optable_hinge = {
	"hinge", loss_shape, hinge_forward, hinge_backward
};

struct node *
op_hinge(struct graph *g, struct node *x, struct node *t)
{
	return loss(g, &optable_hinge, x, t);
}

/* --- bce: y = max(x, 0) - x t + log(1 + exp(-|x|)) ------------------------ */

/* The same as -t log s(x) - (1 - t) log(1 - s(x)), without overflow. */
static void
bce_forward(const struct op_call *c)
{
	const float *x = c->in[0].x, *t = c->in[1].x;

	for (size_t r = 0; r < c->out->rows; r++)
		c->out->x[r] = (x[r] > 0 ? x[r] : 0) - x[r] * t[r] +
		    log1pf(expf(-fabsf(x[r])));
}

/* dx = dy (s(x) - t) */
static void
bce_backward(const struct op_call *c)
{
	const float *t = c->in[1].x, *dy = c->out->dx;
	float *dx = c->in[0].dx;

	kernel_sigmoid(dx, c->in[0].x, c->out->rows);
	for (size_t r = 0; r < c->out->rows; r++)
		dx[r] = dy[r] * (dx[r] - t[r]);
}

const struct op optable_bce = {
	"bce", loss_shape, bce_forward, bce_backward
};

struct node *
op_bce(struct graph *g, struct node *x, struct node *t)
{
	return loss(g, &optable_bce, x, t);
}
