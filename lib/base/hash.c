/* Compiled in: for names of ten bytes a call into a library is most of it. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/hash.h"

uint64_t
hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, n, seed);
}

void
hash_spans(const struct spans *s, size_t n, uint64_t *hash)
{
	for (size_t i = 0; i < n; i++)
		hash[i] = XXH3_64bits(s->text + s->from[i],
		    s->to[i] - s->from[i]);
}
