#include <math.h>

#include "prep/psi.h"

static uint64_t
sum(const uint64_t *x, size_t n)
{
	uint64_t s = 0;

	for (size_t i = 0; i < n; i++)
		s += x[i];
	return s;
}

double
psi(const uint64_t *now, const uint64_t *before, size_t n)
{
	const double half = 0.5 * (double)n;
	const double n_now = (double)sum(now, n);
	const double n_before = (double)sum(before, n);
	double index = 0;

	if (n_now <= 0 || n_before <= 0)
		return 0;
	for (size_t g = 0; g < n; g++) {
		const double p = ((double)now[g] + 0.5) / (n_now + half);
		const double q = ((double)before[g] + 0.5) / (n_before + half);

		index += (p - q) * log(p / q);
	}
	return index;
}

size_t
psi_join(uint64_t *now, uint64_t *before, size_t n, size_t groups)
{
	const uint64_t all = sum(before, n);
	size_t g = 0;		/* the group that is open */
	uint64_t in_now = 0, in_before = 0;

	for (size_t i = 0; i < n; i++) {
		in_now += now[i];
		in_before += before[i];
		if (in_before == 0 || in_before < all / groups)
			continue;
		now[g] = in_now;
		before[g++] = in_before;
		in_now = in_before = 0;
	}
	if (g > 0) {		/* what is left belongs to the last group */
		now[g - 1] += in_now;
		before[g - 1] += in_before;
	}
	return g;
}
