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

/* --- sums: y[r] = sum over e with row[e] = r of value[e] table[id[e]] ----- */

enum { IDS, VALUES, ROW };		/* inputs */

static void
sums_shape(struct node *node)
{
	const struct shape *ids = &node->in[IDS]->shape;

	assert(node->in[IDS]->is_ids && node->in[ROW]->is_ids);
	assert(!node->in[VALUES]->is_ids && !node->in[VALUES]->learns);
	for (size_t i = 0; i < node->n_in; i++)
		assert(node->in[i]->shape.axis == ids->axis &&
		    node->in[i]->shape.per == ids->per &&
		    node->in[i]->shape.cols == 1);
	node->shape = (struct shape){ 0, 1, node->param[0]->cols };
	node->touches = op_rows_most(node->graph, *ids);
}

static void
sums_forward(const struct op_call *c)
{
	const struct param *table = c->node->param[0];
	const size_t d = c->out->cols;

	memset(c->out->x, 0, c->out->rows * d * sizeof(float));
	for (size_t e = 0; e < c->in[IDS].rows; e++)
		vec_axpy(c->in[VALUES].x[e], table->x +
		    c->in[IDS].ids[e] * d, c->out->x +
		    c->in[ROW].ids[e] * d, d);
}

/* dtable[id[e]] += value[e] dy[row[e]] */
static void
sums_backward(const struct op_call *c)
{
	for (size_t e = 0; e < c->in[IDS].rows; e++)
		learn(c, 0, c->in[IDS].ids[e], c->in[VALUES].x[e],
		    c->out->dx + c->in[ROW].ids[e] * c->out->cols);
}

const struct op optable_sums = {
	"sums", sums_shape, sums_forward, sums_backward
};

struct node *
op_sums(struct graph *g, struct node *ids, struct node *values,
    struct node *row, struct param *table)
{
	return graph_add(g, &optable_sums,
	    (struct node *[]){ ids, values, row }, 3, &table, 1,
	    (struct op_args){ 0 });
}
