#include <math.h>
#include <stddef.h>

#include "prep/hll.h"

enum { RANKS = 64 - HLL_BITS };	/* ranks are 0 .. RANKS + 1 */

void
hll_merge(struct hll *h, const struct hll *other)
{
	for (size_t i = 0; i < HLL_REGISTERS; i++)
		if (h->rank[i] < other->rank[i])
			h->rank[i] = other->rank[i];
}

/* sigma(x) = x + sum over k >= 1 of x^(2^k) 2^(k-1), for x < 1; eq. (14) */
static double
sigma(double x)
{
	double z = x, before = -1;

	for (double y = 1; z > before; y += y) {
		x *= x;
		before = z;
		z += x * y;
	}
	return z;
}

/* tau(x) = 1/3 (1 - x - sum over k >= 1 of (1 - x^(2^-k))^2 2^-k); eq. (23) */
static double
tau(double x)
{
	double z = 1 - x, before = 2;

	if (x <= 0)
		return 0;
	for (double y = 0.5; z < before; y *= 0.5) {
		x = sqrt(x);
		before = z;
		z -= (1 - x) * (1 - x) * y;
	}
	return z / 3;
}

double
hll_count(const struct hll *h)
{
	const double m = HLL_REGISTERS, ln2 = 0.69314718055994530942;
	double n[RANKS + 2] = { 0 }, z;

	for (size_t i = 0; i < HLL_REGISTERS; i++)
		n[h->rank[i]]++;
	if (n[0] >= m)
		return 0;
	z = m * tau(1 - n[RANKS + 1] / m);
	for (size_t k = RANKS; k >= 1; k--)
		z = 0.5 * (z + n[k]);
	z += m * sigma(n[0] / m);
	return m * m / (2 * ln2 * z);
}
