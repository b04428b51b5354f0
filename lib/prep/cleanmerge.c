#include <assert.h>
#include <float.h>
#include <math.h>

#include "prep/cleangroup.h"
#include "prep/cleanmerge.h"
#include "prep/cleantime.h"

static const struct choice hows[] = {
	{ "keep", "all of them stay", NULL },
	{ "first", "the first in time", NULL },
	{ "last", "the last in time", NULL },
	{ "max", "the one with the greatest rating or weight", NULL },
	{ "sum", "ratings and weights are added up", NULL },
	{ "count", "the weight is the number of rows", NULL },
	{ "mean", "ratings and weights are averaged", NULL },
	{ "merge", "of each column the last value that is not empty", NULL }
};

const struct choice *
cleanmerge_choice(size_t i)
{
	return i < sizeof hows / sizeof *hows ? &hows[i] : NULL;
}

enum cleanmerge_how
cleanmerge_how(const struct choice *c)
{
	return (enum cleanmerge_how)(c - hows);
}

/* The sum that was too large, of those the one whose first row comes first. */
struct too_large {
	uint64_t row;		/* UINT64_MAX: none */
	uint32_t user, item;
};

struct job {
	enum cleanmerge_how how;
	struct too_large too_large[CLEANGROUP_PARTS];
};

/* What "max" goes by; a missing rating is less than any. */
static double
value_of(const struct cleangroup *g, uint64_t row)
{
	double x = 1;

	if (cleangroup_has(g, CLEANCHUNK_RATING))
		x = (double)*cleangroup_value(g, CLEANCHUNK_RATING, row);
	else if (cleangroup_has(g, CLEANCHUNK_WEIGHT))
		x = (double)*cleangroup_value(g, CLEANCHUNK_WEIGHT, row);
	return isnan(x) ? -INFINITY : x;
}

/* The row that is kept. */
static uint64_t
pick(const struct cleangroup *g, enum cleanmerge_how how)
{
	uint64_t best = g->row[0];

	for (size_t i = 1; i < g->n; i++) {
		const uint64_t row = g->row[i];
		const int64_t was = cleangroup_time(g, best);
		const int64_t is = cleangroup_time(g, row);
		int better;

		if (how == CLEANMERGE_FIRST)
			better = is < was;
		else if (how == CLEANMERGE_MAX)
			better = value_of(g, row) > value_of(g, best);
		else
			better = is >= was;
		if (better)
			best = row;
	}
	return best;
}

/* The sum or the mean of a column over the rows; missing values are not
 * counted, and a result without any is missing. */
static float
combine(const struct cleangroup *g, enum cleanchunk_column column,
    struct job *job)
{
	const uint64_t place = cleangroup_place(g, g->row[0]);
	struct too_large *too_large = &job->too_large[g->part];
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < g->n; i++) {
		const float x = *cleangroup_value(g, column, g->row[i]);

		if (!isnan(x)) {
			sum += (double)x;
			count++;
		}
	}
	if (count == 0)
		return NAN;
	if (job->how == CLEANMERGE_MEAN)
		sum /= (double)count;
	if (fabs(sum) <= (double)FLT_MAX)
		return (float)sum;
	if (place < too_large->row)
		*too_large = (struct too_large){ place,
			cleangroup_id(g, CLEANCHUNK_USER, g->row[0]),
			cleangroup_id(g, CLEANCHUNK_ITEM, g->row[0]) };
	return 0;
}

static int64_t
last_time(const struct cleangroup *g)
{
	int64_t last = CLEANTIME_NONE;

	for (size_t i = 0; i < g->n; i++) {
		const int64_t is = cleangroup_time(g, g->row[i]);

		last = is > last ? is : last;
	}
	return last;
}

/* Merges the rows of one subject. */
static void
merge(void *arg, const struct cleangroup *g)
{
	struct job *job = arg;
	const enum cleanmerge_how how = job->how;
	const uint64_t to = g->row[0];
	const int adds = how == CLEANMERGE_SUM || how == CLEANMERGE_MEAN;
	const int has_rating = cleangroup_has(g, CLEANCHUNK_RATING);
	const int has_weight = cleangroup_has(g, CLEANCHUNK_WEIGHT);
	float rating = NAN, weight = NAN;
	int64_t last;

	if (adds && has_rating)
		rating = combine(g, CLEANCHUNK_RATING, job);
	if (adds && has_weight)
		weight = combine(g, CLEANCHUNK_WEIGHT, job);
	last = last_time(g);

	cleangroup_copy(g, pick(g, how), to);
	if (adds && has_rating)
		*cleangroup_value(g, CLEANCHUNK_RATING, to) = rating;
	if (adds && has_weight)
		*cleangroup_value(g, CLEANCHUNK_WEIGHT, to) = weight;
	if (how == CLEANMERGE_COUNT)
		*cleangroup_value(g, CLEANCHUNK_WEIGHT, to) = (float)g->n;
	if (how != CLEANMERGE_FIRST && cleangroup_has(g, CLEANCHUNK_TIME))
		*(int64_t *)cleanchunk_at(g->rows, CLEANCHUNK_TIME, to) = last;
	for (size_t i = 1; i < g->n; i++)
		cleangroup_remove(g, g->row[i]);
}

/* The first sum that was too large, by the order of rows. */
static int
check_sums(const struct job *job, const struct cleanstore *s)
{
	const struct too_large *first = &job->too_large[0];
	struct span user, item = { NULL, 0 };

	for (size_t p = 1; p < CLEANGROUP_PARTS; p++)
		if (job->too_large[p].row < first->row)
			first = &job->too_large[p];
	if (first->row == UINT64_MAX)
		return 0;
	user = idmap_name(s->users, first->user);
	if (s->has.item)
		item = idmap_name(s->items, first->item);
	return err_msg("the values of user '%.*s' and item '%.*s' add up to "
	    "more than a number can hold", SPAN_ARGS(user), SPAN_ARGS(item));
}

int
cleanmerge(struct cleanstore *s, enum cleanmerge_how how, uint64_t *merged)
{
	struct job job = { .how = how };

	assert(how != CLEANMERGE_KEEP);
	assert(how != CLEANMERGE_COUNT || s->has.weight);
	for (size_t p = 0; p < CLEANGROUP_PARTS; p++)
		job.too_large[p].row = UINT64_MAX;
	if (cleangroup_each(s, !s->joins_events, merge, &job, merged) != 0)
		return -1;
	return check_sums(&job, s);
}
