#ifndef SRS_JSONPULL_H
#define SRS_JSONPULL_H

/*
 * jsonpull.h -- one JSON text (RFC 8259), token by token, in the memory where
 * it is.
 *
 *	struct jsonpull j = jsonpull_of(text);
 *	while ((token = jsonpull_next(&j)) != JSON_END)
 *		if (token == JSON_BAD)
 *			... j.problem, at byte j.at
 *		else if (token == JSON_NUMBER)
 *			... j.text, verbatim
 *
 * Ours, and not cJSON's, because tables need a number as it was written (an
 * id of 19 digits is no double), a text of which only some is looked at costs
 * no memory, and what JSON does not allow is refused: a comma at the end,
 * 01, half a surrogate pair, a control character, text behind the end.
 * U+0000, which no table can hold, is refused too.  Whether bytes past 127
 * are UTF-8 is not looked at.  What is nested deeper than JSONPULL_DEPTH is
 * refused.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { JSONPULL_DEPTH = 64 };

enum json_token {
	JSON_END,		/* of the text, which was one whole value */
	JSON_BAD,		/* and nothing may follow */
	JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END,
	JSON_KEY,		/* its value comes next */
	JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL
};

struct jsonpull {
	/* of the last token */
	struct span text;	/* of a key or string, without the quotes, or
				 * of a number */
	int is_escaped;		/* text has a '\': see jsonpull_unescape() */
	const char *problem;	/* why JSON_BAD, */
	size_t at;		/* at which byte, from 1 */

	/* private */
	const char *start, *p, *end;
	int expects;
	unsigned depth;
	uint64_t objects;	/* bit i: at depth i + 1 it is in an object */
};

struct jsonpull jsonpull_of(struct span text);
enum json_token jsonpull_next(struct jsonpull *);

/* After JSON_OBJECT or JSON_ARRAY: passes over all of it.  0; -1 if it is
 * bad, as after JSON_BAD. */
int jsonpull_skip(struct jsonpull *);

/* What a text stands for, as UTF-8, into `out`, which has room for as much as
 * the text is long; returns the length. */
size_t jsonpull_unescape(struct span text, char *out);

#endif
