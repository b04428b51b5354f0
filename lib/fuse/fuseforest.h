#ifndef SRS_FUSEFOREST_H
#define SRS_FUSEFOREST_H

/* fuseforest.h -- the file of a fusion whose state is a struct forest, for
 * those whose learner has trees. */

#include <stddef.h>

#include "fuse/fuse.h"
#include "io/report.h"
#include "tree/forest.h"

/* As struct fuse_learner has them. */
void fuseforest_put(const struct fusion *, struct st_writer *);
void fuseforest_release(void *state);

/* Trees of so many classes over so many columns; 0, or -1 after a message. */
int fuseforest_get(const struct st_file *, struct fusion *,
    size_t n_columns, size_t n_classes) SRS_MUST_CHECK;

/* How many there are. */
size_t fuseforest_trees(const struct fusion *);

/* report (columns feature, gain, splits) <- what the columns that any tree
 * splits on lower the objective by, most first. */
void fuseforest_importance(const struct fusion *, struct report *);

#endif
