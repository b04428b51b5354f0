#include <stdlib.h>

#include "base/mem.h"
#include "prep/rhythm.h"

enum { HOURS = 24, DAYS = 7, SECONDS = 3600 };

/* Relative numbers of visits: by hour from midnight, by day from Monday. */
static const double by_hour[HOURS] = {
	9, 5, 3, 2, 2, 3, 6, 12, 20, 28, 33, 36,
	40, 38, 36, 35, 36, 40, 47, 56, 63, 58, 40, 20
};
static const double by_day[DAYS] = { 10, 9.5, 9.5, 9.5, 9, 10.5, 12.5 };

static const double growth = 0.3;	/* from the first hour to the last */

void
rhythm_init(struct rhythm *r, size_t days)
{
	r->n_hours = days * HOURS;
	r->sum = mem_array("rhythm", r->n_hours + 1, sizeof *r->sum);
	for (size_t h = 0; h < r->n_hours; h++)
		r->sum[h + 1] = r->sum[h] + by_hour[h % HOURS] *
		    by_day[h / HOURS % DAYS] *
		    (1 + growth * (double)h / (double)r->n_hours);
	for (size_t h = 0; h < r->n_hours; h++)
		r->sum[h] /= r->sum[r->n_hours];
	r->sum[r->n_hours] = 1;
}

void
rhythm_release(struct rhythm *r)
{
	free(r->sum);
	r->sum = NULL;
}

double
rhythm_at(const struct rhythm *r, double share)
{
	size_t low = 0, high = r->n_hours;	/* sum[low] <= share */

	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;

		if (r->sum[middle] <= share)
			low = middle;
		else
			high = middle;
	}
	return SECONDS * ((double)low + (share - r->sum[low]) /
	    (r->sum[low + 1] - r->sum[low]));
}
