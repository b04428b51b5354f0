#ifndef SRS_OPS_H
#define SRS_OPS_H

/*
 * ops.h -- the operations that networks are composed of.
 *
 * Each function adds a node to the graph and returns it.  Shapes are written
 * (rows, cols); n is the number of rows of an axis times `per` (op.h), the
 * same for all inputs unless said otherwise.  To add an operation: its two
 * functions in a file of the group it belongs to, its maker here, a line in
 * ops.c and one in the gradient test.
 */

#include <stddef.h>
#include <stdint.h>

#include "nn/contest.h"
#include "nn/graph.h"

/* The table of all operations; NULL past the end. */
const struct op *ops_at(size_t i);

/* --- inputs (opinput.c) -------------------------------------------------- */

/* (rows of the axis times per, cols): numbers that are given for each batch:
 * features, targets, weights. */
struct node *op_floats(struct graph *, size_t axis, size_t per, size_t cols);

/* The same for numbers of rows of sparse params; OP_NO_ROW is none. */
struct node *op_ids(struct graph *, size_t axis, size_t per, size_t cols);

#define OP_NO_ROW UINT32_MAX

/* --- lookups (opembed.c) ------------------------------------------------- */

/*
 * (n, d_0 + d_1 + ...) <- ids (n, k): row ids[r][j] of tables[j] (any, d_j)
 * for each j < k, side by side.  A row of OP_NO_ROW is zero.
 */
struct node *op_embed(struct graph *, struct node *ids,
    struct param *const *tables, size_t k);

/* (n, d) <- ids (n, 1): rows of the table (any, d), times a > 0. */
struct node *op_embed_times(struct graph *, struct node *ids,
    struct param *table, double a);

/* (n, 1) <- the sum over j of tables[j] (any, 1) at ids[r][j]. */
struct node *op_bias(struct graph *, struct node *ids,
    struct param *const *tables, size_t k);

/*
 * (n, d) <- ids (n, 1): row id of `rows` (any, d) plus the features that it
 * has in `of` (any, features), times their values: rows of `features`
 * (features, d).  A row of OP_NO_ROW is zero.  `of` must stay.  (opbag.c)
 */
struct node *op_bag(struct graph *, struct node *ids, struct param *rows,
    struct param *features, const struct csr *of);

/* (n, d) <- for each example the sum over its entries, those with row[e] = it,
 * of value[e] times row ids[e] of the table (any, d): ids, values, row (m, 1)
 * of one axis; values do not learn.  (opbag.c) */
struct node *op_sums(struct graph *, struct node *ids, struct node *values,
    struct node *row, struct param *table);

/* --- layers (opdense.c) -------------------------------------------------- */

enum op_act { OP_LINEAR, OP_RELU, OP_SIGMOID, OP_TANH };

/* (n, m) <- act(x W + b) with x (n, k), W (k, m), b (1, m). */
struct node *op_dense(struct graph *, struct node *x, struct param *W,
    struct param *b, enum op_act);

/* (n, m) <- x W' + b with the rows W' (k, m) of W (any, m) that begin with
 * row `from`; b (1, m) may be NULL: no bias. */
struct node *op_part(struct graph *, struct node *x, struct param *W,
    size_t from, struct param *b);

/* (n, m) <- x (n, m) + b (1, m) in each row. */
struct node *op_shift(struct graph *, struct node *x, struct param *b);

/* (n, m) <- h (n, d) table' + bias, with table (m, d), bias (1, m).
 * (opvae.c) */
struct node *op_logits(struct graph *, struct node *h, struct param *table,
    struct param *bias);

/* (n, m) <- each row of x (n, m) divided by its length; a row of zeros stays
 * one.  x times w (1, m) or (1, 1), element by element.  (opdirection.c) */
struct node *op_direction(struct graph *, struct node *x);
struct node *op_gain(struct graph *, struct node *x, struct param *w);

/*
 * (n, m) <- each column of x (n, m) less its mean, in deviations of it, times
 * gain (1, m), plus bias (1, m).  In training mean and deviation are those of
 * the n rows, and the statistics mean and variance (1, m) follow them; a single
 * row, inference, and frozen statistics take the latter.  (opbatch.c)
 */
struct node *op_batch_norm(struct graph *, struct node *x, struct param *gain,
    struct param *bias, struct param *mean, struct param *variance);

/* --- users and what is scored for them (opmeet.c) ------------------------ */

/*
 * A row of u (n, d) meets P >= 1 rows of v (n P, d) that stand next to each
 * other.  They are of one axis, v with P times as many rows for each of it, or
 * of two axes, where P is what the rows of a batch make it.
 *
 *	dot	(n P, 1) <- their dot products
 *	meet	(n P, d) <- act(u + v), act linear or relu
 */
struct node *op_dot(struct graph *, struct node *u, struct node *v);
struct node *op_meet(struct graph *, struct node *u, struct node *v,
    enum op_act);

/* --- element by element (opunary.c) -------------------------------------- */

struct node *op_relu(struct graph *, struct node *x);
struct node *op_sigmoid(struct graph *, struct node *x);
struct node *op_tanh(struct graph *, struct node *x);

/*
 * In training each element is 0 with probability `rate` < 1, else divided by
 * 1 - rate (Srivastava et al. 2014, "inverted"); else x.  The mask is a
 * function of seed, step, node, row of the batch and column.
 */
struct node *op_dropout(struct graph *, struct node *x, double rate);

/* --- two or more of the same rows (opjoin.c) ----------------------------- */

/* (n, cols) <- x + y, x y. */
struct node *op_add(struct graph *, struct node *x, struct node *y);
struct node *op_multiply(struct graph *, struct node *x, struct node *y);

/* (n, sum of cols) <- the k inputs side by side. */
struct node *op_concat(struct graph *, struct node *const *x, size_t k);

/* The same numbers in other rows: x (rows of the axis times `per`, cols) with
 * another `per`, of which per cols is a multiple. */
struct node *op_reshape(struct graph *, struct node *x, size_t per);

/* (n, d) <- each row of x (n, d) times its number w (n, 1).  (opgate.c) */
struct node *op_times(struct graph *, struct node *x, struct node *w);

/* --- few features out of many (opsparse.c) ------------------------------- */

/*
 * Examples that are lists of features with values: m entries on an axis of
 * their own, those of an example next to each other.  slot (m, 1) are ids and
 * say where an entry belongs: r slots + f for example r and its field
 * f < slots.  Unknown features are no entries.
 */

/* (m, d) <- values (m, 1), which do not learn, times the rows ids (m, 1) of
 * the table (any, d). */
struct node *op_lookup(struct graph *, struct node *ids, struct node *values,
    struct param *table);

/* (n, slots d) <- the sums of x (m, d) in each slot, side by side; a slot
 * without an entry is zero. */
struct node *op_pool(struct graph *, struct node *x, struct node *slot,
    size_t slots);

/* (n, d) <- the sums of x (m, d) over all entries of an example. */
struct node *op_total(struct graph *, struct node *x, struct node *slot,
    size_t slots);

/* (n, 1) <- the sum over pairs of entries of an example of the dot product of
 * their rows of x (m, d). */
struct node *op_pairs(struct graph *, struct node *x, struct node *slot,
    size_t slots);

/*
 * The same with a vector for each field that the other entry may have, rows
 * ids (m, 1) of a sparse table (any, slots d) times values (m, 1), which do
 * not learn: the pair e, f gives values[e] table[ids[e]][field of f] .
 * values[f] table[ids[f]][field of e].  (opfields.c)
 */
struct node *op_field_pairs(struct graph *, struct node *ids,
    struct node *values, struct node *slot, struct param *table,
    size_t slots);

/* --- sequences (opnorm.c, opattention.c) --------------------------------- */

/* (n, m) <- each row of x (n, m) less its mean, in deviations of it, times
 * gain (1, m), plus bias (1, m). */
struct node *op_norm(struct graph *, struct node *x, struct param *gain,
    struct param *bias);

/*
 * (n, d) <- what each step of a sequence looks back at: sums of v (n, d) over
 * the sequence's steps up to its own, weighted by the softmax of q . k /
 * sqrt(d / heads), for each of the heads' share of columns.  Rows of a
 * sequence stand next to each other, have the same number in seq (n, 1), and
 * are at most `longest`.  In training each weight is 0 with probability
 * `dropout` < 1, else divided by 1 - dropout.
 *
 * Without seq (NULL) the `per` rows of a row of the axis are a sequence, whose
 * steps all see each other; nothing is dropped.
 */
struct op_attention {
	struct node *q, *k, *v, *seq;
	size_t heads, longest;
	double dropout;
};

struct node *op_attention(struct graph *, const struct op_attention *);

/*
 * (n, d) <- the state after each step of a sequence that begins with 0, from
 * what comes in, x (n, 3 d) or (n, 4 d), and the state before times U
 * (d, 3 d) or (d, 4 d): kernelcells.h.  Rows of a sequence stand next to each
 * other and have the same number in seq (n, 1); there are no more sequences
 * than examples.  (oprecurrent.c)
 */
struct node *op_gru(struct graph *, struct node *x, struct node *seq,
    struct param *U);
struct node *op_lstm(struct graph *, struct node *x, struct node *seq,
    struct param *U);

/*
 * What convolutions over sequences are made of, with seq (n, 1) as above.  A
 * window of a step is the `width` steps up to it.  (opsteps.c)
 *
 *	windows		(n, width d) <- those of x (n, d) side by side, the
 *			oldest first, 0 before the first of a sequence
 *	recent max	(n, d) <- the greatest of them, column by column
 *	mix		(n, f d) <- f sums of them, weighted by F (f, width),
 *			the latest first
 */
struct node *op_windows(struct graph *, struct node *x, struct node *seq,
    size_t width);
struct node *op_recent_max(struct graph *, struct node *x, struct node *seq,
    size_t width);
struct node *op_mix(struct graph *, struct node *x, struct node *seq,
    struct param *F);

/*
 * (examples, d) <- of x (n, d) the greatest of each column, the mean or the
 * last over the steps of a sequence, of which seq (n, 1) is the example; 0
 * for one without steps.  (opover.c)
 */
enum op_over { OP_OVER_MAX, OP_OVER_MEAN, OP_OVER_LAST };

struct node *op_over(struct graph *, struct node *x, struct node *seq,
    enum op_over);
/* --- variational autoencoders (opvae.c) ---------------------------------- */

/* (n, d) <- in training normal numbers of this mean (n, d) and log of the
 * variance (n, d) (Kingma & Welling 2014, section 2.4), else the mean.  They
 * are a function of seed, step, node, row of the batch and column. */
struct node *op_gauss(struct graph *, struct node *mean,
    struct node *log_var);

/* (n, 1) <- weight (n, 1), which does not learn, times the divergence of that
 * from the standard normal: sum (exp(log_var) + mean^2 - 1 - log_var) / 2. */
struct node *op_kl(struct graph *, struct node *mean, struct node *log_var,
    struct node *weight);

/* --- losses (oploss.c) --------------------------------------------------- */

/*
 * (n, 1), a loss for each row; the target of training is any node of one
 * column.  Targets t (n, 1) must not learn.
 *
 *	mse	(x - t)^2
 *	mae	|x - t|
 *	bce	-t log s(x) - (1 - t) log(1 - s(x)), s(x) = 1 / (1 + exp(-x))
 *	hinge	max(0, 1 - (2 t - 1) x)
 */
struct node *op_mse(struct graph *, struct node *x, struct node *t);
struct node *op_mae(struct graph *, struct node *x, struct node *t);
struct node *op_bce(struct graph *, struct node *x, struct node *t);
struct node *op_hinge(struct graph *, struct node *x, struct node *t);

/*
 * (n, c) <- the softmax of each row of x (n, c), the scores of c classes.
 *
 * (n, 1) <- the sum over a row's entries (m, 1) of -log of that at item[e],
 * times weight[e]; NULL: 1.  Entry e is of row[e] < n; NULL: of row e.
 * (opclasses.c)
 */
struct node *op_shares(struct graph *, struct node *x);
struct node *op_multinomial(struct graph *, struct node *x, struct node *item,
    struct node *row, struct node *weight);

/*
 * (n, 1) <- what it costs that h (n, d) does not prefer the row table[target]
 * (any, d) to others: contest.h has the rules.  The scores h . table[.] are
 * those of the targets (n, 1) and of the candidates (k, 1), the same for all
 * rows.  A target OP_NO_ROW is a loss of 0.  Its gradient must be the same for
 * all rows, as that of a target of training is.  (opcontest.c)
 *
 * A candidate that is a row's target does not take part.  Softmax with all
 * rows as candidates is the whole one; with k that are drawn with
 * probabilities Q, levels of -log(k Q) make it an estimate of that (Bengio &
 * Senecal 2008).
 */
struct op_contest {
	struct node *h, *target, *candidates;
	struct node *level;	/* (k, 1) added to the candidates' scores, does
				 * not learn; NULL: 0 */
	struct param *table;
	enum contest rule;
	double weight;		/* the rule's w */
};

struct node *op_contest(struct graph *, const struct op_contest *);

/*
 * (n, 1) <- groups of P >= 2 scores x (n P, 1): x_0 of what was observed, the
 * k = P - 1 others of what was drawn.  sp(x) = log(1 + exp(x)).
 *
 *	bce	(sp(-x_0) + sum sp(x_j)) / (1 + k)
 *	mse	((x_0 - 1)^2 + sum x_j^2) / (1 + k)
 *	bpr	the mean of sp(x_j - x_0)		(Rendle et al. 2009)
 *	hinge	the mean of max(0, 1 + x_j - x_0)
 *	softmax	log(1 + sum exp(x_j - x_0))
 *
 * hard: of the others, only the one of the highest score counts (the first of
 * several).  (opgroup.c)
 */
enum op_group_loss {
	OP_GROUP_BCE, OP_GROUP_MSE, OP_GROUP_BPR, OP_GROUP_HINGE,
	OP_GROUP_SOFTMAX
};

struct node *op_group(struct graph *, struct node *x, enum op_group_loss,
    int hard);

/*
 * (n, 1) <- -log of the softmax of u (n, d) . v less log_q, at row r of v for
 * row r of u, among the others: all rows of v (m, d), or those from row n on
 * (drawn ones, or a whole catalogue), that are not of the same item (m, 1).
 * log_q (m, 1), which does not learn, is the log of how often a row is
 * expected among them: the correction of Yi et al. 2019, section 3.
 * (opcontrast.c)
 */
enum op_contrast { OP_CONTRAST_BATCH, OP_CONTRAST_DRAWN };

struct node *op_contrast(struct graph *, struct node *u, struct node *v,
    struct node *item, struct node *log_q, enum op_contrast others);

#endif
