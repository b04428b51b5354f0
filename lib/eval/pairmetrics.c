/* Metrics of (truth, prediction) pairs; rows count once each. */

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "eval/metric.h"
#include "eval/sum.h"

/* --- ratings ------------------------------------------------------------ */

/* 1/n sum (truth - score)^2 */
double
rating_mse(const struct metric_pairs *p)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const double e = p->truth[i] - p->score[i];

		sum_add(&s, e * e);
	}
	return sum_value(s) / (double)p->n;
}

double
rating_rmse(const struct metric_pairs *p)
{
	return sqrt(rating_mse(p));
}

/* 1/n sum |truth - score| */
double
rating_mae(const struct metric_pairs *p)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++)
		sum_add(&s, fabs(p->truth[i] - p->score[i]));
	return sum_value(s) / (double)p->n;
}

/* 1 - sum (truth - score)^2 / sum (truth - mean)^2 */
double
rating_r2(const struct metric_pairs *p)
{
	struct sum total = { 0, 0 }, square = { 0, 0 };
	double mean;

	for (size_t i = 0; i < p->n; i++)
		sum_add(&total, p->truth[i]);
	mean = sum_value(total) / (double)p->n;
	for (size_t i = 0; i < p->n; i++) {
		const double e = p->truth[i] - mean;

		sum_add(&square, e * e);
	}
	if (!(sum_value(square) > 0))
		return NAN;
	return 1 - rating_mse(p) * (double)p->n / sum_value(square);
}

/* --- labels at a threshold ----------------------------------------------- */

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

double
label_accuracy(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(c.true_yes + c.true_no, p->n);
}

double
label_precision(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(c.true_yes, c.true_yes + c.false_yes);
}

double
label_recall(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(c.true_yes, c.true_yes + c.false_no);
}

/* 2 precision recall / (precision + recall) */
double
label_f1(const struct metric_pairs *p)
{
	const struct confusion c = count(p);

	return share(2 * c.true_yes,
	    2 * c.true_yes + c.false_yes + c.false_no);
}

/* --- labels over all thresholds ------------------------------------------ */

struct scored_label {
	double score;
	int is_one;
};

static int
higher_first(const void *va, const void *vb)
{
	const struct scored_label *a = va, *b = vb;

	return (a->score < b->score) - (a->score > b->score);
}

/* A threshold between two scores: what is above it. */
struct cut {
	double ones, zeros;		/* above */
	double group_ones, group_zeros;	/* of them with the last score */
};

/* Calls at() for each distinct score, falling. */
static void
walk(const struct metric_pairs *p,
    void (*at)(struct sum *, const struct cut *), struct sum *sum,
    struct cut *end)
{
	struct scored_label *x = mem_array("scores", p->n, sizeof *x);
	struct cut c = { 0, 0, 0, 0 };

	for (size_t i = 0; i < p->n; i++)
		x[i] = (struct scored_label){ p->score[i], p->truth[i] > 0 };
	qsort(x, p->n, sizeof *x, higher_first);
	for (size_t i = 0; i < p->n; i++) {
		*(x[i].is_one ? &c.group_ones : &c.group_zeros) += 1;
		if (i + 1 < p->n && !(x[i + 1].score < x[i].score))
			continue;
		c.ones += c.group_ones;
		c.zeros += c.group_zeros;
		at(sum, &c);
		c.group_ones = c.group_zeros = 0;
	}
	free(x);
	*end = c;
}

/* Pairs (one, zero) in order count 1, with equal scores 1/2. */
static void
add_pairs(struct sum *sum, const struct cut *c)
{
	sum_add(sum, c->group_zeros * (c->ones - c->group_ones / 2));
}

/* Mann-Whitney: P(score of a one > score of a zero) + P(equal) / 2. */
double
label_auc(const struct metric_pairs *p)
{
	struct sum sum = { 0, 0 };
	struct cut end;

	walk(p, add_pairs, &sum, &end);
	if (!(end.ones > 0 && end.zeros > 0))
		return NAN;
	return sum_value(sum) / (end.ones * end.zeros);
}

static void
add_precision(struct sum *sum, const struct cut *c)
{
	sum_add(sum, c->group_ones * (c->ones / (c->ones + c->zeros)));
}

/* sum over thresholds of (R_n - R_(n-1)) P_n: no interpolation. */
double
label_pr_auc(const struct metric_pairs *p)
{
	struct sum sum = { 0, 0 };
	struct cut end;

	walk(p, add_precision, &sum, &end);
	return end.ones > 0 ? sum_value(sum) / end.ones : NAN;
}

/* --- labels with probabilities -------------------------------------------- */

/* -1/n sum log P(label), probabilities held within [e, 1 - e], e = 2^-52: as
 * scikit-learn does for doubles. */
double
label_logloss(const struct metric_pairs *p)
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
double
label_brier(const struct metric_pairs *p)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < p->n; i++) {
		const double e = (p->truth[i] > 0) - p->score[i];

		sum_add(&s, e * e);
	}
	return sum_value(s) / (double)p->n;
}
