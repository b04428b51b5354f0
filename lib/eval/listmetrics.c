/*
 * Metrics of one user's list, and of all lists.  A user without relevant items
 * has 0 in all of them, as in trec_eval.
 */

#include <math.h>

#include "eval/metric.h"

/* Places that count: the list is cut at k, and may be shorter. */
static size_t
depth(const struct metric_list *l, size_t k)
{
	return k != METRIC_WHOLE && k < l->n ? k : l->n;
}

static size_t
hits(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += l->gain[i] >= l->relevant;
	return found;
}

static double
ratio(double a, size_t b)
{
	return b > 0 ? a / (double)b : 0;
}

/* min(k, relevant): what a list of k can have at most. */
static size_t
reachable(const struct metric_list *l, size_t k)
{
	return k != METRIC_WHOLE && k < l->n_relevant ? k : l->n_relevant;
}

/* hits / k, however short the list; hits / length without cut-off */
double
list_precision(const struct metric_list *l, size_t k)
{
	return ratio((double)hits(l, k), k != METRIC_WHOLE ? k : l->n);
}

/* hits / relevant */
double
list_recall(const struct metric_list *l, size_t k)
{
	return ratio((double)hits(l, k), l->n_relevant);
}

double
list_recall_min(const struct metric_list *l, size_t k)
{
	return ratio((double)hits(l, k), reachable(l, k));
}

double
list_hr(const struct metric_list *l, size_t k)
{
	return hits(l, k) > 0;
}

double
list_mrr(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);

	for (size_t i = 0; i < n; i++)
		if (l->gain[i] >= l->relevant)
			return 1 / (double)(i + 1);
	return 0;
}

/* sum over hits of the precision at their rank */
static double
precisions(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	double sum = 0, found = 0;

	for (size_t i = 0; i < n; i++)
		if (l->gain[i] >= l->relevant) {
			found++;
			sum += found / (double)(i + 1);
		}
	return sum;
}

double
list_map(const struct metric_list *l, size_t k)
{
	return ratio(precisions(l, k), l->n_relevant);
}

double
list_map_min(const struct metric_list *l, size_t k)
{
	return ratio(precisions(l, k), reachable(l, k));
}

static double
linear(double gain)
{
	return gain;
}

static double
exponential(double gain)
{
	return exp2(gain) - 1;
}

/* sum f(gain) / log2(rank + 1) */
static double
dcg(const double *gain, size_t n, double (*f)(double))
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		if (gain[i] > 0)
			sum += f(gain[i]) / log2((double)(i + 2));
	return sum;
}

/* DCG / DCG of the best list of k (of all items, without cut-off) */
static double
ndcg(const struct metric_list *l, size_t k, double (*f)(double))
{
	const size_t n = k != METRIC_WHOLE && k < l->n_ideal ? k : l->n_ideal;
	const double ideal = dcg(l->ideal, n, f);

	return ideal > 0 ? dcg(l->gain, depth(l, k), f) / ideal : 0;
}

double
list_ndcg(const struct metric_list *l, size_t k)
{
	return ndcg(l, k, linear);
}

double
list_ndcg_exp(const struct metric_list *l, size_t k)
{
	return ndcg(l, k, exponential);
}

/* items in at least one list / items */
double
all_coverage(const struct metric_exposure *e)
{
	size_t shown = 0;

	for (size_t i = 0; i < e->n_items; i++)
		shown += e->count[i] > 0;
	return ratio((double)shown, e->n_items);
}
