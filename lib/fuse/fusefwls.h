#ifndef SRS_FUSEFWLS_H
#define SRS_FUSEFWLS_H

/* fusefwls.h -- method fwls: fusestack.h on lists, with the meta-features of
 * fuseinputs.h.  What the table in fuse.c wants of it; of ratings the rest is
 * in blendfwls.h. */

#include "fuse/fuseunion.h"

void fusefwls_combine(const struct fusion *, struct fuseunion *,
    float *scores);
void fusefwls_parts(const struct fusion *, struct fuseunion *, double *part);

/* How many numbers weights are linear in: 1 and the meta-features. */
size_t fusefwls_inputs(const struct fusion *);

extern const struct fuse_learner fuse_fwls;

#endif
