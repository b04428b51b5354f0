#include <math.h>
#include <stddef.h>

#include "base/exactsum.h"

enum { BITS = 32, LOWEST = -1074 };

/* Afterwards all chunks but the last are in [0, 2^32): the one form of a
 * number. */
void
exactsum_carry(struct exactsum *s)
{
	const int64_t base = INT64_C(1) << BITS;

	for (size_t i = 0; i + 1 < EXACTSUM_CHUNKS; i++) {
		int64_t low = s->chunk[i] % base;

		low += low < 0 ? base : 0;
		s->chunk[i + 1] += (s->chunk[i] - low) / base;
		s->chunk[i] = low;
	}
	s->n = 0;
}

void
exactsum_add_times(struct exactsum *s, double x, uint64_t n)
{
	for (double term = x; n > 0; n >>= 1, term += term)
		if (n & 1)
			exactsum_add(s, term);
}

void
exactsum_merge(struct exactsum *s, const struct exactsum *other)
{
	struct exactsum b = *other;

	exactsum_carry(&b);
	exactsum_carry(s);
	for (size_t i = 0; i < EXACTSUM_CHUNKS; i++)
		s->chunk[i] += b.chunk[i];
	s->n = 1;
}

double
exactsum_value(const struct exactsum *s)
{
	struct exactsum a = *s;
	double sign = 1, sum = 0;

	exactsum_carry(&a);
	if (a.chunk[EXACTSUM_CHUNKS - 1] < 0) {
		/* so that no digits cancel each other */
		for (size_t i = 0; i < EXACTSUM_CHUNKS; i++)
			a.chunk[i] = -a.chunk[i];
		exactsum_carry(&a);
		sign = -1;
	}
	for (size_t i = EXACTSUM_CHUNKS; i-- > 0;)
		sum += ldexp((double)a.chunk[i], BITS * (int)i + LOWEST);
	return sign * sum;
}
