/* Metrics of all users' lists together. */

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "eval/metric.h"
#include "eval/sum.h"

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static int
counts(const struct metric_exposure *e, size_t item)
{
	return e->part == NULL || e->part[item];
}

/* items in at least one list / items */
static double
coverage(const struct metric_exposure *e)
{
	size_t shown = 0, items = 0;

	for (size_t i = 0; i < e->n_items; i++) {
		shown += counts(e, i) && e->count[i] > 0;
		items += counts(e, i) != 0;
	}
	return ratio((double)shown, (double)items);
}

/* users of the truth with a list / users of the truth */
static double
user_coverage(const struct metric_exposure *e)
{
	return ratio((double)e->n_listed, (double)e->n_users);
}

static double
places(const struct metric_exposure *e)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < e->n_items; i++)
		sum += e->count[i];
	return (double)sum;
}

static int
ascending(const void *va, const void *vb)
{
	const uint64_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

/* sum over items by rising count of (2 j - n - 1) share / n; 0: all items are
 * shown as often, 1: one item is all that is shown. */
static double
gini(const struct metric_exposure *e)
{
	uint64_t *count = mem_array("items", e->n_items, sizeof *count);
	struct sum sum = { 0, 0 }, all = { 0, 0 };
	size_t n = 0;

	for (size_t i = 0; i < e->n_items; i++)
		if (counts(e, i))
			count[n++] = e->count[i];
	qsort(count, n, sizeof *count, ascending);
	for (size_t j = 0; j < n; j++) {
		sum_add(&sum, (2 * (double)j + 1 - (double)n) *
		    (double)count[j]);
		sum_add(&all, (double)count[j]);
	}
	free(count);
	return ratio(sum_value(sum), (double)n * sum_value(all));
}

/* - sum over items of share log2 share: bits */
static double
entropy(const struct metric_exposure *e)
{
	const double all = places(e);
	struct sum sum = { 0, 0 };

	for (size_t i = 0; i < e->n_items; i++)
		if (counts(e, i) && e->count[i] > 0) {
			const double share = (double)e->count[i] / all;

			sum_add(&sum, -share * log2(share));
		}
	return sum_value(sum);
}

/* The part's share of x over items. */
static double
share_of_part(const struct metric_exposure *e, const double *x)
{
	struct sum part = { 0, 0 }, all = { 0, 0 };

	for (size_t i = 0; i < e->n_items; i++) {
		sum_add(&all, x[i]);
		if (counts(e, i))
			sum_add(&part, x[i]);
	}
	return ratio(sum_value(part), sum_value(all));
}

/* the part's share of the places / its share of the catalogue */
static double
parity(const struct metric_exposure *e)
{
	double part = 0, items = 0;

	for (size_t i = 0; i < e->n_items; i++)
		if (counts(e, i)) {
			part += (double)e->count[i];
			items++;
		}
	return ratio(ratio(part, places(e)),
	    ratio(items, (double)e->n_items));
}

/* the part's share of the light (1 / log2(rank + 1)) / its share of the
 * relevance in the truth */
static double
exposure(const struct metric_exposure *e)
{
	return ratio(share_of_part(e, e->light), share_of_part(e, e->merit));
}

static const struct metric table[] = {
	{ .what = { "coverage", "share of the catalogue that is in a list",
	    NULL }, .citation = "Herlocker et al. 2004",
	  .kind = METRIC_CATALOGUE, .all = coverage },
	{ .what = { "user_coverage", "share of the users who have a list",
	    NULL }, .citation = "Herlocker et al. 2004",
	  .kind = METRIC_CATALOGUE, .all = user_coverage },
	{ .what = { "gini", "how unequally items are shown", NULL },
	  .citation = "Fleder & Hosanagar 2009", .smaller_is_better = 1,
	  .kind = METRIC_CATALOGUE, .all = gini },
	{ .what = { "entropy", "bits of the items' shares in the lists",
	    NULL }, .citation = "Shannon 1948",
	  .kind = METRIC_CATALOGUE, .all = entropy },
	{ .what = { "parity", "share of the places / of the catalogue", NULL },
	  .citation = "Dwork et al. 2012", .needs = METRIC_NEEDS_PART,
	  .kind = METRIC_CATALOGUE, .all = parity },
	{ .what = { "exposure", "share of the light / of the relevance", NULL },
	  .citation = "Singh & Joachims 2018", .needs = METRIC_NEEDS_PART,
	  .kind = METRIC_CATALOGUE, .all = exposure },
};

const struct metric *
cataloguemetric(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i] : NULL;
}
