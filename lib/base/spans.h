#ifndef SRS_SPANS_H
#define SRS_SPANS_H

/*
 * spans.h -- pieces of one text, a column of a table say: for loops over many
 * of them.
 *
 *	for (size_t i = 0; i < n; i++)
 *		use(spans_get(&ids, i));
 *
 * SPANS_SLACK bytes may be read behind each, whatever they are.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

enum { SPANS_SLACK = 16 };

struct spans {
	const char *text;	/* < 2^32 bytes, and the slack behind them */
	const uint32_t *from, *to;	/* (n) piece i is text[from .. to) */
};

static inline struct span
spans_get(const struct spans *s, size_t i)
{
	return (struct span){ s->text + s->from[i], s->to[i] - s->from[i] };
}

/* Eight bytes as a number whose lowest byte is the first. */
static inline uint64_t
spans_load(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

/* The same of a text of n bytes, those behind it 0: equal for two texts of at
 * most eight bytes, none of them 0, exactly if they are. */
static inline uint64_t
spans_word(const char *p, size_t n)
{
	const uint64_t x = spans_load(p);

	return n < 8 ? x & ~(~UINT64_C(0) << 8 * n) : x;
}

#endif
