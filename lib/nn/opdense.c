#include <assert.h>
#include <string.h>

#include "linalg/gemm.h"
#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- dense: Y (n, m) = act(X (n, k) W (k, m) + b (1, m)) ------------------ */

static void
dense_shape(struct node *node)
{
	const struct node *x = node->in[0];
	const struct param *W = node->param[0], *b = node->param[1];

	assert(!x->is_ids && W->rows == x->shape.cols);
	assert(b->rows == 1 && b->cols == W->cols);
	node->shape = x->shape;
	node->shape.cols = W->cols;
}

static void
activate(enum op_act act, float *y, size_t n)
{
	switch (act) {
	case OP_LINEAR: break;
	case OP_RELU: kernel_relu(y, y, n); break;
	case OP_SIGMOID: kernel_sigmoid(y, y, n); break;
	case OP_TANH: kernel_tanh(y, y, n); break;
	}
}

/* dy becomes the gradient of what act() was given. */
static void
activate_back(enum op_act act, float *dy, const float *y, size_t n)
{
	switch (act) {
	case OP_LINEAR: break;
	case OP_RELU: kernel_relu_back(dy, y, n); break;
	case OP_SIGMOID: kernel_sigmoid_back(dy, y, n); break;
	case OP_TANH: kernel_tanh_back(dy, y, n); break;
	}
}

/* Y (n, m) <- X (n, k) W (k, m) + beta Y; rows of what is served do not depend
 * on how many there are. */
static void
product(const struct op_call *c, const float *W, float beta)
{
	const struct tensor *x = &c->in[0], *y = c->out;
	const size_t n = y->rows, k = x->cols, m = y->cols;

	if (c->training)
		gemm(0, 0, n, m, k, 1, x->x, k, W, m, beta, y->x, m);
	else
		gemm_alike(n, m, k, x->x, k, W, m, beta, y->x, m);
}

static void
dense_forward(const struct op_call *c)
{
	const struct tensor *x = &c->in[0], *y = c->out;
	const struct param *W = c->node->param[0], *b = c->node->param[1];
	const size_t n = y->rows, k = x->cols, m = y->cols;

	if (m == 1) {		/* a matrix product has no use for one column */
		for (size_t r = 0; r < n; r++)
			y->x[r] = vec_dot(x->x + r * k, W->x, k) + b->x[0];
	} else {
		kernel_set_rows(y->x, b->x, n, m);
		product(c, W->x, 1);
	}
	activate((enum op_act)c->node->args.size, y->x, n * m);
}

/* With dZ = dY act'(Z): db += the rows of dZ, dW += X' dZ, dX = dZ W'. */
static void
dense_backward(const struct op_call *c)
{
	const struct tensor *x = &c->in[0], *y = c->out;
	const struct param *W = c->node->param[0];
	const size_t n = y->rows, k = x->cols, m = y->cols;
	float *dz = y->dx;

	activate_back((enum op_act)c->node->args.size, dz, y->x, n * m);
	if (c->grad[1] != NULL)
		kernel_add_rows(c->grad[1], dz, n, m);
	if (c->grad[0] != NULL && m == 1)
		for (size_t r = 0; r < n; r++)
			vec_axpy(dz[r], x->x + r * k, c->grad[0], k);
	else if (c->grad[0] != NULL)
		gemm(1, 0, k, m, n, 1, x->x, k, dz, m, 1, c->grad[0], m);
	if (x->dx != NULL && m == 1)
		kernel_outer(x->dx, dz, W->x, n, k);
	else if (x->dx != NULL)
		gemm(0, 1, n, k, m, 1, dz, m, W->x, m, 0, x->dx, k);
}

const struct op optable_dense = {
	"dense", dense_shape, dense_forward, dense_backward
};

struct node *
op_dense(struct graph *g, struct node *x, struct param *W, struct param *b,
    enum op_act act)
{
	return graph_add(g, &optable_dense, &x, 1, (struct param *[]){ W, b },
	    2, (struct op_args){ .size = act });
}

/* --- part: Y (n, m) = X (n, k) W (from .., m) + b (1, m) ------------------ */

static void
part_shape(struct node *node)
{
	const struct node *x = node->in[0];
	const struct param *W = node->param[0];

	assert(!x->is_ids && !W->spec.sparse);
	assert(node->args.size + x->shape.cols <= W->rows);
	assert(node->n_param == 1 || (node->param[1]->rows == 1 &&
	    node->param[1]->cols == W->cols));
	node->shape = x->shape;
	node->shape.cols = W->cols;
}

static void
part_forward(const struct op_call *c)
{
	const struct tensor *y = c->out;
	const int has_b = c->node->n_param > 1;

	if (has_b)
		kernel_set_rows(y->x, c->node->param[1]->x, y->rows, y->cols);
	product(c, c->node->param[0]->x + c->node->args.size * y->cols,
	    has_b ? 1 : 0);
}

/* db += the rows of dY, dW += X' dY there, dX = dY W'. */
static void
part_backward(const struct op_call *c)
{
	const struct tensor *x = &c->in[0], *y = c->out;
	const size_t n = y->rows, k = x->cols, m = y->cols;
	const size_t at = c->node->args.size * m;

	if (c->node->n_param > 1 && c->grad[1] != NULL)
		kernel_add_rows(c->grad[1], y->dx, n, m);
	if (c->grad[0] != NULL)
		gemm(1, 0, k, m, n, 1, x->x, k, y->dx, m, 1,
		    c->grad[0] + at, m);
	if (x->dx != NULL)
		gemm(0, 1, n, k, m, 1, y->dx, m, c->node->param[0]->x +
		    at, m, 0, x->dx, k);
}

const struct op optable_part = {
	"part", part_shape, part_forward, part_backward
};

struct node *
op_part(struct graph *g, struct node *x, struct param *W, size_t from,
    struct param *b)
{
	return graph_add(g, &optable_part, &x, 1, (struct param *[]){ W, b },
	    b != NULL ? 2 : 1, (struct op_args){ .size = from });
}

/* --- shift: y[r] = x[r] + b ----------------------------------------------- */

static void
shift_shape(struct node *node)
{
	const struct node *x = node->in[0];
	const struct param *b = node->param[0];

	assert(!x->is_ids && b->rows == 1 && b->cols == x->shape.cols);
	node->shape = x->shape;
}

static void
shift_forward(const struct op_call *c)
{
	const size_t n = c->out->rows, m = c->out->cols;

	kernel_set_rows(c->out->x, c->node->param[0]->x, n, m);
	kernel_add(c->out->x, c->out->x, c->in[0].x, n * m);
}

/* db += the rows of dy, dx = dy */
static void
shift_backward(const struct op_call *c)
{
	const size_t n = c->out->rows, m = c->out->cols;

	if (c->grad[0] != NULL)
		kernel_add_rows(c->grad[0], c->out->dx, n, m);
	if (c->in[0].dx != NULL)
		memcpy(c->in[0].dx, c->out->dx, n * m * sizeof(float));
}

const struct op optable_shift = {
	"shift", shift_shape, shift_forward, shift_backward
};

struct node *
op_shift(struct graph *g, struct node *x, struct param *b)
{
	return graph_add(g, &optable_shift, &x, 1, &b, 1,
	    (struct op_args){ 0 });
}
