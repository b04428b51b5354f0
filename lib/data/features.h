#ifndef SRS_FEATURES_H
#define SRS_FEATURES_H

/*
 * features.h -- a table of examples: rows of numbers, with a label or none.
 *
 * What io/readfeatures.h reads and models of features (model/scorer.h) learn
 * from and score.  Columns are known by name; a matrix without names has
 * columns "1", "2", ...
 */

#include <stddef.h>

#include "data/idmap.h"
#include "linalg/mat.h"

struct features {
	size_t n;		/* rows */
	struct idmap *names;	/* (x.cols) the columns; owned */
	struct mat x;		/* (n, columns), all finite; owned */
	float *label;		/* (n), or NULL: the table has none; owned */
	struct idmap *classes;	/* what labels are numbers of; owned; NULL:
				 * they are numbers */
};

/* An empty table, all members zero but the map of names. */
struct features *features_new(void);
void features_free(struct features *);

#endif
