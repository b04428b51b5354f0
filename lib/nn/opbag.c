#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- bag: y[r] = rows[id] + sum over f of of[id][f] features[f] ----------- */

/* Entries of a row at most: what is touched for one id. */
static size_t
longest(const struct csr *of)
{
	size_t most = 0;

	for (size_t i = 0; i < of->rows; i++)
		if (csr_row_count(of, i) > most)
			most = csr_row_count(of, i);
	return most;
}

static void
bag_shape(struct node *node)
{
	const struct node *ids = node->in[0];
	const struct param *rows = node->param[0], *features = node->param[1];
	const struct csr *of = node->args.csr;

	assert(ids->is_ids && ids->shape.cols == 1);
	assert(rows->cols == features->cols && rows->rows <= of->rows &&
	    features->rows == of->cols);
	node->shape = ids->shape;
	node->shape.cols = rows->cols;
	node->touches = op_rows_most(node->graph, node->shape) *
	    (1 + longest(of));
}

static void
bag_forward(const struct op_call *c)
{
	const struct param *rows = c->node->param[0];
	const struct param *features = c->node->param[1];
	const struct csr *of = c->node->args.csr;
	const size_t d = c->out->cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const uint32_t id = c->in[0].ids[r];
		float *y = c->out->x + r * d;

		memset(y, 0, d * sizeof *y);
		if (id == OP_NO_ROW)
			continue;
		memcpy(y, rows->x + id * d, d * sizeof *y);
		for (uint64_t e = of->indptr[id]; e < of->indptr[id + 1]; e++)
			vec_axpy(of->values[e], features->x +
			    of->indices[e] * d, y, d);
	}
}

static void
learn(const struct op_call *c, size_t which, uint32_t row, float value,
    const float *g)
{
	const size_t d = c->out->cols;

	if (c->touches[which] != NULL)
		op_touch(c->touches[which], row, g, value);
	else if (c->grad[which] != NULL)
		vec_axpy(value, g, c->grad[which] + row * d, d);
}

/* drows[id] += dy[r], dfeatures[f] += of[id][f] dy[r] */
static void
bag_backward(const struct op_call *c)
{
	const struct csr *of = c->node->args.csr;

	for (size_t r = 0; r < c->out->rows; r++) {
		const uint32_t id = c->in[0].ids[r];
		const float *g = c->out->dx + r * c->out->cols;

		if (id == OP_NO_ROW)
			continue;
		learn(c, 0, id, 1, g);
		for (uint64_t e = of->indptr[id]; e < of->indptr[id + 1]; e++)
			learn(c, 1, of->indices[e], of->values[e], g);
	}
}

const struct op optable_bag = {
	"bag", bag_shape, bag_forward, bag_backward
};

struct node *
op_bag(struct graph *g, struct node *ids, struct param *rows,
    struct param *features, const struct csr *of)
{
	return graph_add(g, &optable_bag, &ids, 1,
	    (struct param *[]){ rows, features }, 2,
	    (struct op_args){ .csr = of });
}
