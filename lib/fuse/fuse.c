#include "fuse/blendtrees.h"
#include "fuse/comb.h"
#include "fuse/fuse.h"
#include "fuse/fusefwls.h"
#include "fuse/fusegate.h"
#include "fuse/fuselearn.h"
#include "fuse/fusesegments.h"
#include "fuse/fusetrees.h"

enum {
	WEIGHS = FUSE_WEIGHS, FITS = FUSE_FITS, SUMS = FUSE_SUMS,
	RATINGS = FUSE_RATINGS, META = FUSE_META, SEGMENTS = FUSE_SEGMENTS,
	LABELS = FUSE_LABELS
};

/* The options of trees of lists. */
#define TREES "objective=lambdamart gain=linear truncation trees=400 " \
	"leaves=15 learning-rate=0.05 min-rows=100 l2=10 monotone"

/*
 * The methods.  Those that are named for a scale are sums on it, with weights
 * that are equal, given or fitted.
 */
static const struct fuse_method methods[] = {
	{ { "zscore", "weighted sum of z-scores", "over=user" },
	    "zscore", comb_sum, comb_sum_parts, WEIGHS | FITS, NULL },
	{ { "minmax", "weighted sum of scores scaled to 0..1", "over=user" },
	    "minmax", comb_sum, comb_sum_parts, WEIGHS | FITS, NULL },
	{ { "rank", "weighted sum of places scaled to 0..1", NULL },
	    "rank", comb_sum, comb_sum_parts, WEIGHS | FITS, NULL },
	{ { "rrf", "reciprocal rank fusion", "rrf-k=60" },
	    "reciprocal", comb_sum, comb_sum_parts, WEIGHS | FITS | SUMS,
	    NULL },
	{ { "weighted", "weighted sum of the scores as they are", NULL },
	    "none", comb_sum, comb_sum_parts, WEIGHS | FITS | RATINGS |
	    LABELS, NULL },
	{ { "sum", "CombSUM: the sum", "normalize=minmax over=user" },
	    NULL, comb_sum, comb_sum_parts, WEIGHS | FITS | SUMS, NULL },
	{ { "mnz", "CombMNZ: the sum over the systems that list the item, "
	    "times their number", "normalize=minmax over=user" },
	    NULL, comb_mnz, comb_mnz_parts, WEIGHS | SUMS, NULL },
	{ { "anz", "CombANZ: the mean over the systems that list the item",
	    "normalize=minmax over=user" },
	    NULL, comb_anz, comb_anz_parts, WEIGHS | SUMS, NULL },
	{ { "max", "CombMAX: the largest", "normalize=minmax over=user" },
	    NULL, comb_max, NULL, WEIGHS | SUMS, NULL },
	{ { "min", "CombMIN: the least of the systems that list the item",
	    "normalize=minmax over=user" },
	    NULL, comb_min, NULL, WEIGHS | SUMS, NULL },
	{ { "median", "CombMED: the median of the systems that list the item",
	    "normalize=minmax over=user" },
	    NULL, comb_med, NULL, WEIGHS | SUMS, NULL },
	{ { "borda", "Borda count: points for places", NULL },
	    "rank", comb_borda, comb_borda_parts, WEIGHS | SUMS, NULL },
	{ { "condorcet", "pairs of items that most systems agree on", NULL },
	    "rank", comb_condorcet, NULL, WEIGHS | SUMS, NULL },
	{ { "vote", "the systems that have it among their first",
	    "vote-top=10" },
	    "rank", comb_vote, NULL, WEIGHS | SUMS | LABELS, NULL },
	{ { "round-robin", "systems choose in turns, in the order given",
	    NULL },
	    "rank", comb_robin, NULL, SUMS, NULL },
	{ { "team-draft", "systems choose in turns, in an order that is drawn",
	    NULL },
	    "rank", comb_draft, NULL, SUMS, NULL },
	{ { "nnls", "sum with weights >= 0 by least squares, with --fit",
	    "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, FITS, &fuse_nnls },
	{ { "ridge", "sum with weights by ridge regression, with --fit",
	    "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, FITS, &fuse_ridge },
	{ { "logistic", "sum with weights by logistic regression, with --fit",
	    "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, FITS | LABELS, &fuse_logistic },
	{ { "listwise", "sum with weights by a choice from each list, with "
	    "--fit", "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, FITS, &fuse_listwise },
	{ { "simplex", "sum with weights by random search for the metric, with "
	    "--fit", "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, FITS, &fuse_simplex },
	{ { "hedge", "sum with weights that are good for the users served "
	    "worst, with --fit", "normalize=zscore over=user" },
	    NULL, comb_sum, comb_sum_parts, FITS, &fuse_hedge },
	{ { "robust", "sum with weights that are good for the segment served "
	    "worst, with --fit", "normalize=zscore over=user segment" },
	    NULL, comb_sum, comb_sum_parts, FITS | SEGMENTS, &fuse_robust },
	{ { "segments", "sum with weights for each segment of users, with "
	    "--fit", "normalize=zscore over=user segment" },
	    NULL, fusesegments_combine, fusesegments_parts, FITS | META |
	    SEGMENTS, &fuse_segments },
	{ { "fwls", "sum with weights that are linear in meta-features, with "
	    "--fit", "normalize=zscore over=user" },
	    NULL, fusefwls_combine, fusefwls_parts, FITS | RATINGS | META,
	    &fuse_fwls },
	{ { "gate", "sum with weights that a network predicts for each user, "
	    "with --fit", "normalize=zscore over=user" },
	    NULL, fusegate_combine, fusegate_parts, FITS | META, &fuse_gate },
	{ { "mlp", "sum and a small network of what all systems say, with "
	    "--fit", "normalize=zscore over=user" },
	    NULL, fusegate_combine, NULL, FITS | META, &fuse_mlp },
	{ { "lambdamart", "boosted trees of what all systems say, with --fit",
	    "normalize=zscore over=user " TREES },
	    NULL, fusetrees_combine, fusetrees_parts, FITS | META,
	    &fuse_trees },
	{ { "boost", "boosted trees of predictions, with --fit and --ratings "
	    "or --labels",
	    "trees=500 leaves=15 learning-rate=0.05 min-rows=50 l2=10 "
	    "monotone" },
	    "none", NULL, NULL, FITS | RATINGS | LABELS, &fuse_boost },
	/* One of the others takes its place when it is fitted. */
	{ { "auto", "the best of several by cross-validation, with --fit",
	    "segment " TREES },
	    "zscore", comb_sum, comb_sum_parts, FITS, NULL },
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

const struct choice *
fuse_gain_choice(size_t i)
{
	static const struct choice gains[] = {
		{ "linear", "the relevance itself", NULL },
		{ "exponential", "2^relevance - 1", NULL },
	};

	return i < sizeof gains / sizeof gains[0] ? &gains[i] : NULL;
}
