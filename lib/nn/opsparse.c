#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/kernelslots.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* The entries of an example are next to each other, and so are their slots:
 * all loops here go through the entries once, in their order. */

/* --- lookup: y[e] = values[e] table[ids[e]] ------------------------------- */

static void
lookup_shape(struct node *node)
{
	const struct node *ids = node->in[0], *values = node->in[1];

	assert(ids->is_ids && ids->shape.cols == 1);
	assert(!values->is_ids && !values->learns && values->shape.cols == 1);
	assert(values->shape.axis == ids->shape.axis &&
	    values->shape.per == ids->shape.per);
	node->shape = ids->shape;
	node->shape.cols = node->param[0]->cols;
	node->touches = op_rows_most(node->graph, node->shape);
}

static void
lookup_forward(const struct op_call *c)
{
	kernel_lookup(c->out->x, c->node->param[0]->x, c->in[0].ids,
	    c->in[1].x, c->out->rows, c->out->cols);
}

/* dtable[ids[e]] += values[e] dy[e] */
static void
lookup_backward(const struct op_call *c)
{
	const size_t d = c->out->cols;
	const float *value = c->in[1].x;

	for (size_t e = 0; e < c->out->rows; e++) {
		const uint32_t id = c->in[0].ids[e];
		const float *g = c->out->dx + e * d;

		if (c->touches[0] != NULL)
			op_touch(c->touches[0], id, g, value[e]);
		else if (c->grad[0] != NULL)
			vec_axpy(value[e], g, c->grad[0] + id * d, d);
	}
}

const struct op optable_lookup = {
	"lookup", lookup_shape, lookup_forward, lookup_backward
};

struct node *
op_lookup(struct graph *g, struct node *ids, struct node *values,
    struct param *table)
{
	return graph_add(g, &optable_lookup, (struct node *[]){ ids, values },
	    2, &table, 1, (struct op_args){ 0 });
}

/* --- what is made of the entries of an example ---------------------------- */

static void
check_entries(const struct node *node)
{
	const struct node *x = node->in[0], *slot = node->in[1];

	assert(!x->is_ids && slot->is_ids && slot->shape.cols == 1);
	assert(x->shape.axis == slot->shape.axis &&
	    x->shape.per == slot->shape.per);
	assert(node->args.size >= 1);
}

static struct node *
of_entries(struct graph *g, const struct op *op, struct node *x,
    struct node *slot, size_t slots)
{
	return graph_add(g, op, (struct node *[]){ x, slot }, 2, NULL, 0,
	    (struct op_args){ .size = slots });
}

/* --- pool: y[r][f] = the sum of x[e] in slot r, f ------------------------- */

static void
pool_shape(struct node *node)
{
	check_entries(node);
	node->shape = (struct shape){ 0, 1,
	    node->args.size * node->in[0]->shape.cols };
}

static void
pool_forward(const struct op_call *c)
{
	memset(c->out->x, 0, c->out->rows * c->out->cols * sizeof(float));
	kernel_sum_slots(c->out->x, c->in[0].x, c->in[1].ids, 1,
	    c->in[0].rows, c->in[0].cols);
}

/* dx[e] = dy[its slot] */
static void
pool_backward(const struct op_call *c)
{
	kernel_copy_slots(c->in[0].dx, c->out->dx, c->in[1].ids, 1,
	    c->in[0].rows, c->in[0].cols);
}

const struct op optable_pool = {
	"pool", pool_shape, pool_forward, pool_backward
};

struct node *
op_pool(struct graph *g, struct node *x, struct node *slot, size_t slots)
{
	return of_entries(g, &optable_pool, x, slot, slots);
}

/* --- total: y[r] = the sum of x[e] in any slot of r ----------------------- */

static void
total_shape(struct node *node)
{
	check_entries(node);
	node->shape = (struct shape){ 0, 1, node->in[0]->shape.cols };
}

static void
total_forward(const struct op_call *c)
{
	memset(c->out->x, 0, c->out->rows * c->out->cols * sizeof(float));
	kernel_sum_slots(c->out->x, c->in[0].x, c->in[1].ids,
	    c->node->args.size, c->in[0].rows, c->in[0].cols);
}

static void
total_backward(const struct op_call *c)
{
	kernel_copy_slots(c->in[0].dx, c->out->dx, c->in[1].ids,
	    c->node->args.size, c->in[0].rows, c->in[0].cols);
}

const struct op optable_total = {
	"total", total_shape, total_forward, total_backward
};

struct node *
op_total(struct graph *g, struct node *x, struct node *slot, size_t slots)
{
	return of_entries(g, &optable_total, x, slot, slots);
}

/* --- pairs: y[r] = the sum over e < f in r of x[e] . x[f] ----------------- */

/*
 * Rendle 2010, "Factorization machines", lemma 3.1: half of the square of the
 * sum less the sum of the squares, linear in the number of entries.
 */
static void
pairs_shape(struct node *node)
{
	check_entries(node);
	node->shape = (struct shape){ 0, 1, 1 };
	node->keep = op_rows_most(node->graph, node->shape) *
	    node->in[0]->shape.cols;
}

static void
pairs_forward(const struct op_call *c)
{
	const size_t d = c->in[0].cols, slots = c->node->args.size;
	float *y = c->out->x;

	memset(c->keep, 0, c->out->rows * d * sizeof(float));
	kernel_sum_slots(c->keep, c->in[0].x, c->in[1].ids, slots,
	    c->in[0].rows, d);
	for (size_t r = 0; r < c->out->rows; r++)
		y[r] = vec_dot(c->keep + r * d, c->keep + r * d, d) / 2;
	kernel_less_squares(y, c->in[0].x, c->in[1].ids, slots, c->in[0].rows,
	    d);
}

/* dx[e] = dy[r] (the sum of all in r - x[e]) */
static void
pairs_backward(const struct op_call *c)
{
	kernel_rest_slots(c->in[0].dx, c->keep, c->in[0].x, c->out->dx,
	    c->in[1].ids, c->node->args.size, c->in[0].rows, c->in[0].cols);
}

const struct op optable_pairs = {
	"pairs", pairs_shape, pairs_forward, pairs_backward
};

struct node *
op_pairs(struct graph *g, struct node *x, struct node *slot, size_t slots)
{
	return of_entries(g, &optable_pairs, x, slot, slots);
}
