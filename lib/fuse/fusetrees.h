#ifndef SRS_FUSETREES_H
#define SRS_FUSETREES_H

/* fusetrees.h -- method lambdamart: what the table in fuse.c wants of it. */

#include "fuse/fuseunion.h"

void fusetrees_combine(const struct fusion *, struct fuseunion *,
    float *scores);

/* Shapley values of each system's columns; what the columns of all systems
 * together add is not in them. */
void fusetrees_parts(const struct fusion *, struct fuseunion *, double *part);

/* Those of boost_choice() that are for lists. */
const struct choice *fusetrees_objective_choice(size_t i);

#endif
