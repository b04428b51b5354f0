#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/gemm.h"
#include "linalg/vec.h"
#include "nn/contest.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * --- contest: y[r] = the loss of a contest between the target and others -----
 *
 * Scores are h[r] . table[.], a candidate's plus its level; one that is the
 * row's target does not take part.  Rows go through the scores of all
 * candidates in blocks: those of a whole shard would be the largest thing in
 * memory.  So that they are made once only, the forward pass finds the
 * gradients as well, as if dy were 1; it must be the same for all rows.
 */
enum { BLOCK = 64 };

static size_t
most_rows(const struct node *node, size_t in)
{
	return op_rows_most(node->graph, node->in[in]->shape);
}

/* What is left: the rows of h, and the gradients of the candidates. */
static void
contest_shape(struct node *node)
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
	if (node->n_in > 3)
		assert(!node->in[3]->learns && node->in[3]->shape.cols == 1 &&
		    node->in[3]->shape.axis == candidate->shape.axis &&
		    node->in[3]->shape.per == candidate->shape.per);
	node->shape = target->shape;
	node->keep = (2 + 2 * d + BLOCK) * k + m * (d + 1) +
	    gemm_ready_size(k, d) + gemm_ready_size(d, k);
	node->leave = (m + k) * d;
	node->touches = m + k;
}

/* The parts of node->keep in this call. */
struct kept {
	uint64_t *stands;		/* (k) id << 32 | j, ascending */
	float *rows;			/* (k, d) of the candidates */
	float *drows;			/* (k, d) their gradients */
	float *scores;			/* (BLOCK, k), and their slopes */
	float *dh;			/* (m, d) */
	float *own;			/* (m) slopes by the targets' scores */
	float *across, *down;		/* rows' and rows, of gemm_ready() */
};

static struct kept
kept_of(const struct op_call *c)
{
	const size_t k = most_rows(c->node, 2), d = c->in[0].cols;
	struct kept kept = { .stands = (uint64_t *)(void *)c->keep };

	kept.rows = c->keep + 2 * k;
	kept.drows = kept.rows + k * d;
	kept.scores = kept.drows + k * d;
	kept.dh = kept.scores + BLOCK * k;
	kept.own = kept.dh + most_rows(c->node, 0) * d;
	kept.across = kept.own + most_rows(c->node, 0);
	kept.down = kept.across + gemm_ready_size(k, d);
	return kept;
}

static int
by_number(const void *va, const void *vb)
{
	const uint64_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

static void
take_candidates(const struct op_call *c, const struct kept *kept)
{
	const struct param *table = c->node->param[0];
	const size_t d = c->in[0].cols, k = c->in[2].rows;
	const uint32_t *id = c->in[2].ids;

	for (size_t j = 0; j < k; j++) {
		kept->stands[j] = (uint64_t)id[j] << 32 | j;
		memcpy(kept->rows + j * d, table->x + id[j] * d,
		    d * sizeof(float));
	}
	qsort(kept->stands, k, sizeof *kept->stands, by_number);
	gemm_ready(kept->across, 1, k, d, kept->rows, d);
	if (c->training)
		gemm_ready(kept->down, 0, d, k, kept->rows, d);
}

/* A row's own target is no candidate. */
static void
leave_out(const struct kept *kept, size_t k, uint32_t target, float *scores)
{
	size_t from = 0, to = k;

	while (from < to) {
		const size_t mid = from + (to - from) / 2;

		if (kept->stands[mid] >> 32 < target)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < k && kept->stands[from] >> 32 == target; from++)
		scores[(uint32_t)kept->stands[from]] = -INFINITY;
}

/* The scores of all candidates by rows of h. */
static void
score_block(const struct op_call *c, const struct kept *kept, size_t from,
    size_t n)
{
	const size_t d = c->in[0].cols, k = c->in[2].rows;

	gemm_by(kept->across, 1, n, k, d, c->in[0].x + from * d, d,
	    kept->rows, d, 0, kept->scores, k);
	for (size_t r = 0; r < n; r++) {
		float *scores = kept->scores + r * k;

		if (c->node->n_in > 3)
			vec_axpy(1, c->in[3].x, scores, k);
		leave_out(kept, k, c->in[1].ids[from + r], scores);
	}
}

/* The losses of a block, its slopes in place of the scores; a row without a
 * target has none. */
static void
judge_block(const struct op_call *c, const struct kept *kept, size_t from,
    size_t n)
{
	const size_t d = c->in[0].cols, k = c->in[2].rows;

	for (size_t r = from; r < from + n; r++) {
		const uint32_t target = c->in[1].ids[r];
		float *s = kept->scores + (r - from) * k;

		c->out->x[r] = kept->own[r] = 0;
		if (target == OP_NO_ROW) {
			memset(s, 0, k * sizeof *s);
			continue;
		}
		kept->own[r] = vec_dot(c->in[0].x + r * d,
		    c->node->param[0]->x + target * d, d);
		c->out->x[r] = contest_slopes(
		    (enum contest)c->node->args.size, c->node->args.real,
		    &kept->own[r], s, k);
	}
}

/* With g the slopes by scores: dh = sum of g_c table[c] + g_t table[t],
 * dtable[c] = sum of g_c h. */
static void
slope_block(const struct op_call *c, const struct kept *kept, size_t from,
    size_t n)
{
	const size_t d = c->in[0].cols, k = c->in[2].rows;
	float *dh = kept->dh + from * d;

	gemm(1, 0, k, d, n, 1, kept->scores, k, c->in[0].x + from * d, d,
	    1, kept->drows, d);
	gemm_by(kept->down, 0, n, d, k, kept->scores, k, kept->rows, d, 0, dh,
	    d);
	for (size_t r = from; r < from + n; r++, dh += d)
		if (c->in[1].ids[r] != OP_NO_ROW)
			vec_axpy(kept->own[r], c->node->param[0]->x +
			    c->in[1].ids[r] * d, dh, d);
}

static void
contest_forward(const struct op_call *c)
{
	const size_t m = c->out->rows, d = c->in[0].cols;
	const struct kept kept = kept_of(c);

	take_candidates(c, &kept);
	memset(kept.drows, 0, c->in[2].rows * d * sizeof(float));
	for (size_t from = 0; from < m; from += BLOCK) {
		const size_t n = m - from < BLOCK ? m - from : BLOCK;

		score_block(c, &kept, from, n);
		judge_block(c, &kept, from, n);
		if (c->training)
			slope_block(c, &kept, from, n);
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

/* All that was found times dy; dtable[t] = dy g_t h. */
static void
contest_backward(const struct op_call *c)
{
	const size_t d = c->in[0].cols, m = c->out->rows, k = c->in[2].rows;
	const struct kept kept = kept_of(c);
	float *rows = c->leave, *g = c->leave + m * d;
	const float dy = m > 0 ? c->out->dx[0] : 0;

	memcpy(rows, c->in[0].x, m * d * sizeof *rows);
	memcpy(g, kept.drows, k * d * sizeof *g);
	for (size_t r = 0; r < m; r++) {
		assert(!(c->out->dx[r] < dy || c->out->dx[r] > dy));
		if (c->in[1].ids[r] != OP_NO_ROW)
			learn(c, c->in[1].ids[r], rows + r * d,
			    dy * kept.own[r]);
	}
	for (size_t j = 0; j < k; j++)
		learn(c, c->in[2].ids[j], g + j * d, dy);
	if (c->in[0].dx == NULL)
		return;
	memcpy(c->in[0].dx, kept.dh, m * d * sizeof(float));
	vec_scale(dy, c->in[0].dx, m * d);
}

const struct op optable_contest = {
	"contest", contest_shape, contest_forward, contest_backward
};

struct node *
op_contest(struct graph *g, const struct op_contest *how)
{
	return graph_add(g, &optable_contest, (struct node *[]){ how->h,
	    how->target, how->candidates, how->level },
	    how->level != NULL ? 4 : 3, (struct param *[]){ how->table }, 1,
	    (struct op_args){ .real = how->weight, .size = how->rule });
}
