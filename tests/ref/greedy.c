#include <assert.h>
#include <math.h>

#include "tests/ref/greedy.h"
#include "tests/ref/plain.h"

enum { M_MAX = 32 };

static int
is_in(const size_t *list, size_t m, size_t x)
{
	size_t i = 0;

	while (i < m && list[i] != x)
		i++;
	return i < m;
}

void
ref_greedy(size_t n, size_t k,
    double (*worth)(void *arg, const size_t *list, size_t length), void *arg,
    size_t *list)
{
	for (size_t m = 0; m < k; m++) {
		double most = -INFINITY;
		size_t best = n;

		for (size_t i = 0; i < n; i++) {
			double x;

			if (is_in(list, m, i))
				continue;
			list[m] = i;
			x = worth(arg, list, m + 1);
			if (best == n || x > most) {
				best = i;
				most = x;
			}
		}
		list[m] = best;
	}
}

double
ref_logdet(const double *A, size_t n, const size_t *list, size_t m)
{
	double L[M_MAX * M_MAX], sum = 0;

	assert(m <= M_MAX);
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < m; j++)
			L[i * m + j] = A[list[i] * n + list[j]];
	if (plain_cholesky(m, L) != 0)
		return -INFINITY;
	for (size_t i = 0; i < m; i++)
		sum += 2 * log(L[i * m + i]);
	return sum;
}
