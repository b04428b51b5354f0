#include <assert.h>

#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- times: y[r] = w[r] x[r] ---------------------------------------------- */

static void
times_shape(struct node *node)
{
	const struct node *x = node->in[0], *w = node->in[1];

	assert(!x->is_ids && !w->is_ids && w->shape.cols == 1);
	assert(x->shape.axis == w->shape.axis &&
	    x->shape.per == w->shape.per);
	node->shape = x->shape;
}

static void
times_forward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	for (size_t r = 0; r < c->out->rows; r++)
		kernel_outer(c->out->x + r * d, c->in[1].x + r,
		    c->in[0].x + r * d, 1, d);
}

/* dx[r] = w[r] dy[r], dw[r] = x[r] . dy[r] */
static void
times_backward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	for (size_t r = 0; c->in[0].dx != NULL && r < c->out->rows; r++)
		kernel_outer(c->in[0].dx + r * d, c->in[1].x + r,
		    c->out->dx + r * d, 1, d);
	for (size_t r = 0; c->in[1].dx != NULL && r < c->out->rows; r++)
		c->in[1].dx[r] = vec_dot(c->in[0].x + r * d,
		    c->out->dx + r * d, d);
}

const struct op optable_times = {
	"times", times_shape, times_forward, times_backward
};

struct node *
op_times(struct graph *g, struct node *x, struct node *w)
{
	return graph_add(g, &optable_times, (struct node *[]){ x, w }, 2,
	    NULL, 0, (struct op_args){ 0 });
}
