/* Steps of training: schedules, rules, clipping, moved embeddings, and the
 * rows that a batch touched. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "nn/fit.h"
#include "nn/ops.h"
#include "nn/touched.h"

/* --- schedules ------------------------------------------------------------ */

static int
near(double x, double y)
{
	return fabs(x - y) < 1e-12;
}

static void
test_schedules(void **state)
{
	struct optim o = { .schedule = OPTIM_CONSTANT, .rate = 1,
		.warmup = 4, .fall_every = 5, .fall_by = 0.5 };

	(void)state;
	for (uint64_t t = 1; t <= 4; t++)
		assert_true(near(optim_part(&o, t, 20), (double)t / 4));
	assert_true(near(optim_part(&o, 20, 20), 1));
	o.schedule = OPTIM_LINEAR;
	assert_true(near(optim_part(&o, 5, 20), 1));
	assert_true(near(optim_part(&o, 13, 20), 0.5));
	assert_true(near(optim_part(&o, 20, 20), 1.0 / 16));
	o.schedule = OPTIM_COSINE;
	assert_true(near(optim_part(&o, 5, 20), 1));
	assert_true(near(optim_part(&o, 13, 20), 0.5));
	assert_true(optim_part(&o, 20, 20) < 0.01);
	o.schedule = OPTIM_STEP;
	assert_true(near(optim_part(&o, 5, 20), 1));
	assert_true(near(optim_part(&o, 6, 20), 0.5));
	assert_true(near(optim_part(&o, 10, 20), 0.5));
	assert_true(near(optim_part(&o, 16, 20), 0.125));
}

/* --- FTRL ----------------------------------------------------------------- */

/* Algorithm 1 of McMahan et al. 2013 in double, from first weights on. */
static void
test_ftrl(void **state)
{
	const double a = 0.3, l1 = 0.7, l2 = 0.4, b = 1;
	struct optim o = { .rule = OPTIM_FTRL, .rate = a, .decay = l2,
		.l1 = l1, .fall_every = 1 };
	float w[16], g[16], z[16] = { 0 }, n[16] = { 0 };
	double W[16], Z[16], N[16] = { 0 };
	size_t zeros = 0;

	(void)state;
	for (int i = 0; i < 16; i++) {
		W[i] = (double)(w[i] = i < 8 ? 0 : (float)(i - 12) / 5);
		Z[i] = -W[i] * (b / a + l2) - l1 * (double)((W[i] > 0) -
		    (W[i] < 0));
	}
	optim_begin(&o, 0, w, z, 16);
	for (int t = 1; t <= 5; t++) {
		struct optim_step step = optim_step(&o, (uint64_t)t, 5);

		step.gain = 8;
		for (int i = 0; i < 16; i++) {
			double G, root;

			g[i] = (float)sin(i + t) / 8 / (float)(i + 1);
			G = 8 * (double)g[i];
			root = sqrt(N[i] + G * G);
			Z[i] += G - (root - sqrt(N[i])) / a * W[i];
			N[i] += G * G;
			W[i] = fabs(Z[i]) <= l1 ? 0 : -(Z[i] - (Z[i] > 0 ?
			    l1 : -l1)) / ((b + root) / a + l2);
		}
		optim_move(&step, 0, w, g, z, n, 16);
	}
	for (int i = 0; i < 16; i++) {
		assert_true(fabs((double)w[i] - W[i]) < 1e-5);
		zeros += fpclassify(w[i]) == FP_ZERO;
	}
	assert_in_range(zeros, 1, 15);
}

/* A first weight stays where it is until there is a gradient. */
static void
test_ftrl_begins(void **state)
{
	const struct optim o = { .rule = OPTIM_FTRL, .rate = 0.1, .decay = 2,
		.l1 = 3, .fall_every = 1 };
	const struct optim_step step = optim_step(&o, 1, 1);
	const float none[3] = { 0 };
	float w[3] = { 1.5f, -0.25f, 0 }, z[3] = { 0 }, n[3] = { 0 };

	(void)state;
	optim_begin(&o, 0, w, z, 3);
	optim_move(&step, 0, w, none, z, n, 3);
	assert_true(fabsf(w[0] - 1.5f) < 1e-5f);
	assert_true(fabsf(w[1] + 0.25f) < 1e-5f);
	assert_true(fpclassify(w[2]) == FP_ZERO);
}

/* --- rows that were touched ----------------------------------------------- */

enum { ROWS = 5000, SHARDS = 3, TOUCHES = 4000 };

/* As a batch leaves them: popular rows, repeated, each with a scale. */
static void
touch(struct shard *s, size_t number, size_t cols, float *g)
{
	struct touches *t = s->touches;

	for (uint32_t k = 0; k < TOUCHES; k++) {
		struct rng rng;
		uint32_t row;

		rng_init(&rng, 1, rng_stream("touch", number * TOUCHES + k));
		row = rng_below(&rng, ROWS);
		for (size_t c = 0; c < cols; c++)
			g[k * cols + c] = (float)rng_normal(&rng);
		op_touch(t, row * (rng_below(&rng, 4) > 0) / 7, g + k * cols,
		    (float)rng_below(&rng, 3));
	}
}

static void
check_times(const struct touched_rows *r, const uint32_t *times)
{
	float *half = mem_array("test", r->n, sizeof *half);

	touched_times(r, 0.5f, half);
	for (size_t k = 0; k < r->n; k++)
		assert_true(fabsf(half[k] - 0.5f * (float)times[r->row[k]]) <
		    1e-6f);
	free(half);
}

static void
check_touched(size_t cols)
{
	struct params *ps = params_new();
	struct param *p = params_add(ps, &(struct param_spec){ .name = "t",
	    .rows = ROWS, .cols = cols, .sparse = 1 });
	struct plan plan = { .params = ps, .touches = (size_t[]){ TOUCHES } };
	struct shard *shard[SHARDS];
	float *g = mem_array("test", SHARDS * TOUCHES * cols, sizeof *g);
	double *want = mem_array("test", ROWS * cols, sizeof *want);
	uint32_t *times = mem_array("test", ROWS, sizeof *times);
	char *found = mem_array("test", ROWS, 1);

	for (size_t s = 0; s < SHARDS; s++) {
		const struct touches *t;

		shard[s] = shard_new(&plan);
		touch(shard[s], s, cols, g + s * TOUCHES * cols);
		t = shard[s]->touches;
		for (size_t k = 0; k < t->n; k++)
			times[t->row[k]]++;
		for (size_t k = 0; k < t->n; k++)
			for (size_t c = 0; c < cols; c++)
				want[t->row[k] * cols + c] +=
				    (double)t->scale[k] * (double)t->g[k][c];
	}
	for (size_t threads = 1; threads <= 2; threads++) {
		struct touched *t = touched_new(&plan, ps, SHARDS);
		float *sum = mem_array("test", touched_most(t), sizeof *sum);

		par_set_threads(threads);
		for (int again = 0; again < 2; again++)
			touched_find(t, shard, SHARDS);
		memset(found, 0, ROWS);
		for (size_t i = 0; i < touched_pieces(t); i++) {
			const struct touched_rows r = touched_rows(t, i);

			assert_ptr_equal(r.p, p);
			assert_true(r.at + r.n * cols <= touched_floats(t));
			assert_true(r.n * cols <= touched_most(t));
			touched_gradient(&r, 2, sum);
			if (cols > 1)
				check_times(&r, times);
			for (size_t k = 0; k < r.n; k++) {
				const float *x = sum + k * cols;

				assert_int_equal(found[r.row[k]]++, 0);
				for (size_t c = 0; c < cols; c++)
					assert_true(fabs((double)x[c] - 2 *
					    want[r.row[k] * cols + c]) <
					    1e-3);
			}
		}
		for (size_t s = 0; s < SHARDS; s++)
			for (size_t k = 0; k < TOUCHES; k++)
				assert_true(found[shard[s]->touches->row[k]]);
		touched_free(t);
		free(sum);
	}
	for (size_t s = 0; s < SHARDS; s++)
		shard_free(shard[s]);
	free(g);
	free(want);
	free(times);
	free(found);
	params_free(ps);
}

static void
test_touched(void **state)
{
	(void)state;
	check_touched(3);
	check_touched(1);
}

/* --- a step of a network -------------------------------------------------- */

/* loss = (table[e % 5] . w - target)^2, in batches of all examples */
enum { N = 40, TABLE = 5, WIDE = 4 };

struct net {
	struct params *ps;
	struct param *table, *w, *b;
	struct graph *g;
	struct node *ids, *target, *loss;
};

static void
net_init(struct net *x)
{
	x->ps = params_new();
	x->table = params_add(x->ps, &(struct param_spec){ .name = "table",
	    .rows = TABLE, .cols = WIDE, .init = PARAM_NORMAL, .scale = 1,
	    .sparse = 1 });
	x->w = params_add(x->ps, &(struct param_spec){ .name = "w",
	    .rows = WIDE, .cols = 1, .init = PARAM_NORMAL, .scale = 1 });
	x->b = params_add(x->ps, &(struct param_spec){ .name = "b",
	    .rows = 1, .cols = 1 });
	params_init(x->ps, 9);
	x->g = graph_new(fit_shard(N));
	x->ids = op_ids(x->g, 0, 1, 1);
	x->target = op_floats(x->g, 0, 1, 1);
	x->loss = op_mse(x->g, op_dense(x->g, op_embed(x->g, x->ids,
	    &x->table, 1), x->w, x->b, OP_LINEAR), x->target);
}

static void
net_release(struct net *x)
{
	graph_free(x->g);
	params_free(x->ps);
}

static void
net_feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct net *x = arg;

	for (size_t r = 0; r < piece->n; r++) {
		const uint32_t e = piece->example[r];

		work_ids(w, x->ids)[r] = e % TABLE;
		work_floats(w, x->target)[r] = (float)(e * e % 11) - 5;
	}
}

/* What a step of SGD at rate 1 takes from the block: the gradient. */
static float *
step_of(const struct net *x, const struct fit_task *how)
{
	const size_t n = x->ps->size;
	float *before = mem_array("test", n, sizeof *before);
	float *after = mem_array("test", n, sizeof *after);
	struct fit_task task = { .params = x->ps, .graph = x->g,
		.loss = x->loss, .n_examples = N, .feed = net_feed, .arg = x,
		.epochs = 1, .batch = N, .optim = { .rule = OPTIM_SGD,
		.rate = 1, .decay = how->optim.decay,
		.row_decay = how->optim.row_decay, .l2 = how->optim.l2 },
		.clip = how->clip, .weight = how->weight,
		.adversarial = how->adversarial,
		.adversarial_weight = how->adversarial_weight };
	struct fit *f = fit_new(&task);

	params_keep(x->ps, before);
	assert_true(isfinite(fit_epoch(f)));
	params_keep(x->ps, after);
	params_restore(x->ps, before);
	for (size_t i = 0; i < n; i++)
		before[i] -= after[i];
	free(after);
	fit_free(f);
	return before;
}

static double
norm_of(const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)x[i];
	return sqrt(sum);
}

/* A long gradient becomes one of that length, in its direction; a short one
 * stays as it is. */
static void
test_clip(void **state)
{
	struct net x;
	float *g, *clipped, *same;
	double norm;

	(void)state;
	net_init(&x);
	g = step_of(&x, &(struct fit_task){ .clip = 0 });
	norm = norm_of(g, x.ps->size);
	clipped = step_of(&x, &(struct fit_task){ .clip = norm / 3 });
	same = step_of(&x, &(struct fit_task){ .clip = norm * 1.01 });
	assert_true(norm > 1);
	assert_true(fabs(norm_of(clipped, x.ps->size) - norm / 3) < 1e-5);
	for (size_t i = 0; i < x.ps->size; i++) {
		assert_true(fabsf(g[i] / 3 - clipped[i]) < 1e-5f);
		assert_true(fabsf(g[i] - same[i]) < 1e-6f);
	}
	free(g);
	free(clipped);
	free(same);
	net_release(&x);
}

/* The penalty of an example's loss is that of the row that it looks up: each
 * of these is looked up as often. */
static void
test_l2(void **state)
{
	const double l2 = 0.3;
	float *g, *more;
	struct net x;

	(void)state;
	net_init(&x);
	g = step_of(&x, &(struct fit_task){ .clip = 0 });
	more = step_of(&x, &(struct fit_task){ .optim = { .l2 = l2 } });
	for (size_t i = 0; i < x.ps->size; i++) {
		const int is_row = i >= x.table->offset &&
		    i < x.table->offset + TABLE * WIDE;
		const float want = is_row ? (float)(l2 / TABLE) *
		    x.ps->block[i] : 0;

		assert_true(fabsf(more[i] - g[i] - want) < 1e-5f);
	}
	free(g);
	free(more);
	net_release(&x);
}

/* The weight of an example is as if it stood there so often. */
static void
test_weights(void **state)
{
	float weight[N] = { 0 }, none[N] = { 0 }, *g, *one, *two;
	struct net x;

	(void)state;
	net_init(&x);
	weight[3] = 2;
	weight[7] = 0.5f;
	g = step_of(&x, &(struct fit_task){ .weight = weight });
	none[3] = 1;
	one = step_of(&x, &(struct fit_task){ .weight = none });
	none[3] = 0;
	none[7] = 1;
	two = step_of(&x, &(struct fit_task){ .weight = none });
	assert_true(norm_of(g, x.ps->size) > 0.01);
	for (size_t i = 0; i < x.ps->size; i++)
		assert_true(fabsf(g[i] - 2 * one[i] - 0.5f * two[i]) < 1e-5f);
	free(g);
	free(one);
	free(two);
	net_release(&x);
}

/* The gradient at the weights, and that at moved embeddings. */
static void
test_adversarial(void **state)
{
	const double length = 0.3, weight = 0.7;
	struct net x;
	float *g, *moved, *both, *table;

	(void)state;
	net_init(&x);
	table = x.table->x;
	g = step_of(&x, &(struct fit_task){ .clip = 0 });
	both = step_of(&x, &(struct fit_task){ .adversarial = length,
	    .adversarial_weight = weight });
	for (size_t r = 0; r < TABLE; r++) {
		const float *row = g + x.table->offset + r * WIDE;

		for (size_t c = 0; c < WIDE; c++)
			table[r * WIDE + c] += (float)length * row[c] /
			    (float)norm_of(row, WIDE);
	}
	moved = step_of(&x, &(struct fit_task){ .clip = 0 });
	for (size_t i = 0; i < x.ps->size; i++)
		assert_true(fabsf(both[i] - g[i] - (float)weight * moved[i]) <
		    2e-5f);
	free(g);
	free(both);
	free(moved);
	net_release(&x);
}

/* Decays of embeddings and of all else add their own part of the weights. */
static void
test_decays(void **state)
{
	const double decay = 0.3, rows = 0.7;
	struct net x;
	float *g, *both;

	(void)state;
	net_init(&x);
	g = step_of(&x, &(struct fit_task){ .clip = 0 });
	both = step_of(&x, &(struct fit_task){ .optim = { .decay = decay,
	    .row_decay = rows } });
	for (size_t i = 0; i < x.ps->size; i++) {
		const double part = i >= x.table->offset ? rows : decay;

		assert_true(fabs((double)(both[i] - g[i]) - part *
		    (double)x.ps->block[i]) < 1e-4);
	}
	free(g);
	free(both);
	net_release(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedules),
		cmocka_unit_test(test_ftrl),
		cmocka_unit_test(test_ftrl_begins),
		cmocka_unit_test(test_touched),
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_l2),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_adversarial),
		cmocka_unit_test(test_decays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
