#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/rng.h"
#include "linalg/gemm.h"
#include "linalg/vec.h"
#include "nn/kernel.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- attention: y[t] = sum over s <= t of softmax(q[t] . k[s]) v[s] ----------
 *
 * Vaswani et al. 2017, "Attention is all you need", equation 1, of each head
 * and no further than t.  A sequence is gone through in blocks of rows, each
 * against the columns up to its end; the weights P are kept, row by row as
 * wide as the sequence is long, those that were dropped with a minus.
 */
enum { BLOCK = 64 };

static void
attention_shape(struct node *node)
{
	const struct node *q = node->in[0], *seq = node->in[3];
	const size_t heads = node->args.size;
	size_t rows;

	assert(seq->is_ids && seq->shape.cols == 1);
	assert(heads >= 1 && q->shape.cols % heads == 0);
	assert(node->args.real >= 0 && node->args.real < 1);
	for (size_t i = 0; i < 3; i++)
		assert(!node->in[i]->is_ids &&
		    node->in[i]->shape.cols == q->shape.cols &&
		    node->in[i]->shape.axis == seq->shape.axis &&
		    node->in[i]->shape.per == seq->shape.per);
	node->shape = q->shape;
	rows = op_rows_most(node->graph, node->shape);
	node->keep = (heads * rows + BLOCK) * node->args.most;
}

/* A head of a sequence: where it is in the matrices, and its weights. */
struct head {
	size_t first;			/* row of the sequence */
	size_t number;			/* of the heads */
	size_t at, n, ld, width;
	float *P;			/* (n, n) */
	float *W;			/* (BLOCK, n) of a block, without what
					 * was dropped; or gradients */
	float scale;
	int drops;
};

/* Calls each() for all heads of all sequences. */
static void
each_head(const struct op_call *c, void (*each)(const struct op_call *,
    const struct head *))
{
	const struct node *node = c->node;
	const uint32_t *seq = c->in[3].ids;
	const size_t heads = node->args.size;
	struct head h = { .ld = c->out->cols, .width = c->out->cols / heads,
		.P = c->keep, .W = c->keep + heads * node->args.most *
		op_rows_most(node->graph, node->shape),
		.drops = c->training && node->args.real > 0 };
	size_t to;

	h.scale = 1 / sqrtf((float)h.width);
	for (h.first = 0; h.first < c->out->rows; h.first = to) {
		for (to = h.first + 1; to < c->out->rows &&
		    seq[to] == seq[h.first];)
			to++;
		h.n = to - h.first;
		assert(h.n <= node->args.most);
		for (h.number = 0; h.number < heads; h.number++) {
			h.at = h.first * h.ld + h.number * h.width;
			each(c, &h);
			h.P += h.n * h.n;
		}
	}
}

/*
 * Masks of rows i .. end - 1, `end` wide; the signs of the weights and, in
 * h->W, what is left of them.  Masks are numbered by their place in the batch;
 * those of a block have room for the longest rows, and begin at a multiple of
 * what is drawn at once.
 */
static void
drop(const struct op_call *c, const struct head *h, size_t i, size_t end)
{
	enum { GROUP = 256 };
	const struct node *node = c->node;
	const size_t wide = (node->args.most + GROUP - 1) / GROUP * GROUP;
	const size_t row = (c->first + h->first + i) * node->args.size +
	    (end - i) * h->number;

	kernel_dropout(h->W, row * wide, (end - i) * end, node->args.real,
	    c->seed, rng_stream("nn.attention", hash_mix(c->step,
	    node->number)));
	for (size_t r = i; r < end; r++)
		kernel_weights_drop(h->W + (r - i) * end, h->P + r * h->n,
		    end);
}

static void
head_forward(const struct op_call *c, const struct head *h)
{
	for (size_t i = 0; i < h->n; i += BLOCK) {
		const size_t end = i + BLOCK < h->n ? i + BLOCK : h->n;
		const size_t at = h->at + i * h->ld;

		gemm(0, 1, end - i, end, h->width, h->scale,
		    c->in[0].x + at, h->ld, c->in[1].x + h->at, h->ld, 0,
		    h->P + i * h->n, h->n);
		for (size_t r = i; r < end; r++) {
			float *p = h->P + r * h->n;
			const float sum = kernel_exp_sum(p, kernel_max(p,
			    r + 1), r + 1);

			vec_scale(1 / sum, p, r + 1);
			memset(p + r + 1, 0, (end - r - 1) * sizeof *p);
		}
		if (h->drops)
			drop(c, h, i, end);
		gemm(0, 0, end - i, h->width, end, 1,
		    h->drops ? h->W : h->P + i * h->n, h->drops ? end : h->n,
		    c->in[2].x + h->at, h->ld, 0, c->out->x + at, h->ld);
	}
}

static void
attention_forward(const struct op_call *c)
{
	each_head(c, head_forward);
}

/* dV += W' dY, with W what is left of P. */
static void
values_back(const struct op_call *c, const struct head *h, size_t i,
    size_t end)
{
	const float keep = kernel_dropout_keep(c->node->args.real);
	const float *W = h->P + i * h->n;

	if (c->in[2].dx == NULL)
		return;
	if (h->drops) {
		for (size_t r = i; r < end; r++)
			kernel_weights_again(h->W + (r - i) * end,
			    h->P + r * h->n, keep, end);
		W = h->W;
	}
	gemm(1, 0, end, h->width, end - i, 1, W, h->drops ? end : h->n,
	    c->out->dx + h->at + i * h->ld, h->ld, 1, c->in[2].dx + h->at,
	    h->ld);
}

/* dW = dY V', dS from it by kernel_weights_back(), dQ = dS K, dK += dS' Q. */
static void
head_backward(const struct op_call *c, const struct head *h)
{
	const float keep = h->drops ?
	    kernel_dropout_keep(c->node->args.real) : 1;
	float *dS = h->W;

	for (size_t i = 0; i < h->n; i += BLOCK) {
		const size_t end = i + BLOCK < h->n ? i + BLOCK : h->n;
		const size_t rows = end - i, at = h->at + i * h->ld;

		values_back(c, h, i, end);
		gemm(0, 1, rows, end, h->width, 1, c->out->dx + at,
		    h->ld, c->in[2].x + h->at, h->ld, 0, dS, end);
		for (size_t r = 0; r < rows; r++)
			kernel_weights_back(dS + r * end,
			    h->P + (i + r) * h->n, keep, end);
		if (c->in[0].dx != NULL)
			gemm(0, 0, rows, h->width, end, h->scale, dS,
			    end, c->in[1].x + h->at, h->ld, 0,
			    c->in[0].dx + at, h->ld);
		if (c->in[1].dx != NULL)
			gemm(1, 0, end, h->width, rows, h->scale, dS,
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
op_attention(struct graph *g, const struct op_attention *how)
{
	return graph_add(g, &optable_attention,
	    (struct node *[]){ how->q, how->k, how->v, how->seq }, 4, NULL, 0,
	    (struct op_args){ .real = how->dropout, .size = how->heads,
		.most = how->longest });
}
