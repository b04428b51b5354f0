/* Attention, recurrent layers, normalisation and the softmax loss as their
 * papers write them, on sequences longer than a block of rows. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "nn/ops.h"
#include "nn/work.h"

enum { LONG = 150, SHORT = 3, ROWS = LONG + SHORT + 1, SEQUENCES = 3, D = 6,
	HEADS = 2, ITEMS = 40, CANDIDATES = 25 };

/* A graph of some inputs, all of one axis of ROWS, and what it makes. */
struct run {
	struct graph *g;
	struct params *ps;
	struct node *floats[3], *ids[3];
	size_t axis;
};

static struct run
run_new(void)
{
	struct run r = { .g = graph_new(SEQUENCES), .ps = params_new() };

	r.axis = graph_axis(r.g, ROWS);
	return r;
}

static void
random_floats(float *x, size_t n, uint64_t stream)
{
	struct rng rng;

	rng_init(&rng, 1, stream);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(4 * rng_real(&rng) - 2);
}

/* The target's value, which the caller frees. */
static float *
run_end(struct run *r, const struct node *target,
    void (*fill)(const struct run *, struct work *))
{
	struct plan *plan = plan_new(r->g, r->ps, target, 0);
	struct work *w = work_new(plan);
	float *y = mem_array("test", ROWS * target->shape.cols, sizeof *y);

	work_begin(w, &(struct work_place){ .shard = NULL });
	work_rows(w, 0, 1);
	work_rows(w, r->axis, ROWS);
	fill(r, w);
	memcpy(y, work_forward(w), ROWS * target->shape.cols * sizeof *y);
	work_free(w);
	plan_free(plan);
	graph_free(r->g);
	params_free(r->ps);
	return y;
}

static size_t
seq_begin(size_t r)
{
	return r < LONG ? 0 : r < LONG + SHORT ? LONG : LONG + SHORT;
}

static void
fill_attention(const struct run *r, struct work *w)
{
	for (size_t i = 0; i < 3; i++)
		random_floats(work_floats(w, r->floats[i]), ROWS * D, i);
	for (size_t t = 0; t < ROWS; t++)
		work_ids(w, r->ids[0])[t] = (uint32_t)seq_begin(t);
}

/* y[t] of one head, in doubles. */
static void
attend(const float *q, const float *k, const float *v, size_t t, size_t head,
    double *y)
{
	const size_t width = D / HEADS, at = head * width;
	double p[ROWS], sum = 0;

	for (size_t s = seq_begin(t); s <= t; s++) {
		p[s] = 0;
		for (size_t c = 0; c < width; c++)
			p[s] += (double)q[t * D + at + c] *
			    (double)k[s * D + at + c];
		p[s] = exp(p[s] / sqrt((double)width));
		sum += p[s];
	}
	for (size_t c = 0; c < width; c++) {
		y[at + c] = 0;
		for (size_t s = seq_begin(t); s <= t; s++)
			y[at + c] += p[s] / sum * (double)v[s * D + at + c];
	}
}

static void
test_attention(void **state)
{
	struct run r = run_new();
	float x[3][ROWS * D], *y;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		r.floats[i] = op_floats(r.g, r.axis, 1, D);
		random_floats(x[i], ROWS * D, i);
	}
	r.ids[0] = op_ids(r.g, r.axis, 1, 1);
	y = run_end(&r, op_attention(r.g, &(struct op_attention){
	    .q = r.floats[0], .k = r.floats[1], .v = r.floats[2],
	    .seq = r.ids[0], .heads = HEADS, .longest = LONG }),
	    fill_attention);
	for (size_t t = 0; t < ROWS; t++) {
		double want[D];

		for (size_t h = 0; h < HEADS; h++)
			attend(x[0], x[1], x[2], t, h, want);
		for (size_t c = 0; c < D; c++)
			if (fabs((double)y[t * D + c] - want[c]) > 2e-6)
				fail_msg("step %zu: %g is not %g", t,
				    (double)y[t * D + c], want[c]);
	}
	free(y);
}

static uint32_t
target_of(size_t r)
{
	return r % 10 == 9 ? OP_NO_ROW : (uint32_t)(r * 7 % ITEMS);
}

static uint32_t
candidate_of(size_t j)
{
	return (uint32_t)(j < CANDIDATES ? j * 3 % ITEMS : 0);
}

static void
fill_softmax(const struct run *r, struct work *w)
{
	random_floats(work_floats(w, r->floats[0]), ROWS * D, 5);
	for (size_t t = 0; t < ROWS; t++)
		work_ids(w, r->ids[0])[t] = target_of(t);
	work_rows(w, r->axis + 1, CANDIDATES);
	for (size_t j = 0; j < CANDIDATES; j++)
		work_ids(w, r->ids[1])[j] = candidate_of(j);
}

static double
score(const float *h, const float *table, uint32_t item)
{
	double s = 0;

	for (size_t c = 0; c < D; c++)
		s += (double)h[c] * (double)table[item * D + c];
	return s;
}

static void
test_softmax(void **state)
{
	struct run r = run_new();
	float h[ROWS * D], table[ITEMS * D], *y;
	struct param *p = params_add(r.ps, &(struct param_spec){
	    .name = "table", .rows = ITEMS, .cols = D, .sparse = 1 });

	(void)state;
	params_init(r.ps, 1);
	random_floats(table, ITEMS * D, 6);
	memcpy(p->x, table, sizeof table);
	random_floats(h, ROWS * D, 5);
	r.floats[0] = op_floats(r.g, r.axis, 1, D);
	r.ids[0] = op_ids(r.g, r.axis, 1, 1);
	r.ids[1] = op_ids(r.g, graph_axis(r.g, CANDIDATES), 1, 1);
	y = run_end(&r, op_contest(r.g, &(struct op_contest){
	    .h = r.floats[0], .target = r.ids[0], .candidates = r.ids[1],
	    .table = p, .rule = CONTEST_SOFTMAX }), fill_softmax);
	for (size_t t = 0; t < ROWS; t++) {
		const uint32_t target = target_of(t);
		double sum, want = 0;

		if (target != OP_NO_ROW) {
			sum = exp(score(h + t * D, table, target));
			for (size_t j = 0; j < CANDIDATES; j++)
				if (candidate_of(j) != target)
					sum += exp(score(h + t * D, table,
					    candidate_of(j)));
			want = log(sum) - score(h + t * D, table, target);
		}
		assert_true(fabs((double)y[t] - want) < 1e-5);
	}
	free(y);
}

/* --- recurrent layers ----------------------------------------------------- */

static void
fill_recurrent(const struct run *r, struct work *w)
{
	random_floats(work_floats(w, r->floats[0]), ROWS *
	    r->floats[0]->shape.cols, 8);
	for (size_t t = 0; t < ROWS; t++)
		work_ids(w, r->ids[0])[t] = (uint32_t)seq_begin(t);
}

static double
sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* One step as the papers write it: h, c (D) in doubles. */
static void
cell_step(size_t gates, const float *x, const float *U, double *h, double *c)
{
	double u[4 * D] = { 0 };

	for (size_t i = 0; i < D; i++)
		for (size_t j = 0; j < gates * D; j++)
			u[j] += h[i] * (double)U[i * gates * D + j];
	for (size_t j = 0; j < D; j++) {
		const double a = sigmoid((double)x[j] + u[j]);
		const double b = (double)x[D + j] + u[D + j];

		if (gates == 3) {
			const double n = tanh((double)x[2 * D + j] +
			    a * u[2 * D + j]);

			h[j] = (1 - sigmoid(b)) * n + sigmoid(b) * h[j];
			continue;
		}
		c[j] = sigmoid(b + 1) * c[j] + a * tanh((double)x[2 * D + j] +
		    u[2 * D + j]);
		h[j] = sigmoid((double)x[3 * D + j] + u[3 * D + j]) *
		    tanh(c[j]);
	}
}

static void
check_recurrent(struct node *(*op)(struct graph *, struct node *,
    struct node *, struct param *), size_t gates)
{
	struct run r = run_new();
	float x[ROWS * 4 * D], U[D * 4 * D], *y;
	struct param *p = params_add(r.ps, &(struct param_spec){
	    .name = "U", .rows = D, .cols = gates * D });
	double h[D], c[D];

	params_init(r.ps, 1);
	random_floats(U, D * gates * D, 9);
	for (size_t i = 0; i < D * gates * D; i++)
		U[i] *= 0.2f;		/* larger ones are chaotic */
	memcpy(p->x, U, D * gates * D * sizeof *U);
	random_floats(x, ROWS * gates * D, 8);
	r.floats[0] = op_floats(r.g, r.axis, 1, gates * D);
	r.ids[0] = op_ids(r.g, r.axis, 1, 1);
	y = run_end(&r, op(r.g, r.floats[0], r.ids[0], p), fill_recurrent);
	for (size_t t = 0; t < ROWS; t++) {
		if (seq_begin(t) == t)
			memset(h, 0, sizeof h);
		if (seq_begin(t) == t)
			memset(c, 0, sizeof c);
		cell_step(gates, x + t * gates * D, U, h, c);
		for (size_t j = 0; j < D; j++)
			if (fabs((double)y[t * D + j] - h[j]) > 1e-4)
				fail_msg("%zu gates, step %zu: %g is not %g",
				    gates, t, (double)y[t * D + j], h[j]);
	}
	free(y);
}

static void
test_recurrent(void **state)
{
	(void)state;
	check_recurrent(op_gru, 3);
	check_recurrent(op_lstm, 4);
}

/* -------------------------------------------------------------------------- */

static void
fill_norm(const struct run *r, struct work *w)
{
	random_floats(work_floats(w, r->floats[0]), ROWS * D, 7);
}

/* Rows come out with mean 0 and deviation 1. */
static void
test_norm(void **state)
{
	struct run r = run_new();
	struct param *gain = params_add(r.ps, &(struct param_spec){
	    .name = "gain", .rows = 1, .cols = D, .scale = 1 });
	struct param *bias = params_add(r.ps, &(struct param_spec){
	    .name = "bias", .rows = 1, .cols = D });
	float *y;

	(void)state;
	params_init(r.ps, 1);
	r.floats[0] = op_floats(r.g, r.axis, 1, D);
	y = run_end(&r, op_norm(r.g, r.floats[0], gain, bias), fill_norm);
	for (size_t t = 0; t < ROWS; t++) {
		double sum = 0, squares = 0;

		for (size_t c = 0; c < D; c++) {
			sum += (double)y[t * D + c];
			squares += pow((double)y[t * D + c], 2);
		}
		assert_true(fabs(sum) < 1e-5);
		assert_true(fabs(squares / D - 1) < 1e-3);
	}
	free(y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attention),
		cmocka_unit_test(test_softmax),
		cmocka_unit_test(test_recurrent),
		cmocka_unit_test(test_norm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
