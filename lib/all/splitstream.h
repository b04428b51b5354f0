#ifndef SRS_SPLITSTREAM_H
#define SRS_SPLITSTREAM_H

/*
 * splitstream.h -- rows that are placed one at a time, as they come: in
 * memory that does not grow with the table.
 */

#include <stddef.h>

#include "all/splitparts.h"
#include "base/err.h"
#include "base/tick.h"
#include "prep/split.h"

struct splitstream {
	const struct split_method *method;
	const struct split_options *options;
	enum split_unit unit;
	int folds;		/* number them, all into the train part */
	int header;		/* write one if the input has one */
};

/*
 * Reads the files and adds their rows to the parts, which then have to be
 * finished.  The method must have a rule with these options (split_rule()).
 */
int splitstream_run(const struct splitstream *, const char *const *files,
    size_t n_files, struct splitparts *, struct tick *) SRS_MUST_CHECK;

#endif
