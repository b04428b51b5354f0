#include <math.h>

#include "mf/measure.h"

void
measure_ratings(struct measure *m, const struct csr *ratings)
{
	const uint64_t n = csr_count(ratings);
	double sum = 0, squares = 0;

	*m = (struct measure){ ratings, 0, INFINITY, -INFINITY, 1 };
	for (uint64_t i = 0; i < n; i++) {
		const double x = (double)ratings->values[i];

		sum += x;
		m->min = fmin(m->min, x);
		m->max = fmax(m->max, x);
	}
	m->mean = sum / (double)n;
	for (uint64_t i = 0; i < n; i++)
		squares += pow((double)ratings->values[i] - m->mean, 2);
	if (m->min < m->max)
		m->stdev = sqrt(squares / (double)n);
}
