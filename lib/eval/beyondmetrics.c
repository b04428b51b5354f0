/*
 * One user's list beyond accuracy: how known, how varied, how surprising and
 * how much like the user's own mix its items are.
 */

#include <math.h>

#include "eval/metric.h"

static size_t
depth(const struct metric_list *l, size_t k)
{
	return k != METRIC_WHOLE && k < l->n ? k : l->n;
}

/* The mean of of(item) over the places that count; NAN of none. */
static double
mean_of_items(const struct metric_list *l, size_t k,
    double (*of)(const struct metric_world *, uint32_t item))
{
	const size_t n = depth(l, k);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += of(l->world, l->item[i]);
	return n > 0 ? sum / (double)n : NAN;
}

/* --- popularity ----------------------------------------------------------- */

/* Bits of surprise: -log2 of the item's share of the interactions, one more of
 * each being counted so that an item nobody had has one too. */
static double
surprise(const struct metric_world *w, uint32_t item)
{
	return -log2(((double)w->popularity[item] + 1) /
	    ((double)w->n_interactions + (double)w->n_items));
}

static double
novelty(const struct metric_list *l, size_t k)
{
	return mean_of_items(l, k, surprise);
}

static double
interactions(const struct metric_world *w, uint32_t item)
{
	return (double)w->popularity[item];
}

static double
arp(const struct metric_list *l, size_t k)
{
	return mean_of_items(l, k, interactions);
}

static double
in_tail(const struct metric_world *w, uint32_t item)
{
	return w->is_tail[item];
}

static double
aplt(const struct metric_list *l, size_t k)
{
	return mean_of_items(l, k, in_tail);
}

/* Relevant items that are not among the most popular ones, as many as the list
 * has places, / places (Ge et al. 2010). */
static double
serendipity(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	const size_t places = k != METRIC_WHOLE ? k : l->n;
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += l->gain[i] >= l->relevant &&
		    l->world->place[l->item[i]] >= places;
	return places > 0 ? (double)found / (double)places : NAN;
}

/* --- features ------------------------------------------------------------- */

/* The product of two rows of a matrix whose columns ascend. */
static double
product(const struct csr *m, uint32_t a, uint32_t b)
{
	uint64_t p = m->indptr[a], q = m->indptr[b];
	double sum = 0;

	while (p < m->indptr[a + 1] && q < m->indptr[b + 1]) {
		const uint32_t i = m->indices[p], j = m->indices[q];

		if (i == j)
			sum += (double)m->values[p] * (double)m->values[q];
		p += i <= j;
		q += i >= j;
	}
	return sum;
}

/* 1 - the mean over pairs of items of the cosine of their features (Ziegler
 * et al. 2005). */
static double
diversity(const struct metric_list *l, size_t k)
{
	const size_t n = depth(l, k);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			sum += product(&l->world->features, l->item[i],
			    l->item[j]);
	return n > 1 ? 1 - sum / ((double)n * (double)(n - 1) / 2) : NAN;
}

/* The share of feature f in the list: each item's features share its place. */
static double
share_in_list(const struct metric_list *l, size_t n, uint32_t feature)
{
	const struct csr *m = &l->world->features;
	double sum = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		const uint64_t first = m->indptr[l->item[i]];
		const uint64_t end = m->indptr[l->item[i] + 1];

		all += first < end;
		for (uint64_t p = first; p < end; p++)
			if (m->indices[p] == feature)
				sum += 1 / (double)(end - first);
	}
	return all > 0 ? sum / all : 0;
}

#define ALPHA 0.01	/* of the user's own shares in the list's */

/*
 * sum over features of p ln(p / q'): p being their shares in what the user
 * had, q in the list, q' = (1 - ALPHA) q + ALPHA p (Steck 2018, equations 5
 * and 6).  0 is a list of the user's own mix; NAN without a history.
 */
static double
calibration(const struct metric_list *l, size_t k)
{
	const struct csr *history = &l->world->history;
	const size_t n = depth(l, k);
	double sum = 0;

	if (l->user >= history->rows || n == 0 ||
	    csr_row_count(history, l->user) == 0)
		return NAN;
	for (uint64_t p = history->indptr[l->user];
	    p < history->indptr[l->user + 1]; p++) {
		const double own = (double)history->values[p];
		const double listed = share_in_list(l, n, history->indices[p]);

		sum += own * log(own / ((1 - ALPHA) * listed + ALPHA * own));
	}
	return sum;
}

/* -------------------------------------------------------------------------- */

static const struct metric table[] = {
	{ .what = { "novelty", "bits of surprise that an item is listed",
	    NULL }, .citation = "Vargas & Castells 2011",
	  .needs = METRIC_NEEDS_POPULARITY,
	  .kind = METRIC_LIST, .list = novelty },
	{ .what = { "arp", "mean popularity of the items listed", NULL },
	  .citation = "Yin et al. 2012", .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_POPULARITY,
	  .kind = METRIC_LIST, .list = arp },
	{ .what = { "aplt", "share of the list that is of the long tail",
	    NULL }, .citation = "Abdollahpouri et al. 2019",
	  .needs = METRIC_NEEDS_POPULARITY,
	  .kind = METRIC_LIST, .list = aplt },
	{ .what = { "serendipity", "share that is relevant and not popular",
	    NULL }, .citation = "Ge et al. 2010",
	  .needs = METRIC_NEEDS_POPULARITY,
	  .kind = METRIC_LIST, .list = serendipity },
	{ .what = { "diversity", "how unlike each other the items are", NULL },
	  .citation = "Ziegler et al. 2005", .needs = METRIC_NEEDS_FEATURES,
	  .kind = METRIC_LIST, .list = diversity },
	{ .what = { "calibration", "divergence from the user's own mix",
	    NULL }, .citation = "Steck 2018", .smaller_is_better = 1,
	  .needs = METRIC_NEEDS_FEATURES | METRIC_NEEDS_HISTORY,
	  .kind = METRIC_LIST, .list = calibration },
};

const struct metric *
beyondmetric(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}
