#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "linalg/gemm.h"
#include "linalg/vec.h"
#include "nn/kernelcells.h"
#include "nn/ops.h"
#include "nn/optable.h"

/*
 * A recurrent layer over sequences of different lengths, without padding.  All
 * sequences go a step at a time, the longest first in the matrix of states H:
 * those that still go on at step t are its first rows, and one product H U
 * serves them all.  What comes in was multiplied for all steps before.
 */

struct cell {
	size_t gates, kept;	/* parts of d numbers */
	void (*forward)(float *h, float *c, float *kept, const float *x,
	    const float *u, size_t d);
	void (*backward)(float *dh, float *dc, float *dx, float *du,
	    const float *kept, const float *before, size_t d);
};

/* --- the plan of memory --------------------------------------------------- */

/* A sequence can be no longer than there are rows. */
struct kept {
	uint64_t *order;	/* (sequences) length and number, longest
				 * first */
	uint32_t *first;	/* (sequences) its first row, by number */
	float *cells;		/* (m, kept d) */
	float *h, *c;		/* (sequences, d) states; or gradients */
	float *u;		/* (sequences, gates d) */
	float *du;		/* (m, gates d) */
	float *spare;		/* (gates d): of what has no gradient */
	float *zero;		/* (d) */
	float *ready;		/* U or U', of gemm_ready() */
};

/* Lays the parts out from `at`; returns how many floats they take. */
static size_t
lay_out(const struct node *node, const struct cell *cell, float *at,
    struct kept *k)
{
	const size_t m = op_rows_most(node->graph, node->shape);
	const size_t n = op_rows_most(node->graph, (struct shape){ 0, 1, 1 });
	const size_t d = node->shape.cols, gates = cell->gates * d;
	const size_t parts[] = { 2 * n, n, m * cell->kept * d, n * d, n * d,
		n * gates, m * gates, gates, d, gemm_ready_size(gates, d) };
	float *to[sizeof parts / sizeof *parts];
	size_t floats = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		to[i] = at != NULL ? at + floats : NULL;
		floats += parts[i];
	}
	*k = (struct kept){ (uint64_t *)(void *)to[0],
		(uint32_t *)(void *)to[1], to[2], to[3], to[4], to[5], to[6],
		to[7], to[8], to[9] };
	return floats;
}

static void
recurrent_shape(struct node *node, const struct cell *cell)
{
	const struct node *x = node->in[0], *seq = node->in[1];
	const struct param *U = node->param[0];
	struct kept k;

	assert(!x->is_ids && seq->is_ids && seq->shape.cols == 1);
	assert(x->shape.axis == seq->shape.axis &&
	    x->shape.per == seq->shape.per);
	assert(U->cols == cell->gates * U->rows && x->shape.cols == U->cols);
	node->shape = x->shape;
	node->shape.cols = U->rows;
	node->keep = lay_out(node, cell, NULL, &k);
}

/* --- sequences by length -------------------------------------------------- */

static int
longest_first(const void *va, const void *vb)
{
	const uint64_t *a = va, *b = vb;

	return (*a < *b) - (*a > *b);
}

/* The number of sequences, which are at most the graph's examples. */
static size_t
find_sequences(const struct op_call *call, const struct kept *k)
{
	const uint32_t *seq = call->in[1].ids;
	const size_t m = call->out->rows;
	size_t n = 0;

	for (size_t from = 0, to; from < m; from = to, n++) {
		for (to = from + 1; to < m && seq[to] == seq[from];)
			to++;
		assert(n < op_rows_most(call->node->graph,
		    (struct shape){ 0, 1, 1 }));
		k->order[n] = (uint64_t)(to - from) << 32 | n;
		k->first[n] = (uint32_t)from;
	}
	qsort(k->order, n, sizeof *k->order, longest_first);
	return n;
}

/* How many of the n sequences have a step t. */
static size_t
going_on(const struct kept *k, size_t n, size_t t)
{
	while (n > 0 && k->order[n - 1] >> 32 <= t)
		n--;
	return n;
}

static size_t
row_of(const struct kept *k, size_t b, size_t t)
{
	return k->first[(uint32_t)k->order[b]] + t;
}

/* --- forward and backward ------------------------------------------------- */

static void
recurrent_forward(const struct op_call *call, const struct cell *cell)
{
	const size_t d = call->out->cols, gates = cell->gates * d;
	struct kept k;
	size_t n;

	lay_out(call->node, cell, call->keep, &k);
	n = find_sequences(call, &k);
	memset(k.h, 0, n * d * sizeof *k.h);
	memset(k.c, 0, n * d * sizeof *k.c);
	memset(k.u, 0, n * gates * sizeof *k.u);
	gemm_ready(k.ready, 0, gates, d, call->node->param[0]->x, gates);
	for (size_t t = 0; (n = going_on(&k, n, t)) > 0; t++) {
		if (t > 0)
			(call->training ? gemm_by : gemm_by_alike)(k.ready, 0,
			    n, gates, d, k.h, d, call->node->param[0]->x,
			    gates, 0, k.u, gates);
		for (size_t b = 0; b < n; b++) {
			const size_t r = row_of(&k, b, t);

			cell->forward(k.h + b * d, k.c + b * d,
			    k.cells + r * cell->kept * d,
			    call->in[0].x + r * gates, k.u + b * gates, d);
			memcpy(call->out->x + r * d, k.h + b * d,
			    d * sizeof *k.h);
		}
	}
}

/* Step t of n sequences: their gradients of u in k->u, and in their rows of
 * k->du but for a first step, which multiplies nothing. */
static void
step_back(const struct op_call *call, const struct cell *cell,
    const struct kept *k, size_t n, size_t t)
{
	const size_t d = call->out->cols, gates = cell->gates * d;

	for (size_t b = 0; b < n; b++) {
		const size_t r = row_of(k, b, t);

		vec_axpy(1, call->out->dx + r * d, k->h + b * d, d);
		cell->backward(k->h + b * d, k->c + b * d,
		    call->in[0].dx != NULL ? call->in[0].dx + r * gates :
		    k->spare, k->u + b * gates,
		    k->cells + r * cell->kept * d,
		    t > 0 ? call->out->x + (r - 1) * d : k->zero, d);
		if (t > 0)
			memcpy(k->du + r * gates, k->u + b * gates,
			    gates * sizeof *k->u);
		else
			memset(k->du + r * gates, 0, gates * sizeof *k->u);
	}
}

/* dh[t - 1] += du[t] U', and dU += the sum over t of h[t - 1]' du[t]: one
 * product, since the row before a row is the step before it. */
static void
recurrent_backward(const struct op_call *call, const struct cell *cell)
{
	const size_t d = call->out->cols, gates = cell->gates * d;
	const size_t m = call->out->rows;
	struct kept k;
	size_t all, longest;

	lay_out(call->node, cell, call->keep, &k);
	all = find_sequences(call, &k);
	longest = all > 0 ? k.order[0] >> 32 : 0;
	memset(k.h, 0, all * d * sizeof *k.h);
	memset(k.c, 0, all * d * sizeof *k.c);
	memset(k.zero, 0, d * sizeof *k.zero);
	gemm_ready(k.ready, 1, d, gates, call->node->param[0]->x, gates);
	for (size_t t = longest; t-- > 0;) {
		const size_t n = going_on(&k, all, t);

		step_back(call, cell, &k, n, t);
		if (t > 0)
			gemm_by(k.ready, 1, n, d, gates, k.u, gates,
			    call->node->param[0]->x, gates, 1, k.h, d);
	}
	if (call->grad[0] != NULL && m > 1)
		gemm(1, 0, d, gates, m - 1, 1, call->out->x, d,
		    k.du + gates, gates, 1, call->grad[0], gates);
}

static struct node *
recurrent(struct graph *g, const struct op *op, struct node *x,
    struct node *seq, struct param *U)
{
	return graph_add(g, op, (struct node *[]){ x, seq }, 2, &U, 1,
	    (struct op_args){ 0 });
}

/* --- gru ------------------------------------------------------------------ */

static void
gru_step(float *h, float *c, float *kept, const float *x, const float *u,
    size_t d)
{
	(void)c;
	kernel_gru(h, kept, x, u, d);
}

static void
gru_step_back(float *dh, float *dc, float *dx, float *du, const float *kept,
    const float *before, size_t d)
{
	(void)dc;
	kernel_gru_back(dh, dx, du, kept, before, d);
}

static const struct cell gru_cell = {
	GRU_GATES, GRU_KEPT, gru_step, gru_step_back
};

static void
gru_shape(struct node *node)
{
	recurrent_shape(node, &gru_cell);
}

static void
gru_forward(const struct op_call *call)
{
	recurrent_forward(call, &gru_cell);
}

static void
gru_backward(const struct op_call *call)
{
	recurrent_backward(call, &gru_cell);
}

const struct op optable_gru = {
	"gru", gru_shape, gru_forward, gru_backward
};

struct node *
op_gru(struct graph *g, struct node *x, struct node *seq, struct param *U)
{
	return recurrent(g, &optable_gru, x, seq, U);
}

/* --- lstm ----------------------------------------------------------------- */

static void
lstm_step_back(float *dh, float *dc, float *dx, float *du, const float *kept,
    const float *before, size_t d)
{
	(void)before;
	kernel_lstm_back(dh, dc, dx, du, kept, d);
}

static const struct cell lstm_cell = {
	LSTM_GATES, LSTM_KEPT, kernel_lstm, lstm_step_back
};

static void
lstm_shape(struct node *node)
{
	recurrent_shape(node, &lstm_cell);
}

static void
lstm_forward(const struct op_call *call)
{
	recurrent_forward(call, &lstm_cell);
}

static void
lstm_backward(const struct op_call *call)
{
	recurrent_backward(call, &lstm_cell);
}

const struct op optable_lstm = {
	"lstm", lstm_shape, lstm_forward, lstm_backward
};

struct node *
op_lstm(struct graph *g, struct node *x, struct node *seq, struct param *U)
{
	return recurrent(g, &optable_lstm, x, seq, U);
}
