/*
 * Accuracy of one user's list.  A user without relevant items has 0 in all
 * metrics, as in trec_eval.
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
static double
precision(const struct metric_list *l, size_t k)
{
	return ratio((double)hits(l, k), k != METRIC_WHOLE ? k : l->n);
}

/* hits / relevant */
static double
recall(const struct metric_list *l, size_t k)
{
	return ratio((double)hits(l, k), l->n_relevant);
}

static double
recall_min(const struct metric_list *l, size_t k)
{
	return ratio((double)hits(l, k), reachable(l, k));
}

/* 2 precision recall / (precision + recall) */
static double
f1(const struct metric_list *l, size_t k)
{
	const double p = precision(l, k), r = recall(l, k);

	return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

static double
hr(const struct metric_list *l, size_t k)
{
	return hits(l, k) > 0;
}

static double
mrr(const struct metric_list *l, size_t k)
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

static double
map(const struct metric_list *l, size_t k)
{
	return ratio(precisions(l, k), l->n_relevant);
}

static double
map_min(const struct metric_list *l, size_t k)
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
ndcg_of(const struct metric_list *l, size_t k, double (*f)(double))
{
	const size_t n = k != METRIC_WHOLE && k < l->n_ideal ? k : l->n_ideal;
	const double ideal = dcg(l->ideal, n, f);

	return ideal > 0 ? dcg(l->gain, depth(l, k), f) / ideal : 0;
}

static double
ndcg(const struct metric_list *l, size_t k)
{
	return ndcg_of(l, k, linear);
}

static double
ndcg_exp(const struct metric_list *l, size_t k)
{
	return ndcg_of(l, k, exponential);
}

/* --- other measures ------------------------------------------------------- */

/* precision at the number of relevant items, or at k if that is less */
static double
rprec(const struct metric_list *l, size_t k)
{
	const size_t n = reachable(l, k);

	return n > 0 ? (double)hits(l, n) / (double)n : 0;
}

/*
 * 1/R sum over hits of 1 - min(R, refused items above it) / min(R, N), N being
 * the number of items judged and not relevant (Buckley & Voorhees 2004 as
 * trec_eval has it).
 */
static double
bpref(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	const double most = fmin((double)l->n_relevant, (double)l->n_refused);
	double sum = 0, above = 0;

	for (size_t i = 0; i < n; i++) {
		if (l->gain[i] >= l->relevant)
			sum += above > 0 ? 1 - fmin(above,
			    (double)l->n_relevant) / most : 1;
		else if (l->refused != NULL)
			above += l->refused[i];
	}
	return ratio(sum, l->n_relevant);
}

#define PERSISTENCE 0.9		/* trec_eval's */

/* (1 - p) sum over ranks r of p^(r - 1) gain / the user's largest gain */
static double
rbp(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	double sum = 0, weight = 1 - PERSISTENCE;

	for (size_t i = 0; i < n; i++, weight *= PERSISTENCE)
		if (l->gain[i] >= l->relevant)
			sum += weight * l->gain[i];
	return l->n_ideal > 0 ? sum / l->ideal[0] : 0;
}

/*
 * sum over ranks r of 1/r P(the user stops at r): an item satisfies with
 * probability (2^g - 1) / 2^(largest g) (Chapelle et al. 2009, algorithm 2).
 */
static double
err(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	double sum = 0, goes_on = 1;

	for (size_t i = 0; i < n; i++)
		if (l->gain[i] > 0) {
			const double stops = exponential(l->gain[i]) /
			    exp2(l->max_gain);

			sum += goes_on * stops / (double)(i + 1);
			goes_on *= 1 - stops;
		}
	return sum;
}

/*
 * Of the pairs (relevant item, other item of the list) the share in which the
 * relevant one stands first.  Relevant items that are not listed stand behind
 * all others; with sampled candidates, which are all listed, this is the area
 * under the ROC curve.
 */
static double
rank_auc(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k), found = hits(l, k), others = n - found;
	double sum = 0, behind = (double)others;

	if (others == 0)
		return ratio((double)found, l->n_relevant);
	for (size_t i = 0; i < n; i++)
		if (l->gain[i] >= l->relevant)
			sum += behind;
		else
			behind--;
	return ratio(sum / (double)others, l->n_relevant);
}

/* -------------------------------------------------------------------------- */

static const struct metric table[] = {
	{ .what = { "ndcg", "discounted gain, the ideal list has 1", NULL },
	  .citation = "Jarvelin & Kekalainen 2002",
	  .kind = METRIC_LIST, .list = ndcg },
	{ .what = { "ndcg_exp", "ndcg with gains 2^g - 1", NULL },
	  .citation = "Burges et al. 2005",
	  .kind = METRIC_LIST, .list = ndcg_exp },
	{ .what = { "precision", "share of the list that is relevant", NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = precision },
	{ .what = { "recall", "share of the relevant that is listed", NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = recall },
	{ .what = { "recall_min", "hits divided by min(k, relevant)", NULL },
	  .citation = "Liang et al. 2018",
	  .kind = METRIC_LIST, .list = recall_min },
	{ .what = { "f1", "harmonic mean of precision and recall", NULL },
	  .citation = "van Rijsbergen 1979",
	  .kind = METRIC_LIST, .list = f1 },
	{ .what = { "hr", "hit rate: is anything relevant listed?", NULL },
	  .citation = "Deshpande & Karypis 2004",
	  .kind = METRIC_LIST, .list = hr },
	{ .what = { "mrr", "1 / rank of the first relevant item", NULL },
	  .citation = "Voorhees 1999",
	  .kind = METRIC_LIST, .list = mrr },
	{ .what = { "map", "precision at the hits, summed, / relevant", NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = map },
	{ .what = { "map_min", "map divided by min(k, relevant)", NULL },
	  .citation = "Aiolli 2013",
	  .kind = METRIC_LIST, .list = map_min },
	{ .what = { "rprec", "precision at the number of relevant items",
	    NULL },
	  .citation = "Buckley & Voorhees 2005",
	  .kind = METRIC_LIST, .list = rprec },
	{ .what = { "bpref", "relevant items above those judged otherwise",
	    NULL },
	  .citation = "Buckley & Voorhees 2004",
	  .kind = METRIC_LIST, .list = bpref },
	{ .what = { "rbp", "gain found by a user who goes on with p = 0.9",
	    NULL },
	  .citation = "Moffat & Zobel 2008",
	  .kind = METRIC_LIST, .list = rbp },
	{ .what = { "err", "expected 1 / rank at which a user is satisfied",
	    NULL },
	  .citation = "Chapelle et al. 2009",
	  .kind = METRIC_LIST, .list = err },
	{ .what = { "rank_auc", "relevant items before the others of the list",
	    NULL },
	  .citation = "Rendle et al. 2009",
	  .kind = METRIC_LIST, .list = rank_auc },
};

const struct metric *
listmetric(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}
