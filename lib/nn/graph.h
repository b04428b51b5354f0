#ifndef SRS_GRAPH_H
#define SRS_GRAPH_H

/*
 * graph.h -- a network as a list of operations, built once.
 *
 *	struct graph *g = graph_new(256);		at most 256 examples
 *	struct node *x = op_floats(g, 0, 1, n_features);
 *	struct node *h = op_dense(g, x, W1, b1, OP_RELU);
 *	struct node *y = op_dense(g, h, W2, b2, OP_LINEAR);
 *	struct node *loss = op_mse(g, y, op_floats(g, 0, 1, 1));
 *
 * The graph says what is computed; plan.h lays out its memory and work.h runs
 * it.  Nodes belong to the graph, parameters to whoever made them; they must
 * stay while the graph is used.  ops.h has the operations.
 */

#include <stddef.h>

#include "nn/op.h"

/* Axis 0 is that of the examples. */
struct graph *graph_new(size_t most_examples);
void graph_free(struct graph *);

/* One more axis of rows, with its own count in each batch; its number. */
size_t graph_axis(struct graph *, size_t most_rows);
size_t graph_axes(const struct graph *);

/*
 * Adds a node; what ops.h is made of, and the way to an operation of one's
 * own.  The arrays are copied.
 */
struct node *graph_add(struct graph *, const struct op *,
    struct node *const *in, size_t n_in, struct param *const *param,
    size_t n_param, struct op_args);

size_t graph_size(const struct graph *);
struct node *graph_node(const struct graph *, size_t i);

#endif
