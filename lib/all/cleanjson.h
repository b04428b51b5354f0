#ifndef SRS_CLEANJSON_H
#define SRS_CLEANJSON_H

/*
 * cleanjson.h -- the quality report as JSON: srs-report(5) says what is in it.
 * Nothing in it depends on paths, threads or the day.
 */

#include "all/cleanrun.h"
#include "io/json.h"

enum {
	CLEANJSON_FORMAT = 1,
	CLEANJSON_SAMPLE = 1024		/* hashes of ids in a report */
};

/* What was counted.  The caller frees it with cJSON_Delete(). */
cJSON *cleanjson_make(const struct cleanrun *);

#endif
