#ifndef SRS_SPLITRUN_H
#define SRS_SPLITRUN_H

/* splitrun.h -- all that srs-split does once its options are read. */

#include <stddef.h>
#include <stdint.h>

#include "all/candidatefile.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/tick.h"
#include "prep/split.h"

enum splitrun_leaks {
	SPLITRUN_AUTO, SPLITRUN_NONE, SPLITRUN_REPORT, SPLITRUN_REFUSE,
	SPLITRUN_DROP
};

enum splitrun_only {
	SPLITRUN_ALL, SPLITRUN_KNOWN, SPLITRUN_NEW_USERS, SPLITRUN_NEW_ITEMS
};

struct splitrun {
	const struct split_method *method;
	struct split_options split;	/* fold SIZE_MAX: number the folds */
	enum split_unit unit;
	const char *paths[SPLIT_PARTS];	/* NULL: not written */
	double fold_in_size;
	int fold_in_by_time;
	int64_t session_gap;		/* 0: no sessions are made */
	enum splitrun_leaks leaks;
	unsigned leak_kinds;		/* 0: not given */
	enum splitrun_only only;
	const struct choice *balance;	/* of balance_choice() */
	const char *class;		/* the column; NULL: label */
	double ratio;			/* NAN: not given */
	struct candidatefile candidates;
	const char *output;		/* of the table with numbered folds */
	int gzip, header;
};

/* In the order of the enums. */
const struct choice *splitrun_leaks_choice(size_t i);
const struct choice *splitrun_only_choice(size_t i);

/* What is wrong with the options: a text, or NULL. */
const char *splitrun_wrong(const struct splitrun *);

enum { SPLITRUN_GATE = 1 };

/*
 * Reads the files, splits, and writes; all files take their places when all
 * are whole.  Adds lines of a summary to *summary.  0, or -1 after a message,
 * or SPLITRUN_GATE after one that says that there are leaks, which were to be
 * refused.
 */
int splitrun(const struct splitrun *, const char *const *files,
    size_t n_files, struct tick *, struct buf *summary) SRS_MUST_CHECK;

#endif
