#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- embed: y[r] = (tables[0][ids[r][0]], tables[1][ids[r][1]], ...) ---------
 *
 * All times args.real.
 */

static void
lookup_shape(struct node *node)
{
	const struct node *ids = node->in[0];

	assert(ids->is_ids && ids->shape.cols == node->n_param);
	node->shape = ids->shape;
	node->touches = op_rows_most(node->graph, node->shape);
}

static void
embed_shape(struct node *node)
{
	lookup_shape(node);
	node->shape.cols = 0;
	for (size_t j = 0; j < node->n_param; j++)
		node->shape.cols += node->param[j]->cols;
}

static void
embed_forward(const struct op_call *c)
{
	const size_t k = c->in[0].cols;
	float *y = c->out->x;

	for (size_t r = 0; r < c->out->rows; r++)
		for (size_t j = 0; j < k; j++) {
			const struct param *p = c->node->param[j];
			const uint32_t id = c->in[0].ids[r * k + j];

			assert(id == OP_NO_ROW || id < p->rows);
			if (id == OP_NO_ROW)
				memset(y, 0, p->cols * sizeof *y);
			else
				memcpy(y, p->x + id * p->cols,
				    p->cols * sizeof *y);
			y += p->cols;
		}
	if (c->node->args.real > 1 || c->node->args.real < 1)
		vec_scale((float)c->node->args.real, c->out->x,
		    c->out->rows * c->out->cols);
}

/* What row `id` of param j gets: a g. */
static void
learn(const struct op_call *c, size_t j, uint32_t id, float a, const float *g)
{
	const size_t d = c->node->param[j]->cols;

	if (id == OP_NO_ROW)
		return;
	if (c->touches[j] != NULL)
		op_touch(c->touches[j], id, g, a);
	else if (c->grad[j] != NULL)
		vec_axpy(a, g, c->grad[j] + id * d, d);
}

/* dtables[j][ids[r][j]] += a times the part of dy[r] that it became */
static void
embed_backward(const struct op_call *c)
{
	const size_t k = c->in[0].cols;
	size_t from = 0;

	for (size_t j = 0; j < k; j++) {
		for (size_t r = 0; r < c->out->rows; r++)
			learn(c, j, c->in[0].ids[r * k + j],
			    (float)c->node->args.real,
			    c->out->dx + r * c->out->cols + from);
		from += c->node->param[j]->cols;
	}
}

const struct op optable_embed = {
	"embed", embed_shape, embed_forward, embed_backward
};

struct node *
op_embed(struct graph *g, struct node *ids, struct param *const *tables,
    size_t k)
{
	return graph_add(g, &optable_embed, &ids, 1, tables, k,
	    (struct op_args){ .real = 1 });
}

struct node *
op_embed_times(struct graph *g, struct node *ids, struct param *table,
    double a)
{
	assert(a > 0);
	return graph_add(g, &optable_embed, &ids, 1, &table, 1,
	    (struct op_args){ .real = a });
}

/* --- bias: y[r] = sum_j tables[j][ids[r][j]] ------------------------------ */

static void
bias_shape(struct node *node)
{
	lookup_shape(node);
	node->shape.cols = 1;
	for (size_t j = 0; j < node->n_param; j++)
		assert(node->param[j]->cols == 1);
}

static void
bias_forward(const struct op_call *c)
{
	const size_t k = c->in[0].cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		float y = 0;

		for (size_t j = 0; j < k; j++) {
			const uint32_t id = c->in[0].ids[r * k + j];

			if (id != OP_NO_ROW)
				y += c->node->param[j]->x[id];
		}
		c->out->x[r] = y;
	}
}

/* dtables[j][ids[r][j]] += dy[r] */
static void
bias_backward(const struct op_call *c)
{
	const size_t k = c->in[0].cols;

	for (size_t j = 0; j < k; j++)
		for (size_t r = 0; r < c->out->rows; r++)
			learn(c, j, c->in[0].ids[r * k + j], 1,
			    c->out->dx + r);
}

const struct op optable_bias = {
	"bias", bias_shape, bias_forward, bias_backward
};

struct node *
op_bias(struct graph *g, struct node *ids, struct param *const *tables,
    size_t k)
{
	return graph_add(g, &optable_bias, &ids, 1, tables, k,
	    (struct op_args){ 0 });
}
