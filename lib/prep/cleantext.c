#include <stdint.h>

#include "base/text.h"
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
	const int is_utf8 = text_is_utf8(text);
	unsigned done = is_utf8 ? 0 : CLEANTEXT_ENCODING;

	if (is_utf8 && !text_has_control(text)) {
		buf_span(out, text);
		return 0;
	}
	for (size_t i = 0; i < text.n; i++) {
		const unsigned char c = (unsigned char)text.p[i];

		if (text_is_control(text.p[i])) {
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
