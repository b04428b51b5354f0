#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/quantile.h"

enum { BITS = 16, BUCKETS = 1 << BITS, LEVELS = 64 / BITS };

static const uint64_t sign = UINT64_C(1) << 63;

/* Unsigned numbers in the order of the doubles. */
static uint64_t
key_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits & sign ? ~bits : bits | sign;
}

static double
number_of(uint64_t key)
{
	const uint64_t bits = key & sign ? key & ~sign : ~key;
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

void
quantile_begin(struct quantile *q, const uint64_t *rank, size_t n)
{
	assert(n <= QUANTILE_RANKS);
	*q = (struct quantile){ .n = n };
	memcpy(q->rank, rank, n * sizeof *rank);
	q->count = mem_array("quantiles", n * BUCKETS, sizeof *q->count);
}

void
quantile_release(struct quantile *q)
{
	free(q->count);
	q->count = NULL;
}

void
quantile_add(struct quantile *q, double x)
{
	const uint64_t key = key_of(x);
	const unsigned below = 64 - BITS * (q->level + 1);
	const uint64_t known = q->level == 0 ? 0
	    : ~UINT64_C(0) << (below + BITS);

	for (size_t i = 0; i < q->n; i++)
		if ((key & known) == q->prefix[i])
			q->count[i * BUCKETS +
			    (size_t)(key >> below & (BUCKETS - 1))]++;
}

int
quantile_again(struct quantile *q)
{
	const unsigned below = 64 - BITS * (q->level + 1);

	for (size_t i = 0; i < q->n; i++) {
		const uint64_t *count = q->count + i * BUCKETS;
		uint64_t b = 0;

		while (b < BUCKETS - 1 && q->rank[i] >= count[b])
			q->rank[i] -= count[b++];
		q->prefix[i] |= b << below;
	}
	memset(q->count, 0, q->n * BUCKETS * sizeof *q->count);
	return ++q->level < LEVELS;
}

double
quantile_value(const struct quantile *q, size_t i)
{
	assert(q->level == LEVELS && i < q->n);
	return number_of(q->prefix[i]);
}
