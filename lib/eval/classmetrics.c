/* Metrics of classes, from how often each was taken for each. */

#include <math.h>

#include "eval/metric.h"
#include "eval/sum.h"

struct totals {
	double right;		/* rows of the class that were said to be */
	double is, said;	/* rows of the class; said to be of it */
};

static struct totals
totals_of(const struct metric_classes *c, size_t at)
{
	struct totals t = { (double)c->count[at * c->n + at], 0, 0 };

	for (size_t i = 0; i < c->n; i++) {
		t.is += (double)c->count[at * c->n + i];
		t.said += (double)c->count[i * c->n + at];
	}
	return t;
}

static double
rows(const struct metric_classes *c)
{
	double n = 0;

	for (size_t i = 0; i < c->n * c->n; i++)
		n += (double)c->count[i];
	return n;
}

/* a / b; nothing of nothing is 0, as in scikit-learn. */
static double
share(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static double
accuracy(const struct metric_classes *c)
{
	double right = 0;

	for (size_t i = 0; i < c->n; i++)
		right += (double)c->count[i * c->n + i];
	return share(right, rows(c));
}

static double
precision_of(struct totals t)
{
	return share(t.right, t.said);
}

static double
recall_of(struct totals t)
{
	return share(t.right, t.is);
}

static double
f1_of(struct totals t)
{
	return share(2 * t.right, t.is + t.said);
}

/* The mean over classes. */
static double
macro(const struct metric_classes *c, double (*of)(struct totals))
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < c->n; i++)
		sum_add(&s, of(totals_of(c, i)));
	return sum_value(s) / (double)c->n;
}

static double
precision_macro(const struct metric_classes *c)
{
	return macro(c, precision_of);
}

static double
recall_macro(const struct metric_classes *c)
{
	return macro(c, recall_of);
}

static double
f1_macro(const struct metric_classes *c)
{
	return macro(c, f1_of);
}

/* The mean over rows of the f1 of their class. */
static double
f1_weighted(const struct metric_classes *c)
{
	struct sum s = { 0, 0 };

	for (size_t i = 0; i < c->n; i++) {
		const struct totals t = totals_of(c, i);

		sum_add(&s, t.is * f1_of(t));
	}
	return share(sum_value(s), rows(c));
}

/* (accuracy - what chance would get) / (1 - the same) */
static double
kappa(const struct metric_classes *c)
{
	const double n = rows(c);
	double chance = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct totals t = totals_of(c, i);

		chance += (t.is / n) * (t.said / n);
	}
	return chance < 1 ? (accuracy(c) - chance) / (1 - chance) : NAN;
}

/* The correlation of what is and what was said (Gorodkin 2004, equation 8). */
static double
mcc(const struct metric_classes *c)
{
	const double n = rows(c);
	double both = 0, is = 0, said = 0, right = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct totals t = totals_of(c, i);

		right += t.right;
		both += t.is * t.said;
		is += t.is * t.is;
		said += t.said * t.said;
	}
	return share(right * n - both, sqrt(n * n - is) * sqrt(n * n - said));
}

static const struct metric table[] = {
	{ .what = { "accuracy", "share of right answers", NULL },
	  .kind = METRIC_CLASS, .classes = accuracy },
	{ .what = { "f1_macro", "the mean of the classes' f1", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_CLASS, .classes = f1_macro },
	{ .what = { "f1_weighted", "the classes' f1, weighted by their rows",
	    NULL }, .citation = "van Rijsbergen 1979",
	  .kind = METRIC_CLASS, .classes = f1_weighted },
	{ .what = { "precision_macro", "the mean of the classes' precision",
	    NULL }, .citation = "van Rijsbergen 1979",
	  .kind = METRIC_CLASS, .classes = precision_macro },
	{ .what = { "recall_macro", "the mean of the classes' recall", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_CLASS, .classes = recall_macro },
	{ .what = { "kappa", "agreement beyond chance", NULL },
	  .citation = "Cohen 1960", .undefined = "there is one class only",
	  .kind = METRIC_CLASS, .classes = kappa },
	{ .what = { "mcc", "correlation of classes, of any number", NULL },
	  .citation = "Gorodkin 2004",
	  .kind = METRIC_CLASS, .classes = mcc },
};

const struct metric *
classmetric(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}
