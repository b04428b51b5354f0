/* Every operation's gradient against differences of its values; the memory
 * plan; dropout. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "nn/kernel.h"
#include "nn/ops.h"
#include "nn/work.h"
#include "tests/ref/gradcheck.h"

enum {
	N = 5,			/* examples */
	SLOTS = 3,
	ENTRIES = 7
};

/* Two of a slot, an example without any, a feature that stands twice. */
static const uint32_t entry_slot[ENTRIES] = { 0, 2, 2, 4, 9, 10, 14 };
static const uint32_t entry_feature[ENTRIES] = { 0, 1, 3, 1, 0, 2, 3 };

/* Two sequences; targets, one of them a candidate, and none. */
static const uint32_t step[ENTRIES] = { 0, 1, 2, 3, 4, 5, 6 };
static const uint32_t step_seq[ENTRIES] = { 0, 0, 0, 7, 7, 7, 7 };
static const uint32_t step_example[ENTRIES] = { 0, 0, 0, 2, 2, 3, 4 };
static const uint32_t step_target[ENTRIES] = { 3, 0, UINT32_MAX, 1, 2, 2, 4 };
static const uint32_t candidate[ENTRIES] = { 5, 2, 0, 6, 7, 2, 8 };

/* A network under test: what a maker below has to build with. */
struct net {
	struct graph *g;
	struct params *ps;
	struct node *ids;	/* (N, 1): 0, 1, ..., N - 1; or NULL */
	size_t n_leaves;
	struct node *floats[4];	/* filled with random numbers */
	size_t n_floats;
	struct node *fixed[8];	/* ids of the axis of entries */
	const uint32_t *fixed_ids[8];	/* (ENTRIES) what they are */
	size_t n_fixed;
	int labels;		/* floats are 0 or 1 */
};

static struct param *
param(struct net *net, const char *name, size_t rows, size_t cols, int sparse)
{
	return params_add(net->ps, &(struct param_spec){ .name = name,
	    .rows = rows, .cols = cols, .init = PARAM_UNIFORM, .scale = 1,
	    .sparse = sparse });
}

/* An input of an operation that is itself a parameter, so that the gradient
 * of inputs is checked as well. */
static struct node *
leaf(struct net *net, size_t cols)
{
	char name[16];
	struct param *p;

	snprintf(name, sizeof name, "leaf%zu", net->n_leaves++);
	if (net->ids == NULL)
		net->ids = op_ids(net->g, 0, 1, 1);
	p = param(net, name, N, cols, 1);
	return op_embed(net->g, net->ids, &p, 1);
}

static struct node *
floats(struct net *net, size_t cols)
{
	struct node *node = op_floats(net->g, 0, 1, cols);

	net->floats[net->n_floats++] = node;
	return node;
}

static struct node *
make_embed(struct net *net)
{
	struct param *p[2] = { param(net, "a", N, 3, 1),
		param(net, "b", N + 2, 4, 0) };

	return op_embed(net->g, op_ids(net->g, 0, 1, 2), p, 2);
}

static struct node *
make_embed_times(struct net *net)
{
	return op_embed_times(net->g, op_ids(net->g, 0, 1, 1),
	    param(net, "a", N, 3, 1), 1.7);
}

static struct node *
make_bias(struct net *net)
{
	struct param *p[2] = { param(net, "a", N, 1, 1),
		param(net, "b", N + 2, 1, 1) };

	return op_bias(net->g, op_ids(net->g, 0, 1, 2), p, 2);
}

static struct node *
dense(struct net *net, size_t m, enum op_act act)
{
	return op_dense(net->g, leaf(net, 6), param(net, "W", 6, m, 0),
	    param(net, "b", 1, m, 0), act);
}

static struct node *
make_dense(struct net *net)
{
	return dense(net, 4, OP_LINEAR);
}

static struct node *
make_dense_relu(struct net *net)
{
	return dense(net, 4, OP_RELU);
}

static struct node *
make_dense_sigmoid(struct net *net)
{
	return dense(net, 4, OP_SIGMOID);
}

static struct node *
make_dense_tanh(struct net *net)
{
	return dense(net, 4, OP_TANH);
}

static struct node *
make_dense_column(struct net *net)
{
	return dense(net, 1, OP_LINEAR);
}

static struct node *
make_relu(struct net *net)
{
	return op_relu(net->g, leaf(net, 7));
}

static struct node *
make_sigmoid(struct net *net)
{
	return op_sigmoid(net->g, leaf(net, 7));
}

static struct node *
make_tanh(struct net *net)
{
	return op_tanh(net->g, leaf(net, 7));
}

static struct node *
make_dropout(struct net *net)
{
	return op_dropout(net->g, leaf(net, 7), 0.4);
}

static struct node *
make_batch_norm(struct net *net)
{
	struct param *gain = param(net, "gain", 1, 6, 0);
	struct param *bias = param(net, "bias", 1, 6, 0);

	return op_batch_norm(net->g, leaf(net, 6), gain, bias,
	    params_add(net->ps, &(struct param_spec){ .name = "mean",
	    .rows = 1, .cols = 6, .statistic = PARAM_MEAN }),
	    params_add(net->ps, &(struct param_spec){ .name = "variance",
	    .rows = 1, .cols = 6, .scale = 1,
	    .statistic = PARAM_VARIANCE }));
}

static struct node *
make_reshape(struct net *net)
{
	struct node *x = op_reshape(net->g, leaf(net, 6), 3);

	return op_reshape(net->g, op_tanh(net->g, x), 1);
}

/* Rows of three that see each other. */
static struct node *
make_attention_all(struct net *net)
{
	struct node *x[3];

	for (size_t i = 0; i < 3; i++)
		x[i] = op_reshape(net->g, leaf(net, 12), 3);
	return op_reshape(net->g, op_attention(net->g, &(struct op_attention){
	    .q = x[0], .k = x[1], .v = x[2], .heads = 2 }), 1);
}

static struct node *
make_add(struct net *net)
{
	return op_add(net->g, leaf(net, 3), leaf(net, 3));
}

static struct node *
make_multiply(struct net *net)
{
	return op_multiply(net->g, leaf(net, 3), leaf(net, 3));
}

static struct node *
make_dot(struct net *net)
{
	return op_dot(net->g, leaf(net, 3), leaf(net, 3));
}

/* Rows that each meet three of another matrix. */
static struct node *
groups(struct net *net, size_t cols)
{
	struct param *p = param(net, "groups", 3 * N, cols, 1);
	struct node *ids = op_ids(net->g, 0, 3, 1);

	return op_embed(net->g, ids, &p, 1);
}

static struct node *
make_dot_groups(struct net *net)
{
	return op_group(net->g, op_dot(net->g, leaf(net, 3), groups(net, 3)),
	    OP_GROUP_SOFTMAX, 0);
}

static struct node *
make_meet(struct net *net)
{
	return op_group(net->g, op_dot(net->g, leaf(net, 3), op_meet(net->g,
	    leaf(net, 3), groups(net, 3), OP_RELU)), OP_GROUP_BCE, 0);
}

static struct node *
make_meet_linear(struct net *net)
{
	return op_meet(net->g, leaf(net, 3), leaf(net, 3), OP_LINEAR);
}

static struct node *
make_group_mse(struct net *net)
{
	return op_group(net->g, groups(net, 1), OP_GROUP_MSE, 0);
}

static struct node *
make_group_bpr(struct net *net)
{
	return op_group(net->g, groups(net, 1), OP_GROUP_BPR, 0);
}

static struct node *
make_group_hinge(struct net *net)
{
	return op_group(net->g, groups(net, 1), OP_GROUP_HINGE, 0);
}

static struct node *
make_group_hard(struct net *net)
{
	return op_group(net->g, groups(net, 1), OP_GROUP_BCE, 1);
}

/* Of ids 0 .. N - 1: none, one, the same as another, two, three features. */
static struct node *
make_bag(struct net *net)
{
	static uint64_t indptr[N + 1] = { 0, 0, 1, 2, 4, 7 };
	static uint32_t indices[] = { 2, 2, 0, 3, 1, 2, 3 };
	static float values[] = { 1, 0.5f, -2, 1, 1, 0.25f, 3 };
	static const struct csr of = { N, 4, indptr, indices, values };

	return op_bag(net->g, op_ids(net->g, 0, 1, 1), param(net, "rows", N, 3,
	    1), param(net, "features", 4, 3, 1), &of);
}

static struct node *
make_bag_dense(struct net *net)
{
	static uint64_t indptr[N + 1] = { 0, 0, 1, 2, 2, 3 };
	static uint32_t indices[] = { 1, 1, 0 };
	static float values[] = { 1, 0.5f, -2 };
	static const struct csr of = { N, 2, indptr, indices, values };

	return op_bag(net->g, op_ids(net->g, 0, 1, 1), param(net, "rows", N, 3,
	    0), param(net, "features", 2, 3, 0), &of);
}

static struct node *
make_direction(struct net *net)
{
	return op_direction(net->g, leaf(net, 3));
}

static struct node *
make_gain(struct net *net)
{
	return op_gain(net->g, op_gain(net->g, leaf(net, 3), param(net, "w", 1,
	    3, 0)), param(net, "a", 1, 1, 0));
}

static struct node *
make_part(struct net *net)
{
	return op_add(net->g, op_part(net->g, leaf(net, 2), param(net, "W", 5,
	    3, 0), 2, param(net, "b", 1, 3, 0)), op_part(net->g, leaf(net, 5),
	    param(net, "V", 5, 3, 0), 0, NULL));
}

static struct node *
make_gauss(struct net *net)
{
	return op_gauss(net->g, leaf(net, 3), leaf(net, 3));
}

static struct node *
make_kl(struct net *net)
{
	return op_kl(net->g, leaf(net, 3), leaf(net, 3), floats(net, 1));
}

static struct node *
make_logits(struct net *net)
{
	return op_logits(net->g, leaf(net, 3), param(net, "W", 4, 3, 0),
	    param(net, "b", 1, 4, 0));
}

static struct node *
make_concat(struct net *net)
{
	struct node *x[3] = { leaf(net, 3), floats(net, 2), leaf(net, 4) };

	return op_concat(net->g, x, 3);
}

/* Ids of the second axis. */
static struct node *
fixed(struct net *net, const uint32_t *ids)
{
	if (graph_axes(net->g) == 1)
		graph_axis(net->g, ENTRIES);
	net->fixed[net->n_fixed] = op_ids(net->g, 1, 1, 1);
	net->fixed_ids[net->n_fixed] = ids;
	return net->fixed[net->n_fixed++];
}

/* Entries with these vectors. */
static struct node *
entries(struct net *net, size_t d, int sparse)
{
	struct node *feature = fixed(net, entry_feature);

	net->floats[net->n_floats++] = op_floats(net->g, 1, 1, 1);
	return op_lookup(net->g, feature, net->floats[net->n_floats - 1],
	    param(net, "features", 4, d, sparse));
}

/* An input of an operation on steps, as leaf() is one on examples. */
static struct node *
steps(struct net *net, size_t d)
{
	char name[16];
	struct param *p;

	snprintf(name, sizeof name, "steps%zu", net->n_leaves++);
	p = param(net, name, ENTRIES, d, 1);
	return op_embed(net->g, fixed(net, step), &p, 1);
}

static struct node *
make_lookup(struct net *net)
{
	struct node *x = entries(net, 3, 1);

	return op_total(net->g, x, fixed(net, entry_slot), SLOTS);
}

static struct node *
make_lookup_dense(struct net *net)
{
	struct node *x = entries(net, 3, 0);

	return op_total(net->g, x, fixed(net, entry_slot), SLOTS);
}

static struct node *
make_pool(struct net *net)
{
	struct node *x = entries(net, 2, 1);

	return op_pool(net->g, x, fixed(net, entry_slot), SLOTS);
}

static struct node *
make_pairs(struct net *net)
{
	struct node *x = entries(net, 3, 1);

	return op_pairs(net->g, x, fixed(net, entry_slot), SLOTS);
}

static struct node *
field_pairs(struct net *net, size_t d)
{
	struct node *feature = fixed(net, entry_feature);

	net->floats[net->n_floats++] = op_floats(net->g, 1, 1, 1);
	return op_field_pairs(net->g, feature, net->floats[net->n_floats - 1],
	    fixed(net, entry_slot), param(net, "features", 4, SLOTS * d, 1),
	    SLOTS);
}

/* Of a width that is none of the processor's, of one that is, and of twice
 * that. */
static struct node *
make_field_pairs(struct net *net)
{
	return field_pairs(net, 3);
}

static struct node *
make_field_pairs_four(struct net *net)
{
	return field_pairs(net, 4);
}

static struct node *
make_field_pairs_eight(struct net *net)
{
	return field_pairs(net, 8);
}

static struct node *
attend(struct net *net, double dropout)
{
	struct node *q = steps(net, 4), *k = steps(net, 4);

	return op_attention(net->g, &(struct op_attention){ .q = q, .k = k,
	    .v = steps(net, 4), .seq = fixed(net, step_seq), .heads = 2,
	    .longest = ENTRIES, .dropout = dropout });
}

static struct node *
make_attention(struct net *net)
{
	return op_total(net->g, attend(net, 0), fixed(net, entry_slot), SLOTS);
}

static struct node *
make_attention_dropout(struct net *net)
{
	return op_total(net->g, attend(net, 0.3), fixed(net, entry_slot),
	    SLOTS);
}

/* A loss of steps among candidates, with levels or without, of a sparse table
 * or a dense one. */
static struct node *
contest(struct net *net, enum contest rule, double weight, int levels,
    int sparse)
{
	struct op_contest how = { .h = steps(net, 3), .rule = rule,
		.weight = weight,
		.target = fixed(net, step_target),
		.candidates = fixed(net, candidate),
		.table = param(net, "table", 9, 3, sparse) };

	if (levels)
		how.level = net->floats[net->n_floats++] =
		    op_floats(net->g, 1, 1, 1);
	return op_contest(net->g, &how);
}

static struct node *
make_softmax(struct net *net)
{
	return contest(net, CONTEST_SOFTMAX, 0, 0, 1);
}

static struct node *
make_softmax_dense(struct net *net)
{
	return contest(net, CONTEST_SOFTMAX, 0, 1, 0);
}

static struct node *
make_contest_bce(struct net *net)
{
	return contest(net, CONTEST_BCE, 0.3, 0, 1);
}

static struct node *
make_contest_bpr(struct net *net)
{
	return contest(net, CONTEST_BPR, 0, 0, 1);
}

static struct node *
make_contest_bpr_max(struct net *net)
{
	return contest(net, CONTEST_BPR_MAX, 0.7, 0, 1);
}

/* The sum over an example's steps of what an operation makes of each. */
static struct node *
of_steps(struct net *net, struct node *y)
{
	return op_total(net->g, y, fixed(net, entry_slot), SLOTS);
}

/* A recurrent layer that is told the number of its sequence. */
static struct node *
recurrent(struct net *net, struct node *(*op)(struct graph *, struct node *,
    struct node *, struct param *), size_t gates)
{
	struct node *x = steps(net, 2 * gates);

	return of_steps(net, op(net->g, x, fixed(net, step_seq),
	    param(net, "U", 2, 2 * gates, 0)));
}

static struct node *
make_gru(struct net *net)
{
	return recurrent(net, op_gru, 3);
}

static struct node *
make_lstm(struct net *net)
{
	return recurrent(net, op_lstm, 4);
}

static struct node *
make_windows(struct net *net)
{
	struct node *x = steps(net, 2);

	return of_steps(net, op_windows(net->g, x, fixed(net, step_seq), 3));
}

static struct node *
make_recent_max(struct net *net)
{
	struct node *x = steps(net, 3);

	return of_steps(net, op_recent_max(net->g, x, fixed(net, step_seq),
	    3));
}

static struct node *
make_mix(struct net *net)
{
	struct node *x = steps(net, 2);

	return of_steps(net, op_mix(net->g, x, fixed(net, step_seq),
	    param(net, "F", 2, 3, 0)));
}

static struct node *
over(struct net *net, enum op_over what)
{
	struct node *x = steps(net, 3);

	return op_over(net->g, x, fixed(net, step_example), what);
}

static struct node *
make_over_max(struct net *net)
{
	return over(net, OP_OVER_MAX);
}

static struct node *
make_over_mean(struct net *net)
{
	return over(net, OP_OVER_MEAN);
}

static struct node *
make_over_last(struct net *net)
{
	return over(net, OP_OVER_LAST);
}

/* What was had by N users, and two more; an item that stands twice. */
static struct node *
contrast(struct net *net, enum op_contrast others)
{
	struct node *v = steps(net, 3), *item = fixed(net, candidate);

	net->floats[net->n_floats++] = op_floats(net->g, 1, 1, 1);
	return op_contrast(net->g, leaf(net, 3), v, item,
	    net->floats[net->n_floats - 1], others);
}

static struct node *
make_contrast(struct net *net)
{
	return contrast(net, OP_CONTRAST_BATCH);
}

static struct node *
make_contrast_drawn(struct net *net)
{
	return contrast(net, OP_CONTRAST_DRAWN);
}

/* Entries in any order, two of them alike, none of one row. */
static struct node *
make_sums(struct net *net)
{
	static const uint32_t row[ENTRIES] = { 4, 0, 1, 0, 3, 1, 1 };
	struct node *ids = fixed(net, entry_feature);

	net->floats[net->n_floats++] = op_floats(net->g, 1, 1, 1);
	return op_sums(net->g, ids, net->floats[net->n_floats - 1],
	    fixed(net, row), param(net, "features", 4, 3, 1));
}

/* Two entries of a row, one of each other; the scores are of N rows. */
static struct node *
make_multinomial(struct net *net)
{
	static const uint32_t row[ENTRIES] = { 0, 0, 1, 2, 3, 4, 4 };
	static const uint32_t item[ENTRIES] = { 3, 0, 1, 1, 2, 0, 0 };
	struct node *x = leaf(net, 4), *items = fixed(net, item);

	return op_multinomial(net->g, x, items, fixed(net, row), NULL);
}

/* The same with weights, which may be 0. */
static struct node *
make_weighted_multinomial(struct net *net)
{
	static const uint32_t row[ENTRIES] = { 0, 0, 1, 2, 3, 4, 4 };
	static const uint32_t item[ENTRIES] = { 3, 0, 1, 1, 2, 0, 0 };
	struct node *x = leaf(net, 4), *items = fixed(net, item);
	struct node *rows = fixed(net, row);

	net->floats[net->n_floats++] = op_floats(net->g, 1, 1, 1);
	return op_multinomial(net->g, x, items, rows,
	    net->floats[net->n_floats - 1]);
}

static struct node *
make_times(struct net *net)
{
	struct node *x = leaf(net, 3);

	return op_times(net->g, x, leaf(net, 1));
}

static struct node *
make_shares(struct net *net)
{
	return op_shares(net->g, leaf(net, 4));
}

static struct node *
make_classes(struct net *net)
{
	struct node *x = leaf(net, 6);

	return op_multinomial(net->g, x, net->ids, NULL, NULL);
}

static struct node *
make_norm(struct net *net)
{
	return op_norm(net->g, leaf(net, 5), param(net, "gain", 1, 5, 0),
	    param(net, "bias", 1, 5, 0));
}

static struct node *
make_shift(struct net *net)
{
	return op_shift(net->g, leaf(net, 3), param(net, "b", 1, 3, 0));
}

static struct node *
make_mse(struct net *net)
{
	return op_mse(net->g, leaf(net, 1), floats(net, 1));
}

static struct node *
make_mae(struct net *net)
{
	return op_mae(net->g, leaf(net, 1), floats(net, 1));
}

static struct node *
make_hinge(struct net *net)
{
	net->labels = 1;
	return op_hinge(net->g, leaf(net, 1), floats(net, 1));
}

static struct node *
make_bce(struct net *net)
{
	net->labels = 1;
	return op_bce(net->g, leaf(net, 1), floats(net, 1));
}

/* A value with several users, twice in one of them: gradients add up. */
static struct node *
make_shared(struct net *net)
{
	struct node *x = leaf(net, 3), *y = op_tanh(net->g, x);
	struct node *square = op_multiply(net->g, y, y);

	return op_add(net->g, op_multiply(net->g, square, x),
	    op_add(net->g, y, x));
}

/* A parameter that stands in two layers. */
static struct node *
make_tied(struct net *net)
{
	struct param *W = param(net, "W", 4, 4, 0);
	struct param *b = param(net, "b", 1, 4, 0);
	struct node *x = op_dense(net->g, leaf(net, 4), W, b, OP_TANH);

	return op_dense(net->g, x, W, b, OP_TANH);
}

/* Only the part that learns has a gradient. */
static struct node *
make_frozen(struct net *net)
{
	struct param *W = param(net, "W", 4, 4, 0);

	W->spec.frozen = 1;
	return op_dense(net->g, leaf(net, 4), W, param(net, "b", 1, 4, 0),
	    OP_SIGMOID);
}

static const struct {
	const char *name;
	struct node *(*make)(struct net *);
} cases[] = {
	{ "embed", make_embed }, { "bias", make_bias },
	{ "dense", make_dense }, { "dense relu", make_dense_relu },
	{ "dense sigmoid", make_dense_sigmoid },
	{ "dense tanh", make_dense_tanh },
	{ "dense of one column", make_dense_column },
	{ "relu", make_relu }, { "sigmoid", make_sigmoid },
	{ "tanh", make_tanh }, { "dropout", make_dropout },
	{ "batch norm", make_batch_norm },
	{ "add", make_add }, { "multiply", make_multiply },
	{ "dot", make_dot }, { "concat", make_concat },
	{ "lookup", make_lookup }, { "lookup, dense", make_lookup_dense },
	{ "pool", make_pool }, { "pairs", make_pairs },
	{ "field pairs", make_field_pairs },
	{ "field pairs of 4", make_field_pairs_four },
	{ "field pairs of 8", make_field_pairs_eight }, { "shift", make_shift },
	{ "norm", make_norm }, { "attention", make_attention },
	{ "attention, dropout", make_attention_dropout },
	{ "embed, times", make_embed_times },
	{ "attention to all", make_attention_all },
	{ "reshape", make_reshape },
	{ "softmax", make_softmax }, { "softmax, dense", make_softmax_dense },
	{ "contest bce", make_contest_bce },
	{ "contest bpr", make_contest_bpr },
	{ "contest bpr-max", make_contest_bpr_max },
	{ "times", make_times }, { "shares", make_shares },
	{ "classes", make_classes },
	{ "gru", make_gru }, { "lstm", make_lstm },
	{ "windows", make_windows }, { "recent max", make_recent_max },
	{ "mix", make_mix }, { "over: max", make_over_max },
	{ "over: mean", make_over_mean }, { "over: last", make_over_last },
	{ "dot of groups", make_dot_groups }, { "meet", make_meet },
	{ "meet, linear", make_meet_linear },
	{ "group, mse", make_group_mse }, { "group, bpr", make_group_bpr },
	{ "group, hinge", make_group_hinge },
	{ "group, hard", make_group_hard },
	{ "bag", make_bag }, { "bag, dense", make_bag_dense },
	{ "sums", make_sums },
	{ "direction", make_direction }, { "gain", make_gain },
	{ "part", make_part },
	{ "gauss", make_gauss }, { "kl", make_kl },
	{ "logits", make_logits }, { "multinomial", make_multinomial },
	{ "multinomial, weighted", make_weighted_multinomial },
	{ "contrast", make_contrast },
	{ "contrast, drawn", make_contrast_drawn },
	{ "mae", make_mae }, { "hinge", make_hinge },
	{ "mse", make_mse }, { "bce", make_bce },
	{ "shared", make_shared }, { "tied", make_tied },
	{ "frozen", make_frozen },
};

enum { CASES = sizeof cases / sizeof *cases };

static void
fill(void *arg, struct work *w)
{
	const struct net *net = arg;
	struct rng rng;

	for (size_t i = 0; i < graph_size(net->g); i++) {
		const struct node *node = graph_node(net->g, i);

		if (!node->is_ids || node->shape.axis != 0)
			continue;
		for (uint32_t r = 0; r < N * node->shape.per; r++)
			for (uint32_t j = 0; j < node->shape.cols; j++)
				/* one is touched twice, one not at all */
				work_ids(w, node)[r * node->shape.cols + j] =
				    j == 0 ? r : r == 2 ? OP_NO_ROW : r / 2;
	}
	if (graph_axes(net->g) > 1)
		work_rows(w, 1, ENTRIES);
	for (size_t i = 0; i < net->n_fixed; i++)
		memcpy(work_ids(w, net->fixed[i]), net->fixed_ids[i],
		    ENTRIES * sizeof(uint32_t));
	rng_init(&rng, 1, rng_stream("test.floats", 0));
	for (size_t i = 0; i < net->n_floats; i++) {
		const struct shape *shape = &net->floats[i]->shape;
		const size_t n = shape->axis == 0 ? N : ENTRIES;

		for (size_t r = 0; r < n * shape->cols; r++) {
			const double u = rng_real(&rng);

			work_floats(w, net->floats[i])[r] =
			    net->labels ? (float)(u < 0.5) : (float)u;
		}
	}
}

static struct net
net_make(size_t i)
{
	struct net net = { .g = graph_new(N), .ps = params_new() };
	struct node *y;

	y = cases[i].make(&net);
	if (y->shape.cols > 1)		/* a weighted sum is the loss */
		y = op_dot(net.g, y, floats(&net, y->shape.cols));
	assert_int_equal(y->number + 1, graph_size(net.g));
	return net;
}

static void
net_free(struct net *net)
{
	graph_free(net->g);
	params_free(net->ps);
}

static void
test_gradients(void **state)
{
	char seen[128] = { 0 };

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct net net = net_make(i);
		struct gradcheck gc = { .examples = N, .fill = fill,
			.arg = &net };
		struct plan *plan;

		params_init(net.ps, 3);
		plan = plan_new(net.g, net.ps, graph_node(net.g,
		    graph_size(net.g) - 1), 1);
		gc.plan = plan;
		gradcheck(&gc);
		if (gc.worst > 2e-4 || gc.checked == 0 || gc.kinks > 2)
			fail_msg("%s: %s (%zu checked, %zu kinks)",
			    cases[i].name, gc.where, gc.checked, gc.kinks);
		for (size_t j = 0; j < graph_size(net.g); j++)
			for (size_t k = 0; ops_at(k) != NULL; k++)
				if (graph_node(net.g, j)->op == ops_at(k))
					seen[k] = 1;
		plan_free(plan);
		net_free(&net);
	}
	for (size_t k = 0; ops_at(k) != NULL; k++)
		if (!seen[k])
			fail_msg("%s has no case here", ops_at(k)->name);
}

/* Sums by slot and by example, a slot and an example without entries. */
static void
test_slots(void **state)
{
	static const float want[N * SLOTS] = { 1, 0, 6, 0, 4, 0, 0, 0, 0, 5, 6,
		0, 0, 0, 7 };
	static const float total[N] = { 7, 4, 0, 11, 7 };
	static const float entry[ENTRIES] = { 1, 2, 4, 4, 5, 6, 7 };
	struct graph *g = graph_new(N);
	const size_t axis = graph_axis(g, ENTRIES);
	struct params *ps = params_new();
	struct node *slot = op_ids(g, axis, 1, 1);
	struct node *x = op_floats(g, axis, 1, 1);
	struct node *by_slot = op_pool(g, x, slot, SLOTS);
	struct node *by_example = op_total(g, x, slot, SLOTS);
	struct node *const target[] = { by_slot, by_example };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct plan *plan = plan_new(g, ps, target[i], 0);
		struct work *w = work_new(plan);

		work_begin(w, &(struct work_place){ .shard = NULL });
		work_rows(w, 0, N);
		work_rows(w, axis, ENTRIES);
		memcpy(work_ids(w, slot), entry_slot, sizeof entry_slot);
		memcpy(work_floats(w, x), entry, sizeof entry);
		if (i == 0)
			assert_memory_equal(work_forward(w), want,
			    sizeof want);
		else
			assert_memory_equal(work_forward(w), total,
			    sizeof total);
		work_free(w);
		plan_free(plan);
	}
	graph_free(g);
	params_free(ps);
}

/* The mask of a row is the same in whatever shard it is, half of it drops,
 * and what is left makes up for it. */
static void
test_dropout(void **state)
{
	enum { ROWS = 64, COLS = 24 };
	struct graph *g = graph_new(ROWS);
	struct params *ps = params_new();
	struct param *table = params_add(ps, &(struct param_spec){
	    .name = "t", .rows = 1, .cols = COLS, .init = PARAM_CONSTANT,
	    .scale = 1, .sparse = 1 });
	struct node *ids = op_ids(g, 0, 1, 1);
	struct node *y = op_dropout(g, op_embed(g, ids, &table, 1), 0.5);
	struct node *ones = op_floats(g, 0, 1, COLS);
	struct node *sum = op_dot(g, y, ones);
	float all[ROWS];
	double total = 0;

	(void)state;
	params_init(ps, 1);
	for (size_t from = 0; from < ROWS; from += ROWS / 2) {
		struct plan *plan = plan_new(g, ps, sum, 1);
		struct work *w = work_new(plan);
		struct shard *s = shard_new(plan);

		work_begin(w, &(struct work_place){ s, 5, 9, from });
		work_rows(w, 0, ROWS - from);
		for (size_t r = 0; r < ROWS - from; r++) {
			work_ids(w, ids)[r] = 0;
			for (size_t c = 0; c < COLS; c++)
				work_floats(w, ones)[r * COLS + c] = 1;
		}
		if (from == 0)
			memcpy(all, work_forward(w), sizeof all);
		else
			assert_memory_equal(all + from, work_forward(w),
			    (ROWS - from) * sizeof *all);
		work_free(w);
		shard_free(s);
		plan_free(plan);
	}
	for (size_t r = 0; r < ROWS; r++)
		total += (double)all[r];
	/* four standard deviations of a sum of ROWS COLS doubled coins */
	assert_true(fabs(total - ROWS * COLS) < 4 * sqrt(ROWS * COLS));
	assert_true(fabs(total - ROWS * COLS) > 0);
	graph_free(g);
	params_free(ps);
}

/* The mask is what the numbers of rng.h say, from wherever it begins. */
static void
test_mask(void **state)
{
	enum { FROM = 77, COUNT = 700 };
	float mask[COUNT];

	(void)state;
	kernel_dropout(mask, FROM, COUNT, 0.25, 3, 4);
	for (size_t i = 0; i < COUNT; i++) {
		const size_t at = FROM + i, j = at % 256 / 32;
		uint32_t block[4];

		rng_block(3, 4, at / 256 * 32 + at % 32, block);
		assert_true(mask[i] == ((block[j / 2] >> j % 2 * 16 & 0xffff)
		    < 16384 ? 0.0f : 4.0f / 3));
	}
}

static void
test_kernels(void **state)
{
	float x[201], s[201], t[201];

	(void)state;
	for (int i = 0; i <= 200; i++)
		x[i] = (float)(i - 100) / 4;
	kernel_sigmoid(s, x, 201);
	kernel_tanh(t, x, 201);
	for (int i = 0; i <= 200; i++) {
		const double d = (double)x[i];

		assert_true(fabs((double)s[i] - 1 / (1 + exp(-d))) < 2.5e-7);
		assert_true(fabs((double)t[i] - tanh(d)) < 2.5e-7);
	}
	{
		const unsigned mode = kernel_flush_tiny();
		volatile float tiny = 1e-30f;

#if defined(__SSE2__)
		assert_true(tiny * tiny * 1e20f == 0);
#endif
		kernel_flush_end(mode);
		assert_true(tiny * 1e-10f > 0);
	}
	x[0] = HUGE_VALF;
	x[1] = -HUGE_VALF;
	x[2] = NAN;
	kernel_sigmoid(s, x, 3);
	assert_true(s[0] == 1 && s[1] >= 0 && s[1] < 1e-37f && isnan(s[2]));
	kernel_relu(x, x, 3);
	assert_true(isinf(x[0]) && x[1] == 0 && isnan(x[2]));
}

/* Without training, values make room for each other, and are the same but for
 * how products are rounded. */
static void
test_plan(void **state)
{
	enum { DEEP = 10, WIDE = 32 };
	struct graph *g = graph_new(N);
	struct params *ps = params_new();
	struct param *W = params_add(ps, &(struct param_spec){ .name = "W",
	    .rows = WIDE, .cols = WIDE, .init = PARAM_NORMAL,
	    .scale = 0.2 });
	struct param *b = params_add(ps, &(struct param_spec){ .name = "b",
	    .rows = 1, .cols = WIDE, .init = PARAM_NORMAL, .scale = 0.2 });
	struct node *x = op_floats(g, 0, 1, WIDE), *y = x, *sum;
	float value[2][N];

	(void)state;
	params_init(ps, 2);
	for (int i = 0; i < DEEP; i++)
		y = op_dense(g, y, W, b, OP_TANH);
	sum = op_dot(g, y, y);
	for (int training = 0; training < 2; training++) {
		struct plan *plan = plan_new(g, ps, sum, training);
		struct work *w = work_new(plan);
		struct shard *s = training ? shard_new(plan) : NULL;

		if (!training)	/* the input, two layers, the sum */
			assert_true(plan_worker_bytes(plan) <=
			    (3 * N * WIDE + 16) * sizeof(float));
		work_begin(w, &(struct work_place){ s, 0, 0, 0 });
		work_rows(w, 0, N);
		for (size_t i = 0; i < N * WIDE; i++)
			work_floats(w, x)[i] = (float)(i % 7) - 3;
		memcpy(value[training], work_forward(w), sizeof *value);
		work_free(w);
		shard_free(s);
		plan_free(plan);
	}
	/* products of what is served are right to 2^-16 (gemm.h) */
	for (size_t i = 0; i < N; i++)
		assert_true(fabsf(value[0][i] - value[1][i]) <
		    1e-3f * value[1][i]);
	graph_free(g);
	params_free(ps);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_dropout),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_kernels),
		cmocka_unit_test(test_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
