#ifndef SRS_LISTOBJECTIVE_H
#define SRS_LISTOBJECTIVE_H

/*
 * listobjective.h -- a file of truth and the name of a metric of lists made
 * into what a fusion is fitted to.  The metric is that of srs-eval.
 */

#include "data/idmap.h"
#include "fuse/objective.h"

struct listobjective {
	const char *metric;	/* "ndcg@10" */
	const char *relevance;	/* column; NULL: label, or 1 for each row */
	double min_relevance;	/* NAN: all above 0 */
	struct idmap *users, *items;	/* of the lists; the truth's are
					 * added */
};

/* NULL after a message: a metric that is not known, is not one of lists, or
 * is one of the whole catalogue; a file that cannot be read. */
struct objective *listobjective_new(const char *path,
    const struct listobjective *);

#endif
