#include <assert.h>
#include <math.h>
#include <string.h>

#include "linalg/blas.h"
#include "linalg/vec.h"
#include "nn/kernelrows.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- contrast: y[r] = log(exp s_rr + sum over others c exp s_rc) - s_rr -----
 *
 * with s_rc = u[r] . v[c] - log_q[c].  Row r of v is what row r of u had; the
 * others are rows from `first` on that are of another item.  Scores of a block
 * of rows are made again by the backward pass, as in opsoftmax.c.
 */
enum { BLOCK = 64 };

enum { U, V, ITEM, LOG_Q };		/* inputs */

static void
contrast_shape(struct node *node)
{
	const struct shape *u = &node->in[U]->shape, *v = &node->in[V]->shape;
	const size_t n = op_rows_most(node->graph, *u);
	const size_t m = op_rows_most(node->graph, *v);

	assert(u->cols == v->cols && m >= n);
	for (size_t k = ITEM; k <= LOG_Q; k++)
		assert(node->in[k]->shape.axis == v->axis &&
		    node->in[k]->shape.per == v->per &&
		    node->in[k]->shape.cols == 1);
	assert(node->in[ITEM]->is_ids && !node->in[LOG_Q]->learns);
	node->shape = *u;
	node->shape.cols = 1;
	node->keep = 2 * n + BLOCK * m;
}

/* The parts of node->keep in this call, and the others' rows. */
struct parts {
	float *log_sum, *own;		/* (n) */
	float *scores;			/* (BLOCK, others) */
	const float *v;			/* (others, d) */
	const float *log_q;
	const uint32_t *item;
	size_t first, others;
};

static struct parts
parts_of(const struct op_call *c)
{
	const size_t n = op_rows_most(c->node->graph, c->node->in[U]->shape);
	const size_t first = c->node->args.size == OP_CONTRAST_BATCH ? 0 :
	    c->in[U].rows;

	return (struct parts){ c->keep, c->keep + n, c->keep + 2 * n,
		c->in[V].x + first * c->in[V].cols, c->in[LOG_Q].x + first,
		c->in[ITEM].ids + first, first, c->in[V].rows - first };
}

/* Scores of the others; what is of a row's own item is none. */
static void
score_block(const struct op_call *c, const struct parts *p, size_t from,
    size_t n)
{
	const size_t d = c->in[U].cols, k = p->others;

	blas_gemm(0, 1, n, k, d, 1, c->in[U].x + from * d, d, p->v, d, 0,
	    p->scores, k);
	for (size_t r = 0; r < n; r++) {
		const uint32_t own = c->in[ITEM].ids[from + r];
		float *s = p->scores + r * k;

		for (size_t j = 0; j < k; j++)
			s[j] = p->item[j] == own ? -INFINITY :
			    s[j] - p->log_q[j];
	}
}

static void
contrast_forward(const struct op_call *c)
{
	const size_t d = c->in[U].cols, rows = c->out->rows;
	const struct parts p = parts_of(c);

	assert(c->in[V].rows >= rows);
	for (size_t from = 0; from < rows; from += BLOCK) {
		const size_t n = rows - from < BLOCK ? rows - from : BLOCK;

		score_block(c, &p, from, n);
		for (size_t r = from; r < from + n; r++) {
			float *s = p.scores + (r - from) * p.others;
			const float own = vec_dot(c->in[U].x + r * d,
			    c->in[V].x + r * d, d) - c->in[LOG_Q].x[r];
			const float level = fmaxf(own, kernel_max(s,
			    p.others));

			p.own[r] = own;
			p.log_sum[r] = level + logf(kernel_exp_sum(s, level,
			    p.others) + expf(own - level));
			c->out->x[r] = p.log_sum[r] - own;
		}
	}
}

/* What a block gives: du[r] = sum over c of w_rc v[c], dv[c] += sum over r of
 * w_rc u[r], with w_rc = dy[r] p_rc in place of the scores. */
static void
others_back(const struct op_call *c, const struct parts *p, size_t from,
    size_t n)
{
	const size_t d = c->in[U].cols, k = p->others;

	score_block(c, p, from, n);
	for (size_t r = 0; r < n; r++) {
		kernel_exp_sum(p->scores + r * k, p->log_sum[from + r], k);
		vec_scale(c->out->dx[from + r], p->scores + r * k, k);
	}
	if (c->in[U].dx != NULL)
		blas_gemm(0, 0, n, d, k, 1, p->scores, k, p->v, d, 0,
		    c->in[U].dx + from * d, d);
	if (c->in[V].dx != NULL)
		blas_gemm(1, 0, k, d, n, 1, p->scores, k, c->in[U].x +
		    from * d, d, 1, c->in[V].dx + p->first * d, d);
}

/* Then each row's own item: w_rr = dy[r] (p_rr - 1). */
static void
contrast_backward(const struct op_call *c)
{
	const struct tensor *u = &c->in[U], *v = &c->in[V];
	const size_t d = u->cols, rows = c->out->rows;
	const struct parts p = parts_of(c);

	if (v->dx != NULL)
		memset(v->dx, 0, v->rows * d * sizeof *v->dx);
	for (size_t from = 0; from < rows; from += BLOCK)
		others_back(c, &p, from, rows - from < BLOCK ? rows - from :
		    BLOCK);
	for (size_t r = 0; r < rows; r++) {
		const float w = c->out->dx[r] *
		    (expf(p.own[r] - p.log_sum[r]) - 1);

		if (u->dx != NULL)
			vec_axpy(w, v->x + r * d, u->dx + r * d, d);
		if (v->dx != NULL)
			vec_axpy(w, u->x + r * d, v->dx + r * d, d);
	}
}

const struct op optable_contrast = {
	"contrast", contrast_shape, contrast_forward, contrast_backward
};

struct node *
op_contrast(struct graph *g, struct node *u, struct node *v,
    struct node *item, struct node *log_q, enum op_contrast others)
{
	return graph_add(g, &optable_contrast,
	    (struct node *[]){ u, v, item, log_q }, 4, NULL, 0,
	    (struct op_args){ .size = others });
}
