#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/graph.h"

struct graph {
	struct node **node;		/* (n of cap) */
	size_t n, cap;
	size_t *most;			/* (n_axes of cap_axes) rows */
	size_t n_axes, cap_axes;
};

struct graph *
graph_new(size_t most_examples)
{
	struct graph *g = mem_array("graph", 1, sizeof *g);

	graph_axis(g, most_examples);
	return g;
}

void
graph_free(struct graph *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->n; i++) {
		free(g->node[i]->in);
		free(g->node[i]->param);
		free(g->node[i]);
	}
	free(g->node);
	free(g->most);
	free(g);
}

size_t
graph_axis(struct graph *g, size_t most_rows)
{
	g->most = mem_grow("graph", g->most, &g->cap_axes, g->n_axes + 1,
	    sizeof *g->most);
	g->most[g->n_axes] = most_rows;
	return g->n_axes++;
}

size_t
graph_axes(const struct graph *g)
{
	return g->n_axes;
}

size_t
op_rows_most(const struct graph *g, struct shape shape)
{
	assert(shape.axis < g->n_axes);
	assert(shape.per <= SIZE_MAX / (g->most[shape.axis] + 1));
	return g->most[shape.axis] * shape.per;
}

/* Does anything that learns lie above the node, or in it? */
static int
learns(const struct node *node)
{
	int any = 0;

	for (size_t i = 0; i < node->n_in; i++)
		any |= node->in[i]->learns;
	for (size_t i = 0; i < node->n_param; i++)
		any |= param_learns(node->param[i]);
	return any && !node->is_ids;
}

struct node *
graph_add(struct graph *g, const struct op *op, struct node *const *in,
    size_t n_in, struct param *const *param, size_t n_param,
    struct op_args args)
{
	struct node *node = mem_array("graph", 1, sizeof *node);

	*node = (struct node){ .op = op, .graph = g, .number = g->n,
		.n_in = n_in, .n_param = n_param, .args = args };
	node->in = mem_array("graph", n_in, sizeof *node->in);
	node->param = mem_array("graph", n_param, sizeof *node->param);
	for (size_t i = 0; i < n_in; i++) {
		assert(in[i]->graph == g);
		node->in[i] = in[i];
	}
	for (size_t i = 0; i < n_param; i++)
		node->param[i] = param[i];
	op->shape(node);
	node->learns = learns(node);
	g->node = mem_grow("graph", g->node, &g->cap, g->n + 1,
	    sizeof(struct node *));
	g->node[g->n++] = node;
	return node;
}

size_t
graph_size(const struct graph *g)
{
	return g->n;
}

struct node *
graph_node(const struct graph *g, size_t i)
{
	assert(i < g->n);
	return g->node[i];
}
