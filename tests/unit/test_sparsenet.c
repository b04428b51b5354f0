/* Networks of few features out of many: their gradients, and scores as their
 * papers write them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "nn/kernelfields.h"
#include "nn/sparsenet.h"
#include "nn/sparsestep.h"
#include "tests/ref/gradcheck.h"

enum { FIELDS = 3, FEATURES = 5, N = 4, FACTORS = 2, LONG = 700 };

static const struct sparsenet_kind *const kinds[] = {
	&logistic_kind, &fm_kind, &ffm_kind, &widedeep_kind, &deepfm_kind,
	&dcn_kind, &din_kind, &autoint_kind,
};

enum { KINDS = sizeof kinds / sizeof *kinds, NORMS = 3 };

struct fixture {
	struct vocabulary *v;
	struct examples *x;
	struct sparsenet net;
	struct sparsenet_net in;
};

static void
fixture_init(struct fixture *f, const struct sparsenet_kind *kind,
    enum tower_norm norm)
{
	static const char *const names[] = { "a", "b", "c" };
	const struct nn_options o = { .factors = FACTORS, .layers = "4,3",
		.cross = 2, .blocks = 2, .heads = 2, .attend = "c,a",
		.norm = tower_norm_choice(norm) };

	f->v = vocabulary_new();
	for (size_t i = 0; i < FIELDS; i++)
		vocabulary_add_field(f->v, span_of(names[i]), i == 2 ?
		    FIELD_TOKENS : FIELD_TOKEN);
	for (char c = 'p'; c < 'p' + FEATURES; c++)
		vocabulary_add(f->v, (struct span){ &c, 1 }, 0);
	f->x = examples_new();
	for (uint32_t i = 0; i < N; i++) {
		/* a field with two, one without any */
		examples_add_entry(f->x, i % FEATURES, 0, 1);
		examples_add_entry(f->x, (i + 1) % FEATURES, 2, 0.5f);
		examples_add_entry(f->x, (i + 3) % FEATURES, 2, -1.5f);
		examples_end(f->x);
	}
	assert_int_equal(sparsenet_init(&f->net, kind, f->v, &o), 0);
	params_init(f->net.params, 1);
	gradcheck_params(f->net.params);
	sparsenet_build(&f->net, N, 3 * N, 0, &f->in);
}

static void
fixture_release(struct fixture *f)
{
	graph_free(f->in.graph);
	sparsenet_release(&f->net);
	examples_free(f->x);
	vocabulary_free(f->v);
}

static void
fill(void *arg, struct work *w)
{
	const struct fixture *f = arg;

	for (size_t i = 0; i < N; i++)
		work_floats(w, f->in.label)[i] = (float)(i % 2);
	sparsenet_feed(&f->net, &f->in, w, f->x, NULL, 0, N);
}

static void
test_gradients(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS * NORMS; k++) {
		const struct sparsenet_kind *kind = kinds[k / NORMS];
		struct fixture f;
		struct gradcheck gc = { .examples = N, .fill = fill,
			.arg = &f };
		struct plan *plan;

		if (k % NORMS > 0 && !kind->has_layers)
			continue;
		fixture_init(&f, kind, (enum tower_norm)(k % NORMS));
		gc.plan = plan = plan_new(f.in.graph, f.net.params, f.in.loss,
		    1);
		gradcheck(&gc);
		/* a weight moves what all rows are normalised by */
		if (gc.worst > 5e-4 || gc.kinks * (k % NORMS > 0 ? 2 : 5) >
		    gc.checked)
			fail_msg("%s: %s (%zu checked, %zu kinks)",
			    kind->name, gc.where, gc.checked, gc.kinks);
		plan_free(plan);
		fixture_release(&f);
	}
}

static double
value(const struct param *p, size_t row, size_t col)
{
	return (double)p->x[row * p->cols + col];
}

/* b + sum w x + the sum over pairs, as the papers have it; the columns of a
 * pair of entries are those of `at`. */
static double
by_hand(const struct fixture *f, size_t i,
    size_t (*column)(const struct examples *, size_t e, size_t on))
{
	const struct examples *x = f->x;
	const size_t from = x->start[i], to = x->start[i + 1];
	double y = value(f->net.offset, 0, 0);

	for (size_t e = from; e < to; e++)
		y += value(f->net.linear, x->feature[e], 0) *
		    (double)x->value[e];
	for (size_t e = from; column != NULL && e < to; e++)
		for (size_t g = e + 1; g < to; g++)
			for (size_t k = 0; k < FACTORS; k++)
				y += value(f->net.table, x->feature[e],
				    column(x, e, g) + k) *
				    value(f->net.table, x->feature[g],
				    column(x, g, e) + k) *
				    (double)(x->value[e] * x->value[g]);
	return y;
}

static size_t
all_fields(const struct examples *x, size_t e, size_t on)
{
	(void)x;
	(void)e;
	(void)on;
	return 0;
}

static size_t
of_field(const struct examples *x, size_t e, size_t on)
{
	(void)e;
	return (size_t)x->field[on] * FACTORS;
}

static void
test_scores(void **state)
{
	static const struct {
		const struct sparsenet_kind *kind;
		size_t (*column)(const struct examples *, size_t, size_t);
	} cases[] = {
		{ &logistic_kind, NULL }, { &fm_kind, all_fields },
		{ &ffm_kind, of_field },
	};

	(void)state;
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct fixture f;
		struct scorer s = { .vocabulary = NULL };
		float score[N];

		fixture_init(&f, cases[k].kind, TOWER_PLAIN);
		s.vocabulary = f.v;
		sparsenet_serve(&f.net, &s);
		assert_int_equal(scorer_prepare(&s), 0);
		scorer_examples(&s, f.x, 0, N, score, 0);
		for (size_t i = 0; i < N; i++) {
			const double p = 1 / (1 + exp(-by_hand(&f, i,
			    cases[k].column)));

			assert_true(fabs((double)score[i] - p) < 1e-6);
		}
		s.ops->free(&s);
		fixture_release(&f);
	}
}

/* An example with more entries than all before it, in between. */
static void
test_long_example(void **state)
{
	struct fixture f;
	struct scorer s = { .vocabulary = NULL };
	float score[N + 2], again;

	(void)state;
	fixture_init(&f, &fm_kind, TOWER_PLAIN);
	for (uint32_t e = 0; e < 256 * 64 + LONG; e++)
		examples_add_entry(f.x, e % FEATURES, 0, e % 2 == 0 ? 1e-4f :
		    -1e-4f);
	examples_end(f.x);
	examples_add_entry(f.x, 1, 1, 1);
	examples_end(f.x);
	s.vocabulary = f.v;
	sparsenet_serve(&f.net, &s);
	assert_int_equal(scorer_prepare(&s), 0);
	scorer_examples(&s, f.x, 0, N + 2, score, 0);
	assert_true(isfinite(score[N]) && score[N] > 0 && score[N] < 1);
	for (size_t i = 0; i < N + 2; i++) {
		scorer_examples(&s, f.x, i, 1, &again, 0);
		assert_memory_equal(&again, &score[i], sizeof again);
	}
	s.ops->free(&s);
	fixture_release(&f);
}

/* --- pairs of fields ------------------------------------------------------ */

/* The kernel and the sums as they are written, for n of `slots` fields. */
static void
check_field_pairs(size_t slots, size_t n, size_t d)
{
	enum { MOST = 16, FIRST = 32 };
	const size_t width = slots * d;
	float table[2 * MOST * MOST * 4], g[MOST * MOST * 4], value[MOST], y;
	uint32_t id[2 * MOST], slot[MOST];
	double want[MOST * MOST * 4] = { 0 }, sum = 0;
	struct rng rng;

	rng_init(&rng, 1, rng_stream("test", slots * n * d));
	for (size_t i = 0; i < 2 * MOST * width; i++)
		table[i] = (float)rng_normal(&rng);
	for (uint32_t e = 0; e < n; e++) {
		id[e] = rng_below(&rng, 2 * MOST);
		slot[e] = FIRST + e % (uint32_t)slots;
		value[e] = (float)rng_normal(&rng);
	}
	memset(g, 0xff, sizeof g);
	y = kernel_field_pairs(&(struct field_pairs){ .table = table,
	    .slots = slots, .d = d, .id = id, .slot = slot, .value = value,
	    .first_slot = FIRST, .n = n }, g);
	for (size_t i = 0; i < n * n * d; i++) {
		const size_t c = i % d, e = i / d % n, f = i / d / n;
		const double uv = (double)value[e] * (double)value[f];
		const double a = (double)table[id[e] * width + (slot[f] -
		    FIRST) * d + c];
		const double b = (double)table[id[f] * width + (slot[e] -
		    FIRST) * d + c];

		if (e == f)
			continue;
		sum += uv * a * b / 2;
		want[e * width + (slot[f] - FIRST) * d + c] +=
		    (double)value[f] * b;
	}
	assert_true(fabs((double)y - sum) < 1e-3);
	for (size_t i = 0; i < n * width; i++)
		assert_true(fabs((double)g[i] - want[i]) < 1e-4);
	assert_true(fabs((double)kernel_field_pairs(&(struct field_pairs){
	    .table = table, .slots = slots, .d = d, .id = id, .slot = slot,
	    .value = value, .first_slot = FIRST, .n = n }, NULL) - sum) <
	    1e-3);
}

/* An entry of each field, fewer, more, and other widths. */
static void
test_field_pairs(void **state)
{
	(void)state;
	for (size_t n = 1; n < 14; n++)
		check_field_pairs(n, n, 4);
	check_field_pairs(9, 5, 4);
	check_field_pairs(6, 11, 4);
	check_field_pairs(7, 7, 3);
}

/* --- steps by hand -------------------------------------------------------- */

enum { ROWS = 300, WORDS = 90, BATCH = 130 };

struct training {
	struct vocabulary *v;
	struct examples *x;
	struct sparsenet net;
	struct sparsenet_net in;
};

/* Some rows have a feature twice, some have few. */
static void
training_init(struct training *t, const struct sparsenet_kind *kind,
    size_t factors)
{
	const struct nn_options o = { .factors = factors };
	struct rng rng;

	rng_init(&rng, 1, rng_stream("test", factors));
	t->v = vocabulary_new();
	vocabulary_add_field(t->v, span_of("a"), FIELD_TOKENS);
	for (int i = 0; i < WORDS; i++) {
		char name[16];

		snprintf(name, sizeof name, "%d", i);
		vocabulary_add(t->v, span_of(name), 0);
	}
	t->x = examples_new();
	for (uint32_t i = 0; i < ROWS; i++) {
		for (uint32_t e = rng_below(&rng, 9) + 1; e > 0; e--)
			examples_add_entry(t->x, rng_below(&rng, 1 +
			    rng_below(&rng, WORDS)), 0,
			    (float)rng_normal(&rng));
		examples_add_label(t->x, (float)rng_below(&rng, 2));
		examples_end(t->x);
	}
	assert_int_equal(sparsenet_init(&t->net, kind, t->v, &o), 0);
	params_init(t->net.params, 1);
	sparsenet_build(&t->net, fit_shard(BATCH), examples_most_entries(t->x,
	    fit_shard(BATCH)), 0, &t->in);
}

static void
training_release(struct training *t)
{
	graph_free(t->in.graph);
	sparsenet_release(&t->net);
	examples_free(t->x);
	vocabulary_free(t->v);
}

static void
feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct training *t = arg;

	for (size_t r = 0; r < piece->n; r++)
		work_floats(w, t->in.label)[r] =
		    t->x->label[piece->example[r]];
	sparsenet_feed(&t->net, &t->in, w, t->x, piece->example, 0, piece->n);
}

/* The parameters after two epochs, for the caller to free; the loss. */
static float *
learnt(const struct sparsenet_kind *kind, size_t factors, enum optim_rule rule,
    int by_hand, double *loss)
{
	struct training t;
	struct fit_task task = { .n_examples = ROWS, .feed = feed, .arg = &t,
		.epochs = 2, .batch = BATCH, .seed = 1, .optim = {
		.rule = rule, .rate = 0.05, .decay = 0.01, .row_decay = 0.02,
		.l2 = 0.3, .fall_every = 1 } };
	float *weight = mem_array("test", ROWS, sizeof *weight), *end;
	struct sparsestep *step;
	struct fit *fit;

	training_init(&t, kind, factors);
	for (size_t i = 0; i < ROWS; i++)
		weight[i] = (float)(i % 3) / 2;
	step = sparsestep_new(&t.net, t.x, BATCH);
	task.params = t.net.params;
	task.graph = t.in.graph;
	task.loss = t.in.loss;
	task.weight = weight;
	if (by_hand) {
		task.step = sparsestep_take;
		task.step_arg = step;
	}
	fit = fit_new(&task);
	fit_epoch(fit);
	*loss = fit_epoch(fit);
	end = mem_array("test", t.net.params->size, sizeof *end);
	params_keep(t.net.params, end);
	fit_free(fit);
	sparsestep_free(step);
	training_release(&t);
	free(weight);
	return end;
}

/* What is learnt by hand is what the graph learns; threads change nothing. */
static void
test_by_hand(void **state)
{
	static const size_t factors[] = { 0, 1, 3, 8, 13, 16, 24, 32, 70 };
	static const enum optim_rule rules[] = { OPTIM_SGD, OPTIM_ADAGRAD,
		OPTIM_FTRL };

	(void)state;
	for (size_t i = 0; i < sizeof factors / sizeof *factors * 3; i++) {
		const size_t k = factors[i / 3];
		const struct sparsenet_kind *kind = k > 0 ? &fm_kind :
		    &logistic_kind;
		const size_t n = 16 + (WORDS + 15) / 16 * 16 +
		    (WORDS * k + 15) / 16 * 16;
		double loss[3];
		float *x[3];

		for (size_t j = 0; j < 3; j++) {
			par_set_threads(1 + j / 2);
			x[j] = learnt(kind, k, rules[i % 3], j > 0, &loss[j]);
		}
		assert_true(fabs(loss[0] - loss[1]) < 1e-5);
		for (size_t j = 0; j < n; j++)
			assert_true(fabsf(x[0][j] - x[1][j]) < 1e-4f);
		assert_memory_equal(x[1], x[2], n * sizeof **x);
		assert_memory_equal(&loss[1], &loss[2], sizeof *loss);
		for (size_t j = 0; j < 3; j++)
			free(x[j]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_long_example),
		cmocka_unit_test(test_field_pairs),
		cmocka_unit_test(test_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
