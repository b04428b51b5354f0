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
 * and no further than t, or, without numbers of sequences, over all s.  A
 * sequence is gone through in blocks of rows, each against the columns up to
 * its end, or all; the weights P are kept, row by row as wide as the sequence
 * is long, those that were dropped with a minus.
 */
enum { BLOCK = 64 };

static int
looks_back(const struct node *node)
{
	return node->n_in > 3;
}

static void
attention_shape(struct node *node)
{
	const struct node *q = node->in[0];
	const size_t heads = node->args.size;
	size_t rows;

	assert(heads >= 1 && q->shape.cols % heads == 0);
	assert(node->args.real >= 0 && node->args.real < 1);
	assert(looks_back(node) || node->args.real == 0);
	for (size_t i = 0; i < node->n_in; i++)
		assert(node->in[i]->is_ids == (i == 3) &&
		    node->in[i]->shape.cols == (i == 3 ? 1 : q->shape.cols) &&
		    node->in[i]->shape.axis == q->shape.axis &&
		    node->in[i]->shape.per == q->shape.per);
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
	int looks_back, drops;
};

/* The columns that the rows before `end` see. */
static size_t
seen(const struct head *h, size_t end)
{
	return h->looks_back ? end : h->n;
}

/* The row after the last of the sequence that begins with row `from`. */
static size_t
sequence_end(const struct op_call *c, size_t from)
{
	size_t to = from + 1;

	if (!looks_back(c->node))
		return from + c->node->shape.per;
	while (to < c->out->rows && c->in[3].ids[to] == c->in[3].ids[from])
		to++;
	return to;
}

/* Calls each() for all heads of all sequences. */
static void
each_head(const struct op_call *c, void (*each)(const struct op_call *,
    const struct head *))
{
	const struct node *node = c->node;
	const size_t heads = node->args.size;
	struct head h = { .ld = c->out->cols, .width = c->out->cols / heads,
		.P = c->keep, .W = c->keep + heads * node->args.most *
		op_rows_most(node->graph, node->shape),
		.looks_back = looks_back(node),
		.drops = c->training && node->args.real > 0 };
	size_t to;

	h.scale = 1 / sqrtf((float)h.width);
	for (h.first = 0; h.first < c->out->rows; h.first = to) {
		to = sequence_end(c, h.first);
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
		const size_t at = h->at + i * h->ld, cols = seen(h, end);

		gemm(0, 1, end - i, cols, h->width, h->scale,
		    c->in[0].x + at, h->ld, c->in[1].x + h->at, h->ld, 0,
		    h->P + i * h->n, h->n);
		for (size_t r = i; r < end; r++) {
			float *p = h->P + r * h->n;
			const size_t n = seen(h, r + 1);
			const float sum = kernel_exp_sum(p, kernel_max(p, n),
			    n);

			vec_scale(1 / sum, p, n);
			memset(p + n, 0, (cols - n) * sizeof *p);
		}
		if (h->drops)
			drop(c, h, i, end);
		gemm(0, 0, end - i, h->width, cols, 1,
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
	gemm(1, 0, seen(h, end), h->width, end - i, 1, W, h->drops ? end : h->n,
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
		const size_t cols = seen(h, end);

		values_back(c, h, i, end);
		gemm(0, 1, rows, cols, h->width, 1, c->out->dx + at,
		    h->ld, c->in[2].x + h->at, h->ld, 0, dS, cols);
		for (size_t r = 0; r < rows; r++)
			kernel_weights_back(dS + r * cols,
			    h->P + (i + r) * h->n, keep, cols);
		if (c->in[0].dx != NULL)
			gemm(0, 0, rows, h->width, cols, h->scale, dS,
			    cols, c->in[1].x + h->at, h->ld, 0,
			    c->in[0].dx + at, h->ld);
		if (c->in[1].dx != NULL)
			gemm(1, 0, cols, h->width, rows, h->scale, dS,
			    cols, c->in[0].x + at, h->ld, 1,
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
	    (struct node *[]){ how->q, how->k, how->v, how->seq },
	    how->seq != NULL ? 4 : 3, NULL, 0, (struct op_args){
		.real = how->dropout, .size = how->heads,
		.most = how->seq != NULL ? how->longest :
		how->q->shape.per });
}
