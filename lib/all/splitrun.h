#ifndef SRS_SPLITRUN_H
#define SRS_SPLITRUN_H

/* splitrun.h -- all that srs-split does once its options are read. */

#include <stddef.h>

#include "all/candidatefile.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/tick.h"
#include "prep/split.h"

struct splitrun {
	const struct split_method *method;
	struct split_options split;	/* fold SIZE_MAX: number the folds */
	const char *paths[SPLIT_PARTS];	/* NULL: not written */
	struct candidatefile candidates;	/* path NULL: none */
	const char *output;		/* of the table with numbered folds */
	int gzip, header;
};

/* What is wrong with the options: a text, or NULL. */
const char *splitrun_wrong(const struct splitrun *);

/*
 * Reads the files, splits, and writes; all files take their places when all
 * are whole.  Adds lines of a summary to *summary.  0, or -1 after a message.
 */
int splitrun(const struct splitrun *, const char *const *files,
    size_t n_files, struct tick *, struct buf *summary) SRS_MUST_CHECK;

#endif
