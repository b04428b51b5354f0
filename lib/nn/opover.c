#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- over: y[r] = the greatest, mean or last of the steps of sequence r ------
 *
 * The steps of a sequence stand next to each other, in the order of the
 * examples; one without steps is 0.
 */

static void
over_shape(struct node *node)
{
	const struct node *x = node->in[0], *seq = node->in[1];

	assert(!x->is_ids && seq->is_ids && seq->shape.cols == 1);
	assert(x->shape.axis == seq->shape.axis &&
	    x->shape.per == seq->shape.per);
	node->shape = (struct shape){ 0, 1, x->shape.cols };
	if (node->args.size == OP_OVER_MAX)
		node->keep = op_rows_most(node->graph, node->shape) *
		    node->shape.cols;
}

static void
take_max(const float *x, size_t n, size_t d, float *y, float *at)
{
	memcpy(y, x, d * sizeof *y);
	memset(at, 0, d * sizeof *at);
	for (size_t t = 1; t < n; t++)
		for (size_t j = 0; j < d; j++) {
			const float other = x[t * d + j];

			at[j] = other > y[j] ? (float)t : at[j];
			y[j] = other > y[j] ? other : y[j];
		}
}

/* The row after the last one of the sequence that `from` is in. */
static size_t
end_of(const struct op_call *c, size_t from)
{
	const uint32_t *seq = c->in[1].ids;
	size_t to = from + 1;

	assert(seq[from] < c->out->rows);
	while (to < c->in[0].rows && seq[to] == seq[from])
		to++;
	return to;
}

static void
over_forward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	memset(c->out->x, 0, c->out->rows * d * sizeof(float));
	for (size_t from = 0, to; from < c->in[0].rows; from = to) {
		const size_t r = c->in[1].ids[from];
		const float *x = c->in[0].x + from * d;
		float *y = c->out->x + r * d;

		to = end_of(c, from);
		switch ((enum op_over)c->node->args.size) {
		case OP_OVER_MAX:
			take_max(x, to - from, d, y, c->keep + r * d);
			break;
		case OP_OVER_MEAN:
			for (size_t t = 0; t < to - from; t++)
				vec_axpy(1 / (float)(to - from), x + t * d, y,
				    d);
			break;
		case OP_OVER_LAST:
			memcpy(y, x + (to - from - 1) * d, d * sizeof *y);
		}
	}
}

/* dx[the greatest's], dx[each] / n, dx[the last] = dy[r] */
static void
over_backward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	memset(c->in[0].dx, 0, c->in[0].rows * d * sizeof(float));
	for (size_t from = 0, to; from < c->in[0].rows; from = to) {
		const size_t r = c->in[1].ids[from];
		const float *dy = c->out->dx + r * d;
		float *dx = c->in[0].dx + from * d;

		to = end_of(c, from);
		switch ((enum op_over)c->node->args.size) {
		case OP_OVER_MAX:
			for (size_t j = 0; j < d; j++)
				dx[(size_t)c->keep[r * d + j] * d + j] = dy[j];
			break;
		case OP_OVER_MEAN:
			for (size_t t = 0; t < to - from; t++)
				vec_axpy(1 / (float)(to - from), dy,
				    dx + t * d, d);
			break;
		case OP_OVER_LAST:
			memcpy(dx + (to - from - 1) * d, dy, d * sizeof *dx);
		}
	}
}

const struct op optable_over = {
	"over", over_shape, over_forward, over_backward
};

struct node *
op_over(struct graph *g, struct node *x, struct node *seq, enum op_over what)
{
	return graph_add(g, &optable_over, (struct node *[]){ x, seq }, 2,
	    NULL, 0, (struct op_args){ .size = what });
}
