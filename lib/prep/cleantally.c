#include <math.h>

#include "prep/cleantally.h"
#include "prep/cleantime.h"

static void
add(struct cleantally_range *r, double x)
{
	r->min = r->n == 0 || x < r->min ? x : r->min;
	r->max = r->n == 0 || x > r->max ? x : r->max;
	r->sum += x;
	r->n++;
}

void
cleantally_row(struct cleantally *t, const struct cleanstore_row *row)
{
	t->rows++;
	if (!isnan(row->rating))
		add(&t->rating, (double)row->rating);
	add(&t->weight, (double)row->weight);
	if (row->time != CLEANTIME_NONE)
		add(&t->time, (double)row->time);
}

double
cleantally_mean(const struct cleantally_range *r)
{
	return r->n == 0 ? 0 : r->sum / (double)r->n;
}

double
cleantally_density(const struct cleantally *t)
{
	if (t->rows == 0 || t->items == 0)
		return 0;
	return (double)t->rows / (double)t->users / (double)t->items;
}
