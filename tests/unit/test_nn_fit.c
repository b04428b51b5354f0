/* Training: against numbers computed elsewhere, on any number of threads,
 * sparse as dense, down to nothing on twenty points. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "io/rows.h"
#include "nn/deepcf.h"
#include "nn/mlp.h"
#include "nn/negatives.h"
#include "nn/ops.h"
#include "nn/optim.h"
#include "nn/update.h"
#include "tests/ref/gradcheck.h"
#include "tests/ref/said.h"

/* --- the network of testdata/nn-golden.py -------------------------------- */

enum { USERS = 4, ITEMS = 5, N = 12 };

struct small {
	struct pairnet m;
	struct pairnet_net net;
	int is_bce;
	int all_users;		/* else user 3 is not there */
};

static void
small_init(struct small *s, int ratings, double dropout)
{
	const struct pairnet_shape shape = { .n = { USERS, ITEMS },
		.factors = 3, .layers = "6,4" };

	*s = (struct small){ .all_users = 0 };
	assert_int_equal(pairnet_init(&s->m, &deepcf_kind, &shape), 0);
	s->m.ratings = 1;
	params_init(s->m.params, 1);
	gradcheck_params(s->m.params);
	pairnet_build(&s->m, N, &(struct pairnet_way){ .loss = LOSS_MSE,
	    .dropout = dropout }, &s->net);
	if (!ratings)
		s->net.loss = op_bce(s->net.graph, s->net.score,
		    s->net.target);
	s->is_bce = !ratings;
}

static void
small_release(struct small *s)
{
	graph_free(s->net.graph);
	pairnet_release(&s->m);
}

static void
small_fill(const struct small *s, struct work *w, const uint32_t *example,
    size_t n)
{
	uint32_t *user = work_ids(w, s->net.ids[PAIRNET_USER]);
	uint32_t *item = work_ids(w, s->net.ids[PAIRNET_ITEM]);
	float *target = work_floats(w, s->net.target);

	for (size_t k = 0; k < n; k++) {
		const uint32_t r = example[k];

		user[k] = s->all_users ? r % USERS : r * 5 % 3;
		item[k] = (r * 7 + r / 4) % ITEMS;
		target[k] = s->is_bce ? (float)(r % 3 == 0) :
		    (float)(r * 11 % 5) - 2;
	}
}

static void
small_feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	small_fill(arg, w, piece->example, piece->n);
}

static struct fit_task
small_task(struct small *s, size_t epochs, size_t batch)
{
	return (struct fit_task){ .params = s->m.params,
		.graph = s->net.graph, .loss = s->net.loss, .n_examples = N,
		.feed = small_feed, .arg = s, .epochs = epochs,
		.batch = batch, .seed = 1,
		.optim = { .rule = OPTIM_ADAM, .rate = 0.05,
		.decay = 0.01, .row_decay = 0.01 } };
}

/* The value of a parameter or of the loss of a step. */
static double
value_of(const struct small *s, const double *losses, const char *name,
    size_t index)
{
	if (strcmp(name, "loss") == 0)
		return losses[index - 1];
	for (size_t i = 0; i < s->m.params->n; i++)
		if (strcmp(s->m.params->p[i]->name, name) == 0)
			return (double)s->m.params->p[i]->x[index];
	fail_msg("no parameter '%s'", name);
	return NAN;
}

/* How many numbers of `file` there are of `what`; each is as it is there. */
static size_t
compare_golden(const struct small *s, const double *losses, const char *file,
    const char *what)
{
	const char *root = getenv("SRS_ROOT");
	struct buf path = BUF_EMPTY, name = BUF_EMPTY;
	struct rows *r;
	size_t compared = 0;

	buf_format(&path, "%s/testdata/%s", root ? root : ".", file);
	r = rows_open(buf_cstr(&path), &(struct rows_format){ 0 });
	assert_non_null(r);
	while (rows_next(r) > 0) {
		double index, value, mine;

		if (!span_is(rows_text(r, 0), what))
			continue;
		assert_int_equal(rows_real(r, 2, &index), 0);
		assert_int_equal(rows_real(r, 3, &value), 0);
		name.n = 0;
		buf_span(&name, rows_text(r, 1));
		mine = value_of(s, losses, buf_cstr(&name), (size_t)index);
		if (fabs(mine - value) > 2e-5)
			fail_msg("%s %s[%g]: %.9g, not %.9g", what, name.p,
			    index, mine, value);
		compared++;
	}
	rows_close(r);
	buf_release(&path);
	buf_release(&name);
	return compared;
}

static void
train_three(const struct fit_task *task, double losses[3])
{
	struct fit *f = fit_new(task);

	for (int i = 0; i < 3; i++)
		losses[i] = fit_epoch(f);
	fit_free(f);
}

static void
test_golden(void **state)
{
	(void)state;
	for (int ratings = 0; ratings < 2; ratings++) {
		struct small s;
		struct fit_task task;
		double losses[3];

		small_init(&s, ratings, 0);
		task = small_task(&s, 3, N);
		train_three(&task, losses);
		assert_int_equal(compare_golden(&s, losses, "nn-golden.tsv",
		    ratings ? "mse" : "bce"), 114);
		small_release(&s);
	}
}

/* Steps of each rule, clipped or not, as PyTorch takes them. */
static void
test_torch(void **state)
{
	static const struct {
		const char *name;
		enum optim_rule rule;
		double clip;
	} cases[] = {
		{ "sgd", OPTIM_SGD, 0 }, { "sgd-clip", OPTIM_SGD, 0.4 },
		{ "adagrad", OPTIM_ADAGRAD, 0 },
		{ "adagrad-clip", OPTIM_ADAGRAD, 0.4 },
		{ "adam", OPTIM_ADAM, 0 }, { "adam-clip", OPTIM_ADAM, 0.4 },
		{ "adamw", OPTIM_ADAMW, 0 },
		{ "adamw-clip", OPTIM_ADAMW, 0.4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct small s;
		struct fit_task task;
		double losses[3];

		small_init(&s, 1, 0);
		s.all_users = 1;
		task = small_task(&s, 3, N);
		task.optim.rule = cases[i].rule;
		task.clip = cases[i].clip;
		train_three(&task, losses);
		assert_int_equal(compare_golden(&s, losses, "nn-torch.tsv",
		    cases[i].name), 114);
		small_release(&s);
	}
}

/* The gradient itself: what a step of SGD at rate 1 takes away. */
static void
test_torch_gradient(void **state)
{
	struct small s;
	struct fit_task task;
	struct fit *f;
	float *before;

	(void)state;
	small_init(&s, 1, 0);
	s.all_users = 1;
	task = small_task(&s, 1, N);
	task.optim = (struct optim){ .rule = OPTIM_SGD, .rate = 1 };
	before = mem_array("test", s.m.params->size, sizeof *before);
	params_keep(s.m.params, before);
	f = fit_new(&task);
	fit_epoch(f);
	for (size_t i = 0; i < s.m.params->size; i++)
		s.m.params->block[i] = before[i] - s.m.params->block[i];
	assert_int_equal(compare_golden(&s, NULL, "nn-torch.tsv",
	    "gradient"), 111);
	fit_free(f);
	free(before);
	small_release(&s);
}

/* --- gradients of the networks -------------------------------------------- */

static void
fill_small(void *arg, struct work *w)
{
	uint32_t example[N];

	for (uint32_t r = 0; r < N; r++)
		example[r] = r;
	small_fill(arg, w, example, N);
}

static void
test_deepcf_gradient(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct small s;
		struct gradcheck gc = { .examples = N, .fill = fill_small,
			.arg = &s };
		struct plan *plan;

		small_init(&s, i % 2, i < 2 ? 0 : 0.3);
		gc.plan = plan = plan_new(s.net.graph, s.m.params, s.net.loss,
		    1);
		gradcheck(&gc);
		if (gc.worst > 5e-4 || gc.kinks * 5 > gc.checked)
			fail_msg("%s (%zu checked, %zu kinks)", gc.where,
			    gc.checked, gc.kinks);
		plan_free(plan);
		small_release(&s);
	}
}

struct rows_net {
	struct mlp m;
	struct mlp_net net;
};

static void
fill_rows(void *arg, struct work *w)
{
	const struct rows_net *rn = arg;

	for (size_t i = 0; i < N * rn->m.n_features; i++)
		work_floats(w, rn->net.x)[i] = (float)sin((double)(i + 1));
	for (size_t i = 0; i < N; i++)
		work_floats(w, rn->net.label)[i] = (float)(i % 2);
}

static void
check_mlp_gradient(enum tower_norm norm)
{
	struct rows_net rn;
	struct tower tower;
	struct gradcheck gc = { .examples = N, .fill = fill_rows,
		.arg = &rn };
	struct plan *plan;

	assert_int_equal(tower_parse("5,4,3", &tower), 0);
	tower.norm = norm;
	mlp_init(&rn.m, 4, LOSS_BCE, 1, &tower);
	params_init(rn.m.params, 3);
	mlp_build(&rn.m, N, 0, NULL, &rn.net);
	gc.plan = plan = plan_new(rn.net.graph, rn.m.params, rn.net.loss, 1);
	gradcheck(&gc);
	if (gc.worst > 5e-4 || gc.kinks * 5 > gc.checked)
		fail_msg("%s (%zu checked, %zu kinks)", gc.where, gc.checked,
		    gc.kinks);
	plan_free(plan);
	graph_free(rn.net.graph);
	mlp_release(&rn.m);
}

static void
test_mlp_gradient(void **state)
{
	(void)state;
	check_mlp_gradient(TOWER_PLAIN);
	check_mlp_gradient(TOWER_BATCH);
	check_mlp_gradient(TOWER_LAYER);
}

/* --- threads, shards, sparse rows ---------------------------------------- */

/* A wide table looked up by many examples, in several shards. */
enum { WIDE_ROWS = 50, WIDE = 24, EXAMPLES = 500 };

struct wide {
	struct params *ps;
	struct graph *g;
	struct node *ids, *value, *target, *loss;
};

/* The table is looked up as it is, and times a number. */
static void
wide_init(struct wide *x, int sparse, size_t batch)
{
	struct tower tower;
	struct param *table;
	struct node *rows;

	assert_int_equal(tower_parse("16", &tower), 0);
	x->ps = params_new();
	table = params_add(x->ps, &(struct param_spec){ .name = "table",
	    .rows = WIDE_ROWS, .cols = WIDE, .init = PARAM_NORMAL,
	    .scale = 0.5, .sparse = sparse });
	tower_params(&tower, x->ps, WIDE);
	params_init(x->ps, 4);
	x->g = graph_new(fit_shard(batch));
	x->ids = op_ids(x->g, 0, 1, 1);
	x->target = op_floats(x->g, 0, 1, 1);
	x->value = op_floats(x->g, 0, 1, 1);
	rows = op_add(x->g, op_embed(x->g, x->ids, &table, 1),
	    op_lookup(x->g, x->ids, x->value, table));
	x->loss = op_mse(x->g, tower_nodes(&tower, x->g, op_dropout(x->g,
	    rows, 0.2), 0, 0.1), x->target);
}

static void
wide_feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct wide *x = arg;

	for (size_t r = 0; r < piece->n; r++) {
		work_ids(w, x->ids)[r] = piece->example[r] % WIDE_ROWS;
		work_floats(w, x->value)[r] = (float)(piece->example[r] % 3) -
		    0.5f;
		work_floats(w, x->target)[r] =
		    (float)sin((double)piece->example[r]);
	}
}

/* The parameters after two epochs with this batch; the caller frees. */
static float *
wide_train(int sparse, size_t batch, enum optim_rule rule, size_t *n)
{
	struct wide x;
	struct fit_task task;
	struct fit *f;
	float *copy;

	wide_init(&x, sparse, batch);
	task = (struct fit_task){ .params = x.ps, .graph = x.g,
		.loss = x.loss, .n_examples = EXAMPLES, .feed = wide_feed,
		.arg = &x, .epochs = 2, .batch = batch, .seed = 6,
		.optim = { .rule = rule, .rate = 0.01, .decay = 0.01,
		.row_decay = 0.01,
		.schedule = OPTIM_COSINE } };
	f = fit_new(&task);
	assert_true(isfinite(fit_epoch(f)) && isfinite(fit_epoch(f)));
	copy = mem_array("test", x.ps->size, sizeof *copy);
	params_keep(x.ps, copy);
	*n = x.ps->size;
	fit_free(f);
	graph_free(x.g);
	params_free(x.ps);
	return copy;
}

static void
test_threads(void **state)
{
	float *one, *two;
	size_t n;

	(void)state;
	par_set_threads(1);
	one = wide_train(1, 300, OPTIM_ADAM, &n);
	par_set_threads(2);
	two = wide_train(1, 300, OPTIM_ADAM, &n);
	assert_memory_equal(one, two, n * sizeof *one);
	free(one);
	free(two);
}

/* With all examples in a batch every row is touched: lazy is not lazy.  The
 * table stands elsewhere in the block: sparse ones come last. */
static void
test_lazy_is_dense(void **state)
{
	static const enum optim_rule rules[] = { OPTIM_SGD, OPTIM_ADAGRAD,
		OPTIM_ADAM, OPTIM_ADAMW };
	const size_t table = WIDE_ROWS * WIDE;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t n, m;
		float *lazy = wide_train(1, EXAMPLES, rules[i], &n);
		float *dense = wide_train(0, EXAMPLES, rules[i], &m);

		assert_int_equal(n, m);
		for (size_t k = 0; k < n; k++) {
			const size_t at = k < table ? n - table + k :
			    k - table;

			if (fabsf(dense[k] - lazy[at]) > 1e-5f)
				fail_msg("rule %d: %g is not %g", rules[i],
				    (double)dense[k], (double)lazy[at]);
		}
		free(lazy);
		free(dense);
	}
}

/* A step by each rule, against the formulas of optim.h in double. */
static void
test_rules(void **state)
{
	const double a = 0.1, l = 0.2, b1 = 0.9, b2 = 0.999, e = 1e-8;

	(void)state;
	for (enum optim_rule rule = OPTIM_SGD; rule <= OPTIM_ADAMW; rule++) {
		const struct optim o = { .rule = rule, .rate = a, .decay = l };
		float w[19], g[19], m[19] = { 0 }, v[19] = { 0 };
		double W[19], M[19] = { 0 }, V[19] = { 0 };

		for (int i = 0; i < 19; i++)
			W[i] = (double)(w[i] = (float)(i - 9) / 4);
		for (int t = 1; t <= 3; t++) {
			const struct optim_step step = optim_step(&o,
			    (uint64_t)t, 3);

			for (int i = 0; i < 19; i++) {
				double G;

				g[i] = (float)sin(i * t);
				G = (double)g[i];
				if (rule != OPTIM_ADAMW)
					G += l * W[i];
				else
					W[i] -= a * l * W[i];
				M[i] += (1 - b1) * (G - M[i]);
				V[i] += rule == OPTIM_ADAGRAD ? G * G :
				    (1 - b2) * (G * G - V[i]);
				if (rule == OPTIM_SGD)
					W[i] -= a * G;
				else if (rule == OPTIM_ADAGRAD)
					W[i] -= a * G / (sqrt(V[i]) + e);
				else
					W[i] -= a * (M[i] / (1 - pow(b1, t)))
					    / (sqrt(V[i] / (1 - pow(b2, t)))
					    + e);
			}
			optim_move(&step, 0, w, g, m, v, 19);
		}
		for (int i = 0; i < 19; i++)
			assert_true(fabs((double)w[i] - W[i]) < 2e-6);
	}
}

/* --- learning ------------------------------------------------------------ */

/* Two users and ten items; every rating its own number. */
static void
overfit_feed(const void *arg, struct work *w, const struct fit_piece *piece)
{
	const struct pairnet_net *net = arg;

	for (size_t r = 0; r < piece->n; r++) {
		const uint32_t e = piece->example[r];

		work_ids(w, net->ids[PAIRNET_USER])[r] = e / 10;
		work_ids(w, net->ids[PAIRNET_ITEM])[r] = e % 10;
		work_floats(w, net->target)[r] = (float)(e * e % 13) / 3 - 2;
	}
}

static void
test_overfits(void **state)
{
	struct pairnet m;
	struct pairnet_net net;
	struct fit *f;
	double first, last = 0;
	struct fit_task task = { .n_examples = 20, .feed = overfit_feed,
		.arg = &net, .epochs = 500, .batch = 20, .seed = 1,
		.optim = { .rule = OPTIM_ADAM, .rate = 0.01,
		.schedule = OPTIM_LINEAR } };

	(void)state;
	assert_int_equal(pairnet_init(&m, &deepcf_kind,
	    &(struct pairnet_shape){ .n = { 2, 10 }, .factors = 8,
	    .layers = "32,16" }), 0);
	m.ratings = 1;
	params_init(m.params, 1);
	pairnet_build(&m, fit_shard(20), &(struct pairnet_way){
	    .loss = LOSS_MSE }, &net);
	task.params = m.params;
	task.graph = net.graph;
	task.loss = net.loss;
	f = fit_new(&task);
	first = fit_epoch(f);
	for (size_t i = 1; i < task.epochs; i++)
		last = fit_epoch(f);
	assert_true(first > 1);
	assert_true(last < 1e-5);
	fit_free(f);
	graph_free(net.graph);
	pairnet_release(&m);
}

static void
test_not_finite(void **state)
{
	const struct train train = { .seed = 1 };
	struct fit_result result;
	struct fit_task task;
	struct small s;

	(void)state;
	small_init(&s, 1, 0);
	task = small_task(&s, 50, 4);
	task.optim = (struct optim){ .rule = OPTIM_SGD, .rate = 1e9 };
	said_begin();
	assert_int_equal(fit_run(&task, &train, NULL, &result), -1);
	assert_true(said_has("epoch 1, step 3: the loss is not finite: lower "
	    "--learning-rate (now 1e+09), or set --clip\n"));
	small_release(&s);
}

/* What a validation says; the parameters must end as of its best epoch. */
struct told {
	struct validation base;
	struct small *s;
	size_t calls;
	float best;		/* the first parameter then */
};

static int
tell(struct validation *base, const struct scorer *scorer, double *out)
{
	static const double values[] = { 5, 3, 4, 3.5, 6 };
	struct told *t = (struct told *)base;

	assert_non_null(scorer);
	*out = values[t->calls++];
	if (t->calls == 2)
		t->best = t->s->m.params->block[0];
	return 0;
}

static void
test_best_is_kept(void **state)
{
	struct small s;
	struct told told = { .base = { .metric = "rmse",
	    .smaller_is_better = 1, .measure = tell }, .s = &s };
	const struct train train = { .seed = 1, .valid = &told.base,
		.patience = 3 };
	struct scorer scorer = { 0 };
	struct fit_result result;
	struct fit_task task;

	(void)state;
	small_init(&s, 1, 0);
	task = small_task(&s, 50, 4);
	pairnet_serve(&s.m, &scorer);
	assert_int_equal(fit_run(&task, &train, &scorer, &result), 0);
	assert_int_equal(result.epochs, 5);
	assert_int_equal(result.best_epoch, 2);
	assert_true(result.best_value == 3);
	assert_true(s.m.params->block[0] == told.best);
	scorer.ops->free(&scorer);
	small_release(&s);
}

/* From --average on, what is kept is the mean of the epochs' ends. */
static void
test_average(void **state)
{
	enum { EPOCHS = 5, FROM = 3 };
	const struct train train = { .seed = 1 };
	struct fit_result result;
	struct fit_task task;
	struct small s;
	struct fit *f;
	double *mean;

	(void)state;
	small_init(&s, 1, 0);
	task = small_task(&s, EPOCHS, 4);
	f = fit_new(&task);
	mean = mem_array("test", s.m.params->size, sizeof *mean);
	for (size_t epoch = 1; epoch <= EPOCHS; epoch++) {
		fit_epoch(f);
		for (size_t i = 0; epoch >= FROM && i < s.m.params->size; i++)
			mean[i] += (double)s.m.params->block[i] /
			    (EPOCHS - FROM + 1);
	}
	fit_free(f);
	small_release(&s);
	small_init(&s, 1, 0);
	task = small_task(&s, EPOCHS, 4);
	task.average = FROM;
	assert_int_equal(fit_run(&task, &train, NULL, &result), 0);
	for (size_t i = 0; i < s.m.params->size; i++)
		assert_true(fabs((double)s.m.params->block[i] - mean[i]) <
		    1e-6);
	free(mean);
	small_release(&s);
}

/* --- scoring and sampling ------------------------------------------------ */

/* The score as deepcf.c has it, one pair after the other. */
static double
plain_score(const struct pairnet *m, uint32_t u, uint32_t i)
{
	double x[16] = { 0 }, y[16];
	size_t n = 2 * m->factors;
	double sum = (double)m->mean;
	const struct pairnet_side *us = &m->side[PAIRNET_USER];
	const struct pairnet_side *is = &m->side[PAIRNET_ITEM];

	for (size_t k = 0; k < m->factors; k++) {
		if (u < us->n)
			x[k] = (double)us->table[0].ids->x[u * m->factors + k];
		if (i < is->n)
			x[m->factors + k] = (double)
			    is->table[0].ids->x[i * m->factors + k];
	}
	for (size_t l = 0; l <= m->tower.n; l++) {
		const size_t width = m->tower.W[l]->cols;

		for (size_t j = 0; j < width; j++) {
			y[j] = (double)m->tower.b[l]->x[j];
			for (size_t k = 0; k < n; k++)
				y[j] += x[k] *
				    (double)m->tower.W[l]->x[k * width + j];
			if (l < m->tower.n && y[j] < 0)
				y[j] = 0;
		}
		memcpy(x, y, width * sizeof *x);
		n = width;
	}
	sum += x[0];
	if (u < us->n)
		sum += (double)us->bias.ids->x[u];
	if (i < is->n)
		sum += (double)is->bias.ids->x[i];
	return sum;
}

static void
test_scores(void **state)
{
	const uint32_t users[] = { 3, 0, 2, IDMAP_NONE, 1, IDMAP_NONE };
	const uint32_t items[] = { 0, 4, IDMAP_NONE, 2, 1, IDMAP_NONE };
	struct scorer scorer = { .users = idmap_new(),
		.items = idmap_new() };
	float scores[2 * ITEMS];
	struct small s;

	(void)state;
	small_init(&s, 1, 0);
	s.m.mean = 3.5f;
	s.m.min = -100;
	s.m.max = 100;
	pairnet_serve(&s.m, &scorer);
	assert_int_equal(scorer.ops->prepare(&scorer), 0);
	scorer_block(&scorer, users, 2, scores, 0);
	for (uint32_t i = 0; i < 2 * ITEMS; i++)
		assert_true(fabs((double)scores[i] - plain_score(&s.m,
		    users[i / ITEMS], i % ITEMS)) < 1e-5);
	scorer_pairs(&scorer, users, items, 6, scores, 0);
	for (size_t i = 0; i < 6; i++)
		assert_true(fabs((double)scores[i] - plain_score(&s.m,
		    users[i], items[i])) < 1e-5);
	s.m.min = 3.4f;		/* pairs stay in the range of the ratings */
	s.m.max = 3.6f;
	scorer_pairs(&scorer, users, items, 6, scores, 0);
	for (size_t i = 0; i < 6; i++)
		assert_true(scores[i] >= 3.4f && scores[i] <= 3.6f);
	scorer.ops->free(&scorer);
	idmap_free(scorer.users);
	idmap_free(scorer.items);
	small_release(&s);
}

/* Every item that was not had comes up once. */
static void
test_negatives(void **state)
{
	uint64_t indptr[] = { 0, 4, 4, 7 };
	uint32_t indices[] = { 0, 1, 4, 6, 2, 3, 5 };
	const struct csr had = { 3, 7, indptr, indices, NULL };
	static const uint32_t left[3][7] = { { 2, 3, 5 },
		{ 0, 1, 2, 3, 4, 5, 6 }, { 0, 1, 4, 6 } };
	static const size_t count[3] = { 3, 7, 4 };

	(void)state;
	for (uint32_t u = 0; u < 3; u++) {
		assert_int_equal(negatives_left(&had, u), count[u]);
		for (uint32_t r = 0; r < count[u]; r++)
			assert_int_equal(negatives_at(&had, u, r),
			    left[u][r]);
	}
}

static void
settle(struct nn_options *o, int ratings, uint64_t n)
{
	uint64_t indptr[] = { 0, n };
	const struct inter in = { .by_user = { 1, 1, indptr, NULL, NULL } };
	const struct nn_job job = { .inter = &in, .method = nn_method(
	    choice_find(nn_choice, span_of("deepcf"))) };

	*o = (struct nn_options){ .epochs = SIZE_MAX, .ratings = ratings,
		.weight_decay = NAN, .dropout = NAN };
	deepcf_settle(o, &job);
}

static void
test_settings(void **state)
{
	struct nn_options o;

	(void)state;
	settle(&o, 0, 1000000);
	assert_true(o.epochs == 15 && o.dropout == 0);
	settle(&o, 1, 50);
	assert_true(o.epochs == 25 && o.dropout == 0.3);
	assert_true(o.weight_decay == 0.001);
	settle(&o, 1, 1000000000);
	assert_true(fabs(o.dropout - 0.1) < 1e-9);
	assert_true(fabs(o.weight_decay - 0.0003) < 1e-9);
}

static void
test_layers(void **state)
{
	struct tower t;

	(void)state;
	assert_int_equal(tower_parse("8", &t), 0);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.width[0], 8);
	said_begin();
	assert_int_equal(tower_parse("64,,2", &t), -1);
	assert_true(said_has("--layers '64,,2': '' is not a size from 1 to "
	    "65536\n"));
	said_begin();
	assert_int_equal(tower_parse("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
	    &t), -1);
	assert_true(said_has("more than 16 layers\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_torch),
		cmocka_unit_test(test_torch_gradient),
		cmocka_unit_test(test_deepcf_gradient),
		cmocka_unit_test(test_mlp_gradient),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_lazy_is_dense),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_overfits),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_best_is_kept),
		cmocka_unit_test(test_average),
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_negatives),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
