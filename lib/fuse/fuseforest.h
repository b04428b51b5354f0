#ifndef SRS_FUSEFOREST_H
#define SRS_FUSEFOREST_H

/* fuseforest.h -- the file of a fusion whose state is a struct forest, for
 * those whose learner has trees. */

#include <stddef.h>

#include "fuse/fuse.h"
#include "tree/forest.h"

/* As struct fuse_learner has them. */
void fuseforest_put(const struct fusion *, struct st_writer *);
void fuseforest_release(void *state);

/* Trees of one class over so many columns; 0, or -1 after a message. */
int fuseforest_get(const struct st_file *, struct fusion *,
    size_t n_columns) SRS_MUST_CHECK;

#endif
