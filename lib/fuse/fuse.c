#include "fuse/blendtrees.h"
#include "fuse/comb.h"
#include "fuse/fuse.h"
#include "fuse/fuselearn.h"
#include "fuse/fusetrees.h"

/*
 * The methods.  Those that are named for a scale are sums on it, with weights
 * that are equal, given or fitted.
 */
static const struct fuse_method methods[] = {
	{ { "zscore", "weighted sum of z-scores", "over=user" },
	    "zscore", comb_sum, comb_sum_parts, 1, 1, 0, 0, NULL },
	{ { "minmax", "weighted sum of scores scaled to 0..1", "over=user" },
	    "minmax", comb_sum, comb_sum_parts, 1, 1, 0, 0, NULL },
	{ { "rank", "weighted sum of places scaled to 0..1", NULL },
	    "rank", comb_sum, comb_sum_parts, 1, 1, 0, 0, NULL },
	{ { "rrf", "reciprocal rank fusion", "rrf-k=60" },
	    "reciprocal", comb_sum, comb_sum_parts, 1, 1, 1, 0, NULL },
	{ { "weighted", "weighted sum of the scores as they are", NULL },
	    "none", comb_sum, comb_sum_parts, 1, 1, 0, 1, NULL },
	{ { "sum", "CombSUM: the sum", "normalize=minmax over=user" },
	    NULL, comb_sum, comb_sum_parts, 1, 1, 1, 0, NULL },
	{ { "mnz", "CombMNZ: the sum over the systems that list the item, "
	    "times their number", "normalize=minmax over=user" },
	    NULL, comb_mnz, comb_mnz_parts, 1, 0, 1, 0, NULL },
	{ { "anz", "CombANZ: the mean over the systems that list the item",
	    "normalize=minmax over=user" },
	    NULL, comb_anz, comb_anz_parts, 1, 0, 1, 0, NULL },
	{ { "max", "CombMAX: the largest", "normalize=minmax over=user" },
	    NULL, comb_max, NULL, 1, 0, 1, 0, NULL },
	{ { "min", "CombMIN: the least of the systems that list the item",
	    "normalize=minmax over=user" },
	    NULL, comb_min, NULL, 1, 0, 1, 0, NULL },
	{ { "median", "CombMED: the median of the systems that list the item",
	    "normalize=minmax over=user" },
	    NULL, comb_med, NULL, 1, 0, 1, 0, NULL },
	{ { "borda", "Borda count: points for places", NULL },
	    "rank", comb_borda, comb_borda_parts, 1, 0, 1, 0, NULL },
	{ { "condorcet", "pairs of items that most systems agree on", NULL },
	    "rank", comb_condorcet, NULL, 1, 0, 1, 0, NULL },
	{ { "vote", "the systems that have it among their first",
	    "vote-top=10" },
	    "rank", comb_vote, NULL, 1, 0, 1, 0, NULL },
	{ { "round-robin", "systems choose in turns, in the order given",
	    NULL },
	    "rank", comb_robin, NULL, 0, 0, 1, 0, NULL },
	{ { "team-draft", "systems choose in turns, in an order that is drawn",
	    NULL },
	    "rank", comb_draft, NULL, 0, 0, 1, 0, NULL },
	{ { "nnls", "sum with weights >= 0 by least squares, with --fit",
	    "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, 0, 1, 0, 0, &fuse_nnls },
	{ { "ridge", "sum with weights by ridge regression, with --fit",
	    "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, 0, 1, 0, 0, &fuse_ridge },
	{ { "logistic", "sum with weights by logistic regression, with --fit",
	    "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, 0, 1, 0, 0, &fuse_logistic },
	{ { "simplex", "sum with weights by random search for the metric, with "
	    "--fit", "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, 0, 1, 0, 0, &fuse_simplex },
	{ { "hedge", "sum with weights that are good for the users served "
	    "worst, with --fit", "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, 0, 1, 0, 0, &fuse_hedge },
	{ { "lambdamart", "boosted trees of what all systems say, with --fit",
	    "normalize=zscore over=user" },
	    NULL, fusetrees_combine, fusetrees_parts, 0, 1, 0, 0,
	    &fuse_trees },
	{ { "boost", "boosted trees of predictions, with --ratings and --fit",
	    NULL },
	    "none", NULL, NULL, 0, 1, 0, 1, &fuse_boost },
	/* One of the others takes its place when it is fitted. */
	{ { "auto", "the best of several by cross-validation, with --fit",
	    NULL },
	    "zscore", comb_sum, comb_sum_parts, 0, 1, 0, 0, NULL },
};

const struct choice *
fuse_choice(size_t i)
{
	return i < sizeof methods / sizeof methods[0] ? &methods[i].what :
	    NULL;
}

const struct fuse_method *
fuse_method(const struct choice *choice)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (span_is(span_of(choice->name), methods[i].what.name))
			return &methods[i];
	return NULL;
}
