#include <assert.h>
#include <math.h>

#include "nn/ops.h"
#include "nn/optable.h"

/*
 * A group is P scores: the first of what was observed, the others of what was
 * drawn.  Its loss and the slope of it by each score are found together, and
 * the slopes kept for the backward pass.
 */

enum { HARD = 16 };			/* added to the kind in args.size */

static float
softplus(float x)
{
	return (x > 0 ? x : 0) + log1pf(expf(-fabsf(x)));
}

static float
sigmoid(float x)
{
	return x < 0 ? expf(x) / (1 + expf(x)) : 1 / (1 + expf(-x));
}

/* The loss of two scores, and its slope by the second; for `mse` and `bce` of
 * one that should be 0. */
static float
drawn_loss(enum op_group_loss kind, float had, float drawn, float *slope)
{
	const float more = drawn - had;

	switch (kind) {
	case OP_GROUP_BCE:
		*slope = sigmoid(drawn);
		return softplus(drawn);
	case OP_GROUP_MSE:
		*slope = 2 * drawn;
		return drawn * drawn;
	case OP_GROUP_BPR:
		*slope = sigmoid(more);
		return softplus(more);
	case OP_GROUP_HINGE:
		*slope = more > -1;
		return more > -1 ? 1 + more : 0;
	case OP_GROUP_SOFTMAX:
		break;
	}
	assert(0);
	return 0;
}

/* The same of the first score alone, where the kind has it. */
static float
had_loss(enum op_group_loss kind, float had, float *slope)
{
	*slope = 0;
	if (kind == OP_GROUP_BCE) {
		*slope = -sigmoid(-had);
		return softplus(-had);
	}
	if (kind == OP_GROUP_MSE) {
		*slope = 2 * (had - 1);
		return (had - 1) * (had - 1);
	}
	return 0;
}

/* log sum_j exp(x_j) - x_0, and the slopes p_j - [j = 0]. */
static float
softmax(const float *x, float *slope, size_t P)
{
	float most = x[0], sum = 0;

	for (size_t j = 1; j < P; j++)
		most = fmaxf(most, x[j]);
	for (size_t j = 0; j < P; j++)
		sum += slope[j] = expf(x[j] - most);
	for (size_t j = 0; j < P; j++)
		slope[j] /= sum;
	slope[0] -= 1;
	return most + logf(sum) - x[0];
}

/* Drawn scores `from` to `to` count. */
static float
by_pairs(enum op_group_loss kind, const float *x, float *slope, size_t from,
    size_t to)
{
	const int alone = kind == OP_GROUP_BCE || kind == OP_GROUP_MSE;
	const float scale = 1 / (float)(to - from + (size_t)alone);
	float loss = had_loss(kind, x[0], slope);

	for (size_t j = from; j < to; j++) {
		loss += drawn_loss(kind, x[0], x[j], slope + j);
		if (!alone)
			slope[0] -= slope[j];
		slope[j] *= scale;
	}
	slope[0] *= scale;
	return loss * scale;
}

static size_t
hardest(const float *x, size_t P)
{
	size_t best = 1;

	for (size_t j = 2; j < P; j++)
		if (x[j] > x[best])
			best = j;
	return best;
}

static float
loss_of(size_t how, const float *x, float *slope, size_t P)
{
	const enum op_group_loss kind = (enum op_group_loss)(how % HARD);
	size_t from = 1, to = P;

	if (kind == OP_GROUP_SOFTMAX && how < HARD)
		return softmax(x, slope, P);
	if (how >= HARD) {
		from = hardest(x, P);
		to = from + 1;
		for (size_t j = 0; j < P; j++)
			slope[j] = 0;
	}
	/* of two, softmax is what bpr is */
	return by_pairs(kind == OP_GROUP_SOFTMAX ? OP_GROUP_BPR : kind, x,
	    slope, from, to);
}

static void
group_shape(struct node *node)
{
	const struct node *x = node->in[0];

	assert(!x->is_ids && x->shape.cols == 1 && x->shape.per >= 2);
	node->shape = (struct shape){ x->shape.axis, 1, 1 };
	node->keep = op_rows_most(node->graph, x->shape);
}

static void
group_forward(const struct op_call *c)
{
	const size_t P = c->node->in[0]->shape.per;

	for (size_t r = 0; r < c->out->rows; r++)
		c->out->x[r] = loss_of(c->node->args.size, c->in[0].x + r * P,
		    c->keep + r * P, P);
}

/* dx[r P + j] = dy[r] slope[r P + j] */
static void
group_backward(const struct op_call *c)
{
	const size_t P = c->node->in[0]->shape.per;

	for (size_t r = 0; r < c->out->rows; r++)
		for (size_t j = 0; j < P; j++)
			c->in[0].dx[r * P + j] = c->out->dx[r] *
			    c->keep[r * P + j];
}

const struct op optable_group = {
	"group", group_shape, group_forward, group_backward
};

struct node *
op_group(struct graph *g, struct node *x, enum op_group_loss kind, int hard)
{
	return graph_add(g, &optable_group, &x, 1, NULL, 0,
	    (struct op_args){ .size = kind + (hard ? HARD : 0) });
}
