#ifndef SRS_READFEATURES_H
#define SRS_READFEATURES_H

/*
 * readfeatures.h -- examples (numbers and a label) from tables or matrices.
 *
 *	struct readfeatures want = { .needs_label = 1 };
 *	struct features *f = readfeatures(paths, n_paths, &want);
 *
 * A TSV or CSV table has its columns by name; in a .npy matrix they are "1",
 * "2", ... and the last one is the label.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/features.h"

enum readfeatures_label {
	READFEATURES_NUMBER,
	READFEATURES_BINARY,	/* labels other than 0 and 1 are an error */
	READFEATURES_CLASS	/* names; in a matrix those of its numbers */
};

struct readfeatures {
	const char *label;	/* name of the column; NULL: "label" */
	int needs_label;	/* a table without it is an error */
	enum readfeatures_label labels;
	/* of labels that are classes: the only ones that there may be; NULL:
	 * all that come up, sorted by name */
	const struct idmap *classes;
	/* the columns, in this order (the rest is not read); NULL: those of
	 * the first file, all but the label, which must be numbers */
	const struct idmap *names;
	struct tick *tick;
};

/*
 * Reads the files one after the other into one table.  Without needs_label a
 * table has labels only if every file has them; a matrix then has them if it
 * is one column wider than `names`.  No rows at all, a missing column and a
 * field that is not a number are errors.  The caller frees; NULL after a
 * message.
 */
struct features *readfeatures(const char *const *paths, size_t n_paths,
    const struct readfeatures *);

#endif
