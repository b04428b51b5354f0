#include <assert.h>
#include <string.h>

#include "nn/kernelfields.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- field pairs: y[r] = the sum over e < f in r of w[e][field f] . w[f][field
 * e], with w[e] = values[e] table[ids[e]] ------------------------------------
 *
 * Juan et al. 2016, "Field-aware factorization machines for CTR prediction",
 * equation 4.  Rows of the table are long, and what takes time is to fetch
 * them: they are not copied, and the pass that finds y finds the gradients as
 * well, as if dy were 1.
 */
enum { IDS, VALUES, SLOT };

static void
field_pairs_shape(struct node *node)
{
	const struct node *ids = node->in[IDS];
	const struct param *table = node->param[0];

	for (size_t i = 0; i < node->n_in; i++)
		assert(node->in[i]->is_ids == (i != VALUES) &&
		    !node->in[i]->learns && node->in[i]->shape.cols == 1 &&
		    node->in[i]->shape.axis == ids->shape.axis &&
		    node->in[i]->shape.per == ids->shape.per);
	assert(node->args.size >= 1 && table->spec.sparse);
	assert(table->cols % node->args.size == 0);
	node->shape = (struct shape){ 0, 1, 1 };
	node->touches = op_rows_most(node->graph, ids->shape);
	node->leave = node->touches * table->cols;
}

/* The entry after the last one of the example that `from` is in. */
static size_t
example_end(const struct op_call *c, size_t from)
{
	const size_t slots = c->node->args.size, m = c->in[SLOT].rows;
	const uint32_t *slot = c->in[SLOT].ids;
	const size_t last = (slot[from] / slots + 1) * slots;
	size_t to = from + 1;

	while (to < m && slot[to] < last)
		to++;
	return to;
}

static void
field_pairs_forward(const struct op_call *c)
{
	const struct param *table = c->node->param[0];
	const size_t slots = c->node->args.size, m = c->in[SLOT].rows;
	struct field_pairs p = { .table = table->x, .slots = slots,
		.d = table->cols / slots };

	memset(c->out->x, 0, c->out->rows * sizeof(float));
	for (size_t from = 0, to, after; from < m; from = to) {
		const size_t row = c->in[SLOT].ids[from] / slots;

		to = example_end(c, from);
		after = to < m ? example_end(c, to) : m;
		p.id = c->in[IDS].ids + from;
		p.value = c->in[VALUES].x + from;
		p.slot = c->in[SLOT].ids + from;
		p.first_slot = (uint32_t)(row * slots);
		p.n = to - from;
		p.n_next = after - to;
		c->out->x[row] = kernel_field_pairs(&p, c->leave != NULL ?
		    c->leave + from * table->cols : NULL);
	}
}

/* dtable[ids[e]] += dy[r] values[e] times what was found of e. */
static void
field_pairs_backward(const struct op_call *c)
{
	const size_t slots = c->node->args.size;

	for (size_t e = 0; e < c->in[SLOT].rows; e++)
		op_touch(c->touches[0], c->in[IDS].ids[e], c->leave +
		    e * c->node->param[0]->cols, c->in[VALUES].x[e] *
		    c->out->dx[c->in[SLOT].ids[e] / slots]);
}

const struct op optable_field_pairs = {
	"field pairs", field_pairs_shape, field_pairs_forward,
	field_pairs_backward
};

struct node *
op_field_pairs(struct graph *g, struct node *ids, struct node *values,
    struct node *slot, struct param *table, size_t slots)
{
	return graph_add(g, &optable_field_pairs,
	    (struct node *[]){ ids, values, slot }, 3, &table, 1,
	    (struct op_args){ .size = slots });
}
