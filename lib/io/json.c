#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "io/in.h"
#include "io/json.h"
#include "io/out.h"

static void *
get_memory(size_t n)
{
	size_t cap = 0;

	return mem_grow("JSON", NULL, &cap, n, 1);
}

/* Before there are threads: what cJSON remembers is the program's. */
__attribute__((constructor)) static void
give_memory(void)
{
	cJSON_InitHooks(&(struct cJSON_Hooks){ get_memory, free });
}

int
json_is_text(struct span text)
{
	return text_is_utf8(text) &&
	    (text.n == 0 || memchr(text.p, '\0', text.n) == NULL);
}

/* What cJSON would take and we do not; NULL if there is nothing. */
static const char *
refuse(struct span text)
{
	size_t depth = 0;
	int quoted = 0;

	if (text.n > JSON_SIZE_MAX)
		return "is too long for JSON";
	if (!json_is_text(text))
		return "is not UTF-8 text";
	for (size_t i = 0; i < text.n; i++) {
		const char c = text.p[i];

		if (quoted && c == '\\') {
			if (text.n - i >= 6 &&
			    memcmp(text.p + i, "\\u0000", 6) == 0)
				return "has the character U+0000";
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (quoted && (unsigned char)c < ' ') {
			return "has a control character in a string";
		} else if (!quoted && (c == '{' || c == '[')) {
			if (++depth > JSON_DEPTH_MAX)
				return "is nested too deeply";
		} else if (!quoted && (c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return NULL;
}

cJSON *
json_parse(struct span text, const char *name)
{
	const char *problem = refuse(text), *end = text.p;
	cJSON *root;

	if (problem != NULL) {
		err_msg("%s: %s", name, problem);
		return NULL;
	}
	root = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);
	if (root == NULL) {
		err_msg("%s: not valid JSON at byte %zu", name,
		    end == NULL ? 0 : (size_t)(end - text.p));
		return NULL;
	}
	for (; end < text.p + text.n; end++) {
		if (strchr(" \t\r\n", *end) != NULL)
			continue;
		err_msg("%s: text after the JSON at byte %zu", name,
		    (size_t)(end - text.p));
		cJSON_Delete(root);
		return NULL;
	}
	return root;
}

cJSON *
json_read(const char *path)
{
	enum { PIECE = 1 << 16 };
	struct in *in = in_open(path);
	struct buf text = BUF_EMPTY;
	cJSON *root = NULL;
	ptrdiff_t got;

	if (in == NULL)
		return NULL;
	while ((got = in_read(in, buf_room(&text, PIECE), PIECE)) > 0) {
		text.n += (size_t)got;
		if (text.n > JSON_SIZE_MAX)
			break;
	}
	if (got >= 0)
		root = json_parse((struct span){ text.p, text.n },
		    in_name(in));
	buf_release(&text);
	in_close(in);
	return root;
}

int
json_write(const cJSON *root, const char *path)
{
	struct out *out = out_open(path, 0);
	char *text;
	int status;

	if (out == NULL)
		return -1;
	text = cJSON_Print(root);
	out_write(out, text, strlen(text));
	out_write(out, "\n", 1);
	status = out_commit(out);
	cJSON_free(text);
	out_free(out);
	return status;
}
