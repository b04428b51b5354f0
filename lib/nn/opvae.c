#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/rng.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- gauss: z = mean + exp(log_var / 2) e, e standard normal -------------- */

static void
gauss_shape(struct node *node)
{
	const struct node *mean = node->in[0], *log_var = node->in[1];

	assert(!mean->is_ids && !log_var->is_ids);
	assert(mean->shape.axis == log_var->shape.axis &&
	    mean->shape.per == log_var->shape.per &&
	    mean->shape.cols == log_var->shape.cols);
	node->shape = mean->shape;
	node->keep = op_rows_most(node->graph, node->shape) *
	    node->shape.cols;
}

/* What is kept: exp(log_var / 2) e.  e depends on the row's place in the
 * batch, as masks of dropout do. */
static void
gauss_forward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	if (!c->training) {
		memcpy(c->out->x, c->in[0].x, c->out->rows * d *
		    sizeof(float));
		return;
	}
	for (size_t r = 0; r < c->out->rows; r++) {
		const float *log_var = c->in[1].x + r * d;
		float *kept = c->keep + r * d;
		struct rng rng;

		rng_init(&rng, c->seed, rng_stream("nn.gauss",
		    hash_mix(hash_mix(c->step, c->node->number),
		    c->first + r)));
		for (size_t j = 0; j < d; j++)
			kept[j] = expf(log_var[j] / 2) *
			    (float)rng_normal(&rng);
		kernel_add(c->out->x + r * d, c->in[0].x + r * d, kept, d);
	}
}

/* dmean = dz, dlog_var = dz exp(log_var / 2) e / 2 */
static void
gauss_backward(const struct op_call *c)
{
	const size_t n = c->out->rows * c->out->cols;

	if (c->in[0].dx != NULL)
		memcpy(c->in[0].dx, c->out->dx, n * sizeof(float));
	if (c->in[1].dx == NULL)
		return;
	kernel_multiply(c->in[1].dx, c->out->dx, c->keep, n);
	vec_scale(0.5f, c->in[1].dx, n);
}

const struct op optable_gauss = {
	"gauss", gauss_shape, gauss_forward, gauss_backward
};

struct node *
op_gauss(struct graph *g, struct node *mean, struct node *log_var)
{
	return graph_add(g, &optable_gauss, (struct node *[]){ mean, log_var },
	    2, NULL, 0, (struct op_args){ 0 });
}

/* --- kl: y[r] = w[r] / 2 sum (exp(log_var) + mean^2 - 1 - log_var) -------- */

static void
kl_shape(struct node *node)
{
	assert(node->in[0]->shape.cols == node->in[1]->shape.cols);
	assert(node->in[2]->shape.cols == 1 && !node->in[2]->learns);
	node->shape = node->in[2]->shape;
}

static void
kl_forward(const struct op_call *c)
{
	const size_t d = c->in[0].cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float *mean = c->in[0].x + r * d;
		const float *log_var = c->in[1].x + r * d;
		float sum = 0;

		for (size_t j = 0; j < d; j++)
			sum += expf(log_var[j]) + mean[j] * mean[j] - 1 -
			    log_var[j];
		c->out->x[r] = c->in[2].x[r] * sum / 2;
	}
}

/* dmean = dy w mean, dlog_var = dy w (exp(log_var) - 1) / 2 */
static void
kl_backward(const struct op_call *c)
{
	const struct tensor *mean = &c->in[0], *log_var = &c->in[1];
	const size_t d = mean->cols;

	for (size_t r = 0; r < c->out->rows; r++) {
		const float w = c->out->dx[r] * c->in[2].x[r];

		for (size_t j = r * d; j < (r + 1) * d; j++) {
			if (mean->dx != NULL)
				mean->dx[j] = w * mean->x[j];
			if (log_var->dx != NULL)
				log_var->dx[j] = w *
				    (expf(log_var->x[j]) - 1) / 2;
		}
	}
}

const struct op optable_kl = { "kl", kl_shape, kl_forward, kl_backward };

struct node *
op_kl(struct graph *g, struct node *mean, struct node *log_var,
    struct node *weight)
{
	return graph_add(g, &optable_kl,
	    (struct node *[]){ mean, log_var, weight }, 3, NULL, 0,
	    (struct op_args){ 0 });
}

/* --- logits: y (n, m) = h (n, d) table (m, d)' + bias (1, m) -------------- */

static void
logits_shape(struct node *node)
{
	const struct param *table = node->param[0], *bias = node->param[1];

	assert(!node->in[0]->is_ids &&
	    node->in[0]->shape.cols == table->cols);
	assert(!table->spec.sparse && !bias->spec.sparse);
	assert(bias->rows == 1 && bias->cols == table->rows);
	node->shape = node->in[0]->shape;
	node->shape.cols = table->rows;
}

static void
logits_forward(const struct op_call *c)
{
	const struct param *table = c->node->param[0];
	const size_t n = c->out->rows, m = table->rows, d = table->cols;

	kernel_set_rows(c->out->x, c->node->param[1]->x, n, m);
	blas_gemm(0, 1, n, m, d, 1, c->in[0].x, d, table->x, d, 1, c->out->x,
	    m);
}

/* dbias += the rows of dy, dtable += dy' h, dh = dy table */
static void
logits_backward(const struct op_call *c)
{
	const struct param *table = c->node->param[0];
	const size_t n = c->out->rows, m = table->rows, d = table->cols;
	const float *dy = c->out->dx;

	if (c->grad[1] != NULL)
		kernel_add_rows(c->grad[1], dy, n, m);
	if (c->grad[0] != NULL)
		blas_gemm(1, 0, m, d, n, 1, dy, m, c->in[0].x, d, 1,
		    c->grad[0], d);
	if (c->in[0].dx != NULL)
		blas_gemm(0, 0, n, d, m, 1, dy, m, table->x, d, 0,
		    c->in[0].dx, d);
}

const struct op optable_logits = {
	"logits", logits_shape, logits_forward, logits_backward
};

struct node *
op_logits(struct graph *g, struct node *h, struct param *table,
    struct param *bias)
{
	return graph_add(g, &optable_logits, &h, 1,
	    (struct param *[]){ table, bias }, 2, (struct op_args){ 0 });
}
