#include <assert.h>

#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- norm: y[r] = gain (x[r] - mean) / deviation + bias ------------------- */

/* Ba, Kiros & Hinton 2016, "Layer normalization". */
static void
norm_shape(struct node *node)
{
	const struct node *x = node->in[0];

	assert(!x->is_ids);
	for (size_t i = 0; i < 2; i++)
		assert(node->param[i]->rows == 1 &&
		    node->param[i]->cols == x->shape.cols);
	node->shape = x->shape;
	node->keep = 2 * op_rows_most(node->graph, node->shape);
}

static void
norm_forward(const struct op_call *c)
{
	kernel_norm(c->out->x, c->keep, c->in[0].x, c->node->param[0]->x,
	    c->node->param[1]->x, c->out->rows, c->out->cols);
}

static void
norm_backward(const struct op_call *c)
{
	kernel_norm_back(c->in[0].dx, c->grad[0], c->grad[1], c->out->dx,
	    c->keep, c->in[0].x, c->node->param[0]->x, c->out->rows,
	    c->out->cols);
}

const struct op optable_norm = {
	"norm", norm_shape, norm_forward, norm_backward
};

struct node *
op_norm(struct graph *g, struct node *x, struct param *gain,
    struct param *bias)
{
	return graph_add(g, &optable_norm, &x, 1,
	    (struct param *[]){ gain, bias }, 2, (struct op_args){ 0 });
}
