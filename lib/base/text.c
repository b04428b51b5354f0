#include "base/text.h"

/*
 * The length of the well-formed sequence at p, of n bytes at most; 0 if there
 * is none.  RFC 3629, section 4: only the second byte has special ranges.
 */
static size_t
sequence(const unsigned char *p, size_t n)
{
	const unsigned char c = p[0];
	unsigned char low = 0x80, high = 0xbf;
	const size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 :
	    c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

	if (len == 0 || len > n)
		return 0;
	if (c == 0xe0)
		low = 0xa0;	/* shorter forms exist */
	else if (c == 0xed)
		high = 0x9f;	/* surrogates */
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f;	/* past U+10FFFF */
	for (size_t i = 1; i < len; i++) {
		if (p[i] < low || p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}

int
text_is_utf8(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t len;

	for (size_t i = 0; i < s.n; i += len)
		if ((len = sequence(p + i, s.n - i)) == 0)
			return 0;
	return 1;
}

int
text_has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (text_is_control(s.p[i]))
			return 1;
	return 0;
}
