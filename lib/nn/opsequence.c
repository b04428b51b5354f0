#include <assert.h>
#include <math.h>
#include <string.h>

#include "linalg/blas.h"
#include "linalg/vec.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* --- norm: y[r] = gain (x[r] - mean) / deviation + bias ------------------- */

/* Ba, Kiros & Hinton 2016, "Layer normalization". */
static void
norm_shape(struct node *node)
{
	const struct node *x = node->in[0];

	assert(!x->is_ids);
	for (size_t i = 0; i < 2; i++)
		assert(node->param[i]->rows == 1 &&
		    node->param[i]->cols == x->shape.cols);
	node->shape = x->shape;
	node->keep = 2 * op_rows_most(node->graph, node->shape);
}

static void
norm_forward(const struct op_call *c)
{
	kernel_norm(c->out->x, c->keep, c->in[0].x, c->node->param[0]->x,
	    c->node->param[1]->x, c->out->rows, c->out->cols);
}

static void
norm_backward(const struct op_call *c)
{
	kernel_norm_back(c->in[0].dx, c->grad[0], c->grad[1], c->out->dx,
	    c->keep, c->in[0].x, c->node->param[0]->x, c->out->rows,
	    c->out->cols);
}

const struct op optable_norm = {
	"norm", norm_shape, norm_forward, norm_backward
};

struct node *
op_norm(struct graph *g, struct node *x, struct param *gain,
    struct param *bias)
{
	return graph_add(g, &optable_norm, &x, 1,
	    (struct param *[]){ gain, bias }, 2, (struct op_args){ 0 });
}

/* --- attention: y[t] = sum over s <= t of softmax(q[t] . k[s]) v[s] ------- */

/*
 * Vaswani et al. 2017, "Attention is all you need", equation 1, of each head
 * and no further than t.  A sequence is gone through in blocks of rows, each
 * against the columns up to its end; the weights P are kept, row by row as
 * wide as the sequence is long.
 */
enum { BLOCK = 64 };

static size_t
longest(const struct node *node)
{
	return (size_t)node->args.real;
}

static void
attention_shape(struct node *node)
{
	const struct node *q = node->in[0], *seq = node->in[3];
	const size_t heads = node->args.size;
	size_t rows;

	assert(seq->is_ids && seq->shape.cols == 1);
	assert(heads >= 1 && q->shape.cols % heads == 0);
	for (size_t i = 0; i < 3; i++)
		assert(!node->in[i]->is_ids &&
		    node->in[i]->shape.cols == q->shape.cols &&
		    node->in[i]->shape.axis == seq->shape.axis &&
		    node->in[i]->shape.per == seq->shape.per);
	node->shape = q->shape;
	rows = op_rows_most(node->graph, node->shape);
	node->keep = (heads * rows + BLOCK) * longest(node);
}

/* A head of a sequence: where it is in the matrices, and its weights. */
struct head {
	size_t at, n, ld, width;
	float *P;			/* (n, n) */
	float scale;
};

/* Calls each() for all heads of all sequences. */
static void
each_head(const struct op_call *c, void (*each)(const struct op_call *,
    const struct head *))
{
	const uint32_t *seq = c->in[3].ids;
	const size_t heads = c->node->args.size;
	struct head h = { .ld = c->out->cols, .width = c->out->cols / heads,
		.P = c->keep };

	h.scale = 1 / sqrtf((float)h.width);
	for (size_t from = 0, to; from < c->out->rows; from = to) {
		for (to = from + 1; to < c->out->rows && seq[to] == seq[from];)
			to++;
		h.n = to - from;
		assert(h.n <= longest(c->node));
		for (size_t k = 0; k < heads; k++, h.P += h.n * h.n) {
			h.at = from * h.ld + k * h.width;
			each(c, &h);
		}
	}
}

static void
head_forward(const struct op_call *c, const struct head *h)
{
	for (size_t i = 0; i < h->n; i += BLOCK) {
		const size_t end = i + BLOCK < h->n ? i + BLOCK : h->n;
		const size_t at = h->at + i * h->ld;

		blas_gemm(0, 1, end - i, end, h->width, h->scale,
		    c->in[0].x + at, h->ld, c->in[1].x + h->at, h->ld, 0,
		    h->P + i * h->n, h->n);
		for (size_t r = i; r < end; r++) {
			float *p = h->P + r * h->n;
			const float sum = kernel_exp_sum(p, kernel_max(p,
			    r + 1), r + 1);

			vec_scale(1 / sum, p, r + 1);
			memset(p + r + 1, 0, (end - r - 1) * sizeof *p);
		}
		blas_gemm(0, 0, end - i, h->width, end, 1, h->P + i * h->n,
		    h->n, c->in[2].x + h->at, h->ld, 0, c->out->x + at,
		    h->ld);
	}
}

static void
attention_forward(const struct op_call *c)
{
	each_head(c, head_forward);
}

/* dV += P' dY; with dP = dY V', dS = P (dP - the row's sum of P dP):
 * dQ = dS K, dK += dS' Q. */
static void
head_backward(const struct op_call *c, const struct head *h)
{
	const struct node *node = c->node;
	float *dS = c->keep + node->args.size * longest(node) *
	    op_rows_most(node->graph, node->shape);

	for (size_t i = 0; i < h->n; i += BLOCK) {
		const size_t end = i + BLOCK < h->n ? i + BLOCK : h->n;
		const size_t rows = end - i, at = h->at + i * h->ld;
		const float *dy = c->out->dx + at, *P = h->P + i * h->n;

		if (c->in[2].dx != NULL)
			blas_gemm(1, 0, end, h->width, rows, 1, P, h->n, dy,
			    h->ld, 1, c->in[2].dx + h->at, h->ld);
		blas_gemm(0, 1, rows, end, h->width, 1, dy, h->ld,
		    c->in[2].x + h->at, h->ld, 0, dS, end);
		for (size_t r = 0; r < rows; r++) {
			const float *p = P + r * h->n;
			float *d = dS + r * end;
			const float sum = vec_dot(p, d, end);

			for (size_t s = 0; s < end; s++)
				d[s] = p[s] * (d[s] - sum);
		}
		if (c->in[0].dx != NULL)
			blas_gemm(0, 0, rows, h->width, end, h->scale, dS,
			    end, c->in[1].x + h->at, h->ld, 0,
			    c->in[0].dx + at, h->ld);
		if (c->in[1].dx != NULL)
			blas_gemm(1, 0, end, h->width, rows, h->scale, dS,
			    end, c->in[0].x + at, h->ld, 1,
			    c->in[1].dx + h->at, h->ld);
	}
}

static void
attention_backward(const struct op_call *c)
{
	for (size_t i = 1; i < 3; i++)
		if (c->in[i].dx != NULL)
			memset(c->in[i].dx, 0, c->out->rows * c->out->cols *
			    sizeof(float));
	each_head(c, head_backward);
}

const struct op optable_attention = {
	"attention", attention_shape, attention_forward, attention_backward
};

struct node *
op_attention(struct graph *g, struct node *q, struct node *k, struct node *v,
    struct node *seq, size_t heads, size_t most)
{
	return graph_add(g, &optable_attention,
	    (struct node *[]){ q, k, v, seq }, 4, NULL, 0,
	    (struct op_args){ .real = (double)most, .size = heads });
}
