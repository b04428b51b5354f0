#include <assert.h>

#include "base/hash.h"
#include "base/rng.h"
#include "nn/seqcut.h"

size_t
seqcut_pieces(size_t n, size_t length)
{
	return n / length + (n % length != 0);
}

/*
 * With k pieces and n = (k - 1) length + rest, 1 <= rest <= length: if the
 * first has rest .. length targets, and all but the last one after it have
 * length, then the last one has rest .. length too.
 */
struct seqcut
seqcut_piece(size_t n, size_t length, size_t i, uint64_t seed, size_t epoch,
    uint32_t user)
{
	const size_t k = seqcut_pieces(n, length);
	struct seqcut cut = { 0, n };
	struct rng rng;
	size_t first;

	assert(i < k);
	if (k == 1)
		return cut;
	rng_init(&rng, seed, rng_stream("seqnet.cut", hash_mix(epoch, user)));
	first = n - (k - 1) * length;
	first += rng_below(&rng, (uint32_t)(length - first + 1));
	if (i > 0)
		cut.from = first + (i - 1) * length;
	if (i + 1 < k)
		cut.to = first + i * length;
	return cut;
}
