#ifndef SRS_OBJECTIVE_H
#define SRS_OBJECTIVE_H

/*
 * objective.h -- what the weights of a fusion of lists are fitted to: a metric
 * of one user's list, made above lib/fuse from the metrics' one definition
 * (all/listobjective.h).  Users and items are numbers of the lists' maps.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/scored.h"

struct objective {
	const char *metric;		/* "ndcg@10" */
	int smaller_is_better;
	size_t depth;			/* how far lists count; 0: all of it */
	const struct scored *truth;	/* judged items, by number */

	/* The metric of a user's list, items (n) best first and cut at depth.
	 * Called from several threads; not NaN. */
	double (*list)(const struct objective *, uint32_t user,
	    const uint32_t *items, size_t n, size_t worker);
	void (*free)(struct objective *);
};

#endif
