#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/rng.h"
#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/optable.h"

static void
same_shape(struct node *node)
{
	assert(!node->in[0]->is_ids);
	node->shape = node->in[0]->shape;
}

static size_t
elements(const struct op_call *c)
{
	return c->out->rows * c->out->cols;
}

static struct node *
unary(struct graph *g, const struct op *op, struct node *x, double real)
{
	return graph_add(g, op, &x, 1, NULL, 0,
	    (struct op_args){ .real = real });
}

/* --- relu: y = max(x, 0) -------------------------------------------------- */

static void
relu_forward(const struct op_call *c)
{
	kernel_relu(c->out->x, c->in[0].x, elements(c));
}

/* dx = dy where y > 0, else 0 */
static void
relu_backward(const struct op_call *c)
{
	memcpy(c->in[0].dx, c->out->dx, elements(c) * sizeof(float));
	kernel_relu_back(c->in[0].dx, c->out->x, elements(c));
}

const struct op optable_relu = {
	"relu", same_shape, relu_forward, relu_backward
};

struct node *
op_relu(struct graph *g, struct node *x)
{
	return unary(g, &optable_relu, x, 0);
}

/* --- sigmoid: y = 1 / (1 + exp(-x)) --------------------------------------- */

static void
sigmoid_forward(const struct op_call *c)
{
	kernel_sigmoid(c->out->x, c->in[0].x, elements(c));
}

/* dx = dy y (1 - y) */
static void
sigmoid_backward(const struct op_call *c)
{
	memcpy(c->in[0].dx, c->out->dx, elements(c) * sizeof(float));
	kernel_sigmoid_back(c->in[0].dx, c->out->x, elements(c));
}

const struct op optable_sigmoid = {
	"sigmoid", same_shape, sigmoid_forward, sigmoid_backward
};

struct node *
op_sigmoid(struct graph *g, struct node *x)
{
	return unary(g, &optable_sigmoid, x, 0);
}

/* --- tanh: y = tanh x ----------------------------------------------------- */

static void
tanh_forward(const struct op_call *c)
{
	kernel_tanh(c->out->x, c->in[0].x, elements(c));
}

/* dx = dy (1 - y^2) */
static void
tanh_backward(const struct op_call *c)
{
	memcpy(c->in[0].dx, c->out->dx, elements(c) * sizeof(float));
	kernel_tanh_back(c->in[0].dx, c->out->x, elements(c));
}

const struct op optable_tanh = {
	"tanh", same_shape, tanh_forward, tanh_backward
};

struct node *
op_tanh(struct graph *g, struct node *x)
{
	return unary(g, &optable_tanh, x, 0);
}

/* --- dropout: y = x m, m = 0 with probability p, else 1 / (1 - p) --------- */

static void
dropout_shape(struct node *node)
{
	same_shape(node);
	assert(node->args.real >= 0 && node->args.real < 1);
	node->keep = op_rows_most(node->graph, node->shape) *
	    node->shape.cols;
}

/* Masks are numbered by their place in the batch, so that they do not depend
 * on the shards. */
static void
dropout_forward(const struct op_call *c)
{
	if (!c->training) {
		memcpy(c->out->x, c->in[0].x, elements(c) * sizeof(float));
		return;
	}
	kernel_dropout(c->keep, c->first * c->out->cols, elements(c),
	    c->node->args.real, c->seed, rng_stream("nn.dropout",
	    hash_mix(c->step, c->node->number)));
	kernel_multiply(c->out->x, c->in[0].x, c->keep, elements(c));
}

/* dx = dy m */
static void
dropout_backward(const struct op_call *c)
{
	kernel_multiply(c->in[0].dx, c->out->dx, c->keep, elements(c));
}

const struct op optable_dropout = {
	"dropout", dropout_shape, dropout_forward, dropout_backward
};

struct node *
op_dropout(struct graph *g, struct node *x, double rate)
{
	return unary(g, &optable_dropout, x, rate);
}
