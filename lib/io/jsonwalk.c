#include <string.h>

#include "io/jsonwalk.h"

void
jsonwalk_begin(struct jsonwalk *w, struct span row, struct buf *text)
{
	w->json = jsonpull_of(row);
	w->text = text;
	w->inside[1] = 0;
	w->problem = NULL;
	text->n = 0;
	buf_room(text, row.n + 1);
}

/* The text of the last token, without escapes. */
static struct span
token_text(struct jsonwalk *w)
{
	struct span text = w->json.text;

	if (!w->json.is_escaped)
		return text;
	text.p = w->text->p + w->text->n;
	text.n = jsonpull_unescape(w->json.text, w->text->p + w->text->n);
	w->text->n += text.n;
	return text;
}

/* What the key of the last token is called, with those it is within.  -1 if
 * it cannot be a column's. */
static int
read_key(struct jsonwalk *w, struct span *key)
{
	const size_t inside = w->inside[w->json.depth];
	struct span own = w->json.text;

	if (own.n == 0) {
		w->problem = "an empty key";
		return -1;
	}
	if (inside + own.n + 1 > JSONWALK_KEY_MAX) {
		w->problem = "a key that is too long";
		return -1;
	}
	if (!w->json.is_escaped)
		memcpy(w->key + inside, own.p, own.n);
	else
		own.n = jsonpull_unescape(own, w->key + inside);
	*key = (struct span){ w->key, inside + own.n };
	for (size_t i = inside; w->json.is_escaped && i < key->n; i++)
		if (strchr("\t\r\n", w->key[i]) != NULL) {
			w->problem = "a TAB or line end in a key";
			return -1;
		}
	return 0;
}

/* The value is an object: its keys are called by this one too. */
static void
enter(struct jsonwalk *w, struct span key)
{
	w->key[key.n] = '.';
	w->inside[w->json.depth] = key.n + 1;
}

/* An element of a sequence, behind those before it. */
static void
add_element(struct jsonwalk *w, struct jsonvalue *v, enum json_token token)
{
	static const char *const words[] = {
		[JSON_TRUE] = "true", [JSON_FALSE] = "false"
	};
	char *at = w->text->p + w->text->n;
	struct span text = w->json.text;

	if (token != JSON_NUMBER)
		v->shape = JSON_TEXTS;
	if (token == JSON_TRUE || token == JSON_FALSE)
		text = span_of(words[token]);
	if (v->text.n > 0) {
		*at++ = ' ';
		v->text.n++;
	}
	if (token == JSON_STRING && w->json.is_escaped)
		text.n = jsonpull_unescape(text, at);
	else
		memcpy(at, text.p, text.n);
	if (text.n == 0 || memchr(at, ' ', text.n) != NULL)
		v->problem = "a text that is empty or has a blank, "
		    "in an array";
	v->text.n += text.n;
	w->text->n = (size_t)(at - w->text->p) + text.n;
}

static int
read_array(struct jsonwalk *w, struct jsonvalue *v)
{
	const unsigned outside = w->json.depth - 1;

	v->text = (struct span){ w->text->p + w->text->n, 0 };
	v->shape = JSON_NUMBERS;
	for (;;) {
		const enum json_token token = jsonpull_next(&w->json);

		if (token == JSON_BAD)
			return -1;
		if (w->json.depth == outside)
			break;
		if (v->problem != NULL)
			continue;
		if (token == JSON_STRING || token == JSON_NUMBER ||
		    token == JSON_TRUE || token == JSON_FALSE)
			add_element(w, v, token);
		else
			v->problem = "null, an array or an object "
			    "in an array";
	}
	if (v->text.n == 0 && v->problem == NULL)
		v->shape = JSON_NOTHING;
	return 0;
}

/* The value that begins with `token`: 1, or -1. */
static int
read_value(struct jsonwalk *w, enum json_token token, struct jsonvalue *v)
{
	v->shape = JSON_ONE_TEXT;
	v->problem = NULL;
	switch (token) {
	case JSON_OBJECT:
		enter(w, v->key);
		v->text = span_of("");
		v->shape = JSON_KEYS;
		return 1;
	case JSON_ARRAY:
		return read_array(w, v) == 0 ? 1 : -1;
	case JSON_STRING:
		v->text = token_text(w);
		if (v->text.n == 0)
			v->shape = JSON_NOTHING;
		return 1;
	case JSON_NUMBER:
		v->text = w->json.text;
		v->shape = JSON_ONE_NUMBER;
		return 1;
	case JSON_TRUE:
		v->text = span_of("true");
		return 1;
	case JSON_FALSE:
		v->text = span_of("false");
		return 1;
	case JSON_NULL:
		v->text = span_of("");
		v->shape = JSON_NOTHING;
		return 1;
	default:
		return -1;
	}
}

int
jsonwalk_next(struct jsonwalk *w, struct jsonvalue *v)
{
	for (;;) {
		enum json_token token = jsonpull_next(&w->json);

		if (token == JSON_END)
			return 0;
		if (token == JSON_BAD)
			return -1;
		if (token == JSON_OBJECT || token == JSON_OBJECT_END)
			continue;
		if (token != JSON_KEY) {
			w->problem = "the row is no object";
			return -1;
		}
		if (read_key(w, &v->key) != 0)
			return -1;
		return read_value(w, jsonpull_next(&w->json), v);
	}
}

void
jsonwalk_explain(const struct jsonwalk *w, struct buf *why)
{
	if (w->problem == NULL)
		buf_format(why, "not JSON at byte %zu: %s", w->json.at,
		    w->json.problem);
	else
		buf_text(why, w->problem);
}
