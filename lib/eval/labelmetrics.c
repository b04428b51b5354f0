/* Metrics of (label, score) pairs; a label is 1 if it is above 0. */

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "eval/metric.h"
#include "eval/sum.h"

/* --- at a threshold ------------------------------------------------------- */

struct confusion {
	size_t true_yes, false_yes, true_no, false_no;
};

static struct confusion
count(const struct metric_pairs *p)
{
	struct confusion c = { 0, 0, 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const int yes = p->score[i] >= p->threshold;

		if (p->truth[i] > 0)
			yes ? c.true_yes++ : c.false_no++;
		else
			yes ? c.false_yes++ : c.true_no++;
	}
	return c;
}

/* a / b; nothing of nothing is 0, as in scikit-learn. */
static double
share(size_t a, size_t b)
{
	return b > 0 ? (double)a / (double)b : 0;
}

static double
accuracy(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(c.true_yes + c.true_no, p->n);
}

static double
precision(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(c.true_yes, c.true_yes + c.false_yes);
}

static double
recall(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(c.true_yes, c.true_yes + c.false_no);
}

/* 2 precision recall / (precision + recall) */
static double
f1(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(2 * c.true_yes,
	    2 * c.true_yes + c.false_yes + c.false_no);
}

static double
true_yes(const struct metric_pairs *p)
{
	return (double)count(p).true_yes;
}

static double
false_yes(const struct metric_pairs *p)
{
	return (double)count(p).false_yes;
}

static double
true_no(const struct metric_pairs *p)
{
	return (double)count(p).true_no;
}

static double
false_no(const struct metric_pairs *p)
{
	return (double)count(p).false_no;
}

/* --- over all thresholds -------------------------------------------------- */

struct scored_label {
	double score;
	uint32_t user;
	int is_one;
};

/* By user, then by falling score. */
static int
higher_first(const void *va, const void *vb)
{
	const struct scored_label *a = va, *b = vb;

	if (a->user != b->user)
		return a->user < b->user ? -1 : 1;
	return (a->score < b->score) - (a->score > b->score);
}

/* The pairs by falling score, within each user if by_user. */
static struct scored_label *
sorted(const struct metric_pairs *p, int by_user)
{
	struct scored_label *x = mem_array("scores", p->n, sizeof *x);

	for (size_t i = 0; i < p->n; i++)
		x[i] = (struct scored_label){ p->score[i],
		    by_user ? p->user[i] : 0, p->truth[i] > 0 };
	qsort(x, p->n, sizeof *x, higher_first);
	return x;
}

/* A threshold between two scores: what is above it. */
struct cut {
	double ones, zeros;		/* above */
	double group_ones, group_zeros;	/* of them with the last score */
};

/* Calls at() for each distinct score, falling; returns the last cut. */
static struct cut
walk(const struct scored_label *x, size_t n,
    void (*at)(void *arg, const struct cut *), void *arg)
{
	struct cut c = { 0, 0, 0, 0 };

	for (size_t i = 0; i < n; i++) {
		*(x[i].is_one ? &c.group_ones : &c.group_zeros) += 1;
		if (i + 1 < n && !(x[i + 1].score < x[i].score))
			continue;
		c.ones += c.group_ones;
		c.zeros += c.group_zeros;
		at(arg, &c);
		c.group_ones = c.group_zeros = 0;
	}
	return c;
}

/* Pairs (one, zero) in order count 1, with equal scores 1/2. */
static void
add_pairs(void *sum, const struct cut *c)
{
	sum_add(sum, c->group_zeros * (c->ones - c->group_ones / 2));
}

/* Mann-Whitney: P(score of a one > score of a zero) + P(equal) / 2. */
static double
auc_of(const struct scored_label *x, size_t n)
{
	struct sum sum = { 0, 0 };
	const struct cut end = walk(x, n, add_pairs, &sum);

	if (!(end.ones > 0 && end.zeros > 0))
		return NAN;
	return sum_value(sum) / (end.ones * end.zeros);
}

static double
auc(const struct metric_pairs *p)
{
	struct scored_label *x = sorted(p, 0);
	const double value = auc_of(x, p->n);

	free(x);
	return value;
}

/* The mean of the users' auc, weighted by weight(rows of a user); users with
 * one kind of label only have none. */
static double
grouped_auc(const struct metric_pairs *p, double (*weight)(size_t n))
{
	struct scored_label *x = sorted(p, 1);
	struct sum top = { 0, 0 }, bottom = { 0, 0 };

	for (size_t i = 0, end; i < p->n; i = end) {
		double value;

		for (end = i + 1; end < p->n && x[end].user == x[i].user;)
			end++;
		value = auc_of(x + i, end - i);
		if (isnan(value))
			continue;
		sum_add(&top, weight(end - i) * value);
		sum_add(&bottom, weight(end - i));
	}
	free(x);
	return sum_value(top) / sum_value(bottom);
}

static double
by_rows(size_t n)
{
	return (double)n;
}

static double
by_one(size_t n)
{
	(void)n;
	return 1;
}

static double
gauc(const struct metric_pairs *p)
{
	return grouped_auc(p, by_rows);
}

static double
auc_user(const struct metric_pairs *p)
{
	return grouped_auc(p, by_one);
}

static void
add_precision(void *sum, const struct cut *c)
{
	sum_add(sum, c->group_ones * (c->ones / (c->ones + c->zeros)));
}

/* sum over thresholds of (R_n - R_(n-1)) P_n: no interpolation. */
static double
pr_auc(const struct metric_pairs *p)
{
	struct scored_label *x = sorted(p, 0);
	struct sum sum = { 0, 0 };
	const struct cut end = walk(x, p->n, add_precision, &sum);

	free(x);
	return end.ones > 0 ? sum_value(sum) / end.ones : NAN;
}

struct best {
	double all_ones, f1;
};

static void
keep_best(void *arg, const struct cut *c)
{
	struct best *b = arg;

	b->f1 = fmax(b->f1, 2 * c->ones / (c->ones + c->zeros + b->all_ones));
}

/* The largest f1 of any threshold. */
static double
f1_best(const struct metric_pairs *p)
{
	struct scored_label *x = sorted(p, 0);
	struct best best = { 0, 0 };

	for (size_t i = 0; i < p->n; i++)
		best.all_ones += x[i].is_one;
	walk(x, p->n, keep_best, &best);
	free(x);
	return best.all_ones > 0 ? best.f1 : NAN;
}

/* --- probabilities -------------------------------------------------------- */

/* -1/n sum log P(label), probabilities held within [e, 1 - e], e = 2^-52: as
 * scikit-learn does for doubles. */
static double
logloss(const struct metric_pairs *p)
{
	static const double least = DBL_EPSILON;
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const double q = fmin(fmax(p->score[i], least), 1 - least);

		sum_add(&s, -log(p->truth[i] > 0 ? q : 1 - q));
	}
	return sum_value(s) / (double)p->n;
}

/* 1/n sum (label - probability)^2 */
static double
brier(const struct metric_pairs *p)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const double e = (p->truth[i] > 0) - p->score[i];

		sum_add(&s, e * e);
	}
	return sum_value(s) / (double)p->n;
}

enum { BINS = 10 };		/* of equal width, closed on the right */

/* sum over bins of n_b / n |mean label - mean probability| */
static double
ece(const struct metric_pairs *p)
{
	struct sum label[BINS] = { { 0, 0 } }, score[BINS] = { { 0, 0 } };
	struct sum total = { 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const double place = ceil(p->score[i] * BINS) - 1;
		const size_t b = place > 0 ? (size_t)place : 0;

		sum_add(&label[b], p->truth[i] > 0);
		sum_add(&score[b], p->score[i]);
	}
	for (size_t b = 0; b < BINS; b++)
		sum_add(&total, fabs(sum_value(label[b]) -
		    sum_value(score[b])));
	return sum_value(total) / (double)p->n;
}

/* -------------------------------------------------------------------------- */

#define ONE_CLASS "all labels are the same"

static const struct metric table[] = {
	{ .what = { "accuracy", "share of right answers", NULL },
	  .kind = METRIC_LABEL, .is_mean_of_rows = 1,
	  .pairs = accuracy },
	{ .what = { "precision", "share of the yeses that are right", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LABEL, .pairs = precision },
	{ .what = { "recall", "share of the positives that are found", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LABEL, .pairs = recall },
	{ .what = { "f1", "harmonic mean of precision and recall", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LABEL, .pairs = f1 },
	{ .what = { "f1_best", "f1 at the threshold where it is best", NULL },
	  .citation = "van Rijsbergen 1979", .undefined = "no label is 1",
	  .kind = METRIC_LABEL, .pairs = f1_best },
	{ .what = { "auc", "chance that a positive scores above a negative",
	    NULL }, .citation = "Hanley & McNeil 1982",
	  .kind = METRIC_LABEL, .undefined = ONE_CLASS, .pairs = auc },
	{ .what = { "gauc", "the users' auc, weighted by their rows", NULL },
	  .citation = "Zhou et al. 2018", .needs = METRIC_NEEDS_USERS,
	  .kind = METRIC_LABEL, .undefined = "no user has both labels",
	  .pairs = gauc },
	{ .what = { "auc_user", "the mean of the users' auc", NULL },
	  .citation = "Rendle et al. 2009", .needs = METRIC_NEEDS_USERS,
	  .kind = METRIC_LABEL, .undefined = "no user has both labels",
	  .pairs = auc_user },
	{ .what = { "pr_auc", "average precision over recall", NULL },
	  .citation = "Davis & Goadrich 2006",
	  .kind = METRIC_LABEL, .undefined = "no label is 1",
	  .pairs = pr_auc },
	{ .what = { "logloss", "mean negative log-likelihood", NULL },
	  .citation = "Good 1952",
	  .kind = METRIC_LABEL, .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_PROBABILITY, .is_mean_of_rows = 1,
	  .pairs = logloss },
	{ .what = { "brier", "mean squared error of probabilities", NULL },
	  .citation = "Brier 1950",
	  .kind = METRIC_LABEL, .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_PROBABILITY, .is_mean_of_rows = 1,
	  .pairs = brier },
	{ .what = { "ece", "expected calibration error, in ten bins", NULL },
	  .citation = "Naeini et al. 2015",
	  .kind = METRIC_LABEL, .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_PROBABILITY, .pairs = ece },
	{ .what = { "tp", "ones that are found", NULL },
	  .kind = METRIC_LABEL, .pairs = true_yes },
	{ .what = { "fp", "zeros taken for ones", NULL },
	  .kind = METRIC_LABEL, .smaller_is_better = 1, .pairs = false_yes },
	{ .what = { "tn", "zeros that are found", NULL },
	  .kind = METRIC_LABEL, .pairs = true_no },
	{ .what = { "fn", "ones taken for zeros", NULL },
	  .kind = METRIC_LABEL, .smaller_is_better = 1, .pairs = false_no },
};

const struct metric *
labelmetric(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}
