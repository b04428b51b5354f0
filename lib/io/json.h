#ifndef SRS_JSON_H
#define SRS_JSON_H

/*
 * json.h -- JSON for headers and reports, by cJSON: the only file that
 * includes <cJSON.h> is this one.  Depth and size of what is read are limited.
 */

#include <cJSON.h>

#include "base/err.h"
#include "base/span.h"

/* Parses all of `text`; nothing but white space may follow.  NULL after a
 * message that starts with `name: `.  Free with cJSON_Delete(). */
cJSON *json_parse(struct span text, const char *name);

/* Reads a whole file. */
cJSON *json_read(const char *path);

/* Writes with indentation and a final newline; as out_commit(). */
int json_write(const cJSON *, const char *path) SRS_MUST_CHECK;

#endif
