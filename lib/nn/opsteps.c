#include <assert.h>
#include <string.h>

#include "linalg/vec.h"
#include "nn/ops.h"
#include "nn/optable.h"

/* What convolutions over sequences are made of: rows of a sequence stand next
 * to each other and have the same number in in[1] (m, 1). */

static void
check_steps(const struct node *node)
{
	const struct node *x = node->in[0], *seq = node->in[1];

	assert(!x->is_ids && seq->is_ids && seq->shape.cols == 1);
	assert(x->shape.axis == seq->shape.axis &&
	    x->shape.per == seq->shape.per);
}

static struct node *
of_steps(struct graph *g, const struct op *op, struct node *x,
    struct node *seq, size_t size)
{
	return graph_add(g, op, (struct node *[]){ x, seq }, 2, NULL, 0,
	    (struct op_args){ .size = size });
}

/* How many steps back from row t, which count `most` with it, are there? */
static size_t
steps_back(const uint32_t *seq, size_t t, size_t most)
{
	size_t n = 1;

	while (n < most && n <= t && seq[t - n] == seq[t])
		n++;
	return n;
}

/* --- windows: y[t] = (x[t - width + 1], ..., x[t]), 0 before the first ---- */

static void
windows_shape(struct node *node)
{
	check_steps(node);
	assert(node->args.size >= 1);
	node->shape = node->in[0]->shape;
	node->shape.cols *= node->args.size;
}

static void
windows_forward(const struct op_call *c)
{
	const size_t d = c->in[0].cols, width = c->node->args.size;

	for (size_t t = 0; t < c->out->rows; t++) {
		const size_t n = steps_back(c->in[1].ids, t, width);
		float *y = c->out->x + t * width * d;

		memset(y, 0, (width - n) * d * sizeof *y);
		memcpy(y + (width - n) * d, c->in[0].x + (t + 1 - n) * d,
		    n * d * sizeof *y);
	}
}

/* dx[s] = the sum of its parts of dy[t] */
static void
windows_backward(const struct op_call *c)
{
	const size_t d = c->in[0].cols, width = c->node->args.size;

	memset(c->in[0].dx, 0, c->in[0].rows * d * sizeof(float));
	for (size_t t = 0; t < c->out->rows; t++) {
		const size_t n = steps_back(c->in[1].ids, t, width);

		vec_axpy(1, c->out->dx + (t * width + width - n) * d,
		    c->in[0].dx + (t + 1 - n) * d, n * d);
	}
}

const struct op optable_windows = {
	"windows", windows_shape, windows_forward, windows_backward
};

struct node *
op_windows(struct graph *g, struct node *x, struct node *seq, size_t width)
{
	return of_steps(g, &optable_windows, x, seq, width);
}

/* --- recent max: y[t] = greatest of x[t - width + 1], ..., x[t] ---------- */

static void
recent_max_shape(struct node *node)
{
	check_steps(node);
	assert(node->args.size >= 1);
	node->shape = node->in[0]->shape;
	node->keep = op_rows_most(node->graph, node->shape) *
	    node->shape.cols;
}

/* What is kept: how far back the greatest is. */
static void
recent_max_forward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	for (size_t t = 0; t < c->out->rows; t++) {
		const size_t n = steps_back(c->in[1].ids, t,
		    c->node->args.size);
		const float *x = c->in[0].x + t * d;
		float *y = c->out->x + t * d, *back = c->keep + t * d;

		memcpy(y, x, d * sizeof *y);
		memset(back, 0, d * sizeof *back);
		for (size_t s = 1; s < n; s++)
			for (size_t j = 0; j < d; j++) {
				const float other = *(x + j - s * d);

				back[j] = other > y[j] ? (float)s : back[j];
				y[j] = other > y[j] ? other : y[j];
			}
	}
}

/* dx[the greatest's] += dy[t] */
static void
recent_max_backward(const struct op_call *c)
{
	const size_t d = c->out->cols;

	memset(c->in[0].dx, 0, c->in[0].rows * d * sizeof(float));
	for (size_t t = 0; t < c->out->rows; t++)
		for (size_t j = 0; j < d; j++) {
			const size_t s = t - (size_t)c->keep[t * d + j];

			c->in[0].dx[s * d + j] += c->out->dx[t * d + j];
		}
}

const struct op optable_recent_max = {
	"recent max", recent_max_shape, recent_max_forward,
	recent_max_backward
};

struct node *
op_recent_max(struct graph *g, struct node *x, struct node *seq, size_t width)
{
	return of_steps(g, &optable_recent_max, x, seq, width);
}

/* --- mix: y[t][f] = the sum over s < width of F[f][s] x[t - s] ------------ */

static void
mix_shape(struct node *node)
{
	check_steps(node);
	node->shape = node->in[0]->shape;
	node->shape.cols *= node->param[0]->rows;
}

static void
mix_forward(const struct op_call *c)
{
	const struct param *F = c->node->param[0];
	const size_t d = c->in[0].cols;

	memset(c->out->x, 0, c->out->rows * c->out->cols * sizeof(float));
	for (size_t t = 0; t < c->out->rows; t++) {
		const size_t n = steps_back(c->in[1].ids, t, F->cols);

		for (size_t f = 0; f < F->rows; f++)
			for (size_t s = 0; s < n; s++)
				vec_axpy(F->x[f * F->cols + s],
				    c->in[0].x + (t - s) * d,
				    c->out->x + (t * F->rows + f) * d, d);
	}
}

/* dx[t - s] += F[f][s] dy[t][f], dF[f][s] += dy[t][f] . x[t - s] */
static void
mix_backward(const struct op_call *c)
{
	const struct param *F = c->node->param[0];
	const size_t d = c->in[0].cols;

	if (c->in[0].dx != NULL)
		memset(c->in[0].dx, 0, c->in[0].rows * d * sizeof(float));
	for (size_t t = 0; t < c->out->rows; t++) {
		const size_t n = steps_back(c->in[1].ids, t, F->cols);

		for (size_t f = 0; f < F->rows; f++) {
			const float *dy = c->out->dx + (t * F->rows + f) * d;

			for (size_t s = 0; s < n; s++) {
				const size_t at = f * F->cols + s;

				if (c->in[0].dx != NULL)
					vec_axpy(F->x[at], dy, c->in[0].dx +
					    (t - s) * d, d);
				if (c->grad[0] != NULL)
					c->grad[0][at] += vec_dot(dy,
					    c->in[0].x + (t - s) * d, d);
			}
		}
	}
}

const struct op optable_mix = {
	"mix", mix_shape, mix_forward, mix_backward
};

struct node *
op_mix(struct graph *g, struct node *x, struct node *seq, struct param *F)
{
	return graph_add(g, &optable_mix, (struct node *[]){ x, seq }, 2, &F,
	    1, (struct op_args){ 0 });
}
