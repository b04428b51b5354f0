#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "prep/alias.h"

/* A full slot never needs its alias, but 2^32 does not fit: its alias is
 * itself. */
static struct alias_slot
slot_of(double share, uint32_t other)
{
	const double stay = share * 4294967296.0;

	return (struct alias_slot){
		stay >= 4294967295.0 ? UINT32_MAX :
		    stay > 0 ? (uint32_t)stay : 0, other
	};
}

void
alias_build(struct alias_slot *slots, const double *weights, size_t n)
{
	double *share = mem_array("alias table", n, sizeof *share);
	uint32_t *todo = mem_array("alias table", n, sizeof *todo);
	size_t small = 0, large = n;	/* todo: small, a gap, large */
	uint32_t heaviest = 0;
	double sum = 0;

	assert(n >= 1 && n <= UINT32_MAX);
	for (size_t i = 0; i < n; i++) {
		assert(isfinite(weights[i]) && weights[i] >= 0);
		sum += weights[i];
		if (weights[i] > weights[heaviest])
			heaviest = (uint32_t)i;
	}
	assert(sum > 0);
	for (size_t i = 0; i < n; i++) {
		share[i] = weights[i] * (double)n / sum;
		todo[share[i] < 1 ? small++ : --large] = (uint32_t)i;
	}
	/* A small slot is filled up by a large one, which gets smaller. */
	while (small > 0 && large < n) {
		const uint32_t s = todo[--small], l = todo[large];

		slots[s] = slot_of(share[s], l);
		share[l] -= 1 - share[s];
		if (share[l] < 1) {
			large++;
			todo[small++] = l;
		}
	}
	/* What is left is 1 but for rounding; or 0, when the large ones were
	 * used up too early. */
	while (small > 0) {
		const uint32_t s = todo[--small];

		slots[s] = weights[s] > 0 ? slot_of(1, s) :
		    slot_of(0, heaviest);
	}
	for (; large < n; large++)
		slots[todo[large]] = slot_of(1, todo[large]);
	free(todo);
	free(share);
}
