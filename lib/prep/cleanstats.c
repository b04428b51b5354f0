#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "prep/cleanstats.h"
#include "prep/quantile.h"

/* --- means and spreads, of all rows or by user or item ------------------- */

enum by { ALL, BY_USER, BY_ITEM };

struct group {
	uint64_t n;		/* numbers that are not missing */
	double mean, squares;	/* squares: of distances from the mean */
	double min, max;
};

struct groups {
	enum by by;
	struct group *group;	/* (n); owned */
	size_t n;
};

static struct group *
group_of(const struct groups *g, const struct cleanblock *b, size_t i)
{
	return &g->group[g->by == BY_USER ? b->user[i] : g->by == BY_ITEM
	    ? b->item[i] : 0];
}

static void
add_to_group(void *arg, const struct cleanblock *b, size_t i, double x)
{
	struct group *g = group_of(arg, b, i);
	double distance;

	if (isnan(x))
		return;
	g->min = g->n == 0 || x < g->min ? x : g->min;
	g->max = g->n == 0 || x > g->max ? x : g->max;
	g->n++;
	distance = x - g->mean;
	g->mean += distance / (double)g->n;
	g->squares += distance * (x - g->mean);
}

static int
make_groups(const struct cleanseries *s, enum by by, struct groups *g)
{
	g->by = by;
	g->n = by == BY_USER ? idmap_count(s->store->users) : by == BY_ITEM
	    ? idmap_count(s->store->items) : 1;
	g->group = mem_array("means", g->n, sizeof *g->group);
	return cleanseries_read(s, add_to_group, g);
}

static double
deviation(const struct group *g)
{
	/* rounding must not make a spread of equal numbers */
	return g->max > g->min ? sqrt(g->squares / (double)g->n) : 0;
}

/* --- quantiles ----------------------------------------------------------- */

struct selection {
	struct quantile quantile;
	double middle;		/* distances from here; NAN: the numbers */
};

static void
add_to_quantile(void *arg, const struct cleanblock *b, size_t i, double x)
{
	struct selection *s = arg;

	(void)b;
	(void)i;
	if (!isnan(x))
		quantile_add(&s->quantile, isnan(s->middle) ? x
		    : fabs(x - s->middle));
}

enum { SHARES = QUANTILE_RANKS / 2 };

/* The quantiles of n numbers at each share[k] (0 .. 1), k < n_shares. */
static int
find_quantiles(const struct cleanseries *s, uint64_t n, double middle,
    const double *share, size_t n_shares, double *out)
{
	struct selection sel = { .middle = middle };
	uint64_t rank[QUANTILE_RANKS];
	double part[SHARES];
	int status;

	assert(n > 0 && n_shares <= SHARES);
	for (size_t k = 0; k < n_shares; k++) {
		const double place = (double)(n - 1) * share[k];

		rank[2 * k] = (uint64_t)place;
		rank[2 * k + 1] = rank[2 * k] + (rank[2 * k] < n - 1);
		part[k] = place - floor(place);
	}
	quantile_begin(&sel.quantile, rank, 2 * n_shares);
	do
		status = cleanseries_read(s, add_to_quantile, &sel);
	while (status == 0 && quantile_again(&sel.quantile));
	for (size_t k = 0; k < n_shares && status == 0; k++) {
		const double a = quantile_value(&sel.quantile, 2 * k);
		const double b = quantile_value(&sel.quantile, 2 * k + 1);

		out[k] = (1 - part[k]) * a + part[k] * b;
	}
	quantile_release(&sel.quantile);
	return status;
}

/* --- missing numbers ----------------------------------------------------- */

struct fill {
	struct groups groups;
	double otherwise;	/* for groups without a number */
	uint64_t filled;
};

static double
fill_one(void *arg, struct cleanblock *b, size_t i, double x)
{
	struct fill *f = arg;
	const struct group *g = group_of(&f->groups, b, i);

	if (!isnan(x))
		return x;
	f->filled++;
	return g->n > 0 && f->groups.by != ALL ? g->mean : f->otherwise;
}

int
cleanstats_fill(const struct cleanseries *s, enum cleanvalue_missing what,
    uint64_t *filled)
{
	static const double half = 0.5;
	struct groups all = { .n = 0 };
	struct fill f = { .filled = 0 };
	int status = make_groups(s, ALL, &all);

	f.otherwise = all.n > 0 ? all.group[0].mean : NAN;
	if (status == 0)
		status = make_groups(s, what == CLEANVALUE_USER_MEAN ? BY_USER
		    : what == CLEANVALUE_ITEM_MEAN ? BY_ITEM : ALL, &f.groups);
	if (status == 0 && all.group[0].n > 0) {
		if (what == CLEANVALUE_MEDIAN)
			status = find_quantiles(s, all.group[0].n, NAN, &half,
			    1, &f.otherwise);
		if (status == 0)
			status = cleanseries_change(s, fill_one, &f);
	}
	*filled = f.filled;
	free(f.groups.group);
	free(all.group);
	return status;
}

/* --- outliers ------------------------------------------------------------ */

/* Standard deviations of a normal in its median distance: 1 / 0.67449. */
static const double mad_scale = 1.4826022185056018;

static int
quartile_bounds(const struct cleanseries *s, uint64_t n, double limit,
    double *lo, double *hi)
{
	static const double shares[] = { 0.25, 0.75 };
	double q[2];

	if (find_quantiles(s, n, NAN, shares, 2, q) != 0)
		return -1;
	if (!(q[1] > q[0]))
		return 0;
	*lo = q[0] - limit * (q[1] - q[0]);
	*hi = q[1] + limit * (q[1] - q[0]);
	return 0;
}

static int
median_bounds(const struct cleanseries *s, uint64_t n, double limit,
    double *lo, double *hi)
{
	static const double half = 0.5;
	double median, distance;

	if (find_quantiles(s, n, NAN, &half, 1, &median) != 0 ||
	    find_quantiles(s, n, median, &half, 1, &distance) != 0)
		return -1;
	if (!(distance > 0))
		return 0;
	*lo = median - limit * mad_scale * distance;
	*hi = median + limit * mad_scale * distance;
	return 0;
}

int
cleanstats_bounds(const struct cleanseries *s, enum cleanvalue_outlier how,
    double limit, double *lo, double *hi)
{
	struct groups all;
	int status = make_groups(s, ALL, &all);
	const struct group g = all.group[0];

	free(all.group);
	*lo = -INFINITY;
	*hi = INFINITY;
	if (status != 0 || g.n == 0)
		return status;
	if (how == CLEANVALUE_IQR)
		return quartile_bounds(s, g.n, limit, lo, hi);
	if (how == CLEANVALUE_MAD)
		return median_bounds(s, g.n, limit, lo, hi);
	if (deviation(&g) > 0) {
		*lo = g.mean - limit * deviation(&g);
		*hi = g.mean + limit * deviation(&g);
	}
	return 0;
}

struct bound {
	double lo, hi;
	int clips;
	uint64_t outside;
};

static double
bound_one(void *arg, struct cleanblock *b, size_t i, double x)
{
	struct bound *to = arg;

	if (isnan(x) || (x >= to->lo && x <= to->hi))
		return x;
	to->outside++;
	b->gone[i] = (unsigned char)!to->clips;
	return x < to->lo ? to->lo : to->hi;
}

int
cleanstats_bound(const struct cleanseries *s, double lo, double hi, int clips,
    uint64_t *outside)
{
	struct bound b = { lo, hi, clips, 0 };
	const int status = cleanseries_change(s, bound_one, &b);

	*outside = b.outside;
	return status;
}

/* --- normal numbers ------------------------------------------------------ */

struct normal {
	struct groups groups;
	enum cleanvalue_normal how;
};

static double
normalize_one(void *arg, struct cleanblock *b, size_t i, double x)
{
	const struct normal *to = arg;
	const struct group *g = group_of(&to->groups, b, i);
	double size = 1;

	if (isnan(x))
		return x;
	if (to->how == CLEANVALUE_MINMAX)
		return g->max > g->min ? (x - g->min) / (g->max - g->min) : 0;
	if (to->how == CLEANVALUE_STANDARD ||
	    to->how == CLEANVALUE_USER_STANDARD)
		size = deviation(g);
	return g->max > g->min ? (x - g->mean) / size : 0;
}

int
cleanstats_normalize(const struct cleanseries *s, enum cleanvalue_normal how)
{
	const enum by by = how == CLEANVALUE_USER_CENTER ||
	    how == CLEANVALUE_USER_STANDARD ? BY_USER :
	    how == CLEANVALUE_ITEM_CENTER ? BY_ITEM : ALL;
	struct normal to = { .how = how };
	int status = make_groups(s, by, &to.groups);

	if (status == 0)
		status = cleanseries_change(s, normalize_one, &to);
	free(to.groups.group);
	return status;
}
