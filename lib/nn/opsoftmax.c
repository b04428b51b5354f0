#include <assert.h>
#include <math.h>
#include <string.h>

#include "linalg/blas.h"
#include "linalg/vec.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- softmax: y[r] = log(exp s_t + sum over candidates exp s_c) - s_t -------
 *
 * with s = h[r] . table[.]; a candidate that is the row's target counts once.
 * Rows go through the scores of all candidates in blocks, which the backward
 * pass makes again: scores of a whole shard would be the largest thing in
 * memory.
 */
enum { BLOCK = 64 };

static size_t
most_rows(const struct node *node, size_t in)
{
	return op_rows_most(node->graph, node->in[in]->shape);
}

/* What is kept: for each row log of the sum and the target's score; the
 * candidates' rows; scores of a block.  What is left: the rows of h, and the
 * gradients of the candidates. */
static void
softmax_shape(struct node *node)
{
	const struct node *h = node->in[0], *target = node->in[1];
	const struct node *candidate = node->in[2];
	const size_t d = h->shape.cols;
	const size_t m = most_rows(node, 0), k = most_rows(node, 2);

	assert(!h->is_ids && target->is_ids && candidate->is_ids);
	assert(target->shape.cols == 1 && candidate->shape.cols == 1);
	assert(h->shape.axis == target->shape.axis &&
	    h->shape.per == target->shape.per);
	assert(node->param[0]->cols == d);
	node->shape = target->shape;
	node->keep = 2 * m + k * d + BLOCK * k;
	node->leave = (m + k) * d;
	node->touches = m + k;
}

/* The parts of node->keep in this call. */
struct kept {
	float *log_sum, *own;		/* (m) */
	float *rows;			/* (k, d) */
	float *scores;			/* (BLOCK, k) */
};

static struct kept
kept_of(const struct op_call *c)
{
	const size_t m = most_rows(c->node, 0), k = most_rows(c->node, 2);
	struct kept kept = { c->keep, c->keep + m, c->keep + 2 * m, NULL };

	kept.scores = kept.rows + k * c->in[0].cols;
	return kept;
}

/* The scores of all candidates, and of no row's own target. */
static void
score_block(const struct op_call *c, const struct kept *kept, size_t from,
    size_t n)
{
	const size_t d = c->in[0].cols, k = c->in[2].rows;

	blas_gemm(0, 1, n, k, d, 1, c->in[0].x + from * d, d, kept->rows, d,
	    0, kept->scores, k);
	for (size_t r = 0; r < n; r++) {
		const uint32_t target = c->in[1].ids[from + r];

		for (size_t j = 0; j < k; j++)
			if (c->in[2].ids[j] == target)
				kept->scores[r * k + j] = -INFINITY;
	}
}

static void
finish_row(const struct op_call *c, const struct kept *kept, size_t r,
    float *scores)
{
	const struct param *table = c->node->param[0];
	const size_t d = c->in[0].cols, k = c->in[2].rows;
	const uint32_t target = c->in[1].ids[r];
	float own, level;

	c->out->x[r] = 0;
	if (target == OP_NO_ROW)
		return;
	own = vec_dot(c->in[0].x + r * d, table->x + target * d, d);
	level = fmaxf(own, kernel_max(scores, k));
	kept->own[r] = own;
	kept->log_sum[r] = level + logf(kernel_exp_sum(scores, level, k) +
	    expf(own - level));
	c->out->x[r] = kept->log_sum[r] - own;
}

static void
softmax_forward(const struct op_call *c)
{
	const struct param *table = c->node->param[0];
	const size_t d = c->in[0].cols, m = c->out->rows;
	const struct kept kept = kept_of(c);

	for (size_t j = 0; j < c->in[2].rows; j++)
		memcpy(kept.rows + j * d, table->x + c->in[2].ids[j] * d,
		    d * sizeof(float));
	for (size_t from = 0; from < m; from += BLOCK) {
		const size_t n = m - from < BLOCK ? m - from : BLOCK;

		score_block(c, &kept, from, n);
		for (size_t r = 0; r < n; r++)
			finish_row(c, &kept, from + r, kept.scores +
			    r * c->in[2].rows);
	}
}

static void
learn(const struct op_call *c, uint32_t id, const float *g, float scale)
{
	const size_t d = c->in[0].cols;

	if (c->touches[0] != NULL)
		op_touch(c->touches[0], id, g, scale);
	else if (c->grad[0] != NULL)
		vec_axpy(scale, g, c->grad[0] + id * d, d);
}

/* The probabilities of a block times dy, in place of its scores; a row without
 * a target has none. */
static void
weigh_block(const struct op_call *c, const struct kept *kept, size_t from,
    size_t n)
{
	const size_t k = c->in[2].rows;

	score_block(c, kept, from, n);
	for (size_t r = 0; r < n; r++) {
		float *p = kept->scores + r * k;

		if (c->in[1].ids[from + r] == OP_NO_ROW) {
			memset(p, 0, k * sizeof *p);
			continue;
		}
		kernel_exp_sum(p, kept->log_sum[from + r], k);
		vec_scale(c->out->dx[from + r], p, k);
	}
}

/* With p the probabilities: dh = dy (sum of p_c c + (p_t - 1) t), dtable[c] =
 * sum of dy p_c h, dtable[t] = dy (p_t - 1) h. */
static void
softmax_backward(const struct op_call *c)
{
	const struct param *table = c->node->param[0];
	const size_t d = c->in[0].cols, m = c->out->rows, k = c->in[2].rows;
	const struct kept kept = kept_of(c);
	float *rows = c->leave, *g = c->leave + m * d;

	memcpy(rows, c->in[0].x, m * d * sizeof *rows);
	memset(g, 0, k * d * sizeof *g);
	for (size_t from = 0; from < m; from += BLOCK) {
		const size_t n = m - from < BLOCK ? m - from : BLOCK;

		weigh_block(c, &kept, from, n);
		blas_gemm(1, 0, k, d, n, 1, kept.scores, k, rows + from * d,
		    d, 1, g, d);
		if (c->in[0].dx != NULL)
			blas_gemm(0, 0, n, d, k, 1, kept.scores, k, kept.rows,
			    d, 0, c->in[0].dx + from * d, d);
	}
	for (size_t r = 0; r < m; r++) {
		const uint32_t target = c->in[1].ids[r];
		const float a = target == OP_NO_ROW ? 0 : c->out->dx[r] *
		    (expf(kept.own[r] - kept.log_sum[r]) - 1);

		if (target == OP_NO_ROW)
			continue;
		if (c->in[0].dx != NULL)
			vec_axpy(a, table->x + target * d,
			    c->in[0].dx + r * d, d);
		learn(c, target, rows + r * d, a);
	}
	for (size_t j = 0; j < k; j++)
		learn(c, c->in[2].ids[j], g + j * d, 1);
}

const struct op optable_softmax = {
	"softmax", softmax_shape, softmax_forward, softmax_backward
};

struct node *
op_softmax(struct graph *g, struct node *h, struct node *target,
    struct node *candidates, struct param *table)
{
	return graph_add(g, &optable_softmax,
	    (struct node *[]){ h, target, candidates }, 3, &table, 1,
	    (struct op_args){ 0 });
}
