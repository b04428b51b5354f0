#include <stdlib.h>

#include "base/mem.h"
#include "prep/popularity.h"

enum { SMALL = 1 << 12 };	/* numbers of rows that most ids are below */

static int
compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts ascending.  Small numbers, as most are, are only counted. */
static void
sort(uint64_t *x, size_t n)
{
	uint64_t *count = mem_array("rows of ids", SMALL, sizeof *count);
	size_t large = n, at = 0;

	for (size_t i = 0; i < large;) {
		const uint64_t is = x[i];

		if (is < SMALL) {
			count[is]++;
			i++;
		} else {
			x[i] = x[--large];
			x[large] = is;
		}
	}
	for (size_t is = 0; is < SMALL; is++)
		for (; count[is] > 0; count[is]--)
			x[at++] = is;
	if (n - large > 1)
		qsort(x + large, n - large, sizeof *x, compare);
	free(count);
}

double
popularity_gini(uint64_t *x, size_t n)
{
	double above = 0, sum = 0;

	sort(x, n);
	for (size_t i = 0; i < n; i++) {
		/* 2 (i + 1) - n - 1 */
		above += (2 * (double)i + 1 - (double)n) * (double)x[i];
		sum += (double)x[i];
	}
	return sum > 0 ? above / ((double)n * sum) : 0;
}

struct popularity
popularity_of(const uint64_t *rows, size_t n)
{
	struct popularity p = { .estimated = 0 };
	uint64_t *some = mem_array("rows of ids", n, sizeof *some);
	size_t n_some = 0, once = 0;

	for (size_t i = 0; i < n; i++) {
		if (rows[i] == 0)
			continue;
		some[n_some++] = rows[i];
		once += rows[i] == 1;
	}
	p.gini = popularity_gini(some, n_some);
	p.ids = (double)n_some;
	p.once = (double)once;
	p.most = n_some > 0 ? (double)some[n_some - 1] : 0;
	free(some);
	return p;
}

struct popularity
popularity_estimate(const uint64_t *rows, size_t n, double ids)
{
	struct popularity p = popularity_of(rows, n);

	p.estimated = 1;
	p.once *= p.ids > 0 ? ids / p.ids : 0;
	p.ids = ids;
	return p;
}
