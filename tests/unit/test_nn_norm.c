/* Dense layers that are normalised: beside PyTorch, and as the papers have
 * it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "io/rows.h"
#include "nn/fit.h"
#include "nn/kernelcolumns.h"
#include "nn/ops.h"
#include "nn/tower.h"
#include "tests/ref/gradcheck.h"
#include "tests/ref/plain.h"

/* --- the network of testdata/norm-torch.py -------------------------------- */

enum { N = 12, D = 3, STEPS = 3 };

struct small {
	struct params *ps;
	struct graph *g;
	struct tower tower;
	struct node *x, *target, *score, *loss;
};

static void
small_init(struct small *s, enum tower_norm norm)
{
	*s = (struct small){ .ps = params_new(), .g = graph_new(N) };
	assert_int_equal(tower_parse("6,4", &s->tower), 0);
	s->tower.norm = norm;
	tower_params(&s->tower, s->ps, D);
	params_init(s->ps, 1);
	gradcheck_params(s->ps);
	s->x = op_floats(s->g, 0, 1, D);
	s->target = op_floats(s->g, 0, 1, 1);
	s->score = tower_nodes(&s->tower, s->g, s->x, 0, 0);
	s->loss = op_mse(s->g, s->score, s->target);
}

static void
small_release(struct small *s)
{
	graph_free(s->g);
	params_free(s->ps);
}

static void
put_row(const struct small *s, struct work *w, size_t at, uint32_t r)
{
	for (size_t j = 0; j < D; j++)
		work_floats(w, s->x)[at * D + j] =
		    (float)(cos(1.1 * (double)(r * D + j)) + (double)j);
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct small *s = arg;

	for (size_t k = 0; k < piece->n; k++) {
		const uint32_t r = piece->example[k];

		put_row(s, w, k, r);
		work_floats(w, s->target)[k] = (float)(r * 11 % 5) - 2;
	}
}

static struct fit_task
small_task(const struct small *s, size_t batch)
{
	return (struct fit_task){ .params = s->ps, .graph = s->g,
		.loss = s->loss, .n_examples = N, .feed = feed, .arg = s,
		.epochs = STEPS, .batch = batch, .seed = 1,
		.optim = { .rule = OPTIM_SGD, .rate = 0.1 } };
}

/* What the trained network says of the rows. */
static void
say(const struct small *s, float score[N])
{
	struct plan *plan = plan_new(s->g, s->ps, s->score, 0);
	struct work *w = work_new(plan);

	work_begin(w, &(struct work_place){ .shard = NULL });
	work_rows(w, 0, N);
	for (uint32_t r = 0; r < N; r++)
		put_row(s, w, r, r);
	memcpy(score, work_forward(w), N * sizeof *score);
	work_free(w);
	plan_free(plan);
}

static const struct param *
find(const struct small *s, const char *name)
{
	for (size_t i = 0; i < s->ps->n; i++)
		if (strcmp(s->ps->p[i]->name, name) == 0)
			return s->ps->p[i];
	fail_msg("no parameter '%s'", name);
	return NULL;
}

static size_t
compare_golden(const struct small *s, const double losses[STEPS],
    const float score[N], const char *norm)
{
	const char *root = getenv("SRS_ROOT");
	struct buf path = BUF_EMPTY, name = BUF_EMPTY;
	struct rows *r;
	size_t compared = 0;

	buf_format(&path, "%s/testdata/norm-torch.tsv", root ? root : ".");
	r = rows_open(buf_cstr(&path), &(struct rows_format){ 0 });
	assert_non_null(r);
	while (rows_next(r) > 0) {
		double index, value, mine;

		if (!span_is(rows_text(r, 0), norm))
			continue;
		assert_int_equal(rows_real(r, 2, &index), 0);
		assert_int_equal(rows_real(r, 3, &value), 0);
		name.n = 0;
		buf_span(&name, rows_text(r, 1));
		mine = strcmp(buf_cstr(&name), "loss") == 0 ?
		    losses[(size_t)index - 1] :
		    strcmp(name.p, "score") == 0 ?
		    (double)score[(size_t)index] :
		    (double)find(s, name.p)->x[(size_t)index];
		if (fabs(mine - value) > 2e-5 * (1 + fabs(value)))
			fail_msg("%s %s[%g]: %.9g, not %.9g", norm, name.p,
			    index, mine, value);
		compared++;
	}
	rows_close(r);
	buf_release(&path);
	buf_release(&name);
	return compared;
}

static void
test_torch(void **state)
{
	static const struct {
		enum tower_norm norm;
		const char *name;
		size_t numbers;
	} cases[] = {
		{ TOWER_BATCH, "batch", 102 }, { TOWER_LAYER, "layer", 82 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct small s;
		struct fit_task task;
		struct fit *f;
		double losses[STEPS];
		float score[N];

		small_init(&s, cases[i].norm);
		task = small_task(&s, N);
		f = fit_new(&task);
		for (size_t k = 0; k < STEPS; k++)
			losses[k] = fit_epoch(f);
		say(&s, score);
		assert_int_equal(compare_golden(&s, losses, score,
		    cases[i].name), cases[i].numbers);
		fit_free(f);
		small_release(&s);
	}
}

/* --- statistics ----------------------------------------------------------- */

/* A batch of one row has none of its own: those that run are used and stay,
 * and the row learns all the same. */
static void
test_single_rows(void **state)
{
	struct small s;
	struct fit_task task;
	struct fit *f;
	float before, *mean, *weight;

	(void)state;
	small_init(&s, TOWER_BATCH);
	mean = find(&s, "layer1.mean")->x;
	weight = find(&s, "layer1.weight")->x;
	mean[0] = 0.25f;
	before = weight[0];
	task = small_task(&s, 1);
	f = fit_new(&task);
	assert_true(isfinite(fit_epoch(f)));
	assert_true(mean[0] == 0.25f);
	assert_true(find(&s, "layer1.variance")->x[0] == 1);
	assert_true(weight[0] != before);
	fit_free(f);
	small_release(&s);
}

/* Frozen ones are those of training as well: a step on the whole batch and the
 * mean of what steps on its parts would do are the same. */
static void
test_frozen(void **state)
{
	double loss[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct small s;
		struct fit_task task;
		struct fit *f;

		small_init(&s, TOWER_BATCH);
		for (size_t k = 0; k < s.ps->n; k++)
			s.ps->p[k]->spec.frozen = k + 1 < s.ps->n;
		task = small_task(&s, i == 0 ? N : N / 4);
		task.optim.rate = 1e-30;
		f = fit_new(&task);
		loss[i] = fit_epoch(f);
		assert_true(find(&s, "layer1.mean")->x[0] == 0);
		fit_free(f);
		small_release(&s);
	}
	assert_true(fabs(loss[0] - loss[1]) < 1e-5);
}

/* --- kernels -------------------------------------------------------------- */

enum { ROWS = 37, COLS = 21 };

static float *
random_floats(size_t n, uint64_t stream)
{
	float *x = mem_array("test", n, sizeof *x);
	struct rng rng;

	rng_init(&rng, 1, stream);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(4 * rng_real(&rng) - 1);
	return x;
}

static void
compare(const float *fast, const double *plain, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_true(fabs((double)fast[i] - plain[i]) <
		    1e-4 * (1 + fabs(plain[i])));
}

static void
test_kernels(void **state)
{
	const float share = 1.0f / ROWS;
	float *x = random_floats(ROWS * COLS, 1);
	float *dy = random_floats(ROWS * COLS, 2);
	float *gain = random_floats(COLS, 3), *bias = random_floats(COLS, 4);
	float *y = random_floats(ROWS * COLS, 5);
	float *dx = random_floats(ROWS * COLS, 6);
	float mean[COLS], variance[COLS], factor[COLS], a[COLS], b[COLS];
	double *want = mem_array("test", 2 * ROWS * COLS, sizeof *want);

	(void)state;
	plain_column_norm(x, gain, bias, dy, ROWS, COLS, want,
	    want + ROWS * COLS);
	kernel_column_moments(mean, variance, x, ROWS, COLS);
	kernel_column_factors(factor, variance, COLS);
	kernel_column_norm(y, x, mean, factor, gain, bias, ROWS, COLS);
	compare(y, want, ROWS * COLS);
	kernel_column_slopes(a, b, dy, x, mean, factor, ROWS, COLS);
	for (size_t c = 0; c < COLS; c++) {
		a[c] *= share;
		b[c] *= share;
	}
	kernel_column_back(dx, dy, x, mean, factor, gain, a, b, ROWS, COLS);
	compare(dx, want + ROWS * COLS, ROWS * COLS);
	free(x);
	free(dy);
	free(gain);
	free(bias);
	free(y);
	free(dx);
	free(want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torch),
		cmocka_unit_test(test_single_rows),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
