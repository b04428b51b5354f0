#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * A row of u meets P rows of v that stand next to each other, P the number of
 * rows of v divided by that of u: a user and the items that are scored for
 * them.  What is made of a user is made once.
 */

static void
meet_shape(struct node *node)
{
	const struct node *u = node->in[0], *v = node->in[1];

	assert(!u->is_ids && !v->is_ids);
	assert(u->shape.cols == v->shape.cols);
	assert(u->shape.axis != v->shape.axis ||
	    v->shape.per % u->shape.per == 0);
	node->shape = v->shape;
}

static size_t
rows_met(const struct op_call *c)
{
	const size_t n = c->in[0].rows;

	assert(n == 0 || c->in[1].rows % n == 0);
	return n > 0 ? c->in[1].rows / n : 0;
}

static struct node *
meet(struct graph *g, const struct op *op, struct node *u, struct node *v,
    size_t size)
{
	return graph_add(g, op, (struct node *[]){ u, v }, 2, NULL, 0,
	    (struct op_args){ .size = size });
}

/* --- dot: z[r P + j] = u[r] . v[r P + j] ---------------------------------- */

static void
dot_shape(struct node *node)
{
	meet_shape(node);
	node->shape.cols = 1;
}

static void
dot_forward(const struct op_call *c)
{
	const size_t d = c->in[0].cols, P = rows_met(c);
	const float *v = c->in[1].x;
	float *z = c->out->x;

	for (size_t r = 0; r < c->in[0].rows; r++)
		for (size_t j = 0; j < P; j++, v += d)
			*z++ = vec_dot(c->in[0].x + r * d, v, d);
}

/* du[r] = sum_j dz[r P + j] v[r P + j], dv[r P + j] = dz[r P + j] u[r] */
static void
dot_backward(const struct op_call *c)
{
	const struct tensor *u = &c->in[0], *v = &c->in[1];
	const size_t d = u->cols, P = rows_met(c);
	const float *dz = c->out->dx;

	for (size_t r = 0; r < u->rows; r++, dz += P) {
		const float *x = u->x + r * d;

		if (v->dx != NULL)
			kernel_outer(v->dx + r * P * d, dz, x, P, d);
		if (u->dx == NULL)
			continue;
		kernel_outer(u->dx + r * d, dz, v->x + r * P * d, P > 0, d);
		for (size_t j = 1; j < P; j++)
			vec_axpy(dz[j], v->x + (r * P + j) * d, u->dx + r * d,
			    d);
	}
}

const struct op optable_dot = {
	"dot", dot_shape, dot_forward, dot_backward
};

struct node *
op_dot(struct graph *g, struct node *u, struct node *v)
{
	return meet(g, &optable_dot, u, v, 0);
}

/* --- meet: z[r P + j] = act(u[r] + v[r P + j]) ---------------------------- */

static void
meet_forward(const struct op_call *c)
{
	const size_t d = c->in[0].cols, P = rows_met(c);
	const int relu = c->node->args.size == OP_RELU;

	for (size_t r = 0; r < c->in[0].rows; r++)
		(relu ? kernel_relu_rows : kernel_sum_rows)(c->out->x +
		    r * P * d, c->in[1].x + r * P * d, c->in[0].x + r * d, P,
		    d);
}

/* With dy = dz act'(z): du[r] = sum_j dy[r P + j], dv = dy. */
static void
meet_backward(const struct op_call *c)
{
	const struct tensor *u = &c->in[0], *z = c->out;
	const size_t d = u->cols, P = rows_met(c), n = z->rows * d;

	if (c->node->args.size == OP_RELU)
		kernel_relu_back(z->dx, z->x, n);
	if (u->dx != NULL)
		memset(u->dx, 0, u->rows * d * sizeof *u->dx);
	for (size_t r = 0; u->dx != NULL && r < u->rows; r++)
		kernel_add_rows(u->dx + r * d, z->dx + r * P * d, P, d);
	if (c->in[1].dx != NULL)
		memcpy(c->in[1].dx, z->dx, n * sizeof *z->dx);
}

const struct op optable_meet = {
	"meet", meet_shape, meet_forward, meet_backward
};

struct node *
op_meet(struct graph *g, struct node *u, struct node *v, enum op_act act)
{
	assert(act == OP_LINEAR || act == OP_RELU);
	return meet(g, &optable_meet, u, v, act);
}
