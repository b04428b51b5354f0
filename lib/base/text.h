#ifndef SRS_TEXT_H
#define SRS_TEXT_H

/* text.h -- what kind of text some bytes are. */

#include <stdint.h>
#include <string.h>

#include "base/span.h"

/* Below 0x20, or 0x7f. */
static inline int
text_is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Well-formed as in RFC 3629: no overlong forms, no surrogates. */
int text_is_utf8(struct span);

/* Any such byte? */
int text_has_control(struct span);

/* Does it begin with a byte order mark?  Files that were put together may have
 * one in the middle, which is part of no id. */
static inline int
text_has_mark(struct span s)
{
	return s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0;
}

/* Of eight bytes: are all of them from 0x20 to 0x7e?  With all below 0x80,
 * adding 0x60 (1) carries into the highest bit from 0x20 (0x7f) on. */
static inline int
text_is_plain_word(uint64_t w)
{
	const uint64_t highest = UINT64_C(0x8080808080808080);
	const uint64_t each = UINT64_C(0x0101010101010101);

	return ((w | ~(w + 0x60 * each) | (w + each)) & highest) == 0;
}

/* Only ASCII without control characters: neither of the above is needed then.
 * Eight bytes at a time; most ids are one or two words. */
static inline int
text_is_plain(struct span s)
{
	uint64_t w;
	uint32_t low, high;
	size_t i = 0;

	for (; i + sizeof w <= s.n; i += sizeof w) {
		memcpy(&w, s.p + i, sizeof w);
		if (!text_is_plain_word(w))
			return 0;
	}
	if (i == s.n)
		return 1;
	if (s.n >= sizeof w) {		/* some of these for the second time */
		memcpy(&w, s.p + s.n - sizeof w, sizeof w);
		return text_is_plain_word(w);
	}
	if (s.n >= sizeof low) {
		memcpy(&low, s.p, sizeof low);
		memcpy(&high, s.p + s.n - sizeof high, sizeof high);
		return text_is_plain_word((uint64_t)high << 32 | low);
	}
	for (; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x7f || text_is_control(s.p[i]))
			return 0;
	return 1;
}

#endif
