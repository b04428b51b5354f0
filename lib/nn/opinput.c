#include "nn/ops.h"
#include "nn/optable.h"

/* What an input is like is told by its maker. */
static void
as_made(struct node *node)
{
	(void)node;
}

const struct op optable_floats = { "floats", as_made, NULL, NULL };
const struct op optable_ids = { "ids", as_made, NULL, NULL };

struct node *
op_floats(struct graph *g, size_t axis, size_t per, size_t cols)
{
	struct node *node = graph_add(g, &optable_floats, NULL, 0, NULL, 0,
	    (struct op_args){ 0 });

	node->shape = (struct shape){ axis, per, cols };
	return node;
}

struct node *
op_ids(struct graph *g, size_t axis, size_t per, size_t cols)
{
	struct node *node = graph_add(g, &optable_ids, NULL, 0, NULL, 0,
	    (struct op_args){ 0 });

	node->shape = (struct shape){ axis, per, cols };
	node->is_ids = 1;
	return node;
}
