#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tree/treefind.h"

/* Categories are noisy: see Ke et al.'s settings. */
static const double category_l2 = 10, category_smooth = 10;
enum { CATEGORIES_LEFT = 32 };	/* at most, on the smaller side */

struct search {
	const struct treegrow_options *how;
	const struct treeleaf *leaf;
	struct treefind *best;
	double per_h;		/* rows for each unit of hessian */
	double parent;		/* what the leaf gains as it is */
	double bar;		/* what both sides must gain, at least */
	double l2;
	int monotone;
};

double
treefind_weight(const struct treeleaf *leaf, double l2)
{
	const double w = leaf->h + l2 > 0 ? -leaf->g / (leaf->h + l2) : 0;

	return fmin(fmax(w, leaf->low), leaf->high);
}

/* Twice what weight w lowers the objective by: G^2 / (H + l2) at its best. */
static double
gain_of(const struct treeleaf *leaf, double w, double l2)
{
	return -(2 * leaf->g * w + (leaf->h + l2) * w * w);
}

/* Less by a little, for the roundings of may_gain(). */
static void
set_bar(struct search *s)
{
	const double bar = s->parent + 2 * fmax(s->best->gain,
	    s->how->min_gain);

	s->bar = bar - 1e-9 * fabs(bar);
}

/* Could it be above the bar?  Bounds on weights only make it less. */
static inline int
may_gain(const struct search *s, double g, double h)
{
	const double a = h + s->l2, b = s->leaf->h - h + s->l2;
	const double rest = s->leaf->g - g;

	return g * g * b + rest * rest * a > s->bar * a * b;
}

/* Is the split into left and the rest better than the best so far?  Then it is
 * that, but for what says which split it is. */
static int
offer(struct search *s, double g, double h)
{
	const struct treegrow_options *o = s->how;
	const struct treeleaf *leaf = s->leaf;
	struct treeleaf left = { g, h, (size_t)(h * s->per_h + 0.5),
		leaf->low, leaf->high };
	struct treeleaf right = { leaf->g - g, leaf->h - h, 0, leaf->low,
		leaf->high };
	double wl, wr, gain;

	if (left.n < o->min_rows || left.n + o->min_rows > leaf->n ||
	    h < o->min_hessian || right.h < o->min_hessian)
		return 0;
	right.n = leaf->n - left.n;
	wl = treefind_weight(&left, s->l2);
	wr = treefind_weight(&right, s->l2);
	if (s->monotone * (wr - wl) < 0)
		return 0;
	gain = (gain_of(&left, wl, s->l2) + gain_of(&right, wr, s->l2) -
	    s->parent) / 2;
	if (!(gain > s->best->gain) || !(gain > o->min_gain))
		return 0;
	if (s->monotone > 0)
		left.high = right.low = (wl + wr) / 2;
	else if (s->monotone < 0)
		left.low = right.high = (wl + wr) / 2;
	s->best->gain = gain;
	set_bar(s);
	s->best->left = left;
	s->best->right = right;
	s->best->left_weight = wl;
	s->best->right_weight = wr;
	return 1;
}

/* Numbers: bins 1 .. b to the left, and the missing ones on either side. */
static void
find_number(struct search *s, struct treeunit unit, size_t n_bins,
    const struct treehist *hist)
{
	const int any_missing = hist[0].h > 0 || hist[0].g != 0;

	for (int missing = 0; missing <= any_missing; missing++) {
		int64_t g = missing ? hist[0].g : 0;
		int64_t h = missing ? hist[0].h : 0;

		for (size_t b = 1; b < n_bins + (size_t)!missing; b++) {
			if (hist[b].g == 0 && hist[b].h == 0)
				continue;
			g += hist[b].g;
			h += hist[b].h;
			if (may_gain(s, (double)g * unit.g, (double)h *
			    unit.h) && offer(s, (double)g * unit.g,
			    (double)h * unit.h)) {
				s->best->bin = (uint8_t)b;
				s->best->missing_left = (uint8_t)missing;
			}
		}
	}
}

struct order {
	double ratio;
	uint32_t bin;
};

static int
by_ratio(const void *va, const void *vb)
{
	const struct order *a = va, *b = vb;

	if (a->ratio != b->ratio)
		return a->ratio < b->ratio ? -1 : 1;
	return (a->bin > b->bin) - (a->bin < b->bin);
}

/* Categories in the order of their weights: the best cut is one of that order
 * (Fisher 1958).  Missing ones stay on the right. */
static void
find_category(struct search *s, struct treeunit unit, size_t n_bins,
    const struct treehist *hist)
{
	struct order order[TREE_BINS];
	size_t n = 0;

	for (size_t b = 1; b <= n_bins; b++)
		if (hist[b].h > 0)
			order[n++] = (struct order){ (double)hist[b].g *
			    unit.g / ((double)hist[b].h * unit.h +
			    category_smooth), (uint32_t)b };
	qsort(order, n, sizeof *order, by_ratio);
	for (int from_end = 0; from_end <= 1; from_end++) {
		uint32_t set[TREE_BINS / 32] = { 0 };
		int64_t g = 0, h = 0;

		for (size_t i = 0; i < n && i < CATEGORIES_LEFT; i++) {
			const uint32_t b = order[from_end ? n - 1 - i : i].bin;

			g += hist[b].g;
			h += hist[b].h;
			set[b / 32] |= UINT32_C(1) << b % 32;
			if (offer(s, (double)g * unit.g, (double)h * unit.h))
				memcpy(s->best->set, set, sizeof set);
		}
	}
}

void
treefind_column(const struct treebins *bins,
    const struct treegrow_options *how, const struct treeleaf *leaf,
    struct treeunit unit, size_t column, const struct treehist *hist,
    struct treefind *out)
{
	const int is_category = bins->is_category[column];
	struct search s = { .how = how, .leaf = leaf, .best = out };

	out->gain = 0;
	out->column = (uint32_t)column;
	out->is_category = (uint8_t)is_category;
	out->missing_left = 0;
	s.l2 = how->l2 + (is_category ? category_l2 : 0);
	s.monotone = how->monotone != NULL && !is_category ?
	    how->monotone[column] : 0;
	s.per_h = leaf->h > 0 ? (double)leaf->n / leaf->h : 0;
	s.parent = gain_of(leaf, treefind_weight(leaf, how->l2), how->l2);
	set_bar(&s);
	if (is_category)
		find_category(&s, unit, bins->n[column], hist);
	else
		find_number(&s, unit, bins->n[column], hist);
}
