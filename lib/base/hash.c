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

/* Four bytes, the first lowest: one load. */
static uint64_t
four(const char *p)
{
	const unsigned char *c = (const unsigned char *)p;

	return c[0] | (uint32_t)c[1] << 8 | (uint32_t)c[2] << 16 |
	    (uint32_t)c[3] << 24;
}

/* No loop: the lengths of names cannot be foreseen. */
uint64_t
hash_word(struct span name)
{
	const uint64_t fill = UINT64_C(0x0a0a0a0a0a0a0a0a);
	const unsigned char *c = (const unsigned char *)name.p;
	const size_t n = name.n;

	if (n == 0)
		return fill;
	if (n < 4)
		return fill << (8 * n) | c[0] |
		    (uint64_t)c[n / 2] << (8 * (n / 2)) |
		    (uint64_t)c[n - 1] << (8 * (n - 1));
	/* two halves that overlap; shifted twice, since 64 is too far */
	return fill << (8 * n - 8) << 8 | four(name.p) |
	    four(name.p + n - 4) << (8 * (n - 4));
}

uint64_t
hash_id(struct span name)
{
	return name.n <= HASH_WORD ? hash_mix(hash_word(name), 0)
	    : hash_bytes(name.p, name.n, 0);
}
