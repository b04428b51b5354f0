#include <string.h>

#include "io/jsonpull.h"

/* What may come next. */
enum {
	VALUE, VALUE_OR_END,	/* in an array: the latter at its beginning */
	KEY, KEY_OR_END,	/* the same in an object */
	COMMA_OR_END,
	NOTHING
};

struct jsonpull
jsonpull_of(struct span text)
{
	return (struct jsonpull){ .start = text.p, .p = text.p,
	    .end = text.p + text.n, .expects = VALUE };
}

static enum json_token
bad(struct jsonpull *j, const char *problem)
{
	j->problem = problem;
	j->at = (size_t)(j->p - j->start) + 1;
	return JSON_BAD;
}

static int
in_object(const struct jsonpull *j)
{
	return j->depth > 0 && (j->objects >> (j->depth - 1) & 1) != 0;
}

/* A value is behind us. */
static void
end_value(struct jsonpull *j)
{
	j->expects = j->depth == 0 ? NOTHING : COMMA_OR_END;
}

static void
skip_blanks(struct jsonpull *j)
{
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' ||
	    *j->p == '\n' || *j->p == '\r'))
		j->p++;
}

/* --- texts --- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The number of the four hexadecimal digits at p, before `end`; -1. */
static int32_t
hex4(const char *p, const char *end)
{
	int32_t x = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		const int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		x = x << 4 | digit;
	}
	return x;
}

/* The character of the escape whose "\u" is at p, and the bytes it takes; -1
 * if it is none. */
static int32_t
unicode(const char *p, const char *end, size_t *n)
{
	const int32_t first = hex4(p + 2, end);
	int32_t second;

	*n = 6;
	if (first < 0xd800 || first > 0xdfff)
		return first > 0 ? first : -1;
	if (first > 0xdbff || end - p < 12 || p[6] != '\\' || p[7] != 'u')
		return -1;
	second = hex4(p + 8, end);
	if (second < 0xdc00 || second > 0xdfff)
		return -1;
	*n = 12;
	return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

/* Passes over the escape at p: NULL, or what is wrong. */
static const char *
skip_escape(struct jsonpull *j)
{
	size_t n = 2;

	j->is_escaped = 1;
	if (j->end - j->p < 2)
		return "a text is not closed";
	if (j->p[1] == 'u') {
		if (unicode(j->p, j->end, &n) < 0)
			return hex4(j->p + 2, j->end) == 0 ?
			    "the character U+0000" :
			    "\\u without the number of a character";
	} else if (j->p[1] == '\0' || strchr("\"\\/bfnrt", j->p[1]) == NULL) {
		return "an unknown escape";
	}
	j->p += n;
	return NULL;
}

static int
is_plain(char c)
{
	return (unsigned char)c >= ' ' && c != '"' && c != '\\';
}

/* The top bit of each byte of x that is below `than`.  The lowest that is set
 * is right; those above it may be a borrow's. */
static uint64_t
below(uint64_t x, uint64_t than)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	return (x - ones * than) & ~x & ones << 7;
}

/* Where the plain characters from p on end, eight at a time. */
static const char *
skip_plain(const char *p, const char *end)
{
	static const char quotes[] = "\"\"\"\"\"\"\"\"";
	static const char slashes[] = "\\\\\\\\\\\\\\\\";

	for (; end - p >= 8; p += 8) {
		uint64_t x, quote, slash, stops;

		memcpy(&x, p, 8);
		memcpy(&quote, quotes, 8);
		memcpy(&slash, slashes, 8);
		stops = below(x, ' ') | below(x ^ quote, 1) |
		    below(x ^ slash, 1);
		if (stops != 0)		/* little-endian, as all here */
			return p + __builtin_ctzll(stops) / 8;
	}
	while (p < end && is_plain(*p))
		p++;
	return p;
}

/* The text whose quote is at p, as `token`. */
static enum json_token
read_text(struct jsonpull *j, enum json_token token)
{
	const char *from = ++j->p, *problem;

	j->is_escaped = 0;
	for (;;) {
		j->p = skip_plain(j->p, j->end);
		if (j->p == j->end)
			return bad(j, "a text is not closed");
		if (*j->p == '"')
			break;
		if (*j->p != '\\')
			return bad(j, "a control character in a text");
		problem = skip_escape(j);
		if (problem != NULL)
			return bad(j, problem);
	}
	j->text = (struct span){ from, (size_t)(j->p - from) };
	j->p++;
	return token;
}

static size_t
put_utf8(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

size_t
jsonpull_unescape(struct span text, char *out)
{
	static const char of[] = "b\bf\fn\nr\rt\t";
	const char *p = text.p, *const end = text.p + text.n;
	char *const start = out;
	size_t n;

	while (p < end) {
		if (*p != '\\') {
			*out++ = *p++;
			continue;
		}
		if (p[1] == 'u') {
			out += put_utf8((uint32_t)unicode(p, end, &n), out);
			p += n;
			continue;
		}
		*out = p[1];		/* a quote, '\' or '/' */
		for (size_t i = 0; of[i] != '\0'; i += 2)
			if (of[i] == p[1])
				*out = of[i + 1];
		out++;
		p += 2;
	}
	return (size_t)(out - start);
}

/* --- other values --- */

/* Passes over digits: are there any? */
static int
skip_digits(struct jsonpull *j)
{
	const char *from = j->p;

	while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
		j->p++;
	return j->p > from;
}

static enum json_token
read_number(struct jsonpull *j)
{
	const char *from = j->p;

	j->p += *j->p == '-';
	if (j->p < j->end && *j->p == '0')
		j->p++;
	else if (!skip_digits(j))
		return bad(j, "a value is expected");
	if (j->p < j->end && *j->p == '.') {
		j->p++;
		if (!skip_digits(j))
			return bad(j, "a digit is expected");
	}
	if (j->p < j->end && (*j->p == 'e' || *j->p == 'E')) {
		j->p++;
		if (j->p < j->end && (*j->p == '+' || *j->p == '-'))
			j->p++;
		if (!skip_digits(j))
			return bad(j, "a digit is expected");
	}
	j->text = (struct span){ from, (size_t)(j->p - from) };
	end_value(j);
	return JSON_NUMBER;
}

static enum json_token
read_word(struct jsonpull *j, const char *word, enum json_token token)
{
	const size_t n = strlen(word);

	if ((size_t)(j->end - j->p) < n || memcmp(j->p, word, n) != 0)
		return bad(j, "a value is expected");
	j->p += n;
	end_value(j);
	return token;
}

static enum json_token
open_container(struct jsonpull *j, int is_object)
{
	const uint64_t bit = (uint64_t)1 << j->depth % JSONPULL_DEPTH;

	if (j->depth == JSONPULL_DEPTH)
		return bad(j, "nested too deeply");
	j->p++;
	j->depth++;
	j->objects = is_object ? j->objects | bit : j->objects & ~bit;
	j->expects = is_object ? KEY_OR_END : VALUE_OR_END;
	return is_object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token
close_container(struct jsonpull *j)
{
	const int is_object = in_object(j);

	j->p++;
	j->depth--;
	end_value(j);
	return is_object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_token
read_value(struct jsonpull *j)
{
	enum json_token token;

	switch (*j->p) {
	case '{':
		return open_container(j, 1);
	case '[':
		return open_container(j, 0);
	case '"':
		token = read_text(j, JSON_STRING);
		end_value(j);
		return token;
	case 't':
		return read_word(j, "true", JSON_TRUE);
	case 'f':
		return read_word(j, "false", JSON_FALSE);
	case 'n':
		return read_word(j, "null", JSON_NULL);
	default:
		return read_number(j);
	}
}

static enum json_token
read_key(struct jsonpull *j)
{
	if (*j->p != '"')
		return bad(j, "a key is expected");
	if (read_text(j, JSON_KEY) == JSON_BAD)
		return JSON_BAD;
	skip_blanks(j);
	if (j->p == j->end || *j->p != ':')
		return bad(j, "':' is expected");
	j->p++;
	j->expects = VALUE;
	return JSON_KEY;
}

enum json_token
jsonpull_next(struct jsonpull *j)
{
	char closing;

	skip_blanks(j);
	if (j->p == j->end)
		return j->expects == NOTHING ? JSON_END :
		    bad(j, "the JSON ends too early");
	closing = in_object(j) ? '}' : ']';
	if (j->expects == COMMA_OR_END && *j->p == ',') {
		j->p++;
		j->expects = in_object(j) ? KEY : VALUE;
		return jsonpull_next(j);
	}
	switch (j->expects) {
	case COMMA_OR_END:
		return *j->p == closing ? close_container(j) :
		    bad(j, "a comma or the end is expected");
	case KEY_OR_END:
		return *j->p == closing ? close_container(j) : read_key(j);
	case VALUE_OR_END:
		return *j->p == closing ? close_container(j) : read_value(j);
	case KEY:
		return read_key(j);
	case VALUE:
		return read_value(j);
	default:
		return bad(j, "something follows the JSON");
	}
}

int
jsonpull_skip(struct jsonpull *j)
{
	const unsigned outside = j->depth - 1;

	while (j->depth > outside)
		if (jsonpull_next(j) == JSON_BAD)
			return -1;
	return 0;
}
