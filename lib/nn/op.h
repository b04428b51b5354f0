#ifndef SRS_OP_H
#define SRS_OP_H

/*
 * op.h -- what an operation of the graph is, for those who write one.
 *
 * An operation is one forward and one backward function, next to each other
 * in one file, and a line in the table of ops.c: the gradient test runs over
 * that table.  ops.h is the manual of the operations there are.
 *
 * A node's value is a matrix.  Its rows are those of an axis (examples, or a
 * set that has another number of rows: shared negatives, distinct users)
 * times `per`: a batch of n sequences of length L has per = L and n L rows,
 * the L rows of a sequence next to each other.
 */

#include <stddef.h>
#include <stdint.h>

#include "linalg/csr.h"
#include "nn/params.h"

struct graph;
struct op_call;

struct shape {
	size_t axis;		/* number of graph_axis(); 0: examples */
	size_t per;		/* rows for each row of the axis */
	size_t cols;
};

struct node;

struct op {
	const char *name;

	/* Sets node->shape and, where they are needed, node->keep, leave and
	 * touches, from the inputs, params and args; asserts what must hold of
	 * them. */
	void (*shape)(struct node *);

	/* out->x <- f(in, params) */
	void (*forward)(const struct op_call *);

	/*
	 * From out->dx: overwrites in[i].dx where it is not NULL, and adds to
	 * the gradients of the params.  out->dx may be used as scratch.  NULL
	 * for inputs.
	 */
	void (*backward)(const struct op_call *);
};

/* Numbers that an operation is made with. */
struct op_args {
	double real;		/* dropout rate, ... */
	size_t size;		/* kind of activation, heads, ... */
	size_t most;		/* rows of a sequence */
	const struct csr *csr;	/* what rows are made of; must stay */
};

struct node {
	const struct op *op;
	const struct graph *graph;
	size_t number;		/* place in the graph: inputs come before */
	struct node **in;	/* (n_in) */
	size_t n_in;
	struct param **param;	/* (n_param) */
	size_t n_param;
	struct op_args args;
	struct shape shape;
	size_t keep;		/* floats kept from forward to backward, for
				 * the greatest number of rows */
	size_t leave;		/* floats left for the optimiser: gradients
				 * that op_touch() names and that are not dx */
	size_t touches;		/* rows of each sparse param that are looked up
				 * at most */
	int is_ids;		/* the value is numbers: no gradient */
	int learns;		/* a param that is not frozen is above it */
};

/* The greatest number of rows that a value of this shape has. */
size_t op_rows_most(const struct graph *, struct shape);

/* The value of a node at work. */
struct tensor {
	size_t rows, cols;
	float *x;		/* (rows, cols); NULL for numbers */
	uint32_t *ids;		/* (rows, cols) of a node of numbers */
	float *dx;		/* (rows, cols) gradient; NULL: not wanted */
};

/* Rows of a sparse param that had a gradient, scale times g, in the order of
 * the rows of the shard; a row may stand there again. */
struct touches {
	uint32_t *row;		/* (n of cap) */
	float *scale;		/* (n of cap) */
	const float **g;	/* (n of cap) each (param->cols) */
	size_t n, cap;
};

struct op_call {
	const struct node *node;
	const struct tensor *in;	/* (node->n_in) */
	const struct tensor *out;
	/* by node->param: what backward adds to; NULL where it is frozen or
	 * of the other kind, and in forward */
	float *const *grad;		/* (param->rows, param->cols) */
	struct touches *const *touches;
	float *keep;			/* (node->keep) */
	float *leave;			/* (node->leave); NULL without
					 * training, or a gradient */
	int training;			/* dropout works only then */
	uint64_t seed, step;		/* for random numbers */
	size_t first;			/* row 0 of out is this one of the
					 * batch's */
};

/* Adds one row to what was touched. */
static inline void
op_touch(struct touches *t, uint32_t row, const float *g, float scale)
{
	t->row[t->n] = row;
	t->scale[t->n] = scale;
	t->g[t->n++] = g;
}

#endif
