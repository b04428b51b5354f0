#ifndef SRS_OPS_H
#define SRS_OPS_H

/*
 * ops.h -- the operations that networks are composed of.
 *
 * Each function adds a node to the graph and returns it.  Shapes are written
 * (rows, cols); n is the number of rows of an axis times `per` (op.h), the
 * same for all inputs unless said otherwise.  To add an operation: its two
 * functions in a file of the group it belongs to, its maker here, a line in
 * ops.c and one in the gradient test.
 */

#include <stddef.h>
#include <stdint.h>

#include "nn/graph.h"

/* The table of all operations; NULL past the end. */
const struct op *ops_at(size_t i);

/* --- inputs (opinput.c) -------------------------------------------------- */

/* (rows of the axis times per, cols): numbers that are given for each batch:
 * features, targets, weights. */
struct node *op_floats(struct graph *, size_t axis, size_t per, size_t cols);

/* The same for numbers of rows of sparse params; OP_NO_ROW is none. */
struct node *op_ids(struct graph *, size_t axis, size_t per, size_t cols);

#define OP_NO_ROW UINT32_MAX

/* --- lookups (opembed.c) ------------------------------------------------- */

/*
 * (n, d_0 + d_1 + ...) <- ids (n, k): row ids[r][j] of tables[j] (any, d_j)
 * for each j < k, side by side.  A row of OP_NO_ROW is zero.
 */
struct node *op_embed(struct graph *, struct node *ids,
    struct param *const *tables, size_t k);

/* (n, 1) <- the sum over j of tables[j] (any, 1) at ids[r][j]. */
struct node *op_bias(struct graph *, struct node *ids,
    struct param *const *tables, size_t k);

/* --- layers (opdense.c) -------------------------------------------------- */

enum op_act { OP_LINEAR, OP_RELU, OP_SIGMOID, OP_TANH };

/* (n, m) <- act(x W + b) with x (n, k), W (k, m), b (1, m). */
struct node *op_dense(struct graph *, struct node *x, struct param *W,
    struct param *b, enum op_act);

/* --- element by element (opunary.c) -------------------------------------- */

struct node *op_relu(struct graph *, struct node *x);
struct node *op_sigmoid(struct graph *, struct node *x);
struct node *op_tanh(struct graph *, struct node *x);

/*
 * In training each element is 0 with probability `rate` < 1, else divided by
 * 1 - rate (Srivastava et al. 2014, "inverted"); else x.  The mask is a
 * function of seed, step, node, row of the batch and column.
 */
struct node *op_dropout(struct graph *, struct node *x, double rate);

/* --- two or more of the same rows (opjoin.c) ----------------------------- */

/* (n, cols) <- x + y, x y. */
struct node *op_add(struct graph *, struct node *x, struct node *y);
struct node *op_multiply(struct graph *, struct node *x, struct node *y);

/* (n, 1) <- the dot product of row r of x and row r of y. */
struct node *op_dot(struct graph *, struct node *x, struct node *y);

/* (n, sum of cols) <- the k inputs side by side. */
struct node *op_concat(struct graph *, struct node *const *x, size_t k);

/* --- losses (oploss.c) --------------------------------------------------- */

/*
 * (n, 1), a loss for each row; the target of training is any node of one
 * column.  Targets t (n, 1) must not learn.
 *
 *	mse	(x - t)^2
 *	bce	-t log s(x) - (1 - t) log(1 - s(x)), s(x) = 1 / (1 + exp(-x))
 */
struct node *op_mse(struct graph *, struct node *x, struct node *t);
struct node *op_bce(struct graph *, struct node *x, struct node *t);

#endif
