#ifndef SRS_JSON_H
#define SRS_JSON_H

/*
 * json.h -- JSON for headers and reports, by cJSON, which is included through
 * this header only.  Depth and size of what is read are limited.
 *
 * cJSON's memory is that of mem.h: what it makes is there, and no part of a
 * report is left out because memory was gone.
 */

#include <cJSON.h>

#include "base/err.h"
#include "base/span.h"

enum {
	JSON_DEPTH_MAX = 64,
	JSON_SIZE_MAX = 100 * 1000 * 1000	/* bytes */
};

/*
 * Parses all of `text`; nothing but white space may follow.  Text that is not
 * UTF-8, and the character U+0000 (which would cut a string short), are
 * refused; names that stand twice in an object are for the caller to refuse.
 * NULL after a message that starts with `name: `.  Free with cJSON_Delete().
 */
cJSON *json_parse(struct span text, const char *name);

/* Reads a whole file. */
cJSON *json_read(const char *path);

/* Writes with indentation and a final newline; as out_commit(). */
int json_write(const cJSON *, const char *path) SRS_MUST_CHECK;

/* Is it UTF-8 (RFC 3629) without a NUL: can it be a JSON string as it is? */
int json_is_text(struct span);

#endif
