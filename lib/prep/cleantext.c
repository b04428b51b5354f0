#include <stdint.h>
#include <string.h>

#include "prep/cleantext.h"

enum { REPLACEMENT = 0xfffd };

/* What Windows-1252 has where Latin-1 has control characters, 0x80-0x9f. */
static const uint16_t windows[32] = {
	0x20ac, REPLACEMENT, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, REPLACEMENT, 0x017d,
	REPLACEMENT, REPLACEMENT, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, REPLACEMENT,
	0x017e, 0x0178
};

static int
is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

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
cleantext_is_utf8(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t len;

	for (size_t i = 0; i < s.n; i += len)
		if ((len = sequence(p + i, s.n - i)) == 0)
			return 0;
	return 1;
}

/* Each byte as the highest of eight: tests of all of them in one. */
static const uint64_t highest = UINT64_C(0x8080808080808080);
static const uint64_t each = UINT64_C(0x0101010101010101);

/* A byte of 0x80 or more, or one below 0x20, or 0x7f?  With all bytes below
 * 0x80, adding 0x60 (1) carries into the highest bit from 0x20 (0x7f) on. */
static int
is_plain_word(uint64_t w)
{
	return ((w | ~(w + 0x60 * each) | (w + each)) & highest) == 0;
}

int
cleantext_is_plain(struct span s)
{
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		uint64_t w;

		memcpy(&w, s.p + i, sizeof w);
		if (!is_plain_word(w))
			return 0;
	}
	for (; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x7f ||
		    (unsigned char)s.p[i] < 0x20)
			return 0;
	return 1;
}

int
cleantext_has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (is_control((unsigned char)s.p[i]))
			return 1;
	return 0;
}

struct span
cleantext_trim(struct span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* Adds a code point of the range U+0080-U+FFFF in UTF-8. */
static void
add_code_point(struct buf *out, unsigned c)
{
	if (c < 0x800) {
		buf_char(out, (char)(0xc0 | c >> 6));
	} else {
		buf_char(out, (char)(0xe0 | c >> 12));
		buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_char(out, (char)(0x80 | (c & 0x3f)));
}

unsigned
cleantext_repair(struct span text, struct buf *out)
{
	const int is_utf8 = cleantext_is_utf8(text);
	unsigned done = is_utf8 ? 0 : CLEANTEXT_ENCODING;

	if (is_utf8 && !cleantext_has_control(text)) {
		buf_span(out, text);
		return 0;
	}
	for (size_t i = 0; i < text.n; i++) {
		const unsigned char c = (unsigned char)text.p[i];

		if (is_control(c)) {
			done |= CLEANTEXT_CONTROL;
			buf_char(out, ' ');
		} else if (is_utf8 || c < 0x80) {
			buf_char(out, (char)c);
		} else {
			add_code_point(out, c < 0xa0 ? windows[c - 0x80] : c);
		}
	}
	return done;
}
