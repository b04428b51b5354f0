#include <assert.h>
#include <string.h>

#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/optable.h"

static int
same_rows(const struct node *x, const struct node *y)
{
	return x->shape.axis == y->shape.axis &&
	    x->shape.per == y->shape.per && !x->is_ids && !y->is_ids;
}

static void
pair_shape(struct node *node)
{
	const struct node *x = node->in[0], *y = node->in[1];

	assert(same_rows(x, y) && x->shape.cols == y->shape.cols);
	node->shape = x->shape;
}

static size_t
elements(const struct tensor *t)
{
	return t->rows * t->cols;
}

static struct node *
pair(struct graph *g, const struct op *op, struct node *x, struct node *y)
{
	return graph_add(g, op, (struct node *[]){ x, y }, 2, NULL, 0,
	    (struct op_args){ 0 });
}

/* --- add: z = x + y ------------------------------------------------------- */

static void
add_forward(const struct op_call *c)
{
	kernel_add(c->out->x, c->in[0].x, c->in[1].x, elements(c->out));
}

/* dx = dz, dy = dz */
static void
add_backward(const struct op_call *c)
{
	for (size_t i = 0; i < 2; i++)
		if (c->in[i].dx != NULL)
			memcpy(c->in[i].dx, c->out->dx,
			    elements(c->out) * sizeof(float));
}

const struct op optable_add = {
	"add", pair_shape, add_forward, add_backward
};

struct node *
op_add(struct graph *g, struct node *x, struct node *y)
{
	return pair(g, &optable_add, x, y);
}

/* --- multiply: z = x y ---------------------------------------------------- */

static void
multiply_forward(const struct op_call *c)
{
	kernel_multiply(c->out->x, c->in[0].x, c->in[1].x, elements(c->out));
}

/* dx = dz y, dy = dz x */
static void
multiply_backward(const struct op_call *c)
{
	for (size_t i = 0; i < 2; i++)
		if (c->in[i].dx != NULL)
			kernel_multiply(c->in[i].dx, c->out->dx,
			    c->in[1 - i].x, elements(c->out));
}

const struct op optable_multiply = {
	"multiply", pair_shape, multiply_forward, multiply_backward
};

struct node *
op_multiply(struct graph *g, struct node *x, struct node *y)
{
	return pair(g, &optable_multiply, x, y);
}

/* --- concat: y[r] = (x_0[r], x_1[r], ...) --------------------------------- */

static void
concat_shape(struct node *node)
{
	node->shape = node->in[0]->shape;
	node->shape.cols = 0;
	for (size_t i = 0; i < node->n_in; i++) {
		assert(same_rows(node->in[i], node->in[0]));
		node->shape.cols += node->in[i]->shape.cols;
	}
}

static void
concat_forward(const struct op_call *c)
{
	float *y = c->out->x;

	for (size_t r = 0; r < c->out->rows; r++)
		for (size_t i = 0; i < c->node->n_in; i++) {
			const size_t d = c->in[i].cols;

			memcpy(y, c->in[i].x + r * d, d * sizeof *y);
			y += d;
		}
}

/* dx_i[r] = the part of dy[r] that it became */
static void
concat_backward(const struct op_call *c)
{
	const float *dy = c->out->dx;

	for (size_t r = 0; r < c->out->rows; r++)
		for (size_t i = 0; i < c->node->n_in; i++) {
			const size_t d = c->in[i].cols;

			if (c->in[i].dx != NULL)
				memcpy(c->in[i].dx + r * d, dy,
				    d * sizeof *dy);
			dy += d;
		}
}

const struct op optable_concat = {
	"concat", concat_shape, concat_forward, concat_backward
};

struct node *
op_concat(struct graph *g, struct node *const *x, size_t k)
{
	return graph_add(g, &optable_concat, x, k, NULL, 0,
	    (struct op_args){ 0 });
}

/* --- reshape: the numbers of x, row by row, in rows of another width ------ */

static void
reshape_shape(struct node *node)
{
	const struct node *x = node->in[0];
	const size_t floats = x->shape.per * x->shape.cols;

	assert(!x->is_ids && floats % node->args.size == 0);
	node->shape = (struct shape){ x->shape.axis, node->args.size,
		floats / node->args.size };
}

static void
reshape_forward(const struct op_call *c)
{
	memcpy(c->out->x, c->in[0].x, elements(c->out) * sizeof(float));
}

static void
reshape_backward(const struct op_call *c)
{
	memcpy(c->in[0].dx, c->out->dx, elements(c->out) * sizeof(float));
}

const struct op optable_reshape = {
	"reshape", reshape_shape, reshape_forward, reshape_backward
};

struct node *
op_reshape(struct graph *g, struct node *x, size_t per)
{
	return graph_add(g, &optable_reshape, &x, 1, NULL, 0,
	    (struct op_args){ .size = per });
}
