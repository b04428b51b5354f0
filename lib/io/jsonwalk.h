#ifndef SRS_JSONWALK_H
#define SRS_JSONWALK_H

/*
 * jsonwalk.h -- the values of one JSON object, wherever they are nested, as
 * the fields of a table (jsonl.h says what becomes of which).
 *
 *	jsonwalk_begin(&w, row, &text);
 *	while ((got = jsonwalk_next(&w, &v)) == 1)
 *		use(v.key, v.text);
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "io/jsonpull.h"

enum { JSONWALK_KEY_MAX = 1024 };	/* bytes of a key, with those it is
					 * within */

/* NOTHING: null, or empty.  KEYS: an object, which is no value itself: what is
 * in it comes next. */
enum json_shape {
	JSON_NOTHING, JSON_ONE_NUMBER, JSON_ONE_TEXT, JSON_NUMBERS, JSON_TEXTS,
	JSON_KEYS
};

static inline int
json_is_many(enum json_shape shape)
{
	return shape == JSON_NUMBERS || shape == JSON_TEXTS;
}

struct jsonvalue {
	struct span key;	/* with those it is within; until the next */
	enum json_shape shape;
	struct span text;	/* in the row, or in the walk's text; of KEYS
				 * none */
	const char *problem;	/* NULL, or why it can be no field */
};

struct jsonwalk {
	struct jsonpull json;
	struct buf *text;	/* what stands nowhere in the row as it is;
				 * has room for all of it */
	char key[JSONWALK_KEY_MAX];
	size_t inside[JSONPULL_DEPTH + 1];	/* how much of `key` are those
						 * it is within, by depth */
	const char *problem;	/* NULL: the JSON's own */
};

/* `text` keeps its memory from walk to walk, and the values until the next. */
void jsonwalk_begin(struct jsonwalk *, struct span row, struct buf *text);

/* The next value, or object: 1; 0 at the end of the row; -1 when the row is
 * none. */
int jsonwalk_next(struct jsonwalk *, struct jsonvalue *) SRS_MUST_CHECK;

/* After -1: why, without a path and a line, added to the text. */
void jsonwalk_explain(const struct jsonwalk *, struct buf *);

#endif
